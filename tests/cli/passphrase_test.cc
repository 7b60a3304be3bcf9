// Whoever opens a key file has first made sure that its keys stay in this process.
#include "node/cli/passphrase.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace suyuan::cli {
namespace {

// As it was, for the tests that follow and for tools that watch this process.
class Dumpable {
 public:
  Dumpable() : before_(prctl(PR_GET_DUMPABLE)) { getrlimit(RLIMIT_CORE, &limit_); }
  ~Dumpable() {
    prctl(PR_SET_DUMPABLE, before_);
    setrlimit(RLIMIT_CORE, &limit_);
  }

 private:
  const int before_;
  rlimit limit_{};
};

TEST(Passphrase, BeforeAnyKeyOpensCoreDumpsAndPtraceAreOff) {
  const Dumpable restored;
  for (const bool fresh : {false, true}) {
    rlimit some{};
    ASSERT_EQ(getrlimit(RLIMIT_CORE, &some), 0);
    some.rlim_cur = some.rlim_max;
    setrlimit(RLIMIT_CORE, &some);
    ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
    const PassphraseSource source{.file = "/nowhere/passphrase"};
    EXPECT_FALSE(fresh ? AskNewPassphrase(source).ok() : AskPassphrase(source, "p").ok());
    EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
    rlimit now{1, 1};
    ASSERT_EQ(getrlimit(RLIMIT_CORE, &now), 0);
    EXPECT_EQ(now.rlim_cur, 0u);
  }
}

}  // namespace
}  // namespace suyuan::cli
