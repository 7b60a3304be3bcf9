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

namespace suyuan::api {

// Staff of the node's own party: callers with the party's own signing key, or with a key that its
// configuration names as an operator's.
bool IsStaff(const Gateway& gateway, const std::optional<Identity>& who);

// What was opened of some transactions for staff, and what is published of them for everybody. An
// argument of the views, which open nothing themselves.
// A value that its owner has published, for everybody.
struct PublishedLeaf {
  ledger::OpenedLeaf leaf;
  std::optional<Bytes> padded = std::nullopt;  // P_i of a sealed value; nullopt: clear, or erased
  std::string broken_rule = {};                // the first that the value breaks, as C06; "": none
};

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

 private:
  std::map<TxId, std::shared_ptr<const ledger::OpenedLeaves>> leaves_;
  std::map<std::pair<TxId, sealing::SealedPlace>, PublishedLeaf> published_;
};

// Opens what these transactions seal to the node's party, for staff. Errors of
// Gateway::OpenSealed.
Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const TxId> transactions);
// Of all versions that are shown of these entities.
Result<OpenedFields> OpenFor(Gateway& gateway, const std::optional<Identity>& who,
                             std::span<const EntityView* const> views);

}  // namespace suyuan::api
