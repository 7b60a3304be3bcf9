// suyuan-sim-bugs: the simulators over a production path that has one bug in it.
//
//   suyuan-sim-bugs --list
//   suyuan-sim-bugs --bug NAME [--seeds N] [--first S]    seed after seed until it is found
//   suyuan-sim-bugs --bug NAME --seed S                   one seed of whole nodes, with its
//   transcript
//
// A bug is found when an invariant of the simulator breaks, or a check of the production code stops
// the process. `none` is the path without a bug: nothing may be found then.
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "tests/consensus/simulation.h"
#include "tests/seeded_bugs/bugs.h"
#include "tests/simulation/simulation.h"

namespace suyuan::seeded_bugs {
namespace {

constexpr unsigned kSecondsOfSeed = 60;  // a run that takes longer does not end

std::array<char, 256> found_line;  // what is said when the run that is under way is the last
size_t found_bytes = 0;

void Say(std::string_view words) {
  if (write(STDOUT_FILENO, words.data(), words.size()) < 0) _exit(2);
}

// The production code has stopped itself; its last words are in the memory file that stands for the
// standard error. Only calls that a signal handler may make.
extern "C" void OnStopped(int signal) {
  Say({found_line.data(), found_bytes});
  if (signal == SIGALRM) {
    Say("the run does not end");
  } else {
    std::array<char, 400> words;
    const ssize_t n = pread(STDERR_FILENO, words.data(), words.size(), 0);
    const std::string_view said(words.data(), n > 0 ? static_cast<size_t>(n) : 0);
    Say("the process stops (");
    Say(said.substr(0, said.find('\n')));
    Say(")");
  }
  Say("\n");
  _exit(0);
}

// The worlds of the core: three, five and one voter, with and without changes of the membership.
consensus::testing::SimulationConfig CoreWorld(uint64_t seed) {
  switch (seed % 4) {
    case 0:
      return {3, 0, 1500, seed, 0, false};
    case 1:
      return {3, 0, 2000, seed, 3, true};
    case 2:
      return {5, 0, 1500, seed, 0, false};
    default:
      return {1, 0, 2000, seed, 4, true};
  }
}

// What is broken; empty when nothing is.
std::string RunSeed(Simulator simulator, const simulation::World& world, uint64_t seed) {
  seeded_drift = 0;
  if (simulator == Simulator::kCore) return consensus::testing::Simulation(CoreWorld(seed)).Run();
  return simulation::Simulate(world, simulation::DrawOptions(seed)).violation;
}

void StandBy() {
  const int words = memfd_create("stderr", 0);
  if (words < 0 || dup2(words, STDERR_FILENO) < 0) std::exit(2);
  for (int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGALRM}) std::signal(signal, OnStopped);
}

int Hunt(const std::string& name, Simulator simulator, uint64_t first, uint64_t seeds) {
  const simulation::World world = test::MakeWorld(64);
  StandBy();
  for (uint64_t n = 1; n <= seeds; ++n) {
    const uint64_t seed = first + n - 1;
    const int bytes =
        std::snprintf(found_line.data(), found_line.size(),
                      "bug %s found at seed %lu after %lu seeds: ", name.c_str(), seed, n);
    found_bytes = static_cast<size_t>(bytes);
    alarm(kSecondsOfSeed);
    const std::string violation = RunSeed(simulator, world, seed);
    if (violation.empty()) continue;
    Say(std::string(found_line.data(), found_bytes) + violation + "\n");
    return 0;
  }
  Say("bug " + name + " not found in " + std::to_string(seeds) + " seeds\n");
  return 1;
}

int Show(uint64_t seed) {
  const simulation::World world = test::MakeWorld(64);
  std::string transcript;
  const simulation::Outcome outcome =
      simulation::Simulate(world, simulation::DrawOptions(seed), &transcript);
  std::printf("%s%s\n", transcript.c_str(), outcome.violation.c_str());
  return outcome.ok() ? 1 : 0;
}

int List() {
  for (const PlantedBug& bug : PlantedBugs())
    std::printf("bug\t%s\t%d\t%s\t%u\t%s\n", bug.name, bug.row,
                bug.simulator == Simulator::kCore ? "core" : "nodes", bug.quick_seeds, bug.what);
  for (const AbsentRow& row : AbsentRows()) std::printf("absent\t%d\t%s\n", row.row, row.reason);
  return 0;
}

int Usage() {
  std::fprintf(stderr,
               "usage: suyuan-sim-bugs --list | --bug NAME [--simulator nodes|core] "
               "[--seeds N] [--first S] | --bug NAME --seed S\n");
  return 2;
}

int Main(int argc, char** argv) {
  std::string name, simulator;
  uint64_t seeds = 50'000, first = 1, seed = 0;
  if (argc == 2 && std::string_view(argv[1]) == "--list") return List();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const uint64_t number = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--bug")
      name = argv[i + 1];
    else if (option == "--simulator")
      simulator = argv[i + 1];
    else if (option == "--seeds")
      seeds = number;
    else if (option == "--first")
      first = number;
    else if (option == "--seed")
      seed = number;
    else
      return Usage();
  }
  const PlantedBug* bug = FindBug(name);
  if (argc % 2 == 0 || (bug == nullptr && name != "none")) return Usage();
  the_seeded_bug = bug != nullptr ? bug->bug : Bug::kNone;
  if (seed != 0) return Show(seed);
  Simulator where = bug != nullptr ? bug->simulator : Simulator::kNodes;
  if (!simulator.empty()) where = simulator == "core" ? Simulator::kCore : Simulator::kNodes;
  return Hunt(name, where, first, seeds);
}

}  // namespace
}  // namespace suyuan::seeded_bugs

int main(int argc, char** argv) { return suyuan::seeded_bugs::Main(argc, argv); }
