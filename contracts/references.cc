#include "contracts/references.h"

#include <charconv>
#include <vector>

#include "common/suggest.h"
#include "contracts/calendar.h"
#include "ledger/transaction.h"

namespace suyuan::contracts {
namespace {

Error RefError(const std::string& symbol, std::string_view what) {
  return Error{ErrorCode::kRef, "\"$" + symbol + "\" " + std::string(what)};
}

class Resolver {
 public:
  Resolver(const ReferenceMap& references, uint64_t now_ms)
      : references_(references), now_ms_(now_ms) {}

  Result<json::Value> Resolve(const json::Value& value) const {
    if (const std::string* text = value.if_string()) {
      if (!text->starts_with('$')) return value;
      if (text->starts_with("$$")) return json::Value(text->substr(1));
      SUYUAN_ASSIGN_OR_RETURN(std::string found, Symbol(text->substr(1)));
      return json::Value(std::move(found));
    }
    if (const json::Array* items = value.if_array()) {
      json::Array out;
      for (const json::Value& item : *items) {
        SUYUAN_ASSIGN_OR_RETURN(json::Value resolved, Resolve(item));
        out.push_back(std::move(resolved));
      }
      return json::Value(std::move(out));
    }
    const json::Object* members = value.if_object();
    if (members == nullptr) return value;
    json::Object out;
    for (const auto& [name, member] : *members) {
      SUYUAN_ASSIGN_OR_RETURN(out[name], Resolve(member));
    }
    return json::Value(std::move(out));
  }

 private:
  Result<std::string> Symbol(const std::string& symbol) const {
    const std::string today = FormatDay(DayOf(now_ms_));
    if (symbol == "month") return today.substr(0, 7);
    if (symbol == "year") return today.substr(0, 4);
    if (symbol.starts_with("today")) {
      SUYUAN_ASSIGN_OR_RETURN(const int64_t days, Offset(symbol, 5));
      return FormatDay(Day(static_cast<int32_t>(DayOf(now_ms_).value() + days)));
    }
    if (symbol.starts_with("now")) {
      SUYUAN_ASSIGN_OR_RETURN(const int64_t seconds, Offset(symbol, 3));
      return FormatTimeMs(static_cast<uint64_t>(static_cast<int64_t>(now_ms_) + seconds * 1000));
    }
    const auto it = references_.find(symbol);
    if (it != references_.end()) return it->second;
    std::vector<std::string_view> known;
    for (const auto& entry : references_) known.push_back(entry.first);
    return RefError(symbol, "stands for nothing that was filed before" + DidYouMean(symbol, known));
  }

  // "+3", "-40" or nothing after the word; at most 100,000 either way.
  static Result<int64_t> Offset(const std::string& symbol, size_t word) {
    if (symbol.size() == word) return int64_t{0};
    const char* begin = symbol.data() + word + (symbol[word] == '+' ? 1 : 0);
    const char* end = symbol.data() + symbol.size();
    int64_t value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value);
    constexpr int64_t kMax = 100'000;
    const bool is_signed = symbol[word] == '+' || symbol[word] == '-';
    if (!is_signed || error != std::errc() || stop != end || value < -kMax || value > kMax)
      return RefError(symbol, "needs an offset such as +3 or -40");
    return value;
  }

  const ReferenceMap& references_;
  const uint64_t now_ms_;
};

}  // namespace

Result<DataLine> ParseDataLine(ByteView text) {
  SUYUAN_ASSIGN_OR_RETURN(json::Value value, json::Parse(text));
  json::Object* members = value.if_object();
  if (members == nullptr) return Error{ErrorCode::kFormat, "a line of data is a JSON object"};
  DataLine line;
  line.name = value.Text("name");
  line.signer = value.Text("signer");
  if (line.signer.empty()) return Error{ErrorCode::kMissing, "a line of data names its \"signer\""};
  members->erase("name");
  members->erase("signer");
  line.transaction = std::move(value);
  return line;
}

Result<json::Value> ResolveReferences(const json::Value& transaction,
                                      const ReferenceMap& references, uint64_t now_ms) {
  return Resolver(references, now_ms).Resolve(transaction);
}

void AddReferences(const std::string& name, const TxId& tx, uint32_t record_count,
                   ReferenceMap& references) {
  if (name.empty()) return;
  references["tx:" + name] = ToHex(tx);
  for (uint32_t i = 0; i < record_count; ++i) {
    const std::string id = ToString(ledger::EntityIdOf(tx, i));
    references["ref:" + name + "#" + std::to_string(i)] = id;
    if (i == 0) references["ref:" + name] = id;
  }
}

}  // namespace suyuan::contracts
