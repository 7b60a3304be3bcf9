// Writes checkpoints, proofs and proof files of a made-up log, as tests/thirdparty/README.md
// describes them, for third-party programs to check:  tlog_sample FILE
//
// 3,141 leaves of the form that the executed log has; two nodes with log keys of their own.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>

#include "common/encoding.h"
#include "common/hash.h"
#include "common/json.h"
#include "ledger/checkpoint.h"
#include "ledger/executed_log.h"
#include "ledger/merkle_log.h"

namespace suyuan::ledger {
namespace {

constexpr uint64_t kLeaves = 3'141;
constexpr uint64_t kSizes[] = {1, 2, 3, 7, 64, 100, 777, 1'000, 1'337, 2'048, 2'999, kLeaves};
const char kOrigin[] = "ledger.example/sample";

struct SampleLog {
  std::vector<Bytes> leaves;
  std::map<std::pair<uint8_t, uint64_t>, Hash> nodes;

  NodeReader Reader() const {
    return [this](uint8_t level, uint64_t n) -> Result<Hash> { return nodes.at({level, n}); };
  }
};

SampleLog MakeLog() {
  SampleLog log;
  Frontier frontier;
  for (uint64_t i = 0; i < kLeaves; ++i) {
    std::string name = std::to_string(i);
    LogLeaf leaf{LeafKind::kTransaction, Height(i / 10), static_cast<uint32_t>(i % 10),
                 Sha256("content " + name), Sha256("outcome " + name)};
    log.leaves.push_back(EncodeLogLeaf(leaf));
    frontier.Append(MerkleLeafHash(log.leaves.back()),
                    [&](uint8_t level, uint64_t n, const Hash& hash) {
                      log.nodes.emplace(std::pair(level, n), hash);
                    });
  }
  return log;
}

json::Array ProofJson(const std::vector<Hash>& proof) {
  json::Array out;
  for (const Hash& hash : proof) out.push_back(Base64Encode(hash.view()));
  return out;
}

struct Sample {
  SampleLog log = MakeLog();
  std::vector<SigningKey> keys;
  std::vector<std::string> notes;
  json::Array inclusion, consistency, proof_files;

  void Sign() {
    keys.emplace_back(SecretSeed::From(Bytes(32, 'a')).value());
    keys.emplace_back(SecretSeed::From(Bytes(32, 'b')).value());
    for (uint64_t size : kSizes) {
      Checkpoint checkpoint{kOrigin, size, TreeRoot(size, log.Reader()).value()};
      notes.push_back(SignNote(CheckpointBody(checkpoint), kOrigin, keys[size % 2]));
    }
  }

  void ProveInclusion(size_t checkpoint, uint64_t index) {
    auto proof = InclusionProof(index, kSizes[checkpoint], log.Reader()).value();
    std::string leaf = HexEncode(log.leaves[index]);
    json::Object extra{{"leaf", leaf}, {"envelope", ""}, {"outcome", ""}};
    ProofFile file{json::Canonical(extra), index, proof, notes[checkpoint]};
    proof_files.push_back(EncodeProofFile(file));
    inclusion.push_back(json::Object{{"checkpoint", static_cast<int64_t>(checkpoint)},
                                     {"index", index},
                                     {"leaf", leaf},
                                     {"proof", ProofJson(proof)}});
  }

  void ProveAll() {
    for (size_t to = 0; to < std::size(kSizes); ++to) {
      uint64_t size = kSizes[to];
      ProveInclusion(to, size - 1);
      if (size > 2) ProveInclusion(to, size / 3);
      for (size_t from = 0; from <= to; ++from) {
        auto proof = ConsistencyProof(kSizes[from], size, log.Reader()).value();
        consistency.push_back(json::Object{{"from", static_cast<int64_t>(from)},
                                           {"to", static_cast<int64_t>(to)},
                                           {"proof", ProofJson(proof)}});
      }
    }
  }

  json::Value Json() const {
    json::Array verifier_keys, checkpoints;
    for (const SigningKey& key : keys)
      verifier_keys.push_back(VerifierKeyText({kOrigin, key.public_key()}));
    for (const std::string& note : notes) checkpoints.push_back(note);
    return json::Object{{"verifier_keys", verifier_keys},
                        {"checkpoints", checkpoints},
                        {"inclusion", inclusion},
                        {"consistency", consistency},
                        {"proof_files", proof_files}};
  }
};

int Run(const char* file) {
  InitCrypto();
  Sample sample;
  sample.Sign();
  sample.ProveAll();
  std::ofstream out(file, std::ios::binary);
  out << json::Pretty(sample.Json());
  out.close();
  return out.good() ? 0 : 1;
}

}  // namespace
}  // namespace suyuan::ledger

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tlog_sample FILE\n";
    return 2;
  }
  return suyuan::ledger::Run(argv[1]);
}
