// Field table: a member's node (节点), requirements 6.13. One line a field, in the order of the
// numbers.
#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts::table {
namespace {

namespace f = node_field;

// clang-format off
constexpr FieldInfo kTable[] = {
    {f::kNodeParty, "node_party", "节点所属单位", V::kPartyCode, 18, 18, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kNodeLabel, "node_label", "节点标识", V::kText, 1, 32, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kNodeKey, "node_key", "节点公钥", V::kKey, 64, 64, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kLogKey, "log_key", "日志公钥", V::kKey, 64, 64, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kCosignerKey, "cosigner_key", "联署公钥", V::kKey, 64, 64, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kPeerAddress, "peer_address", "节点互联地址", V::kText, 3, 255, kOne, M, PUB, kNone, "DC-1-b"},
    {f::kApiAddress, "api_address", "接口地址", V::kText, 3, 255, kOne, M, PUB, kNone, "DC-1-b"},
};
// clang-format on

}  // namespace

std::span<const FieldInfo> NodeFields() { return kTable; }

}  // namespace suyuan::contracts::table
