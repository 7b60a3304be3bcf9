// What the ledger shows of the goods of a flow record, for the duties of its readers.
#include <algorithm>

#include "contracts/code_select.h"
#include "contracts/entity_access.h"
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

// Whether what containers held when a record was made is what they hold now: nothing touched them
// since but the record's own flow, which moves a container as a whole. Each change of contents is
// an event of the container.
class Stillness {
 public:
  Stillness(const StateReader& state, const std::optional<RecordMaking>& made)
      : state_(state), made_(made) {
    if (made_ && !made_->flow.empty()) flow_ = ReadEvents(state, EntityKind::kFlow, made_->flow);
  }

  bool Of(const CodeItem& container) const {
    if (!made_ || container.entity.event_count == 0) return true;
    bool still = true, before = false, own = false;
    const auto visit = [&](const EntityEvent& event) {
      if (IsOfFlow(event)) {
        own = own || event.tx == made_->tx;
      } else if (event.height == made_->height && !own) {
        before = true;  // in the record's block, and before it if the record leaves an event
      } else {
        still = false;
      }
      return still;
    };
    ScanEvents(state_, EntityKind::kCode, container.code, container.entity.event_count,
               made_->height, visit);
    return still && (own || !before);
  }

 private:
  // A confirmation's details are the record behind the one that moves the goods.
  bool IsOfFlow(const EntityEvent& event) const {
    return std::ranges::any_of(flow_, [&](const EntityEvent& own) {
      return own.tx == event.tx && (own.record == event.record || own.record == event.record + 1);
    });
  }

  const StateReader& state_;
  const std::optional<RecordMaking>& made_;
  std::vector<EntityEvent> flow_;  // what happened to the record's flow
};

class Facts {
 public:
  Facts(const StateReader& state, const PartyId& sender, const std::optional<RecordMaking>& made,
        DutyFacts& facts)
      : state_(state), book_(state), still_(state, made), sender_(sender), facts_(facts) {}

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
    if (!shared_ && known_ && facts_.goods_known && units_ != 0) facts_.units = units_;
  }

 private:
  void AddCode(const std::string& code) {
    const auto item = ParseCanonicalCode(code).ok() ? book_.Find(code) : std::nullopt;
    if (!item) {
      known_ = false;
      return;
    }
    AddItem(*item, IsPrimary(item->role) || item->role == CodeRole::kChild);
    if (!Contains(*item) || !IsStill(*item) || item->unit.contents == 0) return;
    // First whether all of it is known: what lies deeper may have been put there later.
    std::vector<Content> inside;
    const Status walked = book_.ForEachInside(code, [&](Content& content) -> Status {
      if (Contains(content.item)) IsStill(content.item);
      inside.push_back(content);
      return {};
    });
    SUYUAN_CHECK(walked.ok(), "the visitor refuses nothing");
    if (!facts_.goods_known) return;
    // A bundle or a drum is one piece, whatever it is made of.
    for (const Content& content : inside) {
      const CodeRole role = content.item.role;
      AddItem(content.item, IsPrimary(role) || (role == CodeRole::kChild &&
                                                content.link.kind == LinkKind::kPackage));
    }
  }
  static bool Contains(const CodeItem& item) {
    return item.unit.is_package() || item.unit.contents != 0 || item.role == CodeRole::kBundle ||
           item.role == CodeRole::kParent;
  }
  bool IsStill(const CodeItem& container) {
    const bool still = still_.Of(container);
    facts_.goods_known = facts_.goods_known && still;
    return still;
  }
  void AddItem(const CodeItem& item, bool piece) {
    shared_ = shared_ || item.shared;
    if (!item.batch.is_zero()) AddBatch(item.batch);
    if (piece) ++units_;
  }

  const StateReader& state_;
  UnitBook book_;
  const Stillness still_;
  const PartyId& sender_;
  DutyFacts& facts_;
  uint64_t units_ = 0;
  bool shared_ = false, known_ = true;
};

}  // namespace

DutyFacts FactsOf(const StateReader& state, const ledger::Record& record, const PartyId& sender,
                  uint64_t time_ms, const std::optional<RecordMaking>& made) {
  DutyFacts out;
  out.time_ms = time_ms;
  out.sender = sender;
  // Foreign goods bore no code of this ledger then, whatever was filed later.
  if (record.schema != f::kSection || (made && RecordView(record).Flag(f::kForeignDeclared)))
    return out;
  Facts facts(state, sender, made, out);
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
