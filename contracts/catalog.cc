#include "contracts/catalog.h"

#include <algorithm>
#include <array>

#include "common/codec.h"
#include "contracts/layout.h"

namespace suyuan::contracts {
namespace {

constexpr std::array<std::string_view, 5> kLevelWords = {"", "per_product", "per_batch", "per_item",
                                                         "composite"};

int Rank(TraceLevel level) {
  return level == TraceLevel::kComposite ? static_cast<int>(TraceLevel::kPerItem)
                                         : static_cast<int>(level);
}

void WriteVersion(Writer& out, const CatalogVersion& v) {
  WriteDay(out, v.effective_from);
  WriteDay(out, v.effective_to);
  out.U8(static_cast<uint8_t>(v.min_level));
  WritePeriod(out, v.retention);
  out.U8(static_cast<uint8_t>(v.batch_review)).U8(static_cast<uint8_t>(v.product_review));
  WriteFieldNumbers(out, v.required_fields);
}

CatalogVersion ReadVersion(Reader& in) {
  CatalogVersion v;
  v.effective_from = ReadDay(in);
  v.effective_to = ReadDay(in);
  v.min_level = static_cast<TraceLevel>(in.U8());
  v.retention = ReadPeriod(in);
  v.batch_review = static_cast<ReviewPolicy>(in.U8());
  v.product_review = static_cast<ReviewPolicy>(in.U8());
  v.required_fields = ReadFieldNumbers(in);
  return v;
}

}  // namespace

TraceLevel ParseTraceLevel(std::string_view word) {
  const auto it = std::ranges::find(kLevelWords, word);
  return it == kLevelWords.end() ? TraceLevel::kNone
                                 : static_cast<TraceLevel>(it - kLevelWords.begin());
}

std::string_view ToString(TraceLevel level) { return kLevelWords[static_cast<size_t>(level)]; }

bool LevelSatisfies(TraceLevel level, TraceLevel minimum) { return Rank(level) >= Rank(minimum); }

ReviewPolicy ParseReviewPolicy(std::string_view word) {
  if (word == "auto") return ReviewPolicy::kAuto;
  return word == "manual" ? ReviewPolicy::kManual : ReviewPolicy::kUnset;
}

const CatalogVersion* CatalogNode::InForce(Day day) const {
  const CatalogVersion* found = nullptr;
  for (const CatalogVersion& v : versions) {
    if (v.effective_from <= day) found = &v;
  }
  return found != nullptr && day <= found->effective_to ? found : nullptr;
}

bool CatalogNode::Add(CatalogVersion version, Day today) {
  // A version announced for the same day or a later one is replaced by what was said last.
  std::erase_if(versions, [&](const CatalogVersion& v) {
    return v.effective_from >= version.effective_from;
  });
  versions.push_back(std::move(version));
  while (versions.size() > 1 && versions[1].effective_from <= today)
    versions.erase(versions.begin());
  return versions.size() <= UINT8_MAX;
}

Bytes EncodeCatalogNode(const CatalogNode& node) {
  Writer out;
  out.U8(node.national ? 1 : 2).Raw(ByteView(node.region)).Sized8(node.parent);
  out.U8(static_cast<uint8_t>(node.versions.size()));
  for (const CatalogVersion& v : node.versions) WriteVersion(out, v);
  return out.Take();
}

CatalogNode DecodeCatalogNode(ByteView content) {
  Reader in(content);
  CatalogNode node;
  node.national = in.U8() == 1;
  node.region = std::string(in.Raw(6));
  node.parent = std::string(in.Sized8());
  const uint8_t count = in.U8();
  for (uint8_t i = 0; i < count; ++i) node.versions.push_back(ReadVersion(in));
  SUYUAN_CHECK(in.Finish("catalogue node").ok(), "catalogue value");
  return node;
}

}  // namespace suyuan::contracts
