#include "tests/support/ledger_vectors.h"

#include "common/hash.h"
#include "ledger/mark_file.h"
#include "ledger/state_tree.h"
#include "tests/support/hex_json.h"
#include "tests/support/ledger_samples.h"

namespace suyuan::test {
namespace {

using namespace ledger;  // NOLINT: test support of that room
using json::Array;
using json::Object;
using json::Value;

RecordDraft::LeafDraft LeafOf(uint16_t field, LeafMode mode) {
  RecordDraft::LeafDraft leaf;
  leaf.field = field;
  leaf.mode = mode;
  leaf.value = "\"示例电缆有限公司\"";
  leaf.audience = 3;
  leaf.padded_length = 128;
  leaf.commitment = Sha256("commitment");
  leaf.content_hash = Sha256("content");
  return leaf;
}

// Two signers, an audience, every optional value, one leaf of each mode, a new and a named entity.
TransactionDraft FullDraft() {
  TransactionDraft draft = SimpleDraft(1);
  Core& core = draft.core;
  core.actor.data.fill(0xAC);
  core.signers.push_back({SignerRole::kCounterparty, core.submitter, KeyOf(2).key_id()});
  core.after.emplace().data.fill(0xAF);
  core.expected_version = 7;
  core.reader_height = Height(300);
  core.audiences.push_back({3, Sha256("key commitment"), 8, Sha256("wraps")});
  core.seal_public_key.emplace().data.fill(9);
  RecordDraft& record = draft.records[0];
  record.leaves = {LeafOf(0x0201, LeafMode::kPublic), LeafOf(0x0202, LeafMode::kHidden),
                   LeafOf(0x0203, LeafMode::kNotApplicable)};
  RecordDraft named;
  named.schema = 3;
  named.subject_kind = EntityKind::kBatch;
  named.subject = Bytes(16, '\x42');
  named.leaves = {LeafOf(0x0301, LeafMode::kPublic)};
  draft.records.push_back(named);
  return draft;
}

Bytes FullEnvelope(const UnsignedTransaction& unsigned_tx) {
  std::vector<SignatureEntry> signatures(2);
  for (uint8_t i = 0; i < 2; ++i) {
    SigningKey key = KeyOf(static_cast<uint8_t>(i + 1));
    signatures[i].public_key = key.public_key();
    signatures[i].signature = key.Sign(TransactionSigningBytes(unsigned_tx.id));
  }
  return EncodeEnvelope(unsigned_tx, signatures);
}

Value TransactionVector() {
  UnsignedTransaction unsigned_tx = EncodeUnsigned(FullDraft());
  Bytes envelope = FullEnvelope(unsigned_tx);
  Transaction tx = *DecodeTransactionView(envelope, LedgerLimits{}, nullptr);
  Array records, roots;
  for (const auto& leaves : unsigned_tx.record_leaves) {
    records.push_back(HexList(leaves));
    roots.push_back(Hex(RecordRootOf(leaves)));
  }
  return Object{{"seeds", Array{Hex(Bytes(32, '\x01')), Hex(Bytes(32, '\x02'))}},
                {"ledger_id", Hex(SampleLedger())},
                {"core", Hex(unsigned_tx.core)},
                {"tx_id", Hex(tx.id)},
                {"signing_bytes", Hex(TransactionSigningBytes(tx.id))},
                {"envelope", Hex(envelope)},
                {"signatures_hash", Hex(tx.signatures_hash)},
                {"record_leaves", records},
                {"record_roots", roots},
                {"records_root", Hex(tx.core.records_root)},
                {"entity_id_of_record_1", Value(ToString(EntityIdOf(tx.id, 1)))}};
}

EntryDraft BlockDraft(BlockKind kind) {
  EntryDraft draft;
  draft.kind = kind;
  draft.height = Height(5);
  draft.term = Term(3);
  draft.time_ms = 1'700'000'000'123;
  draft.prev_entry_hash = Sha256("previous entry");
  return draft;
}

Value EntryVector(const EntryDraft& draft) {
  auto bytes = std::make_shared<const Bytes>(BuildEntry(draft, KeyOf(100)));
  BlockEntry entry = *DecodeEntry(bytes);
  return Object{{"header", Hex(EncodeHeader(entry.header))},
                {"entry_hash", Hex(entry.hash)},
                {"entry", Hex(*bytes)},
                {"stored_entry", Hex(StripSealed(entry))},
                {"sealed_root", Hex(entry.header.sealed_root)}};
}

Value BlockVector() {
  Bytes envelope = FullEnvelope(EncodeUnsigned(FullDraft())), item = "a sealed item";
  EntryDraft transactions = BlockDraft(BlockKind::kTransactions);
  transactions.envelopes = {envelope};
  transactions.sealed_items = {item, ByteView("another")};
  EntryDraft configuration = BlockDraft(BlockKind::kConfiguration);
  configuration.configuration = EncodeConfiguration(SampleConfiguration());
  return Object{{"proposer_seed", Hex(Bytes(32, '\x64'))},
                {"transactions", EntryVector(transactions)},
                {"election", EntryVector(BlockDraft(BlockKind::kElection))},
                {"configuration", EntryVector(configuration)},
                {"configuration_bytes", Hex(configuration.configuration)}};
}

Value ExecutedLogVector() {
  Bytes configuration = EncodeConfiguration(SampleConfiguration());
  BlockLeaves genesis =
      MakeGenesisLeaves(SampleLedger(), 1'600'000'000'000, configuration, Sha256("genesis state"));
  BlockHeader header;
  header.height = Height(1);
  header.term = Term(2);
  header.time_ms = 1'700'000'000'123;
  header.proposer = KeyOf(100).key_id();
  header.prev_entry_hash = genesis.head.entry_hash;
  ExecutedTransaction tx;
  tx.id = EncodeUnsigned(FullDraft()).id;
  tx.signatures_hash = Sha256("signatures");
  tx.outcome = Bytes("SYO1\0\0\0\0", 8);  // applied, no effects
  BlockLeaves block = MakeBlockLeaves(genesis.head, header, EntryHashOf(EncodeHeader(header)), {},
                                      {tx}, Sha256("state"));
  BlockHeader next = header;
  next.kind = BlockKind::kConfiguration;
  next.height = Height(2);
  BlockLeaves changed = MakeBlockLeaves(block.head, next, EntryHashOf(EncodeHeader(next)),
                                        configuration, {}, Sha256("state 2"));
  return Object{{"genesis_leaves", HexList(genesis.leaves)},
                {"outcome", Hex(tx.outcome)},
                {"outcome_hash", Hex(Sha256(tx.outcome))},
                {"transaction_block_leaves", HexList(block.leaves)},
                {"configuration_block_leaves", HexList(changed.leaves)},
                {"header_leaf_hash", Hex(changed.head.header_leaf_hash)}};
}

Value StoreVector() {
  MarkSlot slot{65, {Height(9), Term(2), Sha256("entry")}};
  return Object{{"mark_slot_number", Value(uint64_t{slot.n})},
                {"mark_slot", Hex(EncodeMarkSlot(slot))},
                {"state_namespace", Value(3)},
                {"state_key_bytes", Hex("a batch")},
                {"state_key", Hex(StateKey(3, "a batch"))}};
}

}  // namespace

std::map<std::string, Value> DeriveLedgerVectors() {
  return {{"transaction.json", TransactionVector()},
          {"block.json", BlockVector()},
          {"executed_log.json", ExecutedLogVector()},
          {"store.json", StoreVector()}};
}

}  // namespace suyuan::test
