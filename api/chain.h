// The chain of a code: the flows that moved it, by itself and inside what contained it at the time,
// and the codes around it, so many links away. Walks the state, decides for whom which code is
// shown (disclosure.h decides that of fields), and stays within bounds that it says.
//
// Directions. Backward: containers and parents that the code came in, components that a bundle was
// made of. Forward: what lay inside and where it went, the bundle that a component became part of.
// A walk goes on in the direction in which it left the code asked for.
//
// Codes. Whoever presents a code is shown it. Another code is shown to regulators, to its producer,
// to whoever holds it, linked it or was a known side of a standing flow that moved it (of a
// container: while the code that leads to it lay inside). For everybody else links are counted.
//
// The public is told of no flow and of no package, not even that there is one: who watches a code
// would see in which block that changes, and the submitter of a transaction is no secret. So it
// would learn who holds which code (requirements 1.3: never). It is told how many codes a bundle or
// parent has, that a child has a parent, and of a component that its own producer's released bundle
// holds it: a bundle of another's would say who bought it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/code_history.h"
#include "api/disclosure.h"
#include "api/http_message.h"

namespace suyuan::api {

enum class Direction : uint8_t { kBackward, kForward, kBoth };

// Where a list goes on: at a record, and for codes that it lists at one of them.
struct ChainCursor {
  Moment at;
  uint32_t item = 0;
};

struct ChainRequest {
  std::string code;  // canonical
  Direction direction = Direction::kBoth;
  uint32_t depth = 1;
  ChainCursor flows_from = {}, contents_from = {};  // of the code asked for

  // Where its history starts: of lists that go on the first. What is not asked to go on starts
  // there, too.
  Moment begin() const;
};
inline constexpr uint32_t kChainDepthMax = 8;
// An answer has at most so many codes and flows.
inline constexpr size_t kChainCodesMax = 200, kChainFlowsMax = 100;
// Of one code at most so many flows, and so many contents are looked at.
inline constexpr size_t kFlowsOfCodeMax = 50, kContentsOfCodeMax = 100;

// Open at both ends: what happened in the record that put a code somewhere is not of the stay.
struct Window {
  Moment since;
  std::optional<Moment> until;
  bool Holds(const Moment& at) const { return since < at && (!until || at < *until); }
  bool empty() const { return until && *until <= since; }
  Window Within(const Window& other) const;
};

// How a code of the chain hangs on the one that led to it.
struct ChainLink {
  size_t from = 0;  // position of that one
  bool backward = false;
  std::shared_ptr<const LinkRecord> record;
  std::optional<contracts::EntityEvent> left;  // when it ended
};

struct ChainCode {
  const CodeHistory* history = nullptr;
  uint32_t distance = 0;
  std::optional<ChainLink> link;                                   // not of the code asked for
  Window window;                                                   // of its flows that count here
  contracts::EntityState state = contracts::EntityState::kIssued;  // with its batch
  std::vector<Passage> flows;                                      // by when()
  // (backward?, kind) → links to codes that this reader is not shown.
  std::map<std::pair<bool, contracts::LinkKind>, size_t> not_shown;
  std::optional<ChainCursor> more_flows, more_contents;
  bool more_links = false;  // codes around it that the chain has no room for

  const std::string& code() const { return history->item.code; }
};

struct Chain {
  ChainRequest request;
  std::vector<ChainCode> codes;  // first the one asked for, then by distance
  std::vector<Passage> flows;    // of all of them, each once, by when()
  bool exhausted = false;        // the budget ended before the walk did
  bool complete() const;
};

// Who issued the goods: of a unit its manufacturer; nullopt of a package.
std::optional<PartyId> ProducerOf(contracts::UnitBook& book, const contracts::CodeItem& item);

// Pure over `reader`'s snapshot. E_NOT_FOUND: never issued. E_CORRUPT, E_IO.
Result<Chain> WalkChain(HistoryReader& reader, const ChainRequest& request,
                        const std::optional<Identity>& who);

}  // namespace suyuan::api
