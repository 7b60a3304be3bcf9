#include "api/chain_view.h"

#include <algorithm>

#include "api/paging.h"
#include "api/uri.h"
#include "api/views.h"
#include "common/codec.h"
#include "common/encoding.h"
#include "contracts/calendar.h"
#include "contracts/fields.h"
#include "contracts/types.h"

namespace suyuan::api {
namespace {

using contracts::EntityEvent;
using ledger::EntityKind;

constexpr size_t kCursorBytes = 20;
// A flow has a handful; one whose gap marks come and go may have more.
constexpr size_t kStepsOfFlowMax = 50;

std::string CursorText(const ChainCursor& cursor) {
  Writer out;
  out.U64(cursor.at.height).U32(cursor.at.position).U32(cursor.at.record).U32(cursor.item);
  return CursorAt(out.bytes());
}

Result<ChainCursor> ReadCursor(const Request& request, const char* name) {
  const std::string* text = request.Query(name);
  if (!text) return ChainCursor();
  if (!request.identity || !(request.identity->member || request.identity->regulator))
    return Error{ErrorCode::kAuth, "a chain goes on for approved parties: sign the request"};
  const Result<Bytes> bytes = Base32Decode(*text);
  if (!bytes || bytes->size() != kCursorBytes)
    return Error{ErrorCode::kFormat, std::string(name) + " is no cursor of ours"};
  suyuan::Reader in(*bytes);
  ChainCursor out;
  out.at.height = in.U64();
  out.at.position = in.U32();
  out.at.record = in.U32();
  out.item = in.U32();
  return out;
}

std::string_view Word(bool backward) { return backward ? "backward" : "forward"; }

std::string_view Word(Direction direction) {
  if (direction == Direction::kBoth) return "both";
  return Word(direction == Direction::kBackward);
}

std::string Outside(const PartyId& party) { return party.is_zero() ? "outside" : ToString(party); }

// What anybody may know of flows: which fields a record of one has, and for whom they are.
json::Object FlowFieldClasses() {
  json::Object out;
  for (const contracts::FieldInfo& field : contracts::FieldsOfSection(5))
    out.emplace(std::string(field.identifier),
                json::Object{{"class", contracts::ToString(field.disclosure)}});
  return out;
}

json::Array NotShown(const ChainCode& code) {
  json::Array out;
  for (const auto& [link, count] : code.not_shown) {
    out.emplace_back(json::Object{{"direction", Word(link.first)},
                                  {"kind", contracts::ToString(link.second)},
                                  {"count", count}});
  }
  return out;
}

void AddGoods(const ChainCode& code, HistoryReader& reader, json::Object& out) {
  const contracts::CodeItem& item = code.history->item;
  if (item.unit.is_package()) {
    out.emplace("package_level", item.unit.package_level);
    out.emplace("issuer", ToString(item.unit.issuer.value()));
  } else if (const auto producer = ProducerOf(reader.book(), item)) {
    out.emplace("producer", ToString(*producer));
  }
  if (!item.batch.is_zero()) {
    out.emplace("batch", ToString(item.batch));
    out.emplace("product", ToString(reader.book().FindBatch(item.batch)->batch.product));
  }
  if (item.unit.contents != 0) out.emplace("inside_now", item.unit.contents);
  if (item.shared)
    out.emplace("shared", true);
  else
    out.emplace("holder", Outside(reader.book().Real(item).holder));
}

json::Object DescribeMore(const ChainCode& code) {
  json::Object out;
  if (code.more_flows) out.emplace("flows_from", CursorText(*code.more_flows));
  if (code.more_contents) out.emplace("contents_from", CursorText(*code.more_contents));
  if (code.more_links) out.emplace("links", true);
  return out;
}

json::Object DescribeMoment(const EntityEvent& event) {
  return {{"at", contracts::FormatTimeMs(event.time_ms)},
          {"by", ToString(event.submitter)},
          {"height", event.height.value()},
          {"record", event.record},
          {"transaction", ToHex(event.tx)},
          {"type", contracts::TypeName(event.type)}};
}

}  // namespace

Result<ChainRequest> ReadChainRequest(const Request& request, std::string code) {
  ChainRequest out;
  out.code = std::move(code);
  if (const std::string* direction = request.Query("direction")) {
    const auto known = {Direction::kBackward, Direction::kForward, Direction::kBoth};
    const auto named =
        std::ranges::find(known, *direction, [](Direction d) { return std::string(Word(d)); });
    if (named == known.end())
      return Error{ErrorCode::kFormat, "direction is backward, forward or both"};
    out.direction = *named;
  }
  if (const std::string* depth = request.Query("depth")) {
    const Result<uint64_t> number = ParseDecimal(*depth);
    if (!number || *number > kChainDepthMax)
      return Error{ErrorCode::kFormat, "depth is a number from 0 to 8"};
    out.depth = static_cast<uint32_t>(*number);
  }
  SUYUAN_ASSIGN_OR_RETURN(out.flows_from, ReadCursor(request, "flows_from"));
  SUYUAN_ASSIGN_OR_RETURN(out.contents_from, ReadCursor(request, "contents_from"));
  return out;
}

struct ChainRecords::Checking {
  const contracts::StateReader& state;
  RecordVerifier& verifier;
  const ledger::Checkpoint& checkpoint;
  RecordBudget left;

