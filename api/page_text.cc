#include "api/page_text.h"

namespace suyuan::api {

Phrase StateText(contracts::EntityState state) {
  using S = contracts::EntityState;
  switch (state) {
    case S::kPending:
      return {"待审核", "pending review"};
    case S::kActive:
    case S::kLearner:
    case S::kVoter:
      return {"有效", "active"};
    case S::kReturned:
      return {"退回补正", "returned for correction"};
    case S::kRejected:
      return {"未通过审核", "rejected"};
    case S::kSuspended:
      return {"暂停", "suspended"};
    case S::kRevoked:
      return {"已撤销", "revoked"};
    case S::kClosed:
    case S::kRemoved:
      return {"已注销", "closed"};
    case S::kDiscontinued:
      return {"已停产", "discontinued"};
    case S::kSubmitted:
      return {"已填报", "filed"};
    case S::kApproved:
      return {"审核通过", "approved"};
    case S::kActivated:
      return {"已生成编码", "codes issued"};
    case S::kReleased:
      return {"已出厂", "released"};
    case S::kFrozen:
      return {"已冻结", "frozen"};
    case S::kRecalled:
      return {"召回中", "being recalled"};
    case S::kRecallClosed:
      return {"召回已结束", "recall closed"};
    case S::kWithdrawn:
      return {"已撤回", "withdrawn"};
    case S::kVoided:
      return {"已作废", "void"};
    case S::kIssued:
      return {"已生成，未印制", "issued, not printed"};
    case S::kPrinted:
      return {"已印制，未出厂", "printed, not released"};
    case S::kInCirculation:
      return {"流通中", "in circulation"};
    case S::kEndUse:
      return {"已售出使用", "sold to its user"};
    case S::kReturnedCode:
      return {"已退回", "returned"};
    case S::kDisposed:
      return {"已处置", "disposed of"};
    case S::kAnchored:
      return {"已存证", "anchored"};
    case S::kAccepted:
      return {"已采信", "accepted"};
    case S::kRefused:
      return {"未采信", "refused"};
    case S::kSuperseded:
      return {"已更替", "superseded"};
    case S::kConfirmed:
      return {"已确认", "confirmed"};
    case S::kDisputed:
      return {"有争议", "disputed"};
    case S::kOneSided:
      return {"单方记录", "recorded by one side"};
    case S::kInForce:
      return {"生效", "in force"};
  }
  return {"未知", "unknown"};
}

}  // namespace suyuan::api
