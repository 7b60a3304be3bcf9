#include "api/code_history.h"

#include <algorithm>

#include "contracts/field_numbers.h"
#include "contracts/outcome.h"
#include "contracts/record_view.h"
#include "contracts/types.h"

namespace suyuan::api {

using contracts::EntityEvent;
using ledger::EntityKind;
namespace tx = contracts::tx;

struct HistoryReader::Building {
  CodeHistory& history;
  std::optional<size_t> open = std::nullopt;  // the stay at this point of the code's life

  void Enter(std::shared_ptr<const LinkRecord> link, const Moment& at) {
    open = history.stays.size();
    history.stays.push_back({std::move(link), at, std::nullopt, {}});
  }
};

namespace {

bool IsFlow(ledger::TxType type) {
  return type == tx::kFlowRecord || type == tx::kFlowConfirm || type == tx::kFlowVoid;
}

// The last stay of a component or child, which stays linked when it moves alone (D-39).
const Stay* LastComposite(const CodeHistory& history) {
  for (size_t i = history.stays.size(); i-- > 0;)
    if (history.stays[i].link->kind != contracts::LinkKind::kPackage) return &history.stays[i];
  return nullptr;
}

}  // namespace

bool HistoryReader::Spend(size_t& from, size_t amount) {
  if (from == 0) {
    exhausted_ = true;
    return false;
  }
  from -= std::min(from, amount);
  return true;
}

Result<HistoryReader::KnownFlow*> HistoryReader::LoadFlow(const EntityId& id) {
  const auto known = flows_.find(id);
  if (known != flows_.end()) return &known->second;
  if (!Spend(budget_.flow_bytes)) return static_cast<KnownFlow*>(nullptr);
  const auto entity = contracts::LoadEntity(state_, EntityKind::kFlow, id.view());
  if (!entity) return Error{ErrorCode::kCorrupt, "an event names a flow that is not there"};
  Spend(budget_.flow_bytes, entity->content.size());
  KnownFlow& flow = flows_[id];
  flow.head = {entity->state, contracts::DecodeFlow(entity->content)};
  for (contracts::FlowGoods& goods : flow.head.flow.goods) {
    bool& named = flow.goods[std::move(goods.code)];
    named = named || !goods.inside;
  }
  flow.head.flow.goods = {};
  return &flow;
}

Result<const FlowHead*> HistoryReader::FindFlow(const EntityId& id) {
  SUYUAN_ASSIGN_OR_RETURN(const KnownFlow* flow, LoadFlow(id));
  return flow ? &flow->head : nullptr;
}

Result<Moment> HistoryReader::MomentOf(const EntityEvent& event) {
  Moment at{event.height.value(), 0, event.record};
  auto known = outcomes_.find(event.tx);
  if (known == outcomes_.end() && Spend(budget_.outcomes)) {
    SUYUAN_ASSIGN_OR_RETURN(auto found, store_.FindTransaction(event.tx));
    if (!found) return Error{ErrorCode::kCorrupt, "an event's transaction is in no block"};
    known = outcomes_.emplace(event.tx, *std::move(found)).first;
  }
  if (known != outcomes_.end()) at.position = known->second.location.position;
  return at;
}

Result<std::vector<EntityId>> HistoryReader::FlowsOf(const EntityEvent& event) {
  const bool made =
      event.type == tx::kFlowRecord || (event.type == tx::kFlowVoid && event.record > 0);
  if (made) return std::vector{ledger::EntityIdOf(event.tx, event.record)};
  std::vector<EntityId> out;
  const auto known = outcomes_.find(event.tx);
  if (known == outcomes_.end()) return out;  // beyond the budget
  SUYUAN_ASSIGN_OR_RETURN(const contracts::Outcome outcome,
                          contracts::DecodeOutcome(known->second.outcome));
  for (const contracts::Effect& effect : outcome.effects) {
    if (effect.entity != EntityKind::kFlow || effect.kind != contracts::EffectKind::kChanged)
      continue;
    // What the confirming side states of its own is a record behind its command.
    if (effect.record != event.record && effect.record != event.record + 1) continue;
    SUYUAN_ASSIGN_OR_RETURN(out.emplace_back(), EntityId::From(effect.id));
  }
  return out;
}

Result<std::shared_ptr<const LinkRecord>> HistoryReader::ReadLink(const EntityEvent& event,
                                                                  const Moment& at) {
  std::shared_ptr<const LinkRecord>& known = links_[at];
  if (known || !Spend(budget_.transactions)) return known;
  SUYUAN_ASSIGN_OR_RETURN(const ledger::CommittedTransaction found,
                          ledger::LoadCommitted(store_, event.tx, limits_, ledger::Hashes::kKnown));
  if (event.record >= found.tx.records.size())
    return Error{ErrorCode::kCorrupt, "an event names a record that is not there"};
  namespace f = contracts::code_field;
  const contracts::RecordView view(found.tx.records[event.record]);
  auto link = std::make_shared<LinkRecord>();
  link->at = at;
  link->event = event;
  link->parent = view.Text(f::kParentCode);
  link->kind = contracts::ParseLinkKind(view.Text(f::kLinkKind)).value_or(link->kind);
  link->codes = view.Texts(f::kCodeValue);
  known = std::move(link);
  return known;
}

bool HistoryReader::HasEvent(const std::string& code, const EntityEvent& event) {
  const auto entity = contracts::LoadEntity(state_, EntityKind::kCode, code);
  bool found = false;
  if (!entity) return found;
  contracts::ScanEvents(state_, EntityKind::kCode, code, entity->event_count, event.height,
                        [&](const EntityEvent& other) {
                          found = other.tx == event.tx && other.record == event.record;
                          return !found && other.height == event.height && Spend(budget_.events);
                        });
  return found;
}

// One for each record: a package has an event for every code that was put into it.
std::vector<EntityEvent> HistoryReader::DistinctEvents(const CodeHistory& history, Height from) {
  std::vector<EntityEvent> out;
  contracts::ScanEvents(
      state_, EntityKind::kCode, history.item.code, history.item.entity.event_count, from,
      [&](const EntityEvent& event) {
        if (!Spend(budget_.events)) return false;
        if (out.empty() || out.back().tx != event.tx || out.back().record != event.record)
          out.push_back(event);
        return true;
      });
  return out;
}

Status HistoryReader::OnLink(Building& building, const EntityEvent& event, const Moment& at) {
  SUYUAN_ASSIGN_OR_RETURN(const auto link, ReadLink(event, at));
  CodeHistory& history = building.history;
  if (!link || link->parent.empty()) return {};  // beyond the budget; issued as a package
  if (link->parent == history.item.code) {
    history.contents.push_back(link);
    return {};
  }
  building.Enter(link, at);
  return {};
}

// The code left what contains it exactly when that changed in the same record; a component or child
// that left may come back so (FLOW_VOID).
void HistoryReader::OnWayOut(Building& building, const EntityEvent& event, const Moment& at) {
  CodeHistory& history = building.history;
  if (building.open) {
    Stay& stay = history.stays[*building.open];
    if (!HasEvent(stay.link->parent, event)) return;
    stay.until = at;
    stay.left = event;
    building.open.reset();
    return;
  }
  const Stay* composite = LastComposite(history);
  if (!composite || event.type != tx::kFlowVoid || !HasEvent(composite->link->parent, event))
    return;
  building.Enter(composite->link, at);
}

Status HistoryReader::OnFlow(Building& building, const EntityEvent& event, const Moment& at) {
  CodeHistory& history = building.history;
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<EntityId> flows, FlowsOf(event));
  bool with_container = false;
  for (const EntityId& id : flows) {
    SUYUAN_ASSIGN_OR_RETURN(const KnownFlow* flow, LoadFlow(id));
    if (!flow) return {};
    const auto goods = flow->goods.find(history.item.code);
    if (goods == flow->goods.end()) continue;
    if (!goods->second) {
      with_container = true;
      continue;
    }
    auto passage = std::ranges::find(history.passages, id, &Passage::flow);
    if (passage == history.passages.end())
      passage = history.passages.insert(passage, Passage{id, history.item.code, at, std::nullopt});
    const contracts::Flow& content = flow->head.flow;
    if (content.moved && content.moved_ms == event.time_ms) passage->moved = at;
  }
  if (!with_container) OnWayOut(building, event, at);
  return {};
}

