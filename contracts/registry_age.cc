#include "contracts/registry_age.h"

#include "common/codec.h"
#include "common/limits.h"

namespace suyuan::contracts {
namespace {

constexpr uint64_t kHourMs = 3'600'000;
constexpr uint64_t kHoursKept = limits::kReaderHeightAgeMsMax / kHourMs;

Bytes HourKey(uint64_t hour) { return Writer().U64(hour).Take(); }

}  // namespace

RegistryAge::RegistryAge(const StateReader& state, Height height, uint64_t time_ms)
    : height_(height), hour_(time_ms / kHourMs) {
  Height first = height;
  state.Scan(Namespace::kBlockHour, {}, [&](ByteView key, ByteView value) {
    const uint64_t hour = Reader(key).U64();
    if (hour + kHoursKept < hour_) {
      past_.push_back(hour);
      return true;
    }
    first = std::min(first, Height(Reader(value).U64()));
    first_of_hour_ = first_of_hour_ && hour != hour_;
    return true;
  });
  oldest_ = Height(first.value() - 1);
}

Status RegistryAge::Check(const ledger::Core& core, const std::optional<Height>& registered) const {
  if (core.audiences.empty()) return {};
  if (registered && core.reader_height < *registered)
    return Error{ErrorCode::kReaders,
                 "reader_height names a registry from before the submitter "
                 "was registered, at " +
                     std::to_string(registered->value())};
  if (core.reader_height >= height_)
    return Error{ErrorCode::kReaders, "reader_height names a registry that did not exist yet"};
  if (core.reader_height >= oldest_) return {};
  return Error{ErrorCode::kReaders, "reader_height " + std::to_string(core.reader_height.value()) +
                                        " is more than a day old; the oldest that counts is " +
                                        std::to_string(oldest_.value())};
}

void RegistryAge::WriteTo(Overlay& state) const {
  for (const uint64_t hour : past_) state.Erase(Namespace::kBlockHour, HourKey(hour));
  if (first_of_hour_)
    state.Put(Namespace::kBlockHour, HourKey(hour_), Writer().U64(height_.value()).Take());
}

}  // namespace suyuan::contracts
