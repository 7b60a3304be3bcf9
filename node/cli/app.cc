#include "node/cli/app.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include "common/limits.h"
#include "common/sign.h"
#include "common/suggest.h"
#include "node/cli/app_command.h"

namespace suyuan::cli {
namespace {

constexpr const char* kVersion = SUYUAN_VERSION;

struct GlobalOptions {
  std::string format = "table", colour = "auto";
  bool quiet = false, yes = false;
};

void AddGlobalOptions(CLI::App& root, GlobalOptions& options) {
  root.add_option("-o,--output", options.format, "Form of the data on standard output")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv"}))
      ->envname("SUYUAN_OUTPUT")
      ->capture_default_str();
  root.add_option("--color", options.colour, "Colours; NO_COLOR turns them off, too")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->envname("SUYUAN_COLOR")
      ->capture_default_str();
  root.add_flag("-q,--quiet", options.quiet, "No messages and no progress on standard error")
      ->envname("SUYUAN_QUIET");
  root.add_flag("-y,--yes", options.yes, "Ask no questions")->envname("SUYUAN_YES");
}

Console MakeConsole(const GlobalOptions& options) {
  const char* no_colour = std::getenv("NO_COLOR");
  bool wanted = options.colour == "always" ||
                (options.colour == "auto" && (no_colour == nullptr || *no_colour == '\0'));
  bool forced = options.colour == "always";
  ConsoleOptions out;
  out.format = options.format == "json"    ? Format::kJson
               : options.format == "jsonl" ? Format::kJsonl
               : options.format == "csv"   ? Format::kCsv
                                           : Format::kTable;
  out.colour_out = wanted && (forced || isatty(STDOUT_FILENO));
  out.colour_err = wanted && (forced || isatty(STDERR_FILENO));
  out.quiet = options.quiet;
  out.yes = options.yes;
  return Console(out);
}

CommandInfo InfoOf(const CLI::App& app) {
  CommandInfo info{app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) info.options.push_back("--" + name);
    for (const std::string& name : option->get_snames()) info.options.push_back("-" + name);
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    info.commands.push_back(InfoOf(*command));
  return info;
}

// The first word that names no command, or option that nobody knows, and what may have been meant.
// Follows the words as far as they make sense.
std::string Suggestion(const CommandInfo& root, int argc, const char* const* argv) {
  std::vector<const CommandInfo*> path{&root};
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    std::vector<std::string_view> known;
    if (word.starts_with("--")) {
      word.resize(std::min(word.find('='), word.size()));
      for (const CommandInfo* at : path)
        known.insert(known.end(), at->options.begin(), at->options.end());
    } else if (!word.starts_with("-") && !path.back()->commands.empty()) {
      for (const CommandInfo& command : path.back()->commands) {
        known.push_back(command.name);
        if (command.name == word) path.push_back(&command);
      }
      if (path.back()->name == word) continue;
    } else {
      continue;
    }
    if (std::find(known.begin(), known.end(), word) == known.end())
      return "\"" + word + "\" is not known" + DidYouMean(word, known);
  }
  return {};
}

int ReportUsage(const CLI::App& root, const CLI::ParseError& error, int argc,
                const char* const* argv) {
  if (error.get_exit_code() == 0) return root.exit(error);  // help was asked for
  std::string suggestion = Suggestion(InfoOf(root), argc, argv);
  std::fprintf(stderr, "usage error: %s\n", Harmless(error.what()).c_str());
  if (!suggestion.empty()) std::fprintf(stderr, "  %s\n", Harmless(suggestion).c_str());
  std::fprintf(stderr, "  see --help of the command\n");
  return kUsage;
}

void AddSelfCommands(CLI::App& root, Invocation& invocation) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = AddCommand(root, "completion", "Print a shell's completion script",
                                    "source <(suyuan completion bash)");
  completion->add_option("shell", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  Runs(completion, invocation, shell, [&root](const std::string& name, const Console& console) {
    console.Line(CompletionScript(InfoOf(root), name));
    return Status();
  });
  CLI::App* version =
      AddCommand(root, "version", "Print the version and the protocol", "suyuan version -o json");
  Runs(version, invocation, std::make_shared<int>(), [](int, const Console& console) {
    console.Print(json::Value(json::Object{
        {"protocol", static_cast<int>(limits::kProtocol)}, {"suite", 1}, {"version", kVersion}}));
    return Status();
  });
}

}  // namespace

int Main(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App root("Suyuan: a permissioned ledger for product traceability", "suyuan");
  root.footer(
      "Example:\n  suyuan devnet up --dir devnet\n\n"
      "Exit codes: 0 ok, 1 failure, 2 usage, 3 verification failed, 4 unreachable");
  root.require_subcommand(1);
  root.fallthrough();
  root.set_version_flag("--version", std::string("suyuan ") + kVersion);
  GlobalOptions globals;
  AddGlobalOptions(root, globals);
  Invocation invocation;
  AddConsortiumCommands(root, invocation);
  AddLedgerCommands(root, invocation);
  AddBackupCommands(root, invocation);
  AddSelfCommands(root, invocation);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ReportUsage(root, error, argc, argv);
  }
  Console console = MakeConsole(globals);
  InitCrypto();
  Status status = invocation.run(console);
  if (!status.ok()) console.Fail(status.error());
  if (std::fflush(stdout) != 0 && status.ok()) {
    console.Fail(Error{ErrorCode::kIo, "cannot write to standard output"});
    return kFailure;
  }
  return status.ok() ? kOk : ExitCodeOf(status.error());
}

}  // namespace suyuan::cli
