// Transactions: every rule of docs/formats.md §1 and §2, and that bytes are accepted exactly when
// they are the one canonical form (reliability §5; C06, C30).
#include "ledger/transaction.h"

#include <functional>

#include <gtest/gtest.h>

#include "common/codec.h"
#include "common/hash.h"
#include "ledger/proto/transaction.pb.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"

namespace suyuan::ledger {
namespace {

using test::Rng;
using test::SampleLedger;
using test::SimpleDraft;

Result<Transaction> Decode(Bytes envelope) {
  LedgerId ledger = SampleLedger();
  return DecodeTransaction(std::make_shared<const Bytes>(std::move(envelope)), LedgerLimits{},
                           &ledger);
}
Bytes Sign(const TransactionDraft& draft) { return SignTransaction(draft, test::KeyOf(1)); }

// ---- Round trip ---------------------------------------------------------------------------------

void ExpectSameLeaf(const Leaf& leaf, const RecordDraft::LeafDraft& draft) {
  ASSERT_EQ(leaf.mode, draft.mode);
  if (leaf.mode == LeafMode::kPublic) {
    EXPECT_EQ(leaf.value, draft.value);
  }
  if (leaf.mode != LeafMode::kHidden) return;
  EXPECT_EQ(leaf.audience, draft.audience);
  EXPECT_EQ(leaf.padded_length, draft.padded_length);
  EXPECT_EQ(leaf.commitment, draft.commitment);
  EXPECT_EQ(leaf.content_hash, draft.content_hash);
}

void ExpectSame(const Transaction& tx, const TransactionDraft& draft) {
  const Core &a = tx.core, &b = draft.core;
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.type_version, b.type_version);
  EXPECT_EQ(a.submitter, b.submitter);
  EXPECT_EQ(a.actor, b.actor);
  EXPECT_EQ(a.signers, b.signers);
  EXPECT_EQ(a.nonce, b.nonce);
  EXPECT_EQ(a.created_ms, b.created_ms);
  EXPECT_EQ(a.expiry_ms, b.expiry_ms);
  EXPECT_EQ(a.after, b.after);
  EXPECT_EQ(a.expected_version, b.expected_version);
  EXPECT_EQ(a.reader_height, b.reader_height);
  EXPECT_EQ(a.seal_public_key, b.seal_public_key);
  ASSERT_EQ(a.audiences.size(), b.audiences.size());
  for (size_t i = 0; i < a.audiences.size(); ++i) {
    EXPECT_EQ(a.audiences[i].id, b.audiences[i].id);
    EXPECT_EQ(a.audiences[i].key_commitment, b.audiences[i].key_commitment);
    EXPECT_EQ(a.audiences[i].wrap_count, b.audiences[i].wrap_count);
    EXPECT_EQ(a.audiences[i].wraps_hash, b.audiences[i].wraps_hash);
  }
  ASSERT_EQ(tx.records.size(), draft.records.size());
  for (size_t i = 0; i < tx.records.size(); ++i) {
    const Record& record = tx.records[i];
    const RecordDraft& wanted = draft.records[i];
    EXPECT_EQ(record.schema, wanted.schema);
    EXPECT_EQ(record.schema_version, wanted.schema_version);
    EXPECT_EQ(record.subject_kind, wanted.subject_kind);
    if (wanted.subject_kind != EntityKind::kNone) {
      EXPECT_EQ(record.subject, wanted.subject);
    }
    ASSERT_EQ(record.leaves.size(), wanted.leaves.size());
    for (const auto& leaf : wanted.leaves) {
      const Leaf* found = record.Find(leaf.field, leaf.item);
      ASSERT_NE(found, nullptr);
      ExpectSameLeaf(*found, leaf);
    }
  }
}

TEST(Transaction, RoundTripOfTenThousandRandomDrafts) {
  Rng rng(1);
  LedgerId ledger = SampleLedger();
  for (int i = 0; i < 10'000; ++i) {
    TransactionDraft draft = test::RandomDraft(rng);
    UnsignedTransaction unsigned_tx = EncodeUnsigned(draft);
    SignatureEntry signature;  // checked apart from the form
    signature.public_key = test::KeyOf(1).public_key();
    std::vector<SignatureEntry> signatures(draft.core.signers.size(), signature);
    Bytes envelope = EncodeEnvelope(unsigned_tx, signatures);
    auto tx = DecodeTransactionView(envelope, LedgerLimits{}, &ledger);
    ASSERT_OK(tx);
    EXPECT_EQ(tx->id, unsigned_tx.id);
    EXPECT_EQ(*PeekTransactionId(envelope), tx->id);
    EXPECT_EQ(tx->signatures_hash, SignaturesHashOf(signatures));
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*tx, draft)) << "case " << i;
  }
}

