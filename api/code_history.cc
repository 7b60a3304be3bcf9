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

// Links that are read at most to tell what a code lay in before its history starts.
constexpr size_t kLinksBeforeMax = 64;
// Events that one record made are read as one, but so many cost as much as another record.
constexpr size_t kEventsOfOne = 64;

struct HistoryReader::Building {
  CodeHistory& history;
  const HistoryStart start;
  std::optional<size_t> open = std::nullopt;  // the stay at this point of the code's life
  size_t links_before = kLinksBeforeMax;
  size_t contents = 0;                       // codes that were put inside
  std::optional<Height> cut = std::nullopt;  // events from here on were not read
  bool stopped = false;                      // the end of the code's life is not told

  Height begin() const { return std::min(start.flows, start.contents); }
  void Enter(std::shared_ptr<const LinkRecord> link, const Moment& at) {
    open = history.stays.size();
    history.stays.push_back({std::move(link), at, std::nullopt, {}});
  }
  // Nothing is told from this height on.
  void Stop(Height height) {
    const Moment at{std::max(height, begin()).value(), 0, 0};
    stopped = true;
    if (!history.flows_until) history.flows_until = at;
    if (!history.contents_until) history.contents_until = at;
  }
};

namespace {

bool IsFlow(ledger::TxType type) {
  return type == tx::kFlowRecord || type == tx::kFlowConfirm || type == tx::kFlowVoid;
}

// The event is that of a flow's own record.
bool Records(const EntityEvent& event) {
  return event.type == tx::kFlowRecord || (event.type == tx::kFlowVoid && event.record > 0);
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

Result<std::optional<Moment>> HistoryReader::MomentOf(const EntityEvent& event) {
  auto known = outcomes_.find(event.tx);
  if (known == outcomes_.end()) {
    if (!Spend(budget_.outcomes)) return std::optional<Moment>();
    SUYUAN_ASSIGN_OR_RETURN(auto found, store_.FindTransaction(event.tx));
    if (!found) return Error{ErrorCode::kCorrupt, "an event's transaction is in no block"};
    known = outcomes_.emplace(event.tx, *std::move(found)).first;
  }
  const uint32_t position = known->second.location.position;
  return std::optional<Moment>(Moment{event.height.value(), position, event.record});
}

Result<std::vector<EntityId>> HistoryReader::FlowsOf(const EntityEvent& event) {
  if (Records(event)) return std::vector{ledger::EntityIdOf(event.tx, event.record)};
  std::vector<EntityId> out;
  const auto known = outcomes_.find(event.tx);
  SUYUAN_CHECK(known != outcomes_.end(), "the moment of an event is read first");
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
  std::shared_ptr<const LinkRecord>& known = links_[{event.tx, event.record}];
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

std::optional<bool> HistoryReader::HasEvent(const std::string& code, const EntityEvent& event) {
  const auto entity = contracts::LoadEntity(state_, EntityKind::kCode, code);
  if (!entity) return false;
  bool found = false, cut = false;
  size_t read = 0;
  contracts::ScanEvents(state_, EntityKind::kCode, code, entity->event_count, event.height,
                        [&](const EntityEvent& other) {
                          found = other.tx == event.tx && other.record == event.record;
                          if (found || other.height != event.height) return false;
                          cut = read++ % kEventsOfOne == 0 && !Spend(budget_.events);
                          return !cut;
                        });
  return cut ? std::nullopt : std::optional(found);
}

bool HistoryReader::ReadHappenings(Building& building, Height from, size_t way,
                                   std::vector<Happening>& out) {
  const contracts::CodeItem& item = building.history.item;
  bool arrives = true;
  size_t repeated = 0;
  contracts::ScanEvents(state_, EntityKind::kCode, item.code, item.entity.event_count, from,
                        [&](const EntityEvent& event) {
                          const EntityEvent* last = out.empty() ? nullptr : &out.back().event;
                          const bool same =
                              last && last->tx == event.tx && last->record == event.record;
                          if (same) out.back().several = true;
                          arrives = event.height >= building.begin() || out.size() < way;
                          if (!arrives) return false;
                          const bool free = same && ++repeated % kEventsOfOne != 0;
                          if (!free && !Spend(budget_.events)) {
                            building.cut = event.height;
                            return false;
                          }
                          if (!same) out.push_back({event, false});
                          return true;
                        });
  return arrives;
}

std::vector<HistoryReader::Happening> HistoryReader::Happenings(Building& building) {
  const contracts::CodeItem& item = building.history.item;
  std::vector<Happening> out;
  // A shared code has a flow a sale, and lies in nothing.
  const Height from = item.shared ? building.begin() : Height(0);
  if (!ReadHappenings(building, from, budget_.events / 2, out)) {
    exhausted_ = true;  // what it lay in at the start is not told
    out.clear();
    ReadHappenings(building, building.begin(), 0, out);
  } else if (item.unit.is_package() && !out.empty()) {
    out.erase(out.begin());  // it was issued
  }
  return out;
}

Result<bool> HistoryReader::OnLink(Building& building, const Happening& happening) {
  const EntityEvent& event = happening.event;
  CodeHistory& history = building.history;
  // What lies inside has one event a record: several are of what was put inside this code.
  const bool contents = event.height >= building.start.contents && !history.contents_until;
  if (happening.several && !contents) return true;
  if (event.height < building.begin() && building.links_before-- == 0) {
    building.links_before = 0;
    exhausted_ = true;
    return false;
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::optional<Moment> at, MomentOf(event));
  if (!at) return false;
  SUYUAN_ASSIGN_OR_RETURN(const auto link, ReadLink(event, *at));
  if (!link) return false;
  if (link->parent.empty()) return true;  // issued as a package
  if (link->parent != history.item.code) {
    building.Enter(link, *at);
    return true;
  }
  if (!contents) return true;
  if (building.contents >= budget_.contents)
    history.contents_until = *at;
  else
    history.contents.push_back(link);
  building.contents += link->codes.size();
  return true;
}

// The code left what contains it exactly when that changed in the same record; a component or child
// that left may come back so (FLOW_VOID).
Result<bool> HistoryReader::OnWayOut(Building& building, const EntityEvent& event) {
  CodeHistory& history = building.history;
  const Stay* stay = building.open ? &history.stays[*building.open] : LastComposite(history);
  if (!stay || (!building.open && event.type != tx::kFlowVoid)) return true;
  const std::optional<bool> changed = HasEvent(stay->link->parent, event);
  if (!changed) return false;
  if (!*changed) return true;
  SUYUAN_ASSIGN_OR_RETURN(const std::optional<Moment> at, MomentOf(event));
  if (!at) return false;
  if (!building.open) {
    building.Enter(stay->link, *at);
    return true;
  }
  Stay& left = history.stays[*building.open];
  left.until = at;
  left.left = event;
  building.open.reset();
  return true;
}

void HistoryReader::AddPassage(Building& building, const EntityId& id, const contracts::Flow& flow,
                               const EntityEvent& event, const Moment& at) {
  CodeHistory& history = building.history;
  const bool moves = flow.moved && flow.moved_ms == event.time_ms;
  auto passage = std::ranges::find(history.passages, id, &Passage::flow);
  if (passage == history.passages.end()) {
    // Recorded before the start, and has its place there.
    if (building.start.flows > Height(0) && !moves && !Records(event)) return;
    if (history.passages.size() >= budget_.passages) {
      history.flows_until = at;
      return;
    }
    passage = history.passages.insert(passage, Passage{id, history.item.code, at, std::nullopt});
  }
  if (moves) passage->moved = at;
}

Result<bool> HistoryReader::OnFlow(Building& building, const EntityEvent& event) {
  CodeHistory& history = building.history;
  const bool passed = event.height < building.start.flows || history.flows_until;
  const bool may_return = event.type == tx::kFlowVoid && LastComposite(history);
  if (passed && !building.open && !may_return) return true;
  SUYUAN_ASSIGN_OR_RETURN(const std::optional<Moment> at, MomentOf(event));
  if (!at) return false;
  SUYUAN_ASSIGN_OR_RETURN(const std::vector<EntityId> flows, FlowsOf(event));
  bool with_container = false;
  for (const EntityId& id : flows) {
    SUYUAN_ASSIGN_OR_RETURN(const KnownFlow* flow, LoadFlow(id));
    if (!flow) return false;
    const auto goods = flow->goods.find(history.item.code);
    if (goods == flow->goods.end()) continue;
    if (!goods->second)
      with_container = true;
    else if (!passed)
      AddPassage(building, id, flow->head.flow, event, *at);
  }
  if (with_container) return true;
  return OnWayOut(building, event);
}

Result<bool> HistoryReader::Add(Building& building, const Happening& happening) {
  const EntityEvent& event = happening.event;
  if (event.type == tx::kCodeLink) return OnLink(building, happening);
  if (event.type == tx::kCodeUnlink && building.open) return OnWayOut(building, event);
  if (IsFlow(event.type)) return OnFlow(building, event);
  return true;
}

void HistoryReader::Finish(Building& building) {
  CodeHistory& history = building.history;
  // A flow has its place where the goods moved: of what moved after the end it lies there.
  if (history.flows_until)
    std::erase_if(history.passages, [&](const Passage& passage) {
      return !passage.moved && flows_.at(passage.flow).head.flow.moved;
    });
  if (!building.stopped) MatchPresent(history);
}

// The state says what contains the code now.
void HistoryReader::MatchPresent(CodeHistory& history) {
  if (history.stays.empty()) return;
  const contracts::UnitLink* now = history.item.unit.Container();
  Stay& last = history.stays.back();
  if (now && last.link->parent == now->parent) last.until.reset();
  if (!now && !last.until) last.until = Moment{UINT64_MAX, 0, 0};
}

const CodeHistory* HistoryReader::FindItem(const std::string& code) {
  auto item = book_.Find(code);
  if (!item) return nullptr;
  std::unique_ptr<CodeHistory>& history = histories_[{code, {kNoContents, kNoContents}}];
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

Result<const CodeHistory*> HistoryReader::Find(const std::string& code, const HistoryStart& start) {
  const auto known = histories_.find({code, start});
  if (known != histories_.end()) return known->second.get();
  auto item = book_.Find(code);
  if (!item) return static_cast<const CodeHistory*>(nullptr);
  std::unique_ptr<CodeHistory>& history = histories_[{code, start}];
  history = std::make_unique<CodeHistory>();
  history->item = *std::move(item);
  Building building{*history, start};
  for (const Happening& happening : Happenings(building)) {
    SUYUAN_ASSIGN_OR_RETURN(const bool told, Add(building, happening));
    const Height height = happening.event.height;
    if (told) continue;
    if (height >= building.begin()) {
      building.Stop(height);
      break;
    }
    building.open.reset();  // what it lay in at the start is not told
  }
  if (building.cut) building.Stop(*building.cut);
  Finish(building);
  return history.get();
}

}  // namespace suyuan::api
