// Transaction types (requirements 2.1). Numbers are frozen: group << 8 | position. Types that no
// contract implements yet are listed so that their numbers stay theirs.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/transaction.h"

namespace suyuan::contracts {

using ledger::TxType;

namespace tx {
// Governance
inline constexpr TxType kMemberChange{0x0101}, kRuleSet{0x0102}, kAnchor{0x0103}, kErase{0x0104},
    kEraseAck{0x0105}, kFinding{0x0106};
// Party
inline constexpr TxType kPartyRegister{0x0201}, kPartyReview{0x0202}, kPartyAmend{0x0203},
    kPartyStatus{0x0204}, kKeyRotate{0x0205}, kUserRoleSet{0x0206};
// Catalogue and product
inline constexpr TxType kCatalogPut{0x0301}, kProductRegister{0x0302}, kProductReview{0x0303},
    kProductAmend{0x0304}, kProductStatus{0x0305};
// Trace batch
inline constexpr TxType kBatchSubmit{0x0401}, kBatchReview{0x0402}, kBatchActivate{0x0403},
    kBatchSupplement{0x0404}, kBatchCorrect{0x0405}, kBatchRelease{0x0406}, kBatchStatus{0x0407};
// Trace code
inline constexpr TxType kCodeLink{0x0501}, kCodeUnlink{0x0502}, kCodePrint{0x0503},
    kCodeStatus{0x0504};
// Flow
inline constexpr TxType kFlowRecord{0x0601}, kFlowConfirm{0x0602}, kFlowDispute{0x0603},
    kFlowVoid{0x0604};
// Document
inline constexpr TxType kDocAnchor{0x0701}, kDocReview{0x0702}, kDocSupersede{0x0703},
    kDocRevoke{0x0704};
// Disclosure
inline constexpr TxType kDisclosureSet{0x0801}, kGrantRequest{0x0802}, kGrantIssue{0x0803},
    kGrantRevoke{0x0804};
}  // namespace tx

// "PARTY_REGISTER"; empty for an unknown number.
std::string_view TypeName(TxType type);
std::optional<TxType> ParseTypeName(std::string_view name);
// Names of all types, in the order of their numbers.
std::vector<std::string_view> AllTypeNames();

}  // namespace suyuan::contracts
