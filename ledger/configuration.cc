// Configurations of the cluster as blocks carry them (ledger/proto/block.proto).
#include "ledger/block.h"
#include "ledger/proto/block.pb.h"
#include "ledger/wire.h"

namespace suyuan::ledger {
namespace {

constexpr uint32_t kVoter = 1;
constexpr uint32_t kLearner = 2;

Error Refusal(std::string why) { return Error{ErrorCode::kFormat, std::move(why)}; }

Result<Member> DecodeMember(ByteView bytes) {
  WireReader r(bytes);
  Member out;
  ByteView party = r.Bytes(1);
  out.node = r.String(2);
  ByteView node_key = r.Bytes(3), log_key = r.Bytes(4), cosigner_key = r.Bytes(5);
  uint32_t suffrage = r.Uint32(6);
  out.peer_address = r.String(7);
  out.api_address = r.String(8);
  SUYUAN_RETURN_IF_ERROR(r.Finish("a member"));
  SUYUAN_ASSIGN_OR_RETURN(out.party, ParsePartyId(party));
  SUYUAN_ASSIGN_OR_RETURN(out.node_key, PublicKey::From(node_key));
  SUYUAN_ASSIGN_OR_RETURN(out.log_key, PublicKey::From(log_key));
  SUYUAN_ASSIGN_OR_RETURN(out.cosigner_key, PublicKey::From(cosigner_key));
  if (suffrage != kVoter && suffrage != kLearner) return Refusal("unknown suffrage of a member");
  out.voter = suffrage == kVoter;
  return out;
}

}  // namespace

Bytes EncodeConfiguration(const Configuration& configuration) {
  v1::Configuration message;
  message.set_seq(configuration.seq);
  message.set_phase(configuration.phase);
  for (const Member& member : configuration.members) {
    v1::Member* out = message.add_members();
    out->set_party(member.party.str());
    out->set_node(member.node);
    out->set_node_key(member.node_key.str());
    out->set_log_key(member.log_key.str());
    out->set_cosigner_key(member.cosigner_key.str());
    out->set_suffrage(member.voter ? kVoter : kLearner);
    out->set_peer_address(member.peer_address);
    out->set_api_address(member.api_address);
  }
  message.set_change_tx_id(configuration.change_tx_id);
  message.set_approved_height(configuration.approved_height.value());
  return message.SerializeAsString();
}

Result<Configuration> DecodeConfiguration(ByteView bytes) {
  WireReader r(bytes);
  Configuration out;
  out.seq = r.Uint64(1);
  uint32_t phase = r.Uint32(2);
  ByteView element;
  while (r.Repeated(3, &element)) {
    SUYUAN_ASSIGN_OR_RETURN(Member member, DecodeMember(element));
    out.members.push_back(std::move(member));
  }
  out.change_tx_id = r.Bytes(4);
  out.approved_height = Height(r.Uint64(5));
  SUYUAN_RETURN_IF_ERROR(r.Finish("a configuration"));
  if (phase != 1 && phase != 2) return Refusal("unknown phase of a configuration");
  out.phase = static_cast<uint8_t>(phase);
  if (!out.change_tx_id.empty() && out.change_tx_id.size() != TxId::kSize)
    return Refusal("change_tx_id has 32 bytes");
  return out;
}

}  // namespace suyuan::ledger
