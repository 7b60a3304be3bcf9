// `suyuan export`: the ledger's transactions as JSON Lines, one line a leaf, from stored bytes.
#include <fstream>

#include "common/encoding.h"
#include "common/hash.h"
#include "contracts/outcome.h"
#include "contracts/types.h"
#include "genesis/genesis.h"
#include "ledger/executed_log.h"
#include "ledger/verify/data_dir.h"
#include "node/cli/commands.h"
#include "node/cli/data_directory.h"
#include "node/cli/files.h"
#include "node/cli/progress.h"

namespace suyuan::cli {
namespace {

const char* KindName(ledger::EntityKind kind) {
  switch (kind) {
    case ledger::EntityKind::kNone:
      return "none";
    case ledger::EntityKind::kParty:
      return "party";
    case ledger::EntityKind::kProduct:
      return "product";
    case ledger::EntityKind::kBatch:
      return "batch";
    case ledger::EntityKind::kCode:
      return "code";
    case ledger::EntityKind::kFlow:
      return "flow";
    case ledger::EntityKind::kDocument:
      return "document";
    case ledger::EntityKind::kCatalogNode:
      return "category";
    case ledger::EntityKind::kNode:
      return "node";
  }
  return "none";
}

// Entity ids are binary and shown as base32, nodes by the hex of their key's id; parties, codes
// and categories are text.
std::string IdText(ledger::EntityKind kind, ByteView id) {
  bool binary = kind == ledger::EntityKind::kProduct || kind == ledger::EntityKind::kBatch ||
                kind == ledger::EntityKind::kFlow || kind == ledger::EntityKind::kDocument;
  if (kind == ledger::EntityKind::kNode) return HexEncode(id);
  return binary ? Base32Encode(id) : std::string(id);
}

// What the transaction speaks of: the subject of its first record, or the entity that it made.
struct Subject {
  ledger::EntityKind kind = ledger::EntityKind::kNone;
  std::string id;
};
Subject SubjectOf(const ledger::Transaction& tx, const Result<contracts::Outcome>& outcome) {
  const ledger::Record& first = tx.records.front();
  ledger::EntityKind kind = first.subject_kind;
  ByteView id = first.subject;
  if (kind == ledger::EntityKind::kNone && outcome.ok())
    for (const contracts::Effect& effect : outcome->effects)
      if (effect.record == 0 && effect.kind == contracts::EffectKind::kCreated) {
        kind = effect.entity;
        id = effect.id;
        break;
      }
  return {kind, kind == ledger::EntityKind::kNone ? "" : IdText(kind, id)};
}

// One line. `key` and `value` are the subject and the envelope's digest as a checker of histories
// reads them: what was written, and what was written there. A refused transaction has its place in
// the order and wrote nothing, so both are null.
Result<json::Value> Describe(const ledger::BlockEntry& entry, const ledger::LogLeaf& leaf,
                             const Bytes& outcome_bytes, const LedgerLimits& limits) {
  if (leaf.index >= entry.envelopes.size())
    return Error{ErrorCode::kCorrupt, "a leaf names a transaction that its block does not have"};
  ByteView envelope = entry.envelopes[leaf.index];
  SUYUAN_ASSIGN_OR_RETURN(
      ledger::Transaction tx,
      ledger::DecodeTransaction(std::make_shared<const Bytes>(envelope), limits, nullptr));
  auto outcome = contracts::DecodeOutcome(outcome_bytes);
  std::string code = !outcome.ok()        ? "unknown"
                     : outcome->applied() ? "OK"
                                          : std::string(Describe(outcome->refusal->code).name);
  const Subject subject = SubjectOf(tx, outcome);
  const bool named = subject.kind != ledger::EntityKind::kNone;
  const std::string kind = KindName(subject.kind), digest = ToHex(Sha256(envelope));
  json::Object line{{"block_hash", ToHex(entry.hash)},
                    {"digest", digest},
                    {"height", leaf.height.value()},
                    {"index", leaf.index},
                    {"key", json::Value()},
                    {"outcome", code},
                    {"subject", json::Value()},
                    {"submitter", ToString(tx.core.submitter)},
                    {"time_ms", entry.header.time_ms},
                    {"tx_id", ToHex(tx.id)},
                    {"type", contracts::TypeName(tx.core.type)},
                    {"value", json::Value()}};
  if (named) line["subject"] = json::Object{{"id", subject.id}, {"kind", kind}};
  if (named && code == "OK") line["key"] = kind + "/" + subject.id;
  if (code == "OK") line["value"] = digest;
  return json::Value(std::move(line));
}

// Lines of one block's transactions; returns how many.
Result<uint64_t> ExportBlock(const ledger::verify::StoredBlock& block, const LedgerLimits& limits,
                             std::ostream& out) {
  if (block.entry.empty()) return uint64_t{0};  // genesis
  auto joined = std::make_shared<const Bytes>(ledger::JoinSealed(block.entry, block.sealed_items));
  SUYUAN_ASSIGN_OR_RETURN(ledger::BlockEntry entry, ledger::DecodeEntry(std::move(joined)));
  uint64_t count = 0;
  for (const Bytes& bytes : block.leaves) {
    SUYUAN_ASSIGN_OR_RETURN(ledger::LogLeaf leaf, ledger::DecodeLogLeaf(bytes));
    if (leaf.kind != ledger::LeafKind::kTransaction) continue;
    if (count >= block.outcomes.size())
      return Error{ErrorCode::kCorrupt,
                   "an outcome is missing at height " + std::to_string(leaf.height.value())};
    SUYUAN_ASSIGN_OR_RETURN(json::Value line, Describe(entry, leaf, block.outcomes[count], limits));
    out << json::Canonical(line) << "\n";
    ++count;
  }
  return count;
}

}  // namespace

Status ExportTransactions(const ExportOptions& options, const Console& console) {
  SUYUAN_ASSIGN_OR_RETURN(genesis::Genesis genesis, genesis::LoadGenesis(options.genesis));
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<ledger::verify::LedgerSource> source,
                          ledger::verify::OpenDataDirectory(LedgerDirectory(options.data)));
  SUYUAN_RETURN_IF_ERROR(MakeDirectories(options.directory));
  std::string path = options.directory + "/transactions.jsonl";
  std::ofstream out(path + ".new", std::ios::binary | std::ios::trunc);
  SUYUAN_ASSIGN_OR_RETURN(uint64_t tip, source->AppliedHeight());
  Progress progress(console, "export", "blocks", tip);
  uint64_t transactions = 0;
  for (uint64_t height = 0; height <= tip; ++height) {
    SUYUAN_ASSIGN_OR_RETURN(ledger::verify::StoredBlock block, source->Block(height));
    SUYUAN_ASSIGN_OR_RETURN(uint64_t count, ExportBlock(block, genesis.limits, out));
    transactions += count;
    progress.Set(height);
  }
  out.close();
  if (out.fail() || std::rename((path + ".new").c_str(), path.c_str()) != 0)
    return Error{ErrorCode::kIo, "cannot write " + path};
  progress.Finish();
  console.Print(
      json::Value(json::Object{{"file", path}, {"height", tip}, {"transactions", transactions}}));
  return {};
}

}  // namespace suyuan::cli
