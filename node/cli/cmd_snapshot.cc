// `suyuan snapshot`: the state after one block as a file, and what proves it.
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "common/durable_file.h"
#include "genesis/genesis.h"
#include "ledger/snapshot/file.h"
#include "node/cli/commands.h"
#include "node/cli/data_directory.h"
#include "node/cli/progress.h"

namespace suyuan::cli {
namespace {

// Opening a store may write to it, as the start of a node does: files of another user would keep
// the node from starting again.
Status CheckOwner(const std::string& directory) {
  struct stat info;
  if (::stat(directory.c_str(), &info) != 0)
    return Error{ErrorCode::kRef, "there is no ledger in " + directory};
  if (info.st_uid == ::geteuid()) return {};
  return Error{ErrorCode::kIo,
               directory + " belongs to another user: run this as the user of the node"};
}

Result<std::unique_ptr<ledger::Store>> OpenStopped(const std::string& directory,
                                                   const LedgerId& ledger) {
  SUYUAN_RETURN_IF_ERROR(CheckOwner(directory));
  ledger::StoreOptions options;
  options.directory = directory;
  auto store = ledger::Store::Open(options, ledger);
  if (store.ok() || store.error().detail.find("/LOCK") == std::string::npos) return store;
  return Error{ErrorCode::kBusy, directory + " is in use by a running node; stop it first"};
}

// The checkpoint that the node signed last, when it is of this very block; else nothing. A node
// that was stopped has signed its last block; one that was killed perhaps not.
Result<std::string> NoteOf(const ledger::Store& store, const std::string& origin,
                           const ledger::SnapshotManifest& manifest) {
  SUYUAN_ASSIGN_OR_RETURN(auto note, store.LastCheckpoint());
  if (!note) return std::string();
  SUYUAN_ASSIGN_OR_RETURN(ledger::Configuration in_force,
                          ledger::DecodeConfiguration(manifest.configuration));
  const ledger::SnapshotContents contents{manifest, {}, ledger::FrontierOf(manifest).Root(),
                                          *note,    {}, 0};
  auto signers = ledger::SignersOf(contents, origin, in_force);
  return signers.ok() && !signers->empty() ? *std::move(note) : std::string();
}

json::Value Names(const std::vector<std::string>& names) {
  json::Array out;
  for (const std::string& name : names) out.emplace_back(name);
  return out;
}

// What the file shows of itself.
json::Object Describe(const ledger::SnapshotContents& contents) {
  const ledger::SnapshotManifest& m = contents.manifest;
  return {{"bytes", contents.bytes},
          {"chunks", m.chunks.size()},
          {"entry_hash", ToHex(ledger::HeadOf(m).entry_hash)},
          {"height", m.header.height.value()},
          {"indexes", contents.counts.indexes},
          {"ledger_id", ToHex(m.ledger)},
          {"leaves", m.log_size()},
          {"log_root", ToHex(contents.log_root)},
          {"snapshot_id", ToHex(contents.id)},
          {"state_pairs", contents.counts.state},
          {"state_root", ToHex(m.state_root)},
          {"time_ms", m.header.time_ms},
          {"transactions", contents.counts.transactions}};
}

Result<ledger::SnapshotContents> ReadSnapshot(const std::string& path, const LedgerId& ledger) {
  std::ifstream in(path, std::ios::binary);
  if (!in.is_open()) return Error{ErrorCode::kIo, "cannot read " + path};
  auto contents = ledger::ReadSnapshotFile(in, ledger);
  if (in.bad()) return Error{ErrorCode::kIo, "cannot read " + path};
  // A file that is not what it says is a failed verification, whatever is wrong with it.
  if (!contents.ok() && contents.error().code == ErrorCode::kFormat)
    return Error{ErrorCode::kProof, contents.error().detail};
  return contents;
}

}  // namespace

Status SnapshotCreate(const SnapshotCreateOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  SUYUAN_ASSIGN_OR_RETURN(auto store,
                          OpenStopped(LedgerDirectory(options.data), genesis.ledger_id));
  SUYUAN_ASSIGN_OR_RETURN(
      auto writer, ledger::SnapshotWriter::Begin(
                       *store, genesis.ledger_id,
                       ledger::EncodeConfiguration(genesis.Configuration()), genesis.limits));
  SUYUAN_ASSIGN_OR_RETURN(std::string note, NoteOf(*store, genesis.origin, writer->manifest()));
  SUYUAN_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(options.out));
  SUYUAN_RETURN_IF_ERROR(
      ledger::WriteSnapshotFile(*writer, note, [&](ByteView piece) { return file.Append(piece); }));
  SUYUAN_RETURN_IF_ERROR(file.Commit());
  if (note.empty())
    console.Warn(
        "the node has signed no checkpoint of this block, so nobody vouches for the "
        "snapshot; start the node, stop it, and make it again");
  const ledger::SnapshotManifest& m = writer->manifest();
  console.Print(json::Object{{"checkpoint", !note.empty()},
                             {"chunks", m.chunks.size()},
                             {"file", options.out},
                             {"height", m.header.height.value()},
                             {"log_root", ToHex(ledger::FrontierOf(m).Root())},
                             {"snapshot_id", ToHex(ledger::SnapshotIdOf(EncodeManifest(m)))}});
  return {};
}

Status SnapshotInspect(const SnapshotInspectOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  std::optional<Hash> trusted_root;
  if (!options.log_root.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(trusted_root, ParseHash(options.log_root));
  }
  SUYUAN_ASSIGN_OR_RETURN(ledger::SnapshotContents contents,
                          ReadSnapshot(options.file, genesis.ledger_id));
  SUYUAN_ASSIGN_OR_RETURN(const auto signers,
                          ledger::SignersOf(contents, genesis.origin, genesis.Configuration()));
  const bool same_root = trusted_root == contents.log_root;
  const bool vouched = trusted_root ? same_root : !signers.empty();
  json::Object shown = Describe(contents);
  shown["signed_by"] = Names(signers);
  shown["proven_by"] = !vouched       ? "nobody"
                       : trusted_root ? "the log root that was given"
                                      : "the log keys of the genesis file";
  shown["not_proven"] =
      "indexes, and transactions that have expired: until the blocks are executed";
  console.Print(json::Value(std::move(shown)));
  if (vouched) return {};
  return Error{ErrorCode::kProof,
               trusted_root ? "the snapshot leads to another log root than the one given"
                            : "the file agrees with itself, but no node of the genesis file has "
                              "signed its log root: give one that you trust with --log-root"};
}

}  // namespace suyuan::cli
