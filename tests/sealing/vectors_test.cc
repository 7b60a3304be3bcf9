// The frozen vectors of tests/vectors/sealing are derived again from their seeds, byte for byte.
#include <fstream>
#include <sstream>

#include "common/sign.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_vectors.h"

namespace suyuan::sealing {
namespace {

TEST(SealingVectors, AreDerivedAgainByteForByte) {
  InitCrypto();
  const auto vectors = test::DeriveSealingVectors();
  EXPECT_EQ(vectors.size(), 6u);
  for (const auto& [name, value] : vectors) {
    std::ifstream in("tests/vectors/sealing/" + name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    const auto frozen = json::Parse(text.str());
    ASSERT_OK(frozen);
    EXPECT_TRUE(*frozen == value) << name << " differs from what the code makes";
  }
}

}  // namespace
}  // namespace suyuan::sealing
