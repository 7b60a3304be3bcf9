#include "node/refused_findings.h"

namespace suyuan::node {
namespace {

Bytes ValuesOf(const TransactionFindings& found) {
  Bytes out;
  for (const AuditFinding& finding : found.findings) {
    out += contracts::FindingKey(finding.target, finding.kind);
    out += finding.of ? finding.of->view() : ByteView();
    out += '\n';
  }
  return out;
}

}  // namespace

bool RefusedFindings::GivenUp(const TransactionFindings& found) const {
  const auto before = refused_.find(found.tx);
  return before != refused_.end() && before->second.twice &&
         before->second.values == ValuesOf(found);
}

bool RefusedFindings::Refuse(const TransactionFindings& found) {
  Refused& refused = refused_[found.tx];
  Bytes values = ValuesOf(found);
  refused.twice = refused.values == values;
  refused.values = std::move(values);
  return !refused.twice;
}

}  // namespace suyuan::node
