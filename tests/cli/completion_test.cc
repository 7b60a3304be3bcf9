// Completion scripts name every command and option of the tree that they are made of.
#include <gtest/gtest.h>

#include "node/cli/app.h"

namespace suyuan::cli {
namespace {

CommandInfo Sample() {
  CommandInfo root{"suyuan", "", {"--output", "-o"}, {}};
  root.commands.push_back({"key", "Keys, it's said", {}, {{"new", "Make", {"--out"}, {}}}});
  root.commands.push_back({"trace", "Trace", {"--node"}, {}});
  return root;
}

TEST(Completion, Bash) {
  std::string script = CompletionScript(Sample(), "bash");
  EXPECT_NE(script.find("\"\") words=\"key trace --output\""), std::string::npos) << script;
  EXPECT_NE(script.find("\"key new\") words=\"--out --output\""), std::string::npos) << script;
  EXPECT_NE(script.find("\"trace\") words=\"--node --output\""), std::string::npos) << script;
  EXPECT_NE(script.find("complete -o filenames -F _suyuan suyuan"), std::string::npos);
}

TEST(Completion, ZshUsesBashCompletion) {
  std::string script = CompletionScript(Sample(), "zsh");
  EXPECT_TRUE(script.starts_with("#compdef suyuan"));
  EXPECT_NE(script.find("bashcompinit"), std::string::npos);
}

TEST(Completion, FishQuotesDescriptions) {
  std::string script = CompletionScript(Sample(), "fish");
  EXPECT_NE(script.find("-a key -d 'Keys, it\\'s said'"), std::string::npos) << script;
  EXPECT_NE(script.find("__fish_seen_subcommand_from key' -f -a new"), std::string::npos);
  EXPECT_NE(script.find("-l node"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::cli
