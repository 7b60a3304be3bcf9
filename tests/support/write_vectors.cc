// Writes golden vectors anew: write_vectors ledger|sealing|snapshot DIRECTORY. The vectors are
// frozen; whoever runs this over existing ones changes the format of every ledger.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/sign.h"
#include "tests/support/ledger_vectors.h"
#include "tests/support/sealing_vectors.h"
#include "tests/support/snapshot_vectors.h"

int main(int argc, char** argv) {
  const std::string set = argc == 3 ? argv[1] : "";
  if (set != "ledger" && set != "sealing" && set != "snapshot") {
    std::cerr << "usage: write_vectors ledger|sealing|snapshot DIRECTORY\n";
    return 2;
  }
  suyuan::InitCrypto();
  const auto vectors = set == "ledger"    ? suyuan::test::DeriveLedgerVectors()
                       : set == "sealing" ? suyuan::test::DeriveSealingVectors()
                                          : suyuan::test::DeriveSnapshotVectors();
  for (const auto& [name, value] : vectors) {
    auto path = std::filesystem::path(argv[2]) / name;
    if (std::filesystem::exists(path)) {
      std::cerr << path << " exists; frozen vectors are not overwritten\n";
      return 1;
    }
    std::ofstream(path, std::ios::binary) << suyuan::json::Pretty(value);
  }
}
