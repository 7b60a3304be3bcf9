// Where the command line finds what a transaction is to show of a sealed field: at a node, which
// names the transaction behind a version and hands out its sealed items, opened here with the
// signer's own key.
#pragma once

#include <string>

#include "node/cli/http_client.h"
#include "node/cli/key_ring.h"
#include "node/own_openings.h"

namespace suyuan::cli {

struct StatedAt {
  TxId tx;
  uint32_t record = 0;
};
// The record behind a version, as a node says: whoever relies on it compares the record's subject.
// E_NOT_FOUND where there is none, or, of what its owner publishes, where the version is not the
// one that the field stands in now; errors of the request.
Result<StatedAt> WhereStated(NodeClient& client, const node::FieldVersion& what);

// Asks the node at `url` as `signer`, which must outlive it. The node is not trusted: the record
// has to be of the entity that was named. E_NOT_FOUND as WhereStated: what its owner has replaced
// it does not publish, but a finding may be about it; errors of the requests and of node::ShowsOf.
// Not thread-safe.
node::ShowsSource ShowsFromNode(std::string url, const Signer& signer);

}  // namespace suyuan::cli
