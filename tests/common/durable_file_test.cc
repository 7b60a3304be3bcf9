#include "common/durable_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/expect_ok.h"

namespace suyuan {
namespace {

class DurableFileTest : public ::testing::Test {
 protected:
  DurableFileTest() { std::filesystem::create_directories(directory_); }
  ~DurableFileTest() override { std::filesystem::remove_all(directory_); }
  static std::string Load(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  size_t Files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory_),
                                             std::filesystem::directory_iterator()));
  }
  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("suyuan-durable-" + std::to_string(::getpid()));
  const std::string path_ = directory_ / "file";
};

TEST_F(DurableFileTest, AppearsWholeOrNotAtAll) {
  auto file = DurableFile::Create(path_);
  ASSERT_OK(file);
  ASSERT_OK(file->Append("one, "));
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_OK(file->Append(std::string(3 << 20, 'x')));
  ASSERT_OK(file->Commit());
  EXPECT_EQ(Load(path_), "one, " + std::string(3 << 20, 'x'));
  EXPECT_EQ(Files(), 1u);
  struct stat info;
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(DurableFileTest, LeavesWhatStoodThereUnlessCommitted) {
  std::ofstream(path_) << "before";
  {
    auto file = DurableFile::Create(path_);
    ASSERT_OK(file);
    ASSERT_OK(file->Append("after"));
    DurableFile moved = *std::move(file);
    ASSERT_OK(moved.Append(", too"));
  }
  EXPECT_EQ(Load(path_), "before");
  EXPECT_EQ(Files(), 1u);
  auto file = DurableFile::Create(path_);
  ASSERT_OK(file);
  ASSERT_OK(file->Append("after"));
  ASSERT_OK(file->Commit());
  EXPECT_EQ(Load(path_), "after");
}

TEST_F(DurableFileTest, SaysWhatFails) {
  EXPECT_CODE(DurableFile::Create(directory_ / "missing" / "file"), ErrorCode::kIo);
  EXPECT_CODE(SyncDirectory(directory_ / "missing"), ErrorCode::kIo);
  // A file that could not be written wholly is not put in its place.
  std::filesystem::create_symlink("/dev/full", path_ + ".new");
  auto file = DurableFile::Create(path_);
  ASSERT_OK(file);
  EXPECT_CODE(file->Append("more"), ErrorCode::kDiskFull);
  EXPECT_CODE(file->Commit(), ErrorCode::kIo);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace suyuan
