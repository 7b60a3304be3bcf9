// What the ledger shows of the goods of a flow record, for the duties of its readers.
#include "contracts/reader_facts.h"

#include <algorithm>

#include "contracts/code_select.h"
#include "contracts/field_numbers.h"
#include "contracts/identifiers/trace_code.h"
#include "contracts/reader_duties.h"
#include "contracts/unit_book.h"

namespace suyuan::contracts {
namespace {

namespace f = flow_field;
using ledger::EntityKind;

// An item of flow_codes: a code, or a range of a batch's; none of a range that is unknown.
std::vector<std::string> CodesOf(const StateReader& state, UnitBook& book,
                                 const json::Value& named) {
  if (const std::string* code = named.if_string()) return {*code};
  const std::string first = named.Text("first");
  if (!ParseCanonicalCode(first).ok()) return {};
  const auto claim = FindClaim(state, ShapeOf(first).claim_key);
  if (!claim || claim->kind != EntityKind::kBatch) return {};
  return CodesInRange(state, claim->id, book.FindBatch(claim->id)->batch, named,
                      limits::kCodesPerTransactionMax);
}

class Facts {
 public:
  Facts(const StateReader& state, const PartyId& sender, DutyFacts& facts)
      : state_(state), book_(state), sender_(sender), facts_(facts) {}

  void Add(const json::Value& named) {
    for (const std::string& code : CodesOf(state_, book_, named)) AddCode(code);
  }
  void AddBatch(const EntityId& id) {
    const BatchInfo* info = book_.FindBatch(id);
    if (info == nullptr) return;
    facts_.made =
        std::max(facts_.made.value_or(info->batch.production_day), info->batch.production_day);
    if (info->batch.released_ms != 0)
      facts_.released_ms = std::max(facts_.released_ms.value_or(0), info->batch.released_ms);
    facts_.by_manufacturer = facts_.by_manufacturer || info->batch.owner == sender_;
  }
  void Finish() {
    if (!shared_ && known_ && units_ != 0) facts_.units = units_;
  }

 private:
  void AddCode(const std::string& code) {
    const auto item = ParseCanonicalCode(code).ok() ? book_.Find(code) : std::nullopt;
    if (!item) {
      known_ = false;
      return;
    }
    AddItem(*item);
    if (item->unit.contents == 0) return;
    const Status walked = book_.ForEachInside(code, [&](Content& inside) -> Status {
      AddItem(inside.item);
      return {};
    });
    SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
  }
  void AddItem(const CodeItem& item) {
    shared_ = shared_ || item.shared;
    if (!item.batch.is_zero()) AddBatch(item.batch);
    // A bundle or a drum is one piece, whatever it is made of.
    if (IsPrimary(item.role) || (item.role == CodeRole::kChild && item.unit.Container() == nullptr))
      ++units_;
  }

  const StateReader& state_;
  UnitBook book_;
  const PartyId& sender_;
  DutyFacts& facts_;
  uint64_t units_ = 0;
  bool shared_ = false, known_ = true;
};

}  // namespace

bool NamesContainer(const StateReader& state, const ledger::Record& record) {
  UnitBook book(state);
  const auto holds = [&](const std::string& code) {
    const auto item = ParseCanonicalCode(code).ok() ? book.Find(code) : std::nullopt;
    return item && (item->unit.is_package() || item->unit.contents != 0);
  };
  return std::ranges::any_of(record.leaves, [&](const ledger::Leaf& leaf) {
    if (leaf.field != f::kFlowCodes || leaf.mode != ledger::LeafMode::kPublic) return false;
    return std::ranges::any_of(CodesOf(state, book, json::Parse(leaf.value).value()), holds);
  });
}

DutyFacts FactsOf(const StateReader& state, const ledger::Record& record, const PartyId& sender,
                  uint64_t time_ms) {
  DutyFacts out;
  out.time_ms = time_ms;
  out.sender = sender;
  if (record.schema != f::kSection) return out;
  Facts facts(state, sender, out);
  for (const ledger::Leaf& leaf : record.leaves) {
    if (leaf.mode != ledger::LeafMode::kPublic) continue;
    if (leaf.field == f::kFlowCodes) facts.Add(json::Parse(leaf.value).value());
    if (leaf.field != f::kFlowBatches) continue;
    if (const auto id = ParseEntityId(RecordView(record).Text(leaf.field, leaf.item)); id.ok())
      facts.AddBatch(*id);
  }
  facts.Finish();
  return out;
}

}  // namespace suyuan::contracts
