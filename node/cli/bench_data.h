// The example data (data/*.jsonl, in the order of their names), built into the program so that a
// benchmark can make parties and products on any devnet. bench_data.cc.in becomes its definition.
#pragma once

namespace suyuan::cli {

extern const char* const kExampleData;

}  // namespace suyuan::cli
