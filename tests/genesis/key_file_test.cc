// Key files: what goes in comes out, only with the passphrase, only from a private, unaltered file.
#include "genesis/key_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/json.h"
#include "tests/genesis/golden.h"

namespace suyuan::genesis {
namespace {

namespace fs = std::filesystem;

Passphrase Words(std::string text) { return Passphrase(std::move(text)); }

class KeyFile : public ::testing::Test {
 protected:
  void SetUp() override {
    InitCrypto();
    std::string pattern = (fs::temp_directory_path() / "suyuan-key-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }
  std::string Path(const char* name) const { return (directory_ / name).string(); }
  std::string Write(const char* name, const std::string& text, mode_t mode = 0600) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    EXPECT_EQ(chmod(Path(name).c_str(), mode), 0);
    return Path(name);
  }

 private:
  fs::path directory_;
};

TEST_F(KeyFile, PartyKeysRoundTrip) {
  PartyKeys keys = NewPartyKeys();
  keys.recovery = SealingPublicKeyOf(NewRecoveryKey().sealing);
  Bytes signing = keys.signing.view().data() ? Bytes(keys.signing.view()) : Bytes();
  Bytes sealing(keys.sealing.view());
  SealingPublicKey recovery = *keys.recovery;
  ASSERT_TRUE(
      WriteKeyFile(Path("p"), std::move(keys), Words("correct horse"), KeyCost::kInteractive).ok());
  struct stat info {};
  ASSERT_EQ(stat(Path("p").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  auto opened = OpenPartyKeys(Path("p"), Words("correct horse"));
  ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  EXPECT_EQ(opened->signing.view(), signing);
  EXPECT_EQ(opened->sealing.view(), sealing);
  EXPECT_EQ(*opened->recovery, recovery);
  // No secret stands in the file in clear, as bytes or as hex.
  std::string text = testing::ReadText(Path("p"));
  for (const Bytes& secret : {signing, sealing}) {
    EXPECT_EQ(text.find(secret), std::string::npos);
    EXPECT_EQ(text.find(HexEncode(secret)), std::string::npos);
    EXPECT_EQ(text.find(Base64Encode(secret)), std::string::npos);
  }
}

TEST_F(KeyFile, NodeAndRecoveryKeysRoundTrip) {
  NodeKeys node = NewNodeKeys();
  Bytes secrets = Bytes(node.node.view()) + Bytes(node.log.view()) + Bytes(node.cosigner.view());
  auto text = SealKeyFile(std::move(node), Words("x"), KeyCost::kInteractive);
  auto opened = OpenKeyText(text, Words("x"));
  ASSERT_TRUE(opened.ok());
  const auto& back = std::get<NodeKeys>(*opened);
  EXPECT_EQ(Bytes(back.node.view()) + Bytes(back.log.view()) + Bytes(back.cosigner.view()),
            secrets);

  RecoveryKey recovery = NewRecoveryKey();
  Bytes secret(recovery.sealing.view());
  opened =
      OpenKeyText(SealKeyFile(std::move(recovery), Words("x"), KeyCost::kInteractive), Words("x"));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(std::get<RecoveryKey>(*opened).sealing.view(), secret);
}

TEST_F(KeyFile, PublicHalfNeedsNoPassphrase) {
  PartyKeys keys = NewPartyKeys();
  PublicKey signing = SigningKey(keys.signing).public_key();
  SealingPublicKey sealing = SealingPublicKeyOf(keys.sealing);
  auto shown = ReadPublicText(SealKeyFile(std::move(keys), Words("x"), KeyCost::kInteractive));
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->kind, "party");
  EXPECT_EQ(*shown->signing, signing);
  EXPECT_EQ(*shown->sealing, sealing);
  EXPECT_FALSE(shown->recovery.has_value());
}

TEST_F(KeyFile, WrongPassphrase) {
  std::string text = SealKeyFile(NewPartyKeys(), Words("right"), KeyCost::kInteractive);
  for (const char* wrong : {"Right", "right ", "", "wrong"}) {
    auto opened = OpenKeyText(text, Words(wrong));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kPassphrase);
  }
}

// Each changed member must be noticed: as malformed, or because the envelope does not open.
TEST_F(KeyFile, EveryMemberIsAuthenticated) {
  json::Value file = *json::Parse(SealKeyFile(NewPartyKeys(), Words("x"), KeyCost::kInteractive));
  PublicKeys other = PublicKeysOf(NewPartyKeys());
  auto refused = [](const json::Value& changed) {
    auto opened = OpenKeyText(json::Pretty(changed), Words("x"));
    return !opened.ok();
  };
  auto with = [&](auto change) {
    json::Value copy = file;
    change(*copy.if_object());
    return copy;
  };
  EXPECT_FALSE(refused(file));
  EXPECT_TRUE(refused(with([](auto& f) { f["kind"] = "recovery"; })));
  EXPECT_TRUE(refused(with([](auto& f) { f["format"] = "suyuan-key/2"; })));
  EXPECT_TRUE(refused(with([](auto& f) { f["cipher"] = "none"; })));
  EXPECT_TRUE(refused(with([](auto& f) { f["note"] = "added"; })));
  EXPECT_TRUE(refused(with([](auto& f) { f.erase("kdf"); })));
  EXPECT_TRUE(refused(with([](auto& f) { f["nonce"] = std::string(48, '0'); })));
  EXPECT_TRUE(refused(with([](auto& f) { f["box"] = "AAAA"; })));
  EXPECT_TRUE(
      refused(with([](auto& f) { (*f["kdf"].if_object())["salt"] = std::string(32, '0'); })));
  EXPECT_TRUE(refused(
      with([&](auto& f) { (*f["public"].if_object())["signing"] = ToHex(*other.signing); })));
  EXPECT_TRUE(refused(
      with([&](auto& f) { (*f["public"].if_object())["recovery"] = ToHex(*other.sealing); })));
}

// A file cannot ask for a cheap derivation (weak), nor for an endless one (memory exhaustion).
TEST_F(KeyFile, CostHasAFloorAndACeiling) {
  json::Value file = *json::Parse(SealKeyFile(NewNodeKeys(), Words("x"), KeyCost::kInteractive));
  const json::Value* kdf = file.Find("kdf");
  EXPECT_EQ(*kdf->Find("ops")->if_int(), 3);
  EXPECT_EQ(*kdf->Find("memory_bytes")->if_int(), 64 << 20);
  const std::pair<const char*, int64_t> bad[] = {{"ops", 2},
                                                 {"ops", 17},
                                                 {"ops", -1},
                                                 {"memory_bytes", (64 << 20) - 1},
                                                 {"memory_bytes", (int64_t{1} << 30) + 1}};
  for (auto [name, value] : bad) {
    json::Value copy = file;
    (*copy.if_object()->at("kdf").if_object())[name] = value;
    auto opened = OpenKeyText(json::Pretty(copy), Words("x"));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kFormat);
    EXPECT_NE(opened.error().detail.find("cost"), std::string::npos);
  }
}

TEST_F(KeyFile, EveryTruncationIsRefusedWithoutACrash) {
  std::string text = SealKeyFile(NewNodeKeys(), Words("x"), KeyCost::kInteractive);
  for (size_t length = 0; length + 2 < text.size(); ++length)
    EXPECT_FALSE(ReadPublicText(text.substr(0, length)).ok()) << length;
}

TEST_F(KeyFile, ModeIsEnforcedOnReading) {
  std::string text = SealKeyFile(NewNodeKeys(), Words("x"), KeyCost::kInteractive);
  for (mode_t mode : {0640, 0604, 0660, 0601}) {
    auto opened = OpenKeyFile(Write("open", text, mode), Words("x"));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kPassphrase);
    EXPECT_NE(opened.error().detail.find("chmod 600 " + Path("open")), std::string::npos);
  }
  EXPECT_TRUE(OpenKeyFile(Write("private", text, 0400), Words("x")).ok());
}

TEST_F(KeyFile, NeverOverwrites) {
  Write("there", "precious");
  Status written = WriteKeyFile(Path("there"), NewNodeKeys(), Words("x"), KeyCost::kInteractive);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_EQ(testing::ReadText(Path("there")), "precious");
}

TEST_F(KeyFile, EmptyPassphraseAndAbsentDirectory) {
  EXPECT_EQ(WriteKeyFile(Path("a"), NewNodeKeys(), Words(""), KeyCost::kInteractive).error().code,
            ErrorCode::kPassphrase);
  EXPECT_EQ(
      WriteKeyFile(Path("no/a"), NewNodeKeys(), Words("x"), KeyCost::kInteractive).error().code,
      ErrorCode::kIo);
  EXPECT_EQ(OpenKeyFile(Path("absent"), Words("x")).error().code, ErrorCode::kIo);
  EXPECT_EQ(OpenKeyFile(fs::temp_directory_path().string(), Words("x")).error().code,
            ErrorCode::kIo);
}

TEST_F(KeyFile, KindsAreToldApart) {
  Write("node", SealKeyFile(NewNodeKeys(), Words("x"), KeyCost::kInteractive));
  auto party = OpenPartyKeys(Path("node"), Words("x"));
  ASSERT_FALSE(party.ok());
  EXPECT_EQ(party.error().code, ErrorCode::kConfig);
  EXPECT_NE(party.error().detail.find("holds node keys; party keys are needed"), std::string::npos);
}

TEST_F(KeyFile, PassphraseFile) {
  auto text = [&](const char* name) { return std::string(ReadPassphraseFile(Path(name))->view()); };
  Write("lf", "four words in line\nsecond\n");
  Write("crlf", "口令 one\r\n");
  Write("bare", "bare");
  EXPECT_EQ(text("lf"), "four words in line");
  EXPECT_EQ(text("crlf"), "口令 one");
  EXPECT_EQ(text("bare"), "bare");
  Write("empty", "\n");
  EXPECT_EQ(ReadPassphraseFile(Path("empty")).error().code, ErrorCode::kPassphrase);
  Write("shared", "x", 0644);
  EXPECT_EQ(ReadPassphraseFile(Path("shared")).error().code, ErrorCode::kPassphrase);
  EXPECT_EQ(ReadPassphraseFile(Path("absent")).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace suyuan::genesis
