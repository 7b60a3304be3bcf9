// Widths, harmless text, exit codes.
#include "node/cli/console.h"

#include <gtest/gtest.h>

namespace suyuan::cli {
namespace {

TEST(Console, CjkTakesTwoColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("溯源"), 4u);
  EXPECT_EQ(DisplayWidth("示例A公司"), 9u);
  EXPECT_EQ(DisplayWidth("（全角）"), 8u);
  EXPECT_EQ(DisplayWidth("é"), 1u);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1u);         // e with a combining acute accent
  EXPECT_EQ(DisplayWidth("\xF0\xA0\x80\x80"), 2u);  // U+20000
  EXPECT_EQ(DisplayWidth("\xE6"), 1u);              // cut off: does not read past the end
}

TEST(Console, TextCannotSteerTheTerminal) {
  EXPECT_EQ(Harmless("plain 文字"), "plain 文字");
  EXPECT_EQ(Harmless("a\x1b[31mb"), "a\xEF\xBF\xBD[31mb");
  EXPECT_EQ(Harmless("a\nb\tc\x7F"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\xEF\xBF\xBD");
  EXPECT_EQ(Harmless("\xC2\x9B"
                     "31m"),
            "\xEF\xBF\xBD"
            "31m");  // C1 control
  EXPECT_EQ(Harmless("\xE2\x80\xAE"
                     "txt.exe"),
            "\xEF\xBF\xBD"
            "txt.exe");  // right-to-left override
}

TEST(Console, ExitCodes) {
  EXPECT_EQ(ExitCodeOf({ErrorCode::kProof, ""}), 3);
  EXPECT_EQ(ExitCodeOf({ErrorCode::kUnreachable, ""}), 4);
  for (ErrorCode code : {ErrorCode::kPort, ErrorCode::kPassphrase, ErrorCode::kGenesis,
                         ErrorCode::kIo, ErrorCode::kDiskFull, ErrorCode::kCorrupt})
    EXPECT_EQ(ExitCodeOf({code, ""}), 1);
}

std::string Printed(Format format, const Table& table) {
  ConsoleOptions options;
  options.format = format;
  testing::internal::CaptureStdout();
  Console(options).Print(table);
  std::fflush(stdout);
  return testing::internal::GetCapturedStdout();
}

const Table kSample{{"name", "n"}, {{"示例公司", 1}, {"=cmd()", json::Value()}, {"a,\"b\"", 22}}};

TEST(Console, TableAlignsByDisplayWidth) {
  EXPECT_EQ(Printed(Format::kTable, kSample),
            "name      n\n"
            "示例公司  1\n"
            "=cmd()    \n"
            "a,\"b\"     22\n");
}

TEST(Console, CsvQuotesAndDefusesFormulas) {
  EXPECT_EQ(Printed(Format::kCsv, kSample),
            "name,n\r\n示例公司,1\r\n'=cmd(),\r\n\"a,\"\"b\"\"\",22\r\n");
}

TEST(Console, JsonLeavesAbsentCellsOut) {
  EXPECT_EQ(Printed(Format::kJsonl, kSample),
            "{\"n\":1,\"name\":\"示例公司\"}\n{\"name\":\"=cmd()\"}\n{\"n\":22,\"name\":\"a,"
            "\\\"b\\\"\"}\n");
  auto parsed = json::Parse(Printed(Format::kJson, kSample));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->if_array()->size(), 3u);
}

}  // namespace
}  // namespace suyuan::cli
