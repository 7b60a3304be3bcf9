// Building the tree of commands. Only app*.cc know CLI11, whose header costs seconds to compile.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/cli/commands.h"

namespace CLI {
class App;
}

namespace suyuan::cli {

// What parsing leaves behind: the chosen command, ready to run.
struct Invocation {
  std::function<Status(const Console&)> run;
};

// Adds commands to the root. Each sets `invocation.run` when it is the one that was given.
void AddConsortiumCommands(CLI::App& root, Invocation& invocation);  // genesis, key, node, devnet
void AddLedgerCommands(CLI::App& root, Invocation& invocation);      // submit, trace, proof, …
void AddBackupCommands(CLI::App& root, Invocation& invocation);      // snapshot, backup, restore

// A command as completion and "did you mean" see it.
struct CommandInfo {
  std::string name;
  std::string summary;
  std::vector<std::string> options;  // "--node", "-o" …
  std::vector<CommandInfo> commands;
};

// The completion script for bash, zsh or fish.
std::string CompletionScript(const CommandInfo& root, const std::string& shell);

}  // namespace suyuan::cli