  void Spend(size_t records, size_t block_bytes, size_t shown_bytes) {
    left.records -= std::min(left.records, records);
    left.block_bytes -= std::min(left.block_bytes, block_bytes);
    left.shown_bytes -= std::min(left.shown_bytes, shown_bytes);
  }
};

bool ChainRecords::Check(Checking& checking, const EntityEvent& event, EntityKind kind,
                         ByteView id) {
  const auto known = verified_.find({event.tx, event.record});
  if (known != verified_.end()) return known->second;
  size_t read = 0;
  Result<VerifiedRecord> verified = checking.verifier.Verify(event, checking.checkpoint, &read);
  checking.Spend(1, read, 0);
  const bool ok = verified.ok();
  Keep(event, kind, id, verified);
  return ok;
}

void ChainRecords::Keep(const EntityEvent& event, EntityKind kind, ByteView id,
                        Result<VerifiedRecord>& verified) {
  verified_.emplace(Place{event.tx, event.record}, verified.ok());
  CheckedRecord& record = events_.emplace_back();
  record.kind = kind;
  record.id = IdText(kind, id);
  record.event = contracts::TypeName(event.type);
  record.tx = event.tx;
  record.record = event.record;
  if (verified)
    record.check.verified = *std::move(verified);
  else
    record.check.unverified_because = verified.error().ToString();
}

void ChainRecords::CheckLinks(Checking& checking, Chain& chain) {
  const auto check = [&](const EntityEvent& event, const std::string& parent) {
    if (!checking.left.spent() || verified_.contains({event.tx, event.record})) {
      Check(checking, event, EntityKind::kCode, parent);
      return;
    }
    Result<VerifiedRecord> unread = Error{ErrorCode::kSize, "one request checks no more records"};
    Keep(event, EntityKind::kCode, parent, unread);
    chain.exhausted = true;
  };
  for (const ChainCode& code : chain.codes) {
    if (!code.link) continue;
    const LinkRecord& link = *code.link->record;
    check(link.event, link.parent);
    if (code.link->left) check(*code.link->left, link.parent);
  }
}

Status ChainRecords::LoadFlow(Checking& checking, const EntityId& id) {
  size_t read = 0, shown = 0;
  SUYUAN_ASSIGN_OR_RETURN(TracedEntity entity,
                          LoadTraced(checking.state, checking.verifier, checking.checkpoint,
                                     EntityKind::kFlow, id.view(), &read));
  for (size_t i = 0; i < entity.checks.size(); ++i) {
    const contracts::StoredRecord& stored = entity.VersionAt(i).stored;
    verified_[{stored.tx, stored.record}] = entity.checks[i].verified.has_value();
    // A link may have ended in the record that made this version.
    std::erase_if(events_, [&stored](const CheckedRecord& other) {
      return other.tx == stored.tx && other.record == stored.record;
    });
    for (const Bytes& leaf : stored.leaves) shown += leaf.size();
  }
  checking.Spend(entity.checks.size(), read, shown);
  std::vector<Step> steps;
  contracts::ScanEvents(checking.state, EntityKind::kFlow, id.view(),
                        entity.view.entity.event_count, Height(0), [&](const EntityEvent& event) {
                          const bool verified =
                              Check(checking, event, EntityKind::kFlow, id.view());
                          steps.push_back({event, verified});
                          return steps.size() < kStepsOfFlowMax;
                        });
  flows_.emplace(id, LoadedFlow{std::move(entity), std::move(steps)});
  return {};
}

void ChainRecords::CutFlows(Chain& chain) const {
  const auto left_out = [&](const Passage& passage) { return !flows_.contains(passage.flow); };
  for (ChainCode& code : chain.codes) {
    const auto first = std::ranges::find_if(code.flows, left_out);
    if (first == code.flows.end()) continue;
    code.more_flows = ChainCursor{first->when(), 0};
    code.flows.erase(first, code.flows.end());
  }
  std::erase_if(chain.flows, left_out);
}

Result<ChainRecords> ChainRecords::Load(Chain& chain, const contracts::StateReader& state,
                                        RecordVerifier& verifier,
                                        const ledger::Checkpoint& checkpoint,
                                        const RecordBudget& budget) {
  ChainRecords out;
  Checking checking{state, verifier, checkpoint, budget};
  out.CheckLinks(checking, chain);
  // First those of the code asked for, so that whoever goes on where it was cut gets on.
  for (const ChainCode& code : chain.codes) {
    for (const Passage& passage : code.flows) {
      if (!out.flows_.empty() && checking.left.spent()) break;
      if (!out.flows_.contains(passage.flow))
        SUYUAN_RETURN_IF_ERROR(out.LoadFlow(checking, passage.flow));
    }
  }
  out.CutFlows(chain);
  return out;
}

std::vector<const TracedEntity*> ChainRecords::Entities() const {
  std::vector<const TracedEntity*> out;
  for (const auto& [id, flow] : flows_) out.push_back(&flow.entity);
  return out;
}

std::vector<CheckedRecord> ChainRecords::Checked() const {
  std::vector<CheckedRecord> out = RecordsOf(Entities());
  out.insert(out.end(), events_.begin(), events_.end());
  return out;
}

json::Object ChainRecords::DescribeLink(const ChainLink& link) const {
  const auto describe = [&](const EntityEvent& event) {
    json::Object out = DescribeMoment(event);
    const auto verified = verified_.find({event.tx, event.record});
    out.emplace("verified", verified != verified_.end() && verified->second);
    return out;
  };
  json::Object out{{"direction", Word(link.backward)},
                   {"from", static_cast<uint64_t>(link.from)},
                   {"kind", contracts::ToString(link.record->kind)}};
  out.emplace("since", describe(link.record->event));
  if (link.left) out.emplace("until", describe(*link.left));
  return out;
}

json::Object ChainRecords::DescribeFlow(const Passage& passage, const Chain& chain,
                                        const FlowHead& head, const std::optional<Identity>& who,
                                        const OpenedFields& opened) const {
  const LoadedFlow& flow = flows_.at(passage.flow);
  json::Object out =
      DescribeEntity(EntityKind::kFlow, passage.flow.view(), flow.entity.view, who, opened);
  const contracts::Flow& content = head.flow;
  out.emplace("flow_type", contracts::ToString(content.type));
  out.emplace("recorded_by", content.receiving ? "receiving" : "giving");
  if (content.gaps != 0) out.emplace("gap", true);
  if (content.moved) out.emplace("moved_at", contracts::FormatTimeMs(content.moved_ms));
  // The code of the chain that the flow named, where this reader is shown it.
  for (size_t i = 0; i < chain.codes.size(); ++i) {
    if (chain.codes[i].code() != passage.code) continue;
    out.emplace("named", static_cast<uint64_t>(i));
    break;
  }
  json::Array steps;
  for (const Step& step : flow.steps) {
    json::Object one = DescribeMoment(step.event);
    one.emplace("state", contracts::ToString(step.event.state));
    one.emplace("verified", step.verified);
    steps.emplace_back(std::move(one));
  }
  out.emplace("steps", std::move(steps));
  return out;
}

json::Object ChainRecords::Describe(const Chain& chain, HistoryReader& reader,
                                    const std::optional<Identity>& who,
                                    const OpenedFields& opened) const {
  const bool party = who && (who->member || who->regulator);
  json::Array codes, flows;
  for (const ChainCode& code : chain.codes) {
    json::Object one{{"code", code.code()},
                     {"distance", code.distance},
                     {"role", contracts::ToString(code.history->item.role)},
                     {"state", contracts::ToString(code.state)}};
    if (json::Array hidden = NotShown(code); !hidden.empty())
      one.emplace("not_shown", std::move(hidden));
    if (party) {
      AddGoods(code, reader, one);
      json::Array ids;
      for (const Passage& passage : code.flows) ids.emplace_back(ToString(passage.flow));
      one.emplace("flows", std::move(ids));
      if (json::Object more = DescribeMore(code); !more.empty())
        one.emplace("more", std::move(more));
    }
    if (code.link) one.emplace("link", DescribeLink(*code.link));
    codes.emplace_back(std::move(one));
  }
  for (const Passage& passage : chain.flows) {
    const Result<const FlowHead*> head = reader.FindFlow(passage.flow);
    if (head && *head) flows.emplace_back(DescribeFlow(passage, chain, **head, who, opened));
  }
  json::Object out{{"complete", chain.complete()},
                   {"depth", chain.request.depth},
                   {"direction", Word(chain.request.direction)}};
  out.emplace("codes", std::move(codes));
  if (party)
    out.emplace("flows", std::move(flows));
  else
    out.emplace("flow_fields", FlowFieldClasses());
  if (chain.exhausted) out.emplace("because", "one request may read no more of the ledger");
  return out;
}

}  // namespace suyuan::api
