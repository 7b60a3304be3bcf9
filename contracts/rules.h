// Rule parameters (requirements 2.6) as data: names, defaults, and the values in force at a height
// (C29). Genesis writes the first values under kRule; later versions take effect at a height.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/json.h"
#include "common/result.h"
#include "contracts/batch.h"
#include "contracts/catalog.h"
#include "contracts/document.h"
#include "contracts/state_view.h"

namespace suyuan::contracts {

// One parameter: the default is canonical JSON.
struct RuleParameter {
  std::string_view name;
  std::string_view default_json;
  std::string_view source;  // requirement ids
};
// In the order of requirements 2.6. Parameters that no contract reads yet stand here with their
// defaults, so that a genesis file is complete from the start.
std::span<const RuleParameter> AllRuleParameters();
const RuleParameter* FindRuleParameter(std::string_view name);

// Form of a value: known name, same JSON shape as the default. E_CONFIG naming the parameter.
Status CheckRule(std::string_view name, const json::Value& value);

// Value of kRule, key = name: u16 count ‖ (u64 from height ‖ s32(canonical JSON))…, rising.
struct RuleVersion {
  Height from;
  Bytes json;
};
Bytes EncodeRuleVersions(const std::vector<RuleVersion>& versions);
std::vector<RuleVersion> DecodeRuleVersions(ByteView bytes);

// The value in force at `height`; the default where the ledger has none.
json::Value RuleValue(const StateReader& state, std::string_view name, Height height);

// The parameters that contracts read, typed; read once a block at first use. A RULE_SET takes
// effect at a later height, so values do not change inside a block. Not thread-safe.
class Rules {
 public:
  Rules(const StateReader& state, Height height) : state_(state), height_(height) {}
  // reviewed_doc_types: a person accepts these together with the entity that cites them.
  bool IsReviewedType(DocType type);
  // self_check_separation (C21): the checker of a batch must differ from its filler.
  bool SelfCheckSeparation();
  // review_policy of products where their category sets none.
  ReviewPolicy ProductReview();
  RetentionTerms Retention();
  // dispute_days (D-40): from then on a regulator may rule without being asked.
  uint32_t DisputeDays();
  // rewrap_days (DC-5-d): until then the owner answers a countersigned claim.
  uint32_t RewrapDays();

 private:
  struct Values {
    uint32_t reviewed_types = 0;  // bit per DocType
    bool self_check_separation = true;
    ReviewPolicy product_review = ReviewPolicy::kManual;
    RetentionTerms retention;
    uint32_t dispute_days = 30;
    uint32_t rewrap_days = 3;
  };
  const Values& Load();

  const StateReader& state_;
  Height height_;
  std::optional<Values> values_;
};

}  // namespace suyuan::contracts
