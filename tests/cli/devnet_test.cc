// A devnet on disk: complete, valid, private, refused when it is half there.
#include "node/cli/devnet.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "genesis/genesis.h"
#include "genesis/initial_state.h"
#include "genesis/key_file.h"
#include "node/cli/key_ring.h"
#include "node/config.h"

namespace suyuan::cli {
namespace {

namespace fs = std::filesystem;

class DevnetFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    InitCrypto();
    std::string pattern = (fs::temp_directory_path() / "suyuan-devnet-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }
  fs::path directory_;
};

TEST_F(DevnetFiles, EverythingIsThereAndFits) {
  auto made = MakeDevnet((directory_ / "d").string(), 5, 17600);
  ASSERT_TRUE(made.ok()) << made.error().ToString();
  ASSERT_TRUE(SaveDevnet(*made).ok());
  auto devnet = LoadDevnet((directory_ / "d").string());
  ASSERT_TRUE(devnet.ok()) << devnet.error().ToString();
  ASSERT_EQ(devnet->nodes.size(), 5u);
  auto genesis = genesis::LoadGenesis(devnet->genesis);
  ASSERT_TRUE(genesis.ok()) << genesis.error().ToString();
  EXPECT_TRUE(genesis::InitialState(*genesis).ok());
  const char* roles[] = {"regulator", "manufacturer", "distributor", "distributor", "distributor"};
  for (size_t i = 0; i < 5; ++i) {
    const DevnetNode& node = devnet->nodes[i];
    EXPECT_EQ(node.role, roles[i]);
    EXPECT_EQ(node.api, "http://127.0.0.1:" + std::to_string(17600 + 2 * i));
    EXPECT_EQ(node.peer, "127.0.0.1:" + std::to_string(17601 + 2 * i));
    EXPECT_EQ(genesis->members[i].party, node.party);
    auto config = node::LoadNodeConfig(node.config);
    ASSERT_TRUE(config.ok()) << config.error().ToString();
    EXPECT_EQ(config->party, node.party);
    EXPECT_EQ(config->api_listen, node.api.substr(7));
    EXPECT_EQ(config->genesis_file, devnet->genesis);
    auto keys = genesis::ReadPublicKeys(config->node_key_file);
    ASSERT_TRUE(keys.ok()) << keys.error().ToString();
    EXPECT_EQ(*keys->node, genesis->members[i].node_key);
    EXPECT_EQ(*keys->log, genesis->members[i].log_key);
  }
  struct stat info {};
  ASSERT_EQ(stat(devnet->passphrase_file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(DevnetFiles, KeyRingOpensByName) {
  auto made = MakeDevnet((directory_ / "d").string(), 2, 17600);
  ASSERT_TRUE(made.ok());
  auto ring = KeyRing::Open((directory_ / "d" / "devnet.json").string(), {});
  ASSERT_TRUE(ring.ok()) << ring.error().ToString();
  auto signer = ring->Get("manufacturer");
  ASSERT_TRUE(signer.ok()) << signer.error().ToString();
  EXPECT_EQ((*signer)->party, made->nodes[1].party);
  auto references = ring->References();
  ASSERT_TRUE(references.ok());
  EXPECT_EQ(references->at("party:regulator"), ToString(made->nodes[0].party));
  EXPECT_EQ(references->at("key:manufacturer.signing"), ToHex((*signer)->key.public_key()));
  auto unknown = ring->Get("manufacturers");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::kRef);
  EXPECT_NE(unknown.error().detail.find("did you mean \"manufacturer\""), std::string::npos);
}

TEST_F(DevnetFiles, KeyRingOfADirectory) {
  auto made = MakeDevnet((directory_ / "d").string(), 1, 17600);
  ASSERT_TRUE(made.ok());
  fs::create_directory(directory_ / "keys");
  EXPECT_EQ(KeyRing::Open((directory_ / "keys").string(), {}).error().code, ErrorCode::kConfig);
  fs::copy(made->nodes[0].party_key,
           directory_ / "keys" / ("office." + ToString(made->nodes[0].party) + ".key"));
  auto ring = KeyRing::Open((directory_ / "keys").string(), {made->passphrase_file});
  ASSERT_TRUE(ring.ok());
  auto signer = ring->Get("office");
  ASSERT_TRUE(signer.ok()) << signer.error().ToString();
  EXPECT_EQ((*signer)->party, made->nodes[0].party);
}

TEST_F(DevnetFiles, BadDescriptionsAreNamed) {
  EXPECT_EQ(LoadDevnet(directory_.string()).error().code, ErrorCode::kIo);
  for (const char* text : {"", "{}", "[]", "{\"nodes\":[{}]}", "{\"nodes\":[{\"party\":\"x\"}]}"}) {
    std::ofstream(directory_ / "devnet.json") << text;
    auto devnet = LoadDevnet(directory_.string());
    ASSERT_FALSE(devnet.ok()) << text;
    EXPECT_EQ(devnet.error().code, ErrorCode::kFormat);
    EXPECT_NE(devnet.error().detail.find("devnet.json"), std::string::npos);
  }
  EXPECT_EQ(MakeDevnet((directory_ / "x").string(), 16, 65530).error().code, ErrorCode::kConfig);
  EXPECT_EQ(MakeDevnet((directory_ / "q\"").string(), 1, 7600).error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace suyuan::cli
