// Helpers of the files that define commands. Includes CLI11: for app*.cc only.
#pragma once

#include <CLI/CLI.hpp>

#include "node/cli/app.h"

namespace suyuan::cli {

// A command with its help: one line of summary, and an example that works as it stands.
inline CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& summary,
                            const std::string& example) {
  CLI::App* command = parent.add_subcommand(name, summary);
  command->footer("Example:\n  " + example);
  return command;
}

// A command that only groups others.
inline CLI::App* AddGroup(CLI::App& parent, const std::string& name, const std::string& summary,
                          const std::string& example) {
  CLI::App* group = AddCommand(parent, name, summary, example);
  group->require_subcommand(1);
  return group;
}

// Runs `function(options, console)` when `command` was given. The options live as long as the tree.
template <typename Options, typename Function>
void Runs(CLI::App* command, Invocation& invocation, std::shared_ptr<Options> options,
          Function function) {
  command->callback([&invocation, options, function] {
    invocation.run = [options, function](const Console& console) {
      return function(*options, console);
    };
  });
}

inline void AddPassphraseOption(CLI::App* command, PassphraseSource& source) {
  command
      ->add_option("--passphrase-file", source.file,
                   "Read the passphrase from this file (mode 0600); otherwise SUYUAN_PASSPHRASE, "
                   "otherwise a prompt")
      ->envname("SUYUAN_PASSPHRASE_FILE")
      ->type_name("FILE");
}

inline void AddNodeOption(CLI::App* command, NodeTarget& target) {
  command->add_option("--node", target.url, "The node to talk to")
      ->envname("SUYUAN_NODE")
      ->type_name("URL")
      ->capture_default_str();
}

// --node, --key, --passphrase-file.
inline void AddTargetOptions(CLI::App* command, NodeTarget& target) {
  AddNodeOption(command, target);
  command
      ->add_option("--key", target.key_file,
                   "Party key file that signs the requests; without it the node sees a consumer")
      ->envname("SUYUAN_KEY")
      ->type_name("FILE");
  AddPassphraseOption(command, target.passphrase);
}

}  // namespace suyuan::cli
