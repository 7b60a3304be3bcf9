// Sealed values that this node opened for one request. A node opens them only for staff of its own
// party; any other entitled caller gets ciphertexts and wraps (GET /v1/txs/{id}/sealed) and opens
// them itself.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>

#include "api/entity_view.h"
#include "api/gateway.h"
#include "api/http_message.h"
#include "common/json.h"

namespace suyuan::api {

// Staff of the node's own party: callers with the party's own signing key, or with a key that its
// configuration names as an operator's.
bool IsStaff(const Gateway& gateway, const std::optional<Identity>& who);

// A value that its owner has published, for everybody.
struct PublishedLeaf {
  ledger::OpenedLeaf leaf;
  std::optional<Bytes> padded = std::nullopt;  // P_i of a sealed value; nullopt: clear, or erased
  std::string broken_rule = {};                // the first that the value breaks, as C06; "": none
};

// What was opened of some transactions for staff, and what is published of them for everybody. An
// argument of the views, which open nothing themselves.
class OpenedFields {
 public:
  void Add(const TxId& tx, std::shared_ptr<const ledger::OpenedLeaves> leaves);
  // What its owner has published of a transaction, in the place of a leaf there (published.h).
  void AddPublished(const TxId& tx, const sealing::SealedPlace& at, PublishedLeaf leaf);
  bool Has(const TxId& tx) const { return leaves_.contains(tx); }
  // Of a leaf in a record of a transaction; nullptr: neither opened nor published.
  const ledger::OpenedLeaf* Find(const TxId& tx, uint32_t record, const ledger::Leaf& leaf) const;
  // nullptr: not published.
  const PublishedLeaf* FindPublished(const TxId& tx, uint32_t record,
                                     const ledger::Leaf& leaf) const;
  bool publishes() const { return !published_.empty(); }
  // More is published than could be read for one request (published.h).
  void CutPublished() { cut_ = true; }
  bool cut() const { return cut_; }
  // Says so in an answer: "published_cut": true.
  void TellCut(json::Object& body) const {
    if (cut_) body.emplace("published_cut", true);
  }

 private:
  std::map<TxId, std::shared_ptr<const ledger::OpenedLeaves>> leaves_;
  std::map<std::pair<TxId, sealing::SealedPlace>, PublishedLeaf> published_;
  bool cut_ = false;
};

// Opens what these transactions seal to the node's party, for staff. Errors of
// Gateway::OpenSealed.
Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const TxId> transactions);
// Of all versions that are shown of these entities.
Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const EntityView* const> views);

}  // namespace suyuan::api
