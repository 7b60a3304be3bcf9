// Parts that several entity contents share in their fixed layouts.
#pragma once

#include <vector>

#include "common/codec.h"
#include "contracts/calendar.h"

namespace suyuan::contracts {

// i32 as its two's complement.
inline void WriteDay(Writer& out, Day day) { out.U32(static_cast<uint32_t>(day.value())); }
inline Day ReadDay(Reader& in) { return Day(static_cast<int32_t>(in.U32())); }

// u8 unit ‖ u32 value.
inline void WritePeriod(Writer& out, Period period) {
  out.U8(static_cast<uint8_t>(period.unit)).U32(period.value);
}
inline Period ReadPeriod(Reader& in) {
  const auto unit = static_cast<PeriodUnit>(in.U8());
  return {unit, in.U32()};
}

// u16 count ‖ u16 field number….
inline void WriteFieldNumbers(Writer& out, const std::vector<uint16_t>& fields) {
  out.U16(static_cast<uint16_t>(fields.size()));
  for (const uint16_t field : fields) out.U16(field);
}
inline std::vector<uint16_t> ReadFieldNumbers(Reader& in) {
  std::vector<uint16_t> fields(in.U16());
  for (uint16_t& field : fields) field = in.U16();
  return fields;
}

}  // namespace suyuan::contracts
