// The log's tree against the recursive definitions of RFC 6962 §2.1, word for word.
#include "ledger/merkle_log.h"

#include <bit>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "common/hash.h"

namespace suyuan::ledger {
namespace {

using Hashes = std::vector<Hash>;

// ---- RFC 6962 §2.1, §2.1.1, §2.1.2 as written there ----

Hash Mth(std::span<const Hash> leaves) {
  if (leaves.empty()) return Sha256("");
  if (leaves.size() == 1) return leaves[0];
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return Sha256(Bytes(1, '\1') + Mth(leaves.first(k)).str() + Mth(leaves.subspan(k)).str());
}

Hashes Path(size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  Hashes path = m < k ? Path(m, leaves.first(k)) : Path(m - k, leaves.subspan(k));
  path.push_back(Mth(m < k ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

Hashes SubProof(size_t m, std::span<const Hash> leaves, bool known) {
  if (m == leaves.size()) return known ? Hashes{} : Hashes{Mth(leaves)};
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  Hashes proof =
      m <= k ? SubProof(m, leaves.first(k), known) : SubProof(m - k, leaves.subspan(k), false);
  proof.push_back(Mth(m <= k ? leaves.subspan(k) : leaves.first(k)));
  return proof;
}

// ---- A log in memory ----

struct Log {
  Frontier frontier;
  Hashes leaves;
  std::map<std::pair<uint8_t, uint64_t>, Hash> nodes;

  void Append(const Hash& leaf) {
    frontier.Append(leaf, [&](uint8_t level, uint64_t n, const Hash& hash) {
      EXPECT_TRUE(nodes.emplace(std::pair(level, n), hash).second) << "emitted twice";
    });
    leaves.push_back(leaf);
  }
  NodeReader Reader() const {
    return [this](uint8_t level, uint64_t n) -> Result<Hash> {
      auto it = nodes.find({level, n});
      if (it == nodes.end()) return Error{ErrorCode::kNotFound, "node"};
      return it->second;
    };
  }
};

Log MakeLog(size_t size) {
  Log log;
  for (size_t i = 0; i < size; ++i) log.Append(MerkleLeafHash("leaf " + std::to_string(i)));
  return log;
}

TEST(MerkleLog, RootsOfAllSmallSizes) {  // RFC 6962 §2.1
  Log log;
  for (size_t size = 0; size <= 320; ++size) {
    ASSERT_EQ(log.frontier.size(), size);
    Hash root = Mth(log.leaves);
    ASSERT_EQ(log.frontier.Root(), root) << size;
    ASSERT_EQ(TreeRoot(size, log.Reader()).value(), root) << size;
    Frontier restored(size, log.frontier.subtrees());
    ASSERT_EQ(restored.Root(), root);
    log.Append(MerkleLeafHash(std::to_string(size)));
  }
}

TEST(MerkleLog, ReferenceRootsOfRfcImplementations) {  // certificate-transparency's test leaves
  const Bytes leaves[] = {"",
                          Bytes("\x00", 1),
                          "\x10",
                          "\x20\x21",
                          "\x30\x31",
                          "\x40\x41\x42\x43",
                          "\x50\x51\x52\x53\x54\x55\x56\x57",
                          "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  Frontier frontier;
  EXPECT_EQ(ToHex(frontier.Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const Bytes& leaf : leaves) frontier.Append(MerkleLeafHash(leaf), {});
  EXPECT_EQ(ToHex(frontier.Root()),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(MerkleLogProperty, InclusionOfEveryLeafOfEverySmallSize) {  // §2.1.1; 45,150 proofs
  Log log;
  for (size_t size = 1; size <= 300; ++size) {
    log.Append(MerkleLeafHash(std::to_string(size)));
    Hash root = log.frontier.Root();
    for (size_t index = 0; index < size; ++index) {
      auto proof = InclusionProof(index, size, log.Reader()).value();
      if (size <= 70) {
        ASSERT_EQ(proof, Path(index, log.leaves)) << index << " " << size;
      }
      ASSERT_TRUE(VerifyInclusion(log.leaves[index], index, size, proof, root).ok());
    }
  }
}

TEST(MerkleLogProperty, ConsistencyOfEveryPairOfSmallSizes) {  // §2.1.2; 45,150 proofs
  Log log = MakeLog(300);
  Hashes roots;
  for (size_t size = 0; size <= 300; ++size) roots.push_back(TreeRoot(size, log.Reader()).value());
  for (size_t to = 1; to <= 300; ++to) {
    for (size_t from = 1; from <= to; ++from) {
      auto proof = ConsistencyProof(from, to, log.Reader()).value();
      if (to <= 70) {
        ASSERT_EQ(proof, SubProof(from, std::span(log.leaves).first(to), true))
            << from << " " << to;
      }
      ASSERT_TRUE(VerifyConsistency(from, roots[from], to, roots[to], proof).ok()) << from << to;
    }
  }
}

// A log of 2^20 leaves by its levels; any node of it is an array element.
struct BigLog {
  std::vector<Hashes> levels;
  explicit BigLog(size_t log2_size) {
    levels.emplace_back();
    for (uint64_t i = 0; i < uint64_t{1} << log2_size; ++i)
      levels[0].push_back(MerkleLeafHash(std::to_string(i)));
    while (levels.back().size() > 1) {
      const Hashes& below = levels.back();
      Hashes level;
      for (size_t i = 0; i + 1 < below.size(); i += 2)
        level.push_back(MerkleNodeHash(below[i], below[i + 1]));
      levels.push_back(std::move(level));
    }
  }
  NodeReader Reader() const {
    return [this](uint8_t level, uint64_t n) -> Result<Hash> { return levels.at(level).at(n); };
  }
};

void FlipBit(Hash& hash, std::mt19937_64& random) {
  hash.data[random() % 32] ^= static_cast<uint8_t>(1 << random() % 8);
}

// One change to a proof that may not survive it; an empty proof only grows.
void Mutate(Hashes& proof, std::mt19937_64& random) {
  size_t at = proof.empty() ? 0 : random() % proof.size();
  auto position = proof.begin() + static_cast<std::ptrdiff_t>(at);
  switch (proof.empty() ? 2 : random() % 4) {
    case 0:
      return FlipBit(proof[at], random);
    case 1:
      proof.erase(position);
      return;
    case 2:
      proof.insert(position, proof.empty() ? Hash{} : proof[random() % proof.size()]);
      return;
    default:
      proof.push_back(Sha256("more"));
  }
}

TEST(MerkleLogProperty, RandomSizesUpToAMillionAndMutations) {  // 20,000 cases
  static const BigLog log(20);
  std::mt19937_64 random(21);
  for (int i = 0; i < 10'000; ++i) {
    uint64_t size = 1 + random() % (uint64_t{1} << (1 + random() % 20));
    uint64_t index = random() % size, from = 1 + random() % size;
    Hash leaf = log.levels[0][index], root = TreeRoot(size, log.Reader()).value();
    Hash from_root = TreeRoot(from, log.Reader()).value();
    auto path = InclusionProof(index, size, log.Reader()).value();
    auto proof = ConsistencyProof(from, size, log.Reader()).value();
    ASSERT_TRUE(VerifyInclusion(leaf, index, size, path, root).ok());
    ASSERT_TRUE(VerifyConsistency(from, from_root, size, root, proof).ok());
    // RFC 9162 §2.1.3: at most one hash a level.
    ASSERT_LE(path.size(), static_cast<size_t>(std::bit_width(size - 1)));

    Hashes bad_path = path, bad_proof = proof;
    Mutate(bad_path, random);
    Mutate(bad_proof, random);
    ASSERT_EQ(VerifyInclusion(leaf, index, size, bad_path, root).error().code, ErrorCode::kProof);
    ASSERT_EQ(VerifyConsistency(from, from_root, size, root, bad_proof).error().code,
              ErrorCode::kProof);
    Hash bad_leaf = leaf, bad_root = root, bad_from = from_root;
    FlipBit(bad_leaf, random);
    FlipBit(bad_root, random);
    FlipBit(bad_from, random);
    ASSERT_FALSE(VerifyInclusion(bad_leaf, index, size, path, root).ok());
    ASSERT_FALSE(VerifyInclusion(leaf, index, size, path, bad_root).ok());
    ASSERT_FALSE(VerifyConsistency(from, bad_from, size, root, proof).ok());
    ASSERT_FALSE(VerifyConsistency(from, from_root, size, bad_root, proof).ok());
    uint64_t other = random() % size;
    if (other != index) {
      ASSERT_FALSE(VerifyInclusion(leaf, other, size, path, root).ok());
    }
  }
}

// A wrong size that needs another number of hashes, or another order of them, is refused. (A size
// on which the same hashes fold in the same order is indistinguishable by RFC 9162's algorithm; the
// checkpoint is what fixes the size.)
TEST(MerkleLog, WrongIndexAndSizeAreRefused) {
  Log log = MakeLog(100);
  Hash root = log.frontier.Root();
  for (uint64_t index = 0; index < 100; ++index) {
    auto proof = InclusionProof(index, 100, log.Reader()).value();
    for (uint64_t wrong = 0; wrong < 200; ++wrong) {
      if (wrong == index) continue;
      ASSERT_FALSE(VerifyInclusion(log.leaves[index], wrong, 100, proof, root).ok());
    }
    for (uint64_t size : {0u, 1u, 2u, 63u, 64u, 129u, 256u, 1'000u})
      ASSERT_FALSE(VerifyInclusion(log.leaves[index], index, size, proof, root).ok());
  }
}

TEST(MerkleLog, RefusesWhatIsNotThere) {
  Log log = MakeLog(10);
  EXPECT_EQ(InclusionProof(10, 10, log.Reader()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(InclusionProof(0, 0, log.Reader()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(0, 10, log.Reader()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(11, 10, log.Reader()).error().code, ErrorCode::kNotFound);
  // A reader's own failure comes through.
  EXPECT_EQ(InclusionProof(3, 11, log.Reader()).error().code, ErrorCode::kNotFound);
  Hash root = log.frontier.Root();
  EXPECT_FALSE(VerifyConsistency(0, Sha256(""), 10, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(10, root, 9, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(10, root, 10, root, {root}).ok());
  EXPECT_TRUE(VerifyConsistency(10, root, 10, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(10, root, 10, Sha256("other"), {}).ok());
}

// Sizes at the end of 64 bits neither overflow nor loop: a log in which all complete subtrees of
// one level are equal, so that its nodes can be made up.
TEST(MerkleLog, HugeSizes) {
  Hashes levels = {MerkleLeafHash("same")};
  while (levels.size() < 64) levels.push_back(MerkleNodeHash(levels.back(), levels.back()));
  NodeReader read = [&](uint8_t level, uint64_t) -> Result<Hash> { return levels.at(level); };
  for (uint64_t size : {UINT64_MAX, UINT64_MAX - 1, uint64_t{1} << 63, (uint64_t{1} << 63) + 1}) {
    Hash root = TreeRoot(size, read).value();
    for (uint64_t index : {uint64_t{0}, size - 1, size / 2, uint64_t{1} << 62}) {
      auto path = InclusionProof(index, size, read).value();
      EXPECT_LE(path.size(), 64u);
      EXPECT_TRUE(VerifyInclusion(levels[0], index, size, path, root).ok()) << size << " " << index;
      uint64_t from = index + 1;
      auto proof = ConsistencyProof(from, size, read).value();
      EXPECT_TRUE(VerifyConsistency(from, TreeRoot(from, read).value(), size, root, proof).ok());
    }
    EXPECT_FALSE(VerifyInclusion(levels[0], UINT64_MAX, size, {}, root).ok());
    EXPECT_FALSE(VerifyConsistency(1, levels[0], size, root, Hashes(10'000, root)).ok());
  }
}

TEST(MerkleLogDeathTest, FrontierMustFitItsSize) { EXPECT_DEATH(Frontier(3, {Hash{}}), "set bit"); }

}  // namespace
}  // namespace suyuan::ledger
