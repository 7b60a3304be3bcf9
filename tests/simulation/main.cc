// suyuan-sim: searches seeds, or replays one.
//
//   suyuan-sim --seed S [--transcript]     one seed: its options, counts and trace hash
//   suyuan-sim --seeds N [--from S]        N seeds; stops at the first violation
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/simulation/simulation.h"

namespace {

using namespace suyuan::simulation;  // NOLINT: the whole program is about it

uint64_t Number(const char* text) { return std::strtoull(text, nullptr, 10); }

int RunOne(const World& world, uint64_t seed, bool with_transcript) {
  Options options = DrawOptions(seed);
  std::string transcript;
  Outcome outcome = Simulate(world, options, with_transcript ? &transcript : nullptr);
  std::printf("%s%s\n", transcript.c_str(), Describe(options).c_str());
  std::printf(
      "events %lu, blocks %lu, acknowledged %lu, crashes %lu, elections %lu\ntrace %s\n%s\n",
      outcome.events, outcome.blocks, outcome.acknowledged, outcome.crashes, outcome.elections,
      suyuan::ToHex(outcome.trace).c_str(),
      outcome.ok() ? "all invariants held" : outcome.violation.c_str());
  return outcome.ok() ? 0 : 1;
}

int RunMany(const World& world, uint64_t from, uint64_t count) {
  uint64_t blocks = 0, acknowledged = 0, crashes = 0, elections = 0;
  for (uint64_t seed = from; seed < from + count; ++seed) {
    Outcome outcome = Simulate(world, DrawOptions(seed));
    if (!outcome.ok()) {
      std::printf("%s\n%s\nagain with: suyuan-sim --seed %lu --transcript\n",
                  Describe(DrawOptions(seed)).c_str(), outcome.violation.c_str(), seed);
      return 1;
    }
    blocks += outcome.blocks;
    acknowledged += outcome.acknowledged;
    crashes += outcome.crashes;
    elections += outcome.elections;
  }
  std::printf(
      "%lu seeds clean from %lu on: %lu blocks, %lu acknowledged, %lu crashes, %lu elections\n",
      count, from, blocks, acknowledged, crashes, elections);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 0, seeds = 0, from = 1;
  bool transcript = false, one = false;
  for (int i = 1; i < argc; ++i) {
    bool value = i + 1 < argc;
    if (std::strcmp(argv[i], "--seed") == 0 && value) {
      one = true;
      seed = Number(argv[++i]);
    } else if (std::strcmp(argv[i], "--seeds") == 0 && value) {
      seeds = Number(argv[++i]);
    } else if (std::strcmp(argv[i], "--from") == 0 && value) {
      from = Number(argv[++i]);
    } else if (std::strcmp(argv[i], "--transcript") == 0) {
      transcript = true;
    } else {
      std::fprintf(stderr, "usage: suyuan-sim --seed S [--transcript] | --seeds N [--from S]\n");
      return 2;
    }
  }
  World world = suyuan::test::MakeWorld(64);
  return one ? RunOne(world, seed, transcript) : RunMany(world, from, seeds == 0 ? 100 : seeds);
}
