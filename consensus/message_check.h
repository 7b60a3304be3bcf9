// What no correct member would send, whatever the receiver's state. Pure.
#pragma once

#include "common/result.h"
#include "consensus/types.h"

namespace suyuan::consensus {

// E_FORMAT with the reason. `self` is the receiver. For kAppend: the entries follow `index` without
// a gap and terms neither fall along the log nor exceed the message's.
Status CheckMessage(const Message& message, NodeId self);

}  // namespace suyuan::consensus
