// A trace for people: code, product, batch, producer and documents with the Chinese names of their
// fields, what is hidden and by what it is committed to, what the node checked, and the chain
// (trace_tree.h). Pure.
#pragma once

#include <string>
#include <vector>

#include "common/json.h"

namespace suyuan::cli {

// Lines for `answer` of /v1/trace. Safe to print on a terminal, whatever a node answers; members
// that are not there give no line.
std::vector<std::string> TraceLines(const json::Value& answer);

}  // namespace suyuan::cli