TEST(Transaction, ViewsPointIntoTheSharedEnvelope) {
  auto tx = Decode(Sign(SimpleDraft(1)));
  ASSERT_OK(tx);
  Transaction moved = *std::move(tx);
  const Leaf& leaf = moved.records[0].leaves[1];
  EXPECT_EQ(leaf.value, "\"value 1/1\"");
  EXPECT_GE(leaf.value.data(), moved.envelope->data());
  EXPECT_LE(leaf.value.data() + leaf.value.size(), moved.envelope->data() + moved.envelope->size());
}

TEST(Transaction, SignaturesVerifyAndEachWrongOneIsNamed) {
  TransactionDraft draft = SimpleDraft(1);
  draft.core.signers.push_back(
      {SignerRole::kCounterparty, test::SampleParty(), test::KeyOf(2).key_id()});
  UnsignedTransaction unsigned_tx = EncodeUnsigned(draft);
  std::vector<SignatureEntry> signatures(2);
  for (uint8_t i = 0; i < 2; ++i) {
    SigningKey key = test::KeyOf(static_cast<uint8_t>(i + 1));
    signatures[i].public_key = key.public_key();
    signatures[i].signature = key.Sign(TransactionSigningBytes(unsigned_tx.id));
  }
  auto good = Decode(EncodeEnvelope(unsigned_tx, signatures));
  ASSERT_OK(good);
  EXPECT_TRUE(VerifyTransactionSignatures(*good).ok());
  for (size_t i = 0; i < 2; ++i) {
    auto wrong = signatures;
    wrong[i].signature.data[5] ^= 1;
    auto tx = Decode(EncodeEnvelope(unsigned_tx, wrong));
    ASSERT_OK(tx);
    EXPECT_CODE(VerifyTransactionSignatures(*tx), ErrorCode::kSig);
    EXPECT_NE(VerifyTransactionSignatures(*tx).error().detail.find(std::to_string(i)),
              std::string::npos);
  }
  std::swap(signatures[0], signatures[1]);
  EXPECT_CODE(Decode(EncodeEnvelope(unsigned_tx, signatures)), ErrorCode::kFormat);
  signatures.pop_back();
  EXPECT_CODE(Decode(EncodeEnvelope(unsigned_tx, signatures)), ErrorCode::kFormat);
}

// ---- Rules of §1 --------------------------------------------------------------------------------

struct CoreCase {
  const char* name;
  std::function<void(v1::Core*)> change;
  ErrorCode wanted;
};

// Changes the core and signs it again, so that only the changed thing is wrong.
Bytes WithCore(const std::function<void(v1::Core*)>& change) {
  v1::Envelope envelope;
  EXPECT_TRUE(envelope.ParseFromString(Sign(SimpleDraft(1))));
  v1::Core core;
  EXPECT_TRUE(core.ParseFromString(envelope.core()));
  change(&core);
  envelope.set_core(core.SerializeAsString());
  return envelope.SerializeAsString();
}

