// Runs every transcript of tests/consensus/transcripts: the protocol as a tutorial.
// SUYUAN_REWRITE_TRANSCRIPTS=1 writes what is seen into the files.
#include "tests/consensus/transcript.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

namespace suyuan::consensus::testing {
namespace {

std::vector<std::string> TranscriptPaths() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(SUYUAN_TRANSCRIPT_DIR))
    if (file.path().extension() == ".txt") out.push_back(file.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

class Transcripts : public ::testing::TestWithParam<std::string> {};

TEST_P(Transcripts, HappenAsWritten) {
  const bool rewrite = std::getenv("SUYUAN_REWRITE_TRANSCRIPTS") != nullptr;
  EXPECT_EQ(RunTranscript(GetParam(), rewrite), "");
}

INSTANTIATE_TEST_SUITE_P(All, Transcripts, ::testing::ValuesIn(TranscriptPaths()),
                         [](const auto& parameters) {
                           std::string name = std::filesystem::path(parameters.param).stem();
                           for (char& c : name)
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           return name;
                         });

TEST(TranscriptSuite, CoversTheProtocol) { EXPECT_GE(TranscriptPaths().size(), 15u); }

}  // namespace
}  // namespace suyuan::consensus::testing
