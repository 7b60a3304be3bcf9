// Writes tests/vectors/ledger anew: write_ledger_vectors DIRECTORY. The vectors are frozen; whoever
// runs this over existing ones changes the format of every ledger.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/sign.h"
#include "tests/support/ledger_vectors.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_ledger_vectors DIRECTORY\n";
    return 2;
  }
  suyuan::InitCrypto();
  for (const auto& [name, value] : suyuan::test::DeriveLedgerVectors()) {
    auto path = std::filesystem::path(argv[1]) / name;
    if (std::filesystem::exists(path)) {
      std::cerr << path << " exists; frozen vectors are not overwritten\n";
      return 1;
    }
    std::ofstream(path, std::ios::binary) << suyuan::json::Pretty(value);
  }
}
