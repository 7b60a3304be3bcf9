#include "consensus/message_check.h"

#include <string>

namespace suyuan::consensus {
namespace {

Error Malformed(const Message& m, const char* why) {
  return Error{ErrorCode::kFormat, std::string(ToString(m.type)) + ": " + why};
}

Status CheckEntries(const Message& m) {
  Index index = m.index;
  Term term = m.log_term;
  for (const Entry& entry : m.entries) {
    if (entry.index != index + 1) return Malformed(m, "entries do not follow each other");
    if (entry.term < term || entry.term > m.term)
      return Malformed(m, "an entry's term is impossible");
    if (entry.term == Term()) return Malformed(m, "an entry without a term");
    index = entry.index;
    term = entry.term;
  }
  return {};
}

}  // namespace

Status CheckMessage(const Message& m, NodeId self) {
  if (m.type < MessageType::kPreVote || m.type > kLastMessageType)
    return Malformed(m, "the type is not known");
  if (m.to != self) return Malformed(m, "meant for another member");
  if (m.from == kNobody || m.from == self) return Malformed(m, "the sender is impossible");
  if (m.term == Term()) return Malformed(m, "a message has a term");
  if (m.type != MessageType::kAppend)
    return m.entries.empty() ? Status() : Status(Malformed(m, "only appends carry entries"));
  if (m.log_term > m.term) return Malformed(m, "the previous entry is of a later term");
  if ((m.index == Index()) != (m.log_term == Term()))
    return Malformed(m, "index 0, and only that, has term 0");
  return CheckEntries(m);
}

}  // namespace suyuan::consensus
