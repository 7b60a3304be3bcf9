#include "contracts/product.h"

#include <algorithm>
#include <array>

#include "contracts/layout.h"

namespace suyuan::contracts {
namespace {

constexpr std::array<std::string_view, 5> kSchemeWords = {"", "gs1", "ecode", "digital_id", "ccc"};
constexpr std::array<std::string_view, 5> kFrequencyWords = {"", "daily", "monthly", "quarterly",
                                                             "yearly"};

}  // namespace

Scheme ParseScheme(std::string_view word) {
  const auto it = std::ranges::find(kSchemeWords, word);
  return it == kSchemeWords.end() ? Scheme::kNone : static_cast<Scheme>(it - kSchemeWords.begin());
}

std::string_view ToString(Scheme scheme) { return kSchemeWords[static_cast<size_t>(scheme)]; }

Frequency ParseFrequency(std::string_view word) {
  const auto it = std::ranges::find(kFrequencyWords, word);
  return it == kFrequencyWords.end() ? Frequency::kNone
                                     : static_cast<Frequency>(it - kFrequencyWords.begin());
}

Bytes EncodeProduct(const Product& p) {
  Writer out;
  out.Raw(p.owner).Sized8(p.category).U8(static_cast<uint8_t>(p.default_level));
  out.U8(static_cast<uint8_t>(p.default_scheme)).U8(static_cast<uint8_t>(p.frequency));
  out.Sized8(p.gtin14);
  WriteDay(out, p.licence_valid_to);
  WriteDay(out, p.ccc_valid_to);
  WritePeriod(out, p.service_life);
  WritePeriod(out, p.warranty);
  out.U8(static_cast<uint8_t>(p.min_level)).U8(static_cast<uint8_t>(p.batch_review));
  WritePeriod(out, p.retention);
  WriteFieldNumbers(out, p.batch_required_fields);
  out.U8(static_cast<uint8_t>(p.suspended_by));
  WriteDay(out, p.stop_day);
  out.Sized(p.live_code).Sized(p.name);
  return out.Take();
}

Product DecodeProduct(ByteView content) {
  Reader in(content);
  Product p;
  p.owner = in.Take<PartyId>();
  p.category = std::string(in.Sized8());
  p.default_level = static_cast<TraceLevel>(in.U8());
  p.default_scheme = static_cast<Scheme>(in.U8());
  p.frequency = static_cast<Frequency>(in.U8());
  p.gtin14 = std::string(in.Sized8());
  p.licence_valid_to = ReadDay(in);
  p.ccc_valid_to = ReadDay(in);
  p.service_life = ReadPeriod(in);
  p.warranty = ReadPeriod(in);
  p.min_level = static_cast<TraceLevel>(in.U8());
  p.batch_review = static_cast<ReviewPolicy>(in.U8());
  p.retention = ReadPeriod(in);
  p.batch_required_fields = ReadFieldNumbers(in);
  p.suspended_by = static_cast<SuspendedBy>(in.U8());
  p.stop_day = ReadDay(in);
  p.live_code = std::string(in.Sized());
  p.name = std::string(in.Sized());
  SUYUAN_CHECK(in.Finish("product").ok(), "product value");
  return p;
}

}  // namespace suyuan::contracts
