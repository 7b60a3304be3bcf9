// Released goods of a manufacturer, two distributors, and flows between them whose other side is
// sealed as a sender seals it, so that it can be opened.
#pragma once

#include <string>
#include <vector>

#include "common/codec.h"
#include "common/hash.h"
#include "contracts/flow.h"
#include "contracts/unit_book.h"
#include "ledger/sealing/field.h"
#include "tests/contracts/batch_fixture.h"

namespace suyuan::contracts::testing {

// A flow record that was sent, and what its sender tells the other side.
struct SentFlow {
  EntityId id;
  std::string opening;  // hex of P_i of the other side's code
  Outcome outcome;
};

class FlowTest : public BatchTest {
 protected:
  FlowTest() {
    chain.Join(buyer, kDistributor);
    chain.Join(third, kDistributor);
  }

  // A batch of `quantity` units of a lot, released; codes ItemCode(1…, lot).
  EntityId Released(uint32_t quantity, const char* lot = "L1", const char* packing = "none") {
    const EntityId id = ApprovedBatch(quantity);
    ExpectApplied(Activate({Codes(id, 1, quantity, lot)}));
    ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
    ExpectApplied(
        chain.Do(tx::kBatchRelease, chain.maker,
                 {contracts::testing::Release(id).Set(batch_field::kTransportPacking, packing)}));
    return id;
  }
  EntityId ReleasedShared(const char* level, const std::string& code) {
    ExpectApplied(Submit(Shared(SharedProduct(level), level)));
    const EntityId id = last;
    const bool per_batch = std::string_view(level) == "per_batch";
    ExpectApplied(Activate({OneCode(id, per_batch ? "batch_code" : "product_code", code)}));
    ExpectApplied(chain.Do(tx::kCodePrint, chain.maker, {Print(id)}));
    ExpectApplied(chain.Do(tx::kBatchRelease, chain.maker, {contracts::testing::Release(id)}));
    return id;
  }

  static Rec FlowRec(const char* type, const std::vector<std::string>& codes) {
    namespace f = flow_field;
    Rec rec(f::kSection);
    rec.Set(f::kFlowType, type);
    uint16_t item = 0;
    for (const std::string& code : codes) rec.Set(f::kFlowCodes, code, item++);
    return rec.SealTheRest();
  }
  static Rec Sides(Rec rec, const char* supplier, const char* receiver) {
    return rec.Set(flow_field::kSupplierKind, supplier).Set(flow_field::kBuyerKind, receiver);
  }
  static Rec Between(const char* type, const std::vector<std::string>& codes) {
    return Sides(FlowRec(type, codes), "registered_party", "registered_party");
  }
  static Rec Sale(const std::vector<std::string>& codes) { return Between("sale", codes); }
  static Rec ToConsumer(const std::vector<std::string>& codes) {
    return Sides(FlowRec("sale", codes), "registered_party", "consumer");
  }
  static Rec ToOutside(const std::vector<std::string>& codes) {
    return Sides(FlowRec("sale", codes), "registered_party", "external_org");
  }
  static Rec FromOutside(const std::vector<std::string>& codes, const char* type = "purchase") {
    return Sides(FlowRec(type, codes), "external_org", "registered_party");
  }

  // Sends a flow record whose `field` names `other`.
  SentFlow Send(const Actor& sender, Rec rec, uint16_t field, const PartyId& other,
                const TxOptions& options = {}) {
    Writer nonce;
    nonce.U64(0x53595243).U64(chain.nonce + 1);
    const Hash context =
        sealing::SealingContext(chain.ledger_id, sender.party, *Nonce16::From(nonce.bytes()));
    const Hash salt = Sha256("salt " + std::to_string(chain.nonce));
    const Bytes padded = sealing::PadValue(salt, Bytes("\"" + ToString(other) + "\""));
    rec.Commit(field, sealing::FieldCommitment(context, {0, field, 0}, padded));
    const SignedTx tx = chain.Make(tx::kFlowRecord, sender, {rec}, options);
    return {ledger::EntityIdOf(tx.id, 0), HexEncode(padded), chain.Run(tx)};
  }
  SentFlow Sell(const Actor& from, const Actor& to, const Rec& rec) {
    return Send(from, rec, flow_field::kBuyerCode, to.party);
  }
  SentFlow Sell(const Actor& from, const Actor& to, const std::vector<std::string>& codes) {
    return Sell(from, to, Sale(codes));
  }
  // A purchase, or goods taken back, that the receiving side records.
  SentFlow Buy(const Actor& to, const Actor& from, const Rec& rec) {
    return Send(to, rec, flow_field::kSellerCode, from.party);
  }
  SentFlow Buy(const Actor& to, const Actor& from, const std::vector<std::string>& codes) {
    return Buy(to, from, Between("purchase", codes));
  }
  Outcome DoFlow(const Actor& sender, const Rec& rec, const TxOptions& options = {}) {
    const SignedTx tx = chain.Make(tx::kFlowRecord, sender, {rec}, options);
    last = ledger::EntityIdOf(tx.id, 0);
    return chain.Run(tx);
  }

