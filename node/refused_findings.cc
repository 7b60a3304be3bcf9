#include "node/refused_findings.h"

namespace suyuan::node {
namespace {

Bytes ValuesOf(const TxId& about, std::span<const AuditFinding> findings) {
  Bytes out = about.str();
  for (const AuditFinding& finding : findings) {
    out += contracts::FindingKey(finding.target, finding.kind);
    out += finding.of ? finding.of->view() : ByteView();
    out += '\n';
  }
  return out;
}

}  // namespace

bool RefusedFindings::GivenUp(const TxId& about, std::span<const AuditFinding> findings) const {
  const auto before = refused_.find(ValuesOf(about, findings));
  return before != refused_.end() && before->second;
}

bool RefusedFindings::Refuse(const TxId& about, std::span<const AuditFinding> findings) {
  const auto [before, first] = refused_.try_emplace(ValuesOf(about, findings), false);
  before->second = !first;
  return first;
}

}  // namespace suyuan::node
