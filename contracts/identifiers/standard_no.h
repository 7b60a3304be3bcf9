// Numbers of standards, e.g. "GB/T 5023.3-2008", "GB 16410-2020", "T/GDAQI 001-2023". Pure.
#pragma once

#include "common/bytes.h"

namespace suyuan::contracts {

// Letters (with "/" between groups), one space, number with parts after dots, optional "-" year.
bool IsStandardNumber(ByteView text);

}  // namespace suyuan::contracts