  static Rec FlowCommand(const EntityId& id, const std::string& opening = "") {
    Rec rec = Command(ledger::EntityKind::kFlow, id.view());
    if (!opening.empty()) rec.Set(command_field::kSideOpening, opening);
    return rec;
  }
  // What a confirming side states of its own, for both kinds of flows.
  static Rec Details(const EntityId& id) {
    namespace f = flow_field;
    Rec rec(f::kSection);
    rec.About(ledger::EntityKind::kFlow, id.view());
    for (const uint16_t field : ConfirmationFields()) {
      if (!IsClear(FindField(field)->disclosure)) rec.Hide(field);
    }
    return rec;
  }
  Outcome Confirm(const Actor& by, const SentFlow& flow, const TxOptions& options = {}) {
    return chain.Do(tx::kFlowConfirm, by, {FlowCommand(flow.id, flow.opening), Details(flow.id)},
                    options);
  }
  // A sale that the buyer confirms.
  SentFlow Sold(const Actor& from, const Actor& to, const std::vector<std::string>& codes) {
    const SentFlow flow = Sell(from, to, codes);
    ExpectApplied(flow.outcome);
    ExpectApplied(Confirm(to, flow));
    return flow;
  }

  // ---- links
  static std::string Sscc(uint32_t number) {
    std::string digits = "0690123450" + std::to_string(10'000'000 + number).substr(1);  // 17 digits
    int sum = 0;
    for (size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * (i % 2 == 0 ? 3 : 1);
    return "00/" + digits + static_cast<char>('0' + (10 - sum % 10) % 10);
  }
  static Rec NewPackages(const std::vector<std::string>& codes, int level) {
    namespace f = code_field;
    Rec rec(f::kSection);
    uint16_t item = 0;
    for (const std::string& code : codes) rec.Set(f::kCodeValue, code, item++);
    rec.Set(f::kCodeScheme, "gs1").Set(f::kCodeKind, "package_code");
    rec.Set(f::kCodeOrigin, "generated").Set(f::kCodeRole, "package");
    return rec.Set(f::kPackageLevel, level);
  }
  static Rec LinkRec(const std::string& parent, const char* kind,
                     const std::vector<std::string>& codes) {
    namespace f = code_field;
    Rec rec(f::kSection);
    uint16_t item = 0;
    for (const std::string& code : codes) rec.Set(f::kCodeValue, code, item++);
    return rec.Set(f::kParentCode, parent).Set(f::kLinkKind, kind);
  }
  // A new package of a level with its contents.
  void Pack(const Actor& by, const std::string& package, int level,
            const std::vector<std::string>& codes) {
    ExpectApplied(chain.Do(tx::kCodeLink, by,
                           {NewPackages({package}, level), LinkRec(package, "package", codes)}));
  }
  Outcome LinkCodes(const Actor& by, const Rec& rec) { return chain.Do(tx::kCodeLink, by, {rec}); }
  Outcome UnlinkCodes(const Actor& by, const Rec& rec) {
    return chain.Do(tx::kCodeUnlink, by, {rec});
  }
  std::vector<std::string> InsideOf(const std::string& code) {
    UnitBook book(chain.state);
    std::vector<std::string> codes;
    for (const Content& content : book.Inside(code)) codes.push_back(content.item.code);
    return codes;
  }

  EntityState FlowState(const EntityId& id) {
    return chain.StateOf(ledger::EntityKind::kFlow, id.view());
  }
  Flow LoadFlowOf(const EntityId& id) {
    return DecodeFlow(chain.Find(ledger::EntityKind::kFlow, id.view())->content);
  }
  PartyId HolderOf(const std::string& code) { return ResolveCode(chain.state, code)->holder; }
  EntityState EffectiveState(const std::string& code) {
    return ResolveCode(chain.state, code)->effective;
  }
  bool Holds(const std::string& code, const EntityId& batch, const Actor& who) {
    UnitBook book(chain.state);
    return book.HoldsShared(*book.Find(code), batch, who.party);
  }
  // A unit's own state, whatever brought it there.
  void SetUnitState(const std::string& code, EntityState state) {
    UnitBook book(chain.state);
    CodeItem item = *book.Find(code);
    item.entity.state = state;
    item.entity.content = EncodeUnit(item.unit);
    chain.state.values[{Namespace::kCode, code}] = EncodeEntity(item.entity);
  }

  Actor buyer{14, "330106"};
  Actor third{15, "330106"};
};

}  // namespace suyuan::contracts::testing
