#include "tests/node/cluster.h"

#include <chrono>
#include <future>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/check.h"
#include "common/hash.h"
#include "contracts/field_numbers.h"
#include "contracts/genesis_state.h"
#include "contracts/identifiers/uscc.h"
#include "contracts/party.h"
#include "contracts/types.h"
#include "ledger/block.h"
#include "ledger/sealing/seal.h"
#include "ledger/transaction.h"
#include "node/clock.h"

namespace suyuan::node::testing {
namespace {

constexpr uint64_t kGenesisTimeMs = 1'700'000'000'000;

}  // namespace

std::vector<uint16_t> FreePorts(size_t count) {
  std::vector<uint16_t> out;
  std::vector<int> sockets;
  for (size_t i = 0; i < count; ++i) {
    int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    SUYUAN_CHECK(::bind(s, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
    SUYUAN_CHECK(::getsockname(s, reinterpret_cast<sockaddr*>(&address), &size) == 0, "name");
    out.push_back(ntohs(address.sin_port));
    sockets.push_back(s);
  }
  for (int s : sockets) ::close(s);
  return out;
}

TempDirectory::TempDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "suyuan-node-XXXXXX").string();
  SUYUAN_CHECK(::mkdtemp(pattern.data()) != nullptr, "mkdtemp");
  path_ = pattern;
}

bool Eventually(const std::function<bool()>& done) {
  for (int i = 0; i < 6000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return done();
}

SecretSeed NodeSeed(size_t i) { return *SecretSeed::From(Bytes(32, static_cast<char>('N' + i))); }
SecretSeed LogSeed(size_t i) { return *SecretSeed::From(Bytes(32, static_cast<char>('l' + i))); }

PartyId TestParty(size_t i) {
  const std::string code = "91310000MA1FL5TX" + std::to_string(i);
  return *PartyId::From(code + *contracts::UsccCheckCharacter(code));
}

ledger::Member MemberOf(size_t i, uint16_t port) {
  ledger::Member out;
  out.party = TestParty(i);
  out.node = "n" + std::to_string(i);
  out.node_key = SigningKey(NodeSeed(i)).public_key();
  out.log_key = SigningKey(LogSeed(i)).public_key();
  out.cosigner_key =
      SigningKey(*SecretSeed::From(Bytes(32, static_cast<char>('c' + i)))).public_key();
  out.peer_address = "127.0.0.1:" + std::to_string(port);
  out.api_address = "127.0.0.1:1";
  return out;
}

SigningKey PartyKey(size_t i) {
  return SigningKey(*SecretSeed::From(Bytes(32, static_cast<char>('A' + i))));
}

const SigningKey& ClientKey() {
  static const SigningKey key(*SecretSeed::From(Bytes(32, 'u')));
  return key;
}

namespace {

contracts::FoundingParty Founding(const PartyId& party, const SigningKey& key, uint16_t types) {
  contracts::FoundingParty out;
  out.party = party;
  out.name = "示例电缆有限公司";
  out.types = types;
  out.region = "310000";
  out.signing_key = key.public_key();
  out.sealing_key.data.fill(9);
  return out;
}

ledger::TransactionDraft MakeDraft(const LedgerId& ledger, uint64_t now_ms, uint32_t records,
                                   size_t value_bytes) {
  ledger::TransactionDraft draft;
  draft.core.ledger_id = ledger;
  draft.core.type = contracts::tx::kDocAnchor;
  draft.core.submitter = TestParty(9);
  draft.core.signers = {{ledger::SignerRole::kSubmitter, TestParty(9), ClientKey().key_id()}};
  draft.core.nonce = RandomFixed<Nonce16>();
  draft.core.created_ms = now_ms;
  draft.core.expiry_ms = now_ms + 3'600'000;
  for (uint32_t i = 0; i < records; ++i) {
    ledger::RecordDraft record;
    record.schema = 6;
    ledger::RecordDraft::LeafDraft leaf;
    leaf.field = contracts::document_field::kDocType;
    leaf.value = "\"" + std::string(value_bytes, 'a') + "\"";
    record.leaves.push_back(std::move(leaf));
    draft.records.push_back(std::move(record));
  }
  return draft;
}

}  // namespace

std::shared_ptr<const Bytes> MakeEnvelope(const LedgerId& ledger, uint64_t now_ms, uint32_t records,
                                          size_t value_bytes) {
  return std::make_shared<const Bytes>(
      ledger::SignTransaction(MakeDraft(ledger, now_ms, records, value_bytes), ClientKey()));
}

ledger::Parcel MakeSealed(const LedgerId& ledger, uint64_t now_ms) {
  ledger::TransactionDraft draft = MakeDraft(ledger, now_ms, 2, 40);
  sealing::SenderKey sender{SealingKey(SecretSeed::Random())};
  sealing::TransactionSealer sealer(
      sealing::SealingContext(ledger, draft.core.submitter, draft.core.nonce), sender, RandomBytes);
  const uint8_t audience = *sealer.AudienceOf({SealingKey(SecretSeed::Random()).public_key()}, {});
  for (uint32_t i = 0; i < 2; ++i)
    draft.records[i].leaves.push_back(
        *sealer.Seal({i, contracts::document_field::kIssuerName, 0}, audience, "\"hidden\""));
  sealing::SealedItems items = std::move(sealer).Finish(draft.core);
  return {std::make_shared<const Bytes>(ledger::SignTransaction(draft, ClientKey())),
          std::move(items)};
}

TxId IdOf(const Bytes& envelope) { return *ledger::PeekTransactionId(envelope); }

Cluster::Cluster(size_t nodes, std::string genesis_salt, size_t founding)
    : ports_(FreePorts(nodes)), nodes_(nodes) {
  InitCrypto();
  ledger_.genesis_file = "{\"salt\":\"" + genesis_salt + "\"}";
  ledger_.ledger = *LedgerId::From(TaggedHash("genesis", {Sized(ledger_.genesis_file)}).view());
  ledger_.origin = "test.example/ledger";
  ledger_.time_ms = kGenesisTimeMs;
  ledger::Configuration configuration;
  for (size_t i = 0; i < (founding == 0 ? nodes : founding); ++i)
    configuration.members.push_back(MemberOf(i, ports_[i]));
  ledger_.configuration = ledger::EncodeConfiguration(configuration);
  contracts::GenesisSeed seed;
  seed.time_ms = kGenesisTimeMs;
  seed.parties = {Founding(TestParty(9), ClientKey(), contracts::kManufacturer)};
  for (size_t i = 0; i < nodes; ++i)
    seed.parties.push_back(Founding(TestParty(i), PartyKey(i),
                                    i < 2 ? contracts::kRegulator : contracts::kManufacturer));
  seed.configuration = configuration;
  ledger_.writes = contracts::MakeGenesisState(seed).value();
  for (size_t i = 0; i < nodes; ++i) {
    const Status made = Node::CreateLedger(directory(i), ledger_);
    SUYUAN_CHECK(made.ok(), made.error().ToString());
  }
}

NodeStart Cluster::StartOf(size_t i) const {
  NodeConfig config;
  config.party = TestParty(i);
  config.peer_listen = peer_endpoint(i);
  config.data_directory = directory(i);
  config.log_level = "error";
  config.limits.tick_ms = 20;
  config.limits.verify_threads = 2;
  config.limits.submit_timeout_ms = 20'000;
  return NodeStart{
      config, NodeKeys{NodeSeed(i), SigningKey(LogSeed(i)), std::nullopt}, ledger_, {}};
}

void Cluster::Start(size_t i) { Start(i, StartOf(i)); }

void Cluster::Start(size_t i, NodeStart start) {
  auto node = Node::Start(std::move(start));
  SUYUAN_CHECK(node.ok(), node.error().ToString());
  nodes_[i] = std::move(node).value();
}

void Cluster::StartAll() {
  for (size_t i = 0; i < size(); ++i) Start(i);
}

TransportPeer Cluster::peer(size_t i) const {
  return {consensus::NodeId(static_cast<uint32_t>(i + 1)),
          ToString(TestParty(i)) + "/n" + std::to_string(i), SigningKey(NodeSeed(i)).public_key(),
          peer_endpoint(i)};
}

size_t Cluster::WaitForLeader() {
  size_t leader = size();
  bool agreed = Eventually([&] {
    std::set<std::string> names;
    leader = size();
    for (size_t i = 0; i < size(); ++i) {
      if (!running(i)) continue;
      api::NodeStatus status = gateway(i).status();
      names.insert(status.leader);
      if (status.role == "leader") leader = i;
    }
    return leader < size() && names.size() == 1 && !names.begin()->empty();
  });
  SUYUAN_CHECK(agreed, "no leader in time");
  return leader;
}

Result<api::SubmitResult> Cluster::Submit(size_t i, ledger::Parcel parcel, api::Wait wait) {
  auto answer = std::make_shared<std::promise<Result<api::SubmitResult>>>();
  auto future = answer->get_future();
  gateway(i).Submit(std::move(parcel), wait,
                    [answer](Result<api::SubmitResult> r) { answer->set_value(std::move(r)); });
  return future.get();
}

bool Cluster::Converged() {
  return Eventually([&] {
    std::set<std::string> heads;
    for (size_t i = 0; i < size(); ++i) {
      if (!running(i)) continue;
      ledger::LogHead head = gateway(i).store().Snapshot()->head();
      auto summary = gateway(i).store().Summary(head.height);
      if (!summary.ok()) return false;
      heads.insert(std::to_string(head.height.value()) + ToHex(head.entry_hash) +
                   ToHex(head.state_root) + ToHex(summary->log_root));
    }
    return heads.size() == 1;
  });
}

std::shared_ptr<const Bytes> Cluster::NewEnvelope(uint32_t records, size_t value_bytes) {
  return MakeEnvelope(ledger_.ledger, static_cast<uint64_t>(SystemWallMs()), records, value_bytes);
}

ledger::Parcel Cluster::NewSealed() {
  return MakeSealed(ledger_.ledger, static_cast<uint64_t>(SystemWallMs()));
}

}  // namespace suyuan::node::testing
