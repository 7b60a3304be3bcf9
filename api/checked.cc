#include "api/checked.h"

#include <algorithm>

#include "api/views.h"

namespace suyuan::api {
namespace {

// What a record is about, to tell proofs and gaps apart.
json::Object NameOf(const CheckedRecord& record) {
  json::Object out{{"kind", KindName(record.kind)}, {"id", record.id}};
  if (record.version != 0)
    out.emplace("version", record.version);
  else
    out.emplace("event", record.event);
  return out;
}

json::Value ProofOf(const CheckedRecord& record) {
  const VerifiedRecord& verified = *record.check.verified;
  json::Array path;
  for (const Hash& hash : verified.inclusion) path.emplace_back(ToHex(hash));
  json::Object out = NameOf(record);
  out.emplace("transaction", ToHex(verified.tx));
  out.emplace("record", record.record);
  out.emplace("signatures_hash", ToHex(verified.signatures_hash));
  out.emplace("leaf", HexEncode(verified.leaf_bytes));
  out.emplace("leaf_index", verified.leaf.value());
  out.emplace("inclusion_proof", std::move(path));
  return out;
}

}  // namespace

std::vector<CheckedRecord> RecordsOf(const std::vector<const TracedEntity*>& entities) {
  std::vector<CheckedRecord> out;
  for (const TracedEntity* entity : entities) {
    for (size_t i = 0; i < entity->checks.size(); ++i) {
      const VersionRecord& version = entity->VersionAt(i);
      out.push_back({entity->kind, IdText(entity->kind, entity->id), version.version, "",
                     version.stored.tx, version.stored.record, entity->checks[i]});
    }
  }
  return out;
}

json::Object DescribeChecks(const std::vector<CheckedRecord>& records, const Trace& trace,
                            bool with_proofs) {
  json::Array proofs, open;
  for (const CheckedRecord& record : records) {
    if (record.check.verified) {
      if (with_proofs) proofs.push_back(ProofOf(record));
      continue;
    }
    json::Object gap = NameOf(record);
    gap.emplace("because", record.check.unverified_because);
    open.emplace_back(std::move(gap));
  }
  json::Object out{{"records_verified", records.size() - open.size()},
                   {"records_shown", records.size()},
                   {"checkpoint_size", trace.checkpoint.size}};
  out.emplace("not_verified", std::move(open));
  if (with_proofs) {
    out.emplace("checkpoint", trace.checkpoint_note);
    out.emplace("proofs", std::move(proofs));
  }
  return out;
}

}  // namespace suyuan::api
