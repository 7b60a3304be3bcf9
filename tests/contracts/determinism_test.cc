// The same blocks give the same outcomes and writes, whatever implements the state, and a refused
// transaction leaves nothing behind: a seeded sequence of more than 10,000 valid and invalid
// transactions, run twice over two implementations of StateReader.
#include "contracts/party.h"
#include "ledger/block.h"
#include "tests/contracts/batch_fixture.h"
#include "tests/contracts/seeded_random.h"

namespace suyuan::contracts::testing {
namespace {

namespace b = batch_field;
using ledger::EntityKind;

// Draws transactions that are right, wrong in one place, early, late, repeated or from the wrong
// hand; entities are picked from those that earlier draws may have made.
class Workload {
 public:
  Workload(Chain& chain, const EntityId& product, const EntityId& report, uint64_t seed)
      : chain_(chain), random_(seed), products_{product}, reports_{report} {}

  SignedTx Next() {
    if (!sent_.empty() && random_.Below(20) == 0) return sent_[random_.Below(Size(sent_))];
    SignedTx tx = Draw();
    if (random_.Below(40) == 0) tx.envelope.back() = static_cast<char>(tx.envelope.back() ^ 1);
    sent_.push_back(tx);
    return tx;
  }

 private:
  template <typename T>
  static uint32_t Size(const std::vector<T>& v) {
    return static_cast<uint32_t>(v.size());
  }
  template <typename T>
  const T& Pick(const std::vector<T>& v) {
    return v[random_.Below(Size(v))];
  }
  // The first one is in order; the rest came as they came.
  const EntityId& MostlyFirst(const std::vector<EntityId>& ids) {
    return random_.Below(4) != 0 ? ids.front() : Pick(ids);
  }
  const Actor& Who() {
    const Actor* actors[] = {&chain_.maker,  &chain_.maker,         &chain_.maker,
                             &chain_.maker,  &chain_.regulator,     &chain_.regulator,
                             &chain_.seller, &chain_.far_regulator, &chain_.lab};
    return *actors[random_.Below(9)];
  }
  TxOptions Options() {
    TxOptions options;
    if (random_.Below(30) == 0) options.lifetime_ms = 1;
    if (random_.Below(30) == 0) options.expected_version = 1 + random_.Below(3);
    if (random_.Below(30) == 0 && !sent_.empty()) options.after = Pick(sent_).id;
    if (random_.Below(60) == 0) options.version = 2;
    return options;
  }
  SignedTx Made(TxType type, const Rec& rec, std::vector<EntityId>* ids) {
    SignedTx tx = chain_.Make(type, Who(), {rec}, Options());
    if (ids != nullptr) ids->push_back(ledger::EntityIdOf(tx.id, 0));
    return tx;
  }

  SignedTx Draw() {
    switch (random_.Below(10)) {
      case 0: {
        const char* types[] = {"factory_inspection", "type_test", "other", "ccc_cert"};
        Rec rec = Document(types[random_.Below(4)]);
        if (random_.Below(4) == 0) rec.Drop(document_field::kIssueDate);
        return Made(tx::kDocAnchor, rec, &reports_);
      }
      case 1:
        return Made(tx::kProductRegister, Product(), &products_);
      case 2:
        return Made(tx::kProductReview,
                    Review(EntityKind::kProduct, Pick(products_).view(), Decision()), nullptr);
      case 3:
      case 4: {
        Rec rec = BatchOf(MostlyFirst(products_), MostlyFirst(reports_),
                          std::to_string(1 + random_.Below(4)).c_str());
        if (random_.Below(5) == 0) rec.Set(b::kSupplementPending, true);
        if (random_.Below(8) == 0) rec.Set(b::kProductionDate, "2027-01-01");
        return Made(tx::kBatchSubmit, rec, &batches_);
      }
      case 5:
        return Made(tx::kBatchReview, Review(EntityKind::kBatch, Batch(), Decision()), nullptr);
      case 6:
      case 7: {
        const char* lots[] = {"A", "B", "C", "D", "E", "F", "G", "H"};  // few: some clash
        return Made(tx::kBatchActivate,
                    Codes(*EntityId::From(Batch()), random_.Below(6), 1 + random_.Below(4),
                          lots[random_.Below(8)]),
                    nullptr);
      }
      case 8:
        return Made(tx::kCodePrint, Print(*EntityId::From(Batch())), nullptr);
      default:
        return Made(tx::kBatchRelease, NextRelease(), nullptr);
    }
  }
  Rec NextRelease() {
    Rec rec = Release(*EntityId::From(Batch()), FormatTimeMs(chain_.now_ms).c_str());
    if (random_.Below(3) == 0) rec.Set(b::kReleaseCodes, ItemCode(random_.Below(6), "A"));
    return rec;
  }
  const char* Decision() {
    const char* decisions[] = {"approve", "approve", "return", "reject"};
    return decisions[random_.Below(4)];
  }
  ByteView Batch() {
    if (batches_.empty()) return products_[0].view();
    // Mostly recent ones, so that some batch goes the whole way.
    const uint32_t n = Size(batches_);
    return batches_[n - 1 - random_.Below(std::min(n, 12u))].view();
  }

