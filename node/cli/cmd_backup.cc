// `suyuan backup` and `suyuan restore`: every block with its sealed items, kept outside of a node,
// and a ledger rebuilt from them.
#include <algorithm>
#include <thread>

#include "genesis/genesis.h"
#include "genesis/key_file.h"
#include "ledger/archive/reader.h"
#include "ledger/archive/writer.h"
#include "node/cli/commands.h"
#include "node/cli/ledger_subject.h"
#include "node/cli/node_ledger.h"
#include "node/cli/progress.h"
#include "node/restore.h"

namespace suyuan::cli {
namespace {

using ledger::archive::ArchiveWriter;
using ledger::verify::LedgerSource;
using ledger::verify::StoredBlock;

// What the backup ends with must be a block of the source, or adding to it would mix two ledgers.
Status CheckSame(const StoredBlock& archived, const StoredBlock& source, uint64_t height) {
  if (archived.entry_hash == source.entry_hash && archived.log_root == source.log_root &&
      archived.state_root == source.state_root)
    return {};
  return Error{ErrorCode::kConflict, "block " + std::to_string(height) +
                                         " of the backup is not the one of the source: one of them "
                                         "is of another ledger, or damaged; verify both"};
}

// Adds what the archive lacks, up to `tip`.
Status AddBlocks(LedgerSource& source, uint64_t first_read, uint64_t tip, ArchiveWriter& archive,
                 Progress& progress) {
  const uint64_t begin = archive.next();
  for (uint64_t height = first_read; height <= tip; ++height) {
    SUYUAN_ASSIGN_OR_RETURN(StoredBlock block, source.Block(height));
    progress.Set(height);
    if (height + 1 == begin) SUYUAN_RETURN_IF_ERROR(CheckSame(*archive.last(), block, height));
    if (height < begin) continue;
    SUYUAN_RETURN_IF_ERROR(archive.Add(block));
  }
  return {};
}

// The public key of the node that will run on the restored ledger; needs no passphrase.
Result<KeyId> NodeKeyId(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::PublicKeys keys, genesis::ReadPublicKeys(file));
  if (!keys.node) return Error{ErrorCode::kConfig, file + " is no node's key file"};
  return KeyIdOf(Suite::kEd25519, *keys.node);
}

// Everything but the execution, which rebuilding does anyway.
Result<node::VerifiedBlocks> VerifyBackup(LedgerSource& source, const genesis::Genesis& genesis,
                                          uint64_t tip, const Console& console) {
  Progress progress(console, "verify", "blocks", tip);
  ledger::verify::Options how;
  how.threads = std::max(1u, std::thread::hardware_concurrency());
  how.progress = [&](const ledger::verify::Progress& p) { progress.Set(p.height); };
  const auto report = ledger::verify::VerifyLedger(source, FactsOf(genesis), how);
  if (report.ok) progress.Set(tip);
  progress.Finish();
  SUYUAN_RETURN_IF_ERROR(Verdict(report));
  return node::VerifiedBlocks{Height(tip), report.log_root};
}

}  // namespace

Status Backup(const BackupOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  LedgerSubject subject;
  SUYUAN_RETURN_IF_ERROR(OpenSubject({options.data, "", options.target}, subject));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t tip, subject.source->AppliedHeight());
  SUYUAN_ASSIGN_OR_RETURN(const auto note, subject.source->CheckpointNote());
  SUYUAN_ASSIGN_OR_RETURN(auto archive, ArchiveWriter::Open(options.directory, genesis.ledger_id));
  const uint64_t begin = archive->next();
  if (begin > tip + 1)
    return Error{ErrorCode::kNotYet, "the backup holds blocks up to " + std::to_string(begin - 1) +
                                         ", the source only up to " + std::to_string(tip)};
  // A directory is read in order from its first block on; a node is asked for what is missing, and
  // for the last block that is not.
  const uint64_t first_read = options.data.empty() ? begin - std::min<uint64_t>(begin, 1) : 0;
  Progress progress(console, "backup", "blocks", tip);
  SUYUAN_RETURN_IF_ERROR(AddBlocks(*subject.source, first_read, tip, *archive, progress));
  SUYUAN_RETURN_IF_ERROR(archive->Finish(note));
  progress.Finish();
  console.Print(json::Object{{"added_blocks", archive->next() - begin},
                             {"added_bytes", archive->bytes_written()},
                             {"directory", options.directory},
                             {"entry_hash", ToHex(archive->last()->entry_hash)},
                             {"height", tip},
                             {"log_root", ToHex(archive->last()->log_root)}});
  console.Note("the same command later adds what is new; `suyuan verify --backup " +
               options.directory + "` checks all of it");
  return {};
}

Status Restore(const RestoreOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(node::NodeConfig config, node::LoadNodeConfig(options.config));
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(config.genesis_file));
  SUYUAN_ASSIGN_OR_RETURN(const KeyId key_id, NodeKeyId(config.node_key_file));
  SUYUAN_ASSIGN_OR_RETURN(node::LedgerStart start, LedgerStartOf(genesis));
  LedgerSubject subject;
  SUYUAN_RETURN_IF_ERROR(OpenSubject({"", options.backup, {}}, subject));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t tip, subject.source->AppliedHeight());
  SUYUAN_ASSIGN_OR_RETURN(const node::VerifiedBlocks verified,
                          VerifyBackup(*subject.source, genesis, tip, console));
  Progress progress(console, "execute", "blocks", tip);
  SUYUAN_RETURN_IF_ERROR(node::RestoreLedger({config.data_directory, key_id}, start,
                                             *subject.source, verified,
                                             [&](uint64_t height) { progress.Set(height); }));
  progress.Finish();
  console.Print(json::Object{{"data_directory", config.data_directory},
                             {"height", tip},
                             {"log_root", ToHex(verified.log_root)},
                             {"node_key_id", ToHex(key_id)}});
  console.Note("verified and rebuilt; `suyuan node run --config " + options.config +
               "` starts the node, which catches up and votes once the members have made it a "
               "voter (`suyuan member add`, then promote or replace)");
  return {};
}

}  // namespace suyuan::cli
