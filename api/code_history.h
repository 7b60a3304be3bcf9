// What happened to a trace code, from its events: the flows that named it, what contained it when,
// and what was put inside it. Read from one snapshot of the state and from the log; a node that
// holds the same blocks reads the same. Every read is counted, so that no code is dear to ask for.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "contracts/entity_access.h"
#include "contracts/flow.h"
#include "contracts/unit_book.h"
#include "ledger/committed.h"

namespace suyuan::api {

// Place of a record in the ledger; what a trace shows is ordered by it.
struct Moment {
  uint64_t height = 0;
  uint32_t position = 0;  // of the transaction in its block
  uint32_t record = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// A record that put codes inside another one.
struct LinkRecord {
  Moment at;
  contracts::EntityEvent event;
  std::string parent;
  contracts::LinkKind kind = contracts::LinkKind::kPackage;
  std::vector<std::string> codes;
};

// A time inside something.
struct Stay {
  std::shared_ptr<const LinkRecord> link;  // that put it there first
  Moment since;
  std::optional<Moment> until;
  contracts::EntityEvent left;  // where there is `until`
};

// A flow and the code that it named.
struct Passage {
  EntityId flow;
  std::string code;
  Moment recorded;
  std::optional<Moment> moved;  // when the goods changed hands

  Moment when() const { return moved.value_or(recorded); }
};

struct CodeHistory {
  contracts::CodeItem item;
  std::vector<Passage> passages;  // in the order of `recorded`
  std::vector<Stay> stays;        // in the order of `since`; none of a shared code
  std::vector<std::shared_ptr<const LinkRecord>> contents;  // in the order of `at`
  // From here on flows, and from there on contents, were not read: more than the budget allows.
  std::optional<Moment> flows_until, contents_until;
};

// Where the history of a code is read from: flows, and what was put inside it. What contains it is
// told from there on whenever it was put there.
struct HistoryStart {
  Height flows, contents;
  friend auto operator<=>(const HistoryStart&, const HistoryStart&) = default;
};
// Of what is only a place that other codes were in.
inline constexpr Height kNoContents{UINT64_MAX};

// A flow without its goods, which are thousands.
struct FlowHead {
  contracts::EntityState state = contracts::EntityState::kPending;
  contracts::Flow flow;  // `goods` is empty
  bool standing() const { return flow.moved && state != contracts::EntityState::kVoided; }
  bool has_side(const PartyId& party) const {
    return flow.recorder == party || (!flow.other.is_zero() && flow.other == party);
  }
};

// How much one request may read.
struct ReadBudget {
  size_t events = 60'000;     // of several in one record the first, and then each 64th
  size_t transactions = 128;  // that are decoded
  size_t outcomes = 2'000;
  size_t flow_bytes = 2 << 20;
  size_t passages = 200;  // of one code
  size_t contents = 200;  // codes that were put into one, and those of the record that goes beyond
};

// For one request; not thread-safe. Snapshot and store outlive it.
class HistoryReader {
 public:
  HistoryReader(const contracts::StateReader& state, const ledger::Store& store,
                const LedgerLimits& limits, const ReadBudget& budget)
      : state_(state), store_(store), limits_(limits), budget_(budget), book_(state) {}

  // nullptr: never issued. What the budget did not allow is missing: at the end of flows and
  // contents, which the history says, or elsewhere, which exhausted() says. E_CORRUPT, E_IO.
  Result<const CodeHistory*> Find(const std::string& code, const HistoryStart& start = {});
  // The code as it stands, nothing of what happened to it; nullptr: never issued.
  const CodeHistory* FindItem(const std::string& code);
  // How many codes are linked to it, inside or not.
  size_t CountLinks(const std::string& code);
  // nullptr: the budget is used up.
  Result<const FlowHead*> FindFlow(const EntityId& id);
  contracts::UnitBook& book() { return book_; }
  bool exhausted() const { return exhausted_; }

 private:
  struct KnownFlow {
    FlowHead head;
    std::map<std::string, bool, std::less<>> goods;  // code → named, not only inside something
  };
  struct Building;

  // An event, and whether its record made others of the same code: of a package one for each code
  // that was put into it.
  struct Happening {
    contracts::EntityEvent event;
    bool several = false;
  };

  bool Spend(size_t& from, size_t amount = 1);
  Result<KnownFlow*> LoadFlow(const EntityId& id);
  // nullopt: the budget is used up.
  Result<std::optional<Moment>> MomentOf(const contracts::EntityEvent& event);
  // The flows that an event of a code may come from.
  Result<std::vector<EntityId>> FlowsOf(const contracts::EntityEvent& event);
  Result<std::shared_ptr<const LinkRecord>> ReadLink(const contracts::EntityEvent& event,
                                                     const Moment& at);
  // Whether something happened to `code` in the record of that event; nullopt: beyond the budget.
  std::optional<bool> HasEvent(const std::string& code, const contracts::EntityEvent& event);

  std::vector<Happening> Happenings(Building& building);
  // From a height on. False: after `way` of them the history has not started.
  bool ReadHappenings(Building& building, Height from, size_t way, std::vector<Happening>& out);
  // What happened in one record. False: the budget does not allow to tell; so the next ones.
  Result<bool> Add(Building& building, const Happening& happening);
  Result<bool> OnLink(Building& building, const Happening& happening);
  Result<bool> OnFlow(Building& building, const contracts::EntityEvent& event);
  Result<bool> OnWayOut(Building& building, const contracts::EntityEvent& event);
  void AddPassage(Building& building, const EntityId& id, const contracts::Flow& flow,
                  const contracts::EntityEvent& event, const Moment& at);
  void Finish(Building& building);
  void MatchPresent(CodeHistory& history);

  const contracts::StateReader& state_;
  const ledger::Store& store_;
  const LedgerLimits limits_;
  ReadBudget budget_;
  contracts::UnitBook book_;
  bool exhausted_ = false;
  std::map<std::pair<std::string, HistoryStart>, std::unique_ptr<CodeHistory>> histories_;
  std::map<EntityId, KnownFlow> flows_;
  std::map<TxId, ledger::StoredOutcome> outcomes_;
  std::map<std::pair<TxId, uint32_t>, std::shared_ptr<const LinkRecord>> links_;
};

}  // namespace suyuan::api