TEST(Transaction, EachRuleOfTheCoreHasItsCode) {
  const Bytes party = test::SampleParty().str();
  auto audience = [](v1::Core* c, uint32_t id) {
    auto* a = c->add_audiences();
    a->set_id(id);
    a->set_key_commitment(Bytes(32, 'k'));
    a->set_wraps_hash(Bytes(32, 'w'));
  };
  const CoreCase cases[] = {
      {"suite", [](auto* c) { c->set_suite(2); }, ErrorCode::kFormat},
      {"suite absent", [](auto* c) { c->clear_suite(); }, ErrorCode::kFormat},
      {"ledger", [](auto* c) { c->set_ledger_id(Bytes(32, 'x')); }, ErrorCode::kLedger},
      {"ledger short", [](auto* c) { c->set_ledger_id(Bytes(31, 'x')); }, ErrorCode::kFormat},
      {"type", [](auto* c) { c->clear_type(); }, ErrorCode::kFormat},
      {"type wide", [](auto* c) { c->set_type(65536); }, ErrorCode::kFormat},
      {"version", [](auto* c) { c->clear_type_version(); }, ErrorCode::kFormat},
      {"submitter", [](auto* c) { c->set_submitter("91110000600037341I"); }, ErrorCode::kFormat},
      {"submitter absent", [](auto* c) { c->clear_submitter(); }, ErrorCode::kFormat},
      {"actor zero", [](auto* c) { c->set_actor(Bytes(16, '\0')); }, ErrorCode::kFormat},
      {"actor long", [](auto* c) { c->set_actor(Bytes(17, 'a')); }, ErrorCode::kFormat},
      {"no signers", [](auto* c) { c->clear_signers(); }, ErrorCode::kFormat},
      {"first role", [](auto* c) { c->mutable_signers(0)->set_role(2); }, ErrorCode::kFormat},
      {"role", [](auto* c) { c->mutable_signers(0)->set_role(7); }, ErrorCode::kFormat},
      {"first party", [](auto* c) { c->mutable_signers(0)->set_party("91110000600037341M"); },
       ErrorCode::kFormat},
      {"key id", [](auto* c) { c->mutable_signers(0)->set_key_id(Bytes(32, 'k')); },
       ErrorCode::kFormat},
      {"two submitters", [](auto* c) { *c->add_signers() = c->signers(0); }, ErrorCode::kFormat},
      {"many signers",
       [](auto* c) {
         for (int i = 0; i < 8; ++i) *c->add_signers() = c->signers(0);
       },
       ErrorCode::kSize},
      {"nonce", [](auto* c) { c->clear_nonce(); }, ErrorCode::kFormat},
      {"nonce zero", [](auto* c) { c->set_nonce(Bytes(16, '\0')); }, ErrorCode::kFormat},
      {"created", [](auto* c) { c->clear_created_ms(); }, ErrorCode::kFormat},
      {"expiry", [](auto* c) { c->set_expiry_ms(c->created_ms()); }, ErrorCode::kFormat},
      {"7 days", [](auto* c) { c->set_expiry_ms(c->created_ms() + 604'800'001); },
       ErrorCode::kFormat},
      {"after", [](auto* c) { c->set_after(Bytes(31, 'a')); }, ErrorCode::kFormat},
      {"expected", [](auto* c) { c->set_expected_version(1ull << 32); }, ErrorCode::kFormat},
      {"no records", [](auto* c) { c->clear_record_count(); }, ErrorCode::kFormat},
      {"more records", [](auto* c) { c->set_record_count(2); }, ErrorCode::kFormat},
      {"too many records", [](auto* c) { c->set_record_count(10'001); }, ErrorCode::kSize},
      {"root", [](auto* c) { c->set_records_root(Bytes(32, 'r')); }, ErrorCode::kFormat},
      {"audience order",
       [&](auto* c) {
         audience(c, 2);
         audience(c, 2);
       },
       ErrorCode::kFormat},
      {"audience id", [&](auto* c) { audience(c, 256); }, ErrorCode::kFormat},
      {"audiences",
       [&](auto* c) {
         for (uint32_t i = 0; i < 65; ++i) audience(c, i);
       },
       ErrorCode::kSize},
      {"seal key", [](auto* c) { c->set_seal_public_key(Bytes(33, 's')); }, ErrorCode::kFormat},
      {"core size",
       [](auto* c) {
         for (int i = 0; i < 60; ++i) *c->add_signers() = c->signers(0);
       },
       ErrorCode::kSize},
  };
  for (const CoreCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_CODE(Decode(WithCore(c.change)), c.wanted);
  }
  ASSERT_OK(Decode(WithCore([](auto* c) { c->set_expiry_ms(c->created_ms() + 604'800'000); })));
  ASSERT_OK(Decode(WithCore([](auto* c) { c->set_expected_version(UINT32_MAX); })));
}

TEST(Transaction, LimitsOfTheLedgerCount) {
  Bytes envelope = Sign(SimpleDraft(1));
  LedgerLimits limits;
  limits.transaction_bytes_max = static_cast<uint32_t>(envelope.size());
  ASSERT_OK(DecodeTransactionView(envelope, limits, nullptr));
  --limits.transaction_bytes_max;
  EXPECT_CODE(DecodeTransactionView(envelope, limits, nullptr), ErrorCode::kSize);
}

// ---- Rules of §2 --------------------------------------------------------------------------------

Bytes Head(const Bytes& subject_part, uint16_t count) {
  return Writer().Raw("SYR1").U16(2).U16(1).Raw(subject_part).U16(count).Take();
}
Bytes NoSubject() { return Writer().U8(0).Sized("").Take(); }
Bytes Clear(uint8_t kind, const Bytes& id) {
  return Writer().U8(1).Sized(Bytes(1, static_cast<char>(kind)) + id).Take();
}
Bytes Public(uint16_t field, uint16_t item, ByteView value) {
  return Writer().U16(field).U16(item).U8(0).Sized(value).Take();
}
Bytes Hidden(uint32_t padded) {
  return Writer().U16(1).U16(0).U8(1).U8(0).U32(padded).Raw(Hash{}).Raw(Hash{}).Take();
}

ErrorCode CodeOf(const std::vector<Bytes>& leaves, Error* error = nullptr) {
  std::vector<ByteView> views(leaves.begin(), leaves.end());
  auto record = DecodeRecord(views, 7);
  if (record.ok()) return ErrorCode::kOk;
  EXPECT_EQ(record.error().record, 7u);
  if (error != nullptr) *error = record.error();
  return record.error().code;
}

TEST(Record, EachRuleHasItsCode) {
  using enum ErrorCode;
  const Bytes one = Public(0x0203, 0, "\"a\"");
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), one}), kOk);
  EXPECT_EQ(CodeOf({}), kFormat);
  EXPECT_EQ(CodeOf({one}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1)}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 0), one}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1) + "x", one}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 2), one, one}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 2), Public(5, 1, "1"), Public(5, 0, "1")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 2), Public(5, 0, "1"), Public(5, 1, "1")}), kOk);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "01")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "{\"b\":1,\"a\":2}")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "{\"a\":2,\"b\":1}")}), kOk);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"\\u0041\"")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"a\"b\"")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"溯源\"")}), kOk);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"\xff\"")}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"" + Bytes(65'534, 'a') + "\"")}), kOk);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Public(1, 0, "\"" + Bytes(65'535, 'a') + "\"")}), kSize);
  for (uint32_t padded : {64u, 128u, 1u << 20})
    EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Hidden(padded)}), kOk);
  for (uint32_t padded : {0u, 32u, 96u, 65u})
    EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Hidden(padded)}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Writer().U16(1).U16(0).U8(2).Take()}), kOk);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Writer().U16(1).U16(0).U8(2).U8(0).Take()}), kFormat);
  EXPECT_EQ(CodeOf({Head(NoSubject(), 1), Writer().U16(1).U16(0).U8(3).Take()}), kFormat);
}

