#include "api/page_text.h"

namespace suyuan::api {

Phrase StateText(contracts::EntityState state) {
  using S = contracts::EntityState;
  switch (state) {
    case S::kPending:
      return {"待审核", "pending review"};
    case S::kActive:
      return {"有效", "active"};
    case S::kReturned:
      return {"退回补正", "returned for correction"};
    case S::kRejected:
      return {"未通过审核", "rejected"};
    case S::kSuspended:
      return {"暂停", "suspended"};
    case S::kRevoked:
      return {"已撤销", "revoked"};
    case S::kClosed:
      return {"已注销", "closed"};
    case S::kDiscontinued:
      return {"已停产", "discontinued"};
    case S::kSubmitted:
      return {"已填报", "filed"};
    case S::kApproved:
      return {"审核通过", "approved"};
    case S::kActivated:
      return {"已生成编码", "codes issued"};
    case S::kReleased:
      return {"已出厂", "released"};
    case S::kFrozen:
      return {"已冻结", "frozen"};
    case S::kRecalled:
      return {"召回中", "being recalled"};
    case S::kRecallClosed:
      return {"召回已结束", "recall closed"};
    case S::kWithdrawn:
      return {"已撤回", "withdrawn"};
    case S::kVoided:
      return {"已作废", "void"};
    case S::kIssued:
      return {"已生成，未印制", "issued, not printed"};
    case S::kPrinted:
      return {"已印制，未出厂", "printed, not released"};
    case S::kInCirculation:
      return {"流通中", "in circulation"};
    case S::kEndUse:
      return {"已售出使用", "sold to its user"};
    case S::kReturnedCode:
      return {"已退回", "returned"};
    case S::kDisposed:
      return {"已处置", "disposed of"};
    case S::kAnchored:
      return {"已存证", "anchored"};
    case S::kAccepted:
      return {"已采信", "accepted"};
    case S::kRefused:
      return {"未采信", "refused"};
    case S::kSuperseded:
      return {"已更替", "superseded"};
    case S::kInForce:
      return {"生效", "in force"};
  }
  return {"未知", "unknown"};
}

std::string_view FieldLabel(const contracts::FieldInfo& field, Language language) {
  if (language == Language::kChinese) return field.chinese;
  struct Label {
    std::string_view identifier, english;
  };
  static constexpr Label kLabels[] = {{"product_name", "Product"},
                                      {"product_type", "Category"},
                                      {"spec_model", "Model"},
                                      {"production_date", "Production date"},
                                      {"unit_no", "Factory / batch / serial no."},
                                      {"mandatory_standards", "Mandatory standards"},
                                      {"warranty_period", "Warranty"},
                                      {"production_licence_no", "Production licence no."},
                                      {"ccc_cert_no", "CCC certificate no."},
                                      {"manual_or_warning_doc", "Manual or warnings"},
                                      {"party_name", "Producer"},
                                      {"uscc", "Credit code"},
                                      {"registered_address", "Registered address"},
                                      {"operating_address", "Production address"},
                                      {"contact_public", "Contact"},
                                      {"business_licence_doc", "Business licence"}};
  for (const Label& label : kLabels)
    if (label.identifier == field.identifier) return label.english;
  return field.identifier;
}

std::string_view WordText(std::string_view word, Language language) {
  struct Word {
    std::string_view word;
    Phrase text;
  };
  static constexpr Word kWords[] = {{"day", {"天", "days"}},
                                    {"month", {"个月", "months"}},
                                    {"year", {"年", "years"}},
                                    {"actual", {"", ""}},
                                    {"planned", {"（计划）", " (planned)"}}};
  for (const Word& known : kWords)
    if (known.word == word) return known.text.In(language);
  return word;
}

}  // namespace suyuan::api