// The state says what contains the code now.
void HistoryReader::MatchPresent(CodeHistory& history) {
  if (history.stays.empty() || exhausted_) return;
  const contracts::UnitLink* now = history.item.unit.Container();
  Stay& last = history.stays.back();
  if (now && last.link->parent == now->parent) last.until.reset();
  if (!now && !last.until) last.until = Moment{UINT64_MAX, 0, 0};
}

const CodeHistory* HistoryReader::FindItem(const std::string& code) {
  auto item = book_.Find(code);
  if (!item) return nullptr;
  std::unique_ptr<CodeHistory>& history = histories_[code];
  if (!history) history = std::make_unique<CodeHistory>();
  history->item = *std::move(item);
  return history.get();
}

size_t HistoryReader::CountLinks(const std::string& code) {
  const Bytes prefix = contracts::LinkKey(code, {});
  size_t count = 0;
  state_.Scan(contracts::Namespace::kLink, prefix, [&](ByteView key, ByteView) {
    if (!key.starts_with(prefix) || !Spend(budget_.events)) return false;
    ++count;
    return true;
  });
  return count;
}

Result<const CodeHistory*> HistoryReader::Find(const std::string& code, Height from) {
  const auto known = histories_.find(code);
  if (known != histories_.end()) return known->second.get();
  auto item = book_.Find(code);
  if (!item) return static_cast<const CodeHistory*>(nullptr);
  std::unique_ptr<CodeHistory>& history = histories_[code];
  history = std::make_unique<CodeHistory>();
  history->item = *std::move(item);
  const bool shared = history->item.shared;
  Building building{*history};
  for (const EntityEvent& event : DistinctEvents(*history, shared ? from : Height(0))) {
    SUYUAN_ASSIGN_OR_RETURN(const Moment at, MomentOf(event));
    if (event.type == tx::kCodeLink) {
      SUYUAN_RETURN_IF_ERROR(OnLink(building, event, at));
    } else if (event.type == tx::kCodeUnlink) {
      if (building.open) OnWayOut(building, event, at);
    } else if (IsFlow(event.type)) {
      SUYUAN_RETURN_IF_ERROR(OnFlow(building, event, at));
    }
    if (history->passages.size() > budget_.passages) exhausted_ = true;
    if (exhausted_) break;
  }
  MatchPresent(*history);
  return history.get();
}

}  // namespace suyuan::api