  Chain& chain_;
  Random random_;
  std::vector<EntityId> products_, reports_, batches_;
  std::vector<SignedTx> sent_;
};

class DeterminismTest : public BatchTest {};

TEST_F(DeterminismTest, TwoRunsTwoStatesOneResult) {
  constexpr int kTransactions = 12'000;
  Workload workload(chain, product, report, 20260302);
  VectorState second;
  std::vector<ledger::StateWrite> all;
  for (const auto& [key, value] : chain.state.values)
    all.push_back({static_cast<uint8_t>(key.first), InTree(key.first), key.second, value});
  second.Apply(all);
  std::map<ErrorCode, int> refused;
  int applied = 0, sent = 0;
  while (sent < kTransactions) {
    std::vector<SignedTx> block;
    for (int i = 0; i < 40; ++i, ++sent) block.push_back(workload.Next());
    ledger::EntryDraft draft;
    draft.height = Height(chain.height);
    draft.term = Term(1);
    draft.time_ms = chain.now_ms;
    for (const SignedTx& tx : block) draft.envelopes.push_back(tx.envelope);
    const auto entry = ledger::DecodeEntry(
        std::make_shared<const Bytes>(ledger::BuildEntry(draft, chain.node.key)));
    ExecutionContext context;
    context.ledger = chain.ledger_id;
    const auto seen_before = chain.seen;
    context.earlier = [&](const TxId& id) {
      const auto at = seen_before.find(id);
      return at == seen_before.end() ? std::nullopt : std::optional(at->second);
    };
    // As on a node that took in these transactions itself; the other run compares and verifies.
    ledger::VerifiedCache cache(1'000);
    context.cache = &cache;
    for (const SignedTx& tx : block) {
      const auto decoded = ledger::DecodeTransactionView(tx.envelope, context.limits, nullptr);
      if (decoded.ok() && ledger::VerifyTransactionSignatures(*decoded).ok())
        cache.Insert(ledger::VerifiedCache::KeyOf(tx.envelope));
    }
    const BlockExecution other = ExecuteBlock(context, second, *entry);
    second.Apply(other.writes);
    const BlockExecution first = chain.Block(block);
    ASSERT_EQ(first.transactions.size(), other.transactions.size());
    for (size_t i = 0; i < first.transactions.size(); ++i) {
      ASSERT_EQ(first.transactions[i].id, other.transactions[i].id);
      ASSERT_EQ(first.transactions[i].outcome, other.transactions[i].outcome);
      const Outcome outcome = DecodeOutcome(first.transactions[i].outcome).value();
      outcome.applied() ? ++applied : ++refused[outcome.refusal->code];
    }
    ASSERT_EQ(first.writes.size(), other.writes.size());
    for (size_t i = 0; i < first.writes.size(); ++i) {
      ASSERT_EQ(first.writes[i].key, other.writes[i].key);
      ASSERT_EQ(first.writes[i].value, other.writes[i].value);
    }
  }
  // The draw is worth something only if it meets many verdicts.
  EXPECT_GT(applied, 1500);
  EXPECT_GE(refused.size(), 10u);
  for (const ErrorCode code : {ErrorCode::kSig, ErrorCode::kState, ErrorCode::kAuthz,
                               ErrorCode::kMissing, ErrorCode::kDupCode, ErrorCode::kNotReady,
                               ErrorCode::kRegion, ErrorCode::kVersion, ErrorCode::kType}) {
    EXPECT_GT(refused[code], 0) << Describe(code).name;
  }
}

}  // namespace
}  // namespace suyuan::contracts::testing
