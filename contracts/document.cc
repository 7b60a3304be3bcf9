#include "contracts/document.h"

#include <array>

#include "common/codec.h"

namespace suyuan::contracts {
namespace {

constexpr std::array<std::string_view, 22> kTypeWords = {"business_licence",
                                                         "system_cert",
                                                         "product_cert",
                                                         "production_licence",
                                                         "ccc_cert",
                                                         "factory_inspection",
                                                         "type_test",
                                                         "test_report",
                                                         "manual",
                                                         "warning",
                                                         "promotion_evidence",
                                                         "commitment",
                                                         "plan",
                                                         "incident_record",
                                                         "flow_document",
                                                         "correction_reason",
                                                         "legal_person_cert",
                                                         "label_photo",
                                                         "rework_report",
                                                         "disposal_record",
                                                         "closing_report",
                                                         "other"};
static_assert(kTypeWords.size() == static_cast<size_t>(DocType::kOther));

constexpr uint8_t kStampedFlag = 1, kCosignedFlag = 2;

}  // namespace

std::string_view ToString(DocType type) { return kTypeWords[static_cast<size_t>(type) - 1]; }

std::optional<DocType> ParseDocType(std::string_view word) {
  for (size_t i = 0; i < kTypeWords.size(); ++i) {
    if (kTypeWords[i] == word) return static_cast<DocType>(i + 1);
  }
  return std::nullopt;
}

Bytes EncodeDocument(const Document& d) {
  Writer out;
  out.Raw(d.owner).U8(static_cast<uint8_t>(d.type)).U8(d.doc_class);
  out.U32(static_cast<uint32_t>(d.issue_day.value()));
  out.U32(static_cast<uint32_t>(d.valid_to.value()));
  out.U8(static_cast<uint8_t>((d.stamped ? kStampedFlag : 0) | (d.cosigned ? kCosignedFlag : 0)));
  out.U8(d.issuer ? 1 : 0).Raw(d.issuer.value_or(PartyId{}));
  return out.Take();
}

Document DecodeDocument(ByteView content) {
  Reader in(content);
  Document d;
  d.owner = in.Take<PartyId>();
  d.type = static_cast<DocType>(in.U8());
  d.doc_class = in.U8();
  d.issue_day = Day(static_cast<int32_t>(in.U32()));
  d.valid_to = Day(static_cast<int32_t>(in.U32()));
  const uint8_t flags = in.U8();
  d.stamped = (flags & kStampedFlag) != 0;
  d.cosigned = (flags & kCosignedFlag) != 0;
  const bool has_issuer = in.U8() != 0;
  const auto issuer = in.Take<PartyId>();
  if (has_issuer) d.issuer = issuer;
  SUYUAN_CHECK(in.Finish("document").ok(), "document value");
  return d;
}

}  // namespace suyuan::contracts