TEST(Record, SubjectsHaveTheFormOfTheirKind) {
  using enum ErrorCode;
  EXPECT_EQ(CodeOf({Head(Writer().U8(0).Sized("x").Take(), 0)}), kFormat);
  EXPECT_EQ(CodeOf({Head(Writer().U8(1).Sized("").Take(), 0)}), kFormat);
  EXPECT_EQ(CodeOf({Head(Writer().U8(2).Sized(Bytes(32, 'h')).Take(), 0)}), kFormat);
  EXPECT_EQ(CodeOf({Head(Clear(1, test::SampleParty().str()), 0)}), kOk);
  EXPECT_EQ(CodeOf({Head(Clear(1, Bytes(18, 'i')), 0)}), kFormat);
  for (uint8_t kind : {2, 3, 6}) {
    EXPECT_EQ(CodeOf({Head(Clear(kind, Bytes(16, '\0')), 0)}), kOk);
    EXPECT_EQ(CodeOf({Head(Clear(kind, Bytes(15, '\0')), 0)}), kFormat);
  }
  for (uint8_t kind : {4, 0x10}) {
    EXPECT_EQ(CodeOf({Head(Clear(kind, "01/06901234567892"), 0)}), kOk);
    EXPECT_EQ(CodeOf({Head(Clear(kind, ""), 0)}), kFormat);
    EXPECT_EQ(CodeOf({Head(Clear(kind, "\xc0\x80"), 0)}), kFormat);
    EXPECT_EQ(CodeOf({Head(Clear(kind, Bytes(254, 'a')), 0)}), kOk);
    EXPECT_EQ(CodeOf({Head(Clear(kind, Bytes(255, 'a')), 0)}), kSize);
  }
  for (uint8_t kind : {0, 5, 7, 255}) EXPECT_EQ(CodeOf({Head(Clear(kind, "x"), 0)}), kFormat);
}

TEST(Record, ErrorsNameRecordFieldAndItem) {
  Error error;
  CodeOf({Head(NoSubject(), 2), Public(0x0203, 0, "1"), Public(0x0203, 4, "nope")}, &error);
  EXPECT_EQ(error.field, 0x0203);
  EXPECT_EQ(error.item, 4);
}

TEST(Record, TenThousandLeavesInOneRecord) {
  TransactionDraft draft = SimpleDraft(1, 10'000);
  auto tx = Decode(Sign(draft));
  ASSERT_OK(tx);
  EXPECT_EQ(tx->records[0].leaves.size(), 10'000u);
  EXPECT_EQ(tx->records[0].Find(0x0201, 9'999)->value, "\"value 1/9999\"");
  draft = SimpleDraft(1, 10'257);
  EXPECT_CODE(Decode(Sign(draft)), ErrorCode::kSize);
}

}  // namespace
}  // namespace suyuan::ledger
