// Taking commands apart and putting messages into words.
#include <algorithm>
#include <sstream>

#include "common/check.h"
#include "tests/consensus/transcript.h"

namespace suyuan::consensus::testing {

TranscriptCommand TranscriptCommand::Parse(const std::string& line) {
  TranscriptCommand out;
  std::istringstream in(line);
  in >> out.name;
  for (std::string word; in >> word;) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos) {
      out.words.push_back(word);
    } else {
      out.options[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
  return out;
}

uint64_t TranscriptCommand::Word(size_t position) const {
  SUYUAN_CHECK(position < words.size(), name + ": a word is missing");
  return std::stoull(words[position]);
}

uint64_t TranscriptCommand::Option(const std::string& key, uint64_t otherwise) const {
  auto it = options.find(key);
  return it == options.end() ? otherwise : std::stoull(it->second);
}

std::vector<uint64_t> TranscriptCommand::Numbers(const std::string& key) const {
  std::vector<uint64_t> out;
  std::istringstream in(Has(key) ? options.at(key) : "");
  for (std::string item; std::getline(in, item, ',');) out.push_back(std::stoull(item));
  return out;
}

std::vector<NodeId> TranscriptCommand::Ids(const std::string& key) const {
  std::vector<NodeId> out;
  for (uint64_t number : Numbers(key)) out.push_back(NodeId(static_cast<uint32_t>(number)));
  return out;
}

std::string Describe(const std::vector<NodeId>& ids) {
  std::string out;
  for (NodeId id : ids) out += (out.empty() ? "" : ",") + std::to_string(id.value());
  return out.empty() ? "-" : out;
}

std::string Describe(const Membership& m) {
  return "voters=" + Describe(m.voters) +
         (m.outgoing.empty() ? "" : " outgoing=" + Describe(m.outgoing)) +
         (m.learners.empty() ? "" : " learners=" + Describe(m.learners));
}

namespace {

std::string Describe(const Configuration& c) {
  return std::string(c.joint ? "{joint " : "{") +
         testing::Describe(Membership{c.voters, {}, c.learners}) + "}";
}

void DescribeEntries(std::ostringstream& out, const std::vector<Entry>& entries) {
  out << " entries=[";
  for (size_t i = 0; i < entries.size(); ++i) {
    out << (i > 0 ? " " : "") << entries[i].index << "/" << entries[i].term;
    if (entries[i].configuration) {
      out << " " << Describe(*entries[i].configuration);
    } else if (entries[i].bytes() > 16) {
      out << " (" << entries[i].bytes() << " bytes)";
    } else {
      out << " \"" << *entries[i].data << "\"";
    }
  }
  out << "]";
}

void DescribeAppendReply(std::ostringstream& out, const Message& m) {
  if (m.reject) {
    out << " refused=" << m.index;
    if (m.hint > Index() || m.log_term > Term()) out << " hint=" << m.hint << "/" << m.log_term;
  } else {
    out << " matches=" << m.index;
  }
}

}  // namespace

std::string FoldRepetitions(const std::string& text) {
  std::string out, kind;
  std::vector<std::pair<std::string, int>> group;
  auto flush = [&] {
    for (const auto& [line, count] : group)
      out += line + (count > 1 ? " (×" + std::to_string(count) + ")" : "") + "\n";
    group.clear();
  };
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(':');
    const std::string here = colon == std::string::npos ? line : line.substr(0, colon);
    if (here != kind) flush();
    kind = here;
    auto same = std::find_if(group.begin(), group.end(),
                             [&line](const auto& known) { return known.first == line; });
    if (same == group.end()) {
      group.emplace_back(line, 1);
    } else {
      ++same->second;
    }
  }
  flush();
  return out;
}

std::string Describe(const Message& m) {
  std::ostringstream out;
  out << m.from << "→" << m.to << " " << ToString(m.type) << " term=" << m.term;
  switch (m.type) {
    case MessageType::kPreVote:
    case MessageType::kVote:
      out << " last=" << m.index << "/" << m.log_term << (m.transfer ? " (transfer)" : "");
      break;
    case MessageType::kPreVoteReply:
    case MessageType::kVoteReply:
      out << (m.reject ? " no" : " yes");
      break;
    case MessageType::kAppend:
      out << " after=" << m.index << "/" << m.log_term;
      DescribeEntries(out, m.entries);
      out << " commit=" << m.commit;
      break;
    case MessageType::kAppendReply:
      DescribeAppendReply(out, m);
      break;
    case MessageType::kHeartbeat:
      out << " commit=" << m.commit;
      if (m.context != 0) out << " round=" << m.context;
      break;
    case MessageType::kHeartbeatReply:
      if (m.context != 0) out << " round=" << m.context;
      if (m.reject && m.hint == Index()) out << " (old term)";
      if (m.reject && m.hint > Index()) out << " lost=" << m.hint << " last=" << m.index;
      break;
    case MessageType::kTakeSnapshot:
      out << " at=" << m.index << "/" << m.log_term << " commit=" << m.commit;
      break;
    case MessageType::kNotMember:
      out << " configuration=" << m.index;
      break;
    case MessageType::kReadIndexReply:
      out << " index=" << m.commit;
      break;
    case MessageType::kReadIndex:
    case MessageType::kTimeoutNow:
      break;
  }
  return out.str();
}

}  // namespace suyuan::consensus::testing
