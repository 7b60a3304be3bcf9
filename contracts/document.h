// Content of a document's entity value (kDocument: 16-byte id → value).
#pragma once

#include <optional>
#include <string_view>

#include "common/ids.h"
#include "contracts/calendar.h"

namespace suyuan::contracts {

// Types that contracts speak of, in the order of the field's choices, from 1. Frozen.
enum class DocType : uint8_t {
  kBusinessLicence = 1,
  kSystemCert,
  kProductCert,
  kProductionLicence,
  kCccCert,
  kFactoryInspection,
  kTypeTest,
  kTestReport,
  kManual,
  kWarning,
  kPromotionEvidence,
  kCommitment,
  kPlan,
  kIncidentRecord,
  kFlowDocument,
  kCorrectionReason,
  kLegalPersonCert,
  kLabelPhoto,
  kReworkReport,
  kDisposalRecord,
  kClosingReport,
  kOther,
};
std::string_view ToString(DocType type);
std::optional<DocType> ParseDocType(std::string_view word);

// Layout: owner 18 ‖ u8 type ‖ u8 class (position in doc_class's choices, from 1) ‖ i32 issue day ‖
// i32 last valid day (2^31 − 1: no end) ‖ u8 flags (1 stamped, 2 co-signed by a testing body) ‖
// u8 has issuer ‖ issuer 18.
struct Document {
  PartyId owner;
  DocType type = DocType::kOther;
  uint8_t doc_class = 0;
  Day issue_day;
  Day valid_to = kNoEnd;
  bool stamped = false;
  bool cosigned = false;
  std::optional<PartyId> issuer;

  // 6.6: EXPIRED is a predicate on the block's day.
  bool ExpiredOn(Day day) const { return day > valid_to; }
};
Bytes EncodeDocument(const Document& document);
Document DecodeDocument(ByteView content);

}  // namespace suyuan::contracts
