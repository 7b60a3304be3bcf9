// A transcript file: read, run, compare or rewrite.
#include <fstream>
#include <sstream>

#include "tests/consensus/transcript.h"

namespace suyuan::consensus::testing {
namespace {

struct Step {
  std::string before;  // prose and empty lines
  std::string command;
  std::string expected;
};

std::vector<Step> Parse(const std::string& text, std::string* rest) {
  std::vector<Step> steps;
  std::istringstream in(text);
  Step step;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') {
      step.before += line + "\n";
      continue;
    }
    step.command = line;
    std::streampos after_command = in.tellg();
    if (std::getline(in, line) && line == "----") {
      while (std::getline(in, line) && !line.empty()) step.expected += line + "\n";
    } else {
      in.clear();
      in.seekg(after_command);
    }
    steps.push_back(std::exchange(step, {}));
  }
  *rest = step.before;
  return steps;
}

}  // namespace

std::string RunTranscript(const std::string& path, bool rewrite) {
  std::ifstream file(path);
  if (!file) return "cannot read " + path;
  std::stringstream text;
  text << file.rdbuf();
  file.close();
  std::string rest;
  const std::vector<Step> steps = Parse(text.str(), &rest);
  TranscriptCluster cluster;
  std::string rewritten;
  for (const Step& step : steps) {
    const std::string output = cluster.Run(TranscriptCommand::Parse(step.command));
    if (!rewrite && output != step.expected)
      return path + ": " + step.command + "\nexpected:\n" + step.expected + "seen:\n" + output;
    // One empty line between steps, whatever the file had.
    const size_t prose = step.before.find_first_not_of('\n');
    const std::string before = prose == std::string::npos ? "" : step.before.substr(prose);
    rewritten += before + step.command + "\n----\n" + output + "\n";
  }
  if (!rewrite) return steps.empty() ? path + " has no commands" : "";
  while (rewritten.ends_with("\n\n")) rewritten.pop_back();
  std::ofstream(path) << rewritten << rest;
  return "";
}

}  // namespace suyuan::consensus::testing
