#include "contracts/member.h"

#include <algorithm>

#include "common/check.h"
#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr uint8_t kLayout = 1;
constexpr ByteView kCurrent = "current", kApproved = "approved";

ledger::Configuration Decoded(ByteView bytes) {
  auto out = ledger::DecodeConfiguration(bytes);
  SUYUAN_CHECK(out.ok(), "configuration in state is damaged");
  return *std::move(out);
}

}  // namespace

uint32_t NodeNumberOf(const KeyId& node) { return 0x80000000u | Reader(node.view()).U32(); }

Bytes EncodeMemberNode(const MemberNode& node) {
  const ledger::Member& m = node.member;
  return Writer()
      .Raw(m.party)
      .U32(node.number)
      .Raw(m.node_key)
      .Raw(m.log_key)
      .Raw(m.cosigner_key)
      .Sized8(m.node)
      .Sized8(m.peer_address)
      .Sized8(m.api_address)
      .Take();
}

MemberNode DecodeMemberNode(ByteView content) {
  Reader in(content);
  MemberNode out;
  out.member.party = in.Take<PartyId>();
  out.number = in.U32();
  out.member.node_key = in.Take<PublicKey>();
  out.member.log_key = in.Take<PublicKey>();
  out.member.cosigner_key = in.Take<PublicKey>();
  out.member.node = std::string(in.Sized8());
  out.member.peer_address = std::string(in.Sized8());
  out.member.api_address = std::string(in.Sized8());
  SUYUAN_CHECK(in.Finish("node").ok(), "node value");
  return out;
}

Bytes EncodeMembersInForce(const MembersInForce& members) {
  Writer out;
  out.U8(kLayout).U64(members.since.value());
  out.Sized(ledger::EncodeConfiguration(members.configuration));
  out.Sized(members.before ? ledger::EncodeConfiguration(*members.before) : Bytes());
  return out.Take();
}

std::optional<MembersInForce> FindMembersInForce(const StateReader& state) {
  const auto value = state.Get(Namespace::kConfiguration, kCurrent);
  if (!value) return std::nullopt;
  Reader in(*value);
  const uint8_t layout = in.U8();
  MembersInForce out;
  out.since = Height(in.U64());
  out.configuration = Decoded(in.Sized());
  if (const ByteView before = in.Sized(); !before.empty()) out.before = Decoded(before);
  SUYUAN_CHECK(layout == kLayout && in.Finish("members").ok(), "members in state are damaged");
  return out;
}

Bytes EncodeApprovedChange(const ApprovedChange& change) {
  return Writer()
      .U8(kLayout)
      .Raw(change.node)
      .Raw(change.approver)
      .Sized(change.configuration)
      .Take();
}

std::optional<ApprovedChange> FindApprovedChange(const StateReader& state) {
  const auto value = state.Get(Namespace::kConfiguration, kApproved);
  if (!value) return std::nullopt;
  Reader in(*value);
  const uint8_t layout = in.U8();
  ApprovedChange out;
  out.node = in.Take<KeyId>();
  out.approver = in.Take<PartyId>();
  out.configuration = Bytes(in.Sized());
  SUYUAN_CHECK(layout == kLayout && in.Finish("change").ok(), "approved change is damaged");
  return out;
}

void PutApprovedChange(Overlay& state, const std::optional<ApprovedChange>& change) {
  if (change)
    state.Put(Namespace::kConfiguration, kApproved, EncodeApprovedChange(*change));
  else
    state.Erase(Namespace::kConfiguration, kApproved);
}

Status CheckApproved(const StateReader& state, ByteView configuration) {
  const auto approved = FindApprovedChange(state);
  if (approved && approved->configuration == configuration) return {};
  return Error{ErrorCode::kAuthz, approved ? "another change of the configuration is approved"
                                           : "no change of the configuration is approved"};
}

bool IsNodeName(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool IsNodeAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.front() == '0') return false;
  uint32_t number = 0;
  for (char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<uint32_t>(c - '0');
  }
  if (number > 65535) return false;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  return std::ranges::all_of(host, [&](char c) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || c == '.' || c == '-' || (bracketed && c == ':');
  });
}

}  // namespace suyuan::contracts
