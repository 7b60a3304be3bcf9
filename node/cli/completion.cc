// Completion scripts, generated from the tree of commands, so that they never lag behind it.
#include <algorithm>

#include "node/cli/app.h"

namespace suyuan::cli {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// What may follow a command: its subcommands, its options, and the root's.
std::string Words(const CommandInfo& command, const CommandInfo& root) {
  std::vector<std::string> words;
  for (const CommandInfo& inner : command.commands) words.push_back(inner.name);
  for (const CommandInfo* at : {&command, &root})
    for (const std::string& option : at->options)
      if (option.starts_with("--") && std::find(words.begin(), words.end(), option) == words.end())
        words.push_back(option);
  return Joined(words);
}

// "case" branches by the path of commands typed so far: "", "genesis", "genesis new", …
void BashCases(const CommandInfo& command, const CommandInfo& root, const std::string& path,
               std::string& out) {
  out += "    \"" + path + "\") words=\"" + Words(command, root) + "\" ;;\n";
  for (const CommandInfo& inner : command.commands)
    BashCases(inner, root, path.empty() ? inner.name : path + " " + inner.name, out);
}

std::string Bash(const CommandInfo& root) {
  std::string names;
  for (const CommandInfo& command : root.commands) {
    names += command.name + "|";
    for (const CommandInfo& inner : command.commands) names += inner.name + "|";
  }
  names.pop_back();
  std::string out =
      "# suyuan: bash completion; load with: source <(suyuan completion bash)\n"
      "_suyuan() {\n"
      "  local path=\"\" word words=\"\" current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$word\" in " +
      names +
      ") path=\"${path:+$path }$word\" ;; esac\n"
      "  done\n"
      "  case \"$path\" in\n";
  BashCases(root, root, "", out);
  out +=
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- \"$current\")); fi\n"
      "}\n"
      "complete -o filenames -F _suyuan suyuan";
  return out;
}

std::string Zsh(const CommandInfo& root) {
  return "#compdef suyuan\n# load with: source <(suyuan completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         Bash(root);
}

// A description inside single quotes of fish.
std::string FishQuoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string Fish(const CommandInfo& root) {
  std::string out = "# suyuan: fish completion; load with: suyuan completion fish | source\n";
  for (const CommandInfo& command : root.commands) {
    out += "complete -c suyuan -f -n __fish_use_subcommand -a " + command.name + " -d " +
           FishQuoted(command.summary) + "\n";
    std::string inside = "complete -c suyuan -n '__fish_seen_subcommand_from " + command.name + "'";
    for (const CommandInfo& inner : command.commands)
      out += inside + " -f -a " + inner.name + " -d " + FishQuoted(inner.summary) + "\n";
    std::vector<std::string> options = command.options;
    for (const CommandInfo& inner : command.commands)
      options.insert(options.end(), inner.options.begin(), inner.options.end());
    std::sort(options.begin(), options.end());
    options.erase(std::unique(options.begin(), options.end()), options.end());
    for (const std::string& option : options)
      if (option.starts_with("--")) out += inside + " -l " + option.substr(2) + "\n";
  }
  for (const std::string& option : root.options)
    if (option.starts_with("--")) out += "complete -c suyuan -l " + option.substr(2) + "\n";
  out.pop_back();
  return out;
}

}  // namespace

std::string CompletionScript(const CommandInfo& root, const std::string& shell) {
  if (shell == "fish") return Fish(root);
  return shell == "zsh" ? Zsh(root) : Bash(root);
}

}  // namespace suyuan::cli
