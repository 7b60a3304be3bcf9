// A ledger whose regulators' nodes audit, and a maker that seals to them by whatever means.
#pragma once

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "common/check.h"
#include "contracts/builder.h"
#include "contracts/field_numbers.h"
#include "contracts/finding.h"
#include "contracts/genesis_state.h"
#include "contracts/outcome.h"
#include "contracts/party.h"
#include "contracts/snapshot_reader.h"
#include "tests/node/cluster.h"
#include "tests/support/expect_ok.h"
#include "tests/support/sealing_shown.h"

namespace suyuan::node::testing {

class AuditedLedger : public ::testing::Test {
 protected:
  // Node 0 is a regulator's of the maker's province, which reads with key 1; node 1, if there is
  // one, a national regulator's, with key 3. The maker has signing key 1 and sealing key 2.
  explicit AuditedLedger(size_t nodes) : cluster_(nodes) {}

  static contracts::FoundingParty Founder(size_t party, uint16_t types, const char* region,
                                          const SigningKey& signing, uint8_t sealing) {
    contracts::FoundingParty out;
    out.party = TestParty(party);
    out.name = "示例单位";
    out.types = types;
    out.region = region;
    out.signing_key = signing.public_key();
    out.sealing_key = test::SealingKeyOf(sealing).public_key();
    return out;
  }
  static SecretSeed RegulatorSeed(size_t i) {
    return *SecretSeed::From(Bytes(32, static_cast<char>('r' + i)));
  }
  static SealingPublicKey ReaderKey(uint8_t number) {
    return test::SealingKeyOf(number).public_key();
  }

  NodeStart StartOf(size_t i, bool audit) const {
    contracts::GenesisSeed seed;
    seed.time_ms = 1'700'000'000'000;
    contracts::FoundingParty local =
        Founder(0, contracts::kRegulator, "310000", SigningKey(RegulatorSeed(0)), 1);
    local.escrow_key = ReaderKey(4);
    seed.parties = {
        local, Founder(1, contracts::kRegulator, national_region_, SigningKey(RegulatorSeed(1)), 3),
        Founder(9, contracts::kManufacturer, "310100", test::KeyOf(1), 2)};
    NodeStart start = cluster_.StartOf(i);
    seed.configuration = ledger::DecodeConfiguration(start.ledger.configuration).value();
    start.ledger.writes = contracts::MakeGenesisState(seed).value();
    start.config.audit = audit;
    start.keys.custody.emplace(RegulatorSeed(i));
    start.keys.sealing.push_back(test::SealingKeyOf(i == 0 ? 1 : 3));
    return start;
  }
  void StartAudited() {
    for (size_t i = 0; i < cluster_.size(); ++i) Start(i, StartOf(i, true));
    cluster_.WaitForLeader();
  }
  // The first time on a ledger with these parties: the cluster made one of its own.
  void Start(size_t i, NodeStart start) {
    if (made_.insert(i).second) {
      std::filesystem::remove_all(start.config.data_directory);
      const Status made = Node::CreateLedger(start.config.data_directory, start.ledger);
      SUYUAN_CHECK(made.ok(), made.error().ToString());
    }
    cluster_.Start(i, std::move(start));
  }

  contracts::BuildOptions MakerOptions(std::vector<SealingPublicKey> readers) const {
    contracts::BuildOptions options;
    options.ledger = cluster_.ledger().ledger;
    options.submitter = TestParty(9);
    options.signing_key = test::KeyOf(1).public_key();
    options.now_ms = static_cast<uint64_t>(SystemWallMs());
    options.readers = contracts::OnlyFor(std::move(readers));
    return options;
  }
  static json::Value DocumentJson(const char* doc_class) {
    return json::Object{{"fields", json::Object{{"doc_type", "other"},
                                                {"doc_title", "示例材料"},
                                                {"file_hash", std::string(64, 'c')},
                                                {"file_size", 1000},
                                                {"media_type", "application/pdf"},
                                                {"issue_date", "2023-01-05"},
                                                {"doc_class", doc_class}}}};
  }
  // A document of the maker whose content is for `readers`: what a sender's node would send.
  test::SealedDraft Document(std::vector<SealingPublicKey> readers, const char* doc_class) const {
    auto built = contracts::BuildTransaction(
        json::Object{{"type", "DOC_ANCHOR"}, {"records", json::Array{DocumentJson(doc_class)}}},
        MakerOptions(std::move(readers)));
    SUYUAN_CHECK(built.ok(), built.error().ToString());
    return {std::move(built->draft), std::move(built->sealed_items)};
  }

  // Submits it; returns the target of a finding on its title.
  contracts::FindingTarget Send(test::SealedDraft draft) {
    const test::SealedTransaction sealed = test::Sign(std::move(draft));
    sent_ = sealed.tx.id;
    const auto result = cluster_.Submit(0, ledger::Parcel(sealed.envelope, sealed.items));
    SUYUAN_CHECK(result.ok(), result.error().ToString());
    EXPECT_EQ(contracts::WhetherApplied(result->outcome), true) << Refusal(*result);
    return {ledger::EntityKind::kDocument, ledger::EntityIdOf(sent_, 0).str(), 1,
            contracts::document_field::kDocTitle, 0};
  }
  static std::string Refusal(const api::SubmitResult& result) {
    if (!result.outcome) return "no outcome";
    const auto decoded = contracts::DecodeOutcome(result.outcome->outcome);
    return decoded.ok() && decoded->refusal ? decoded->refusal->ToString() : "";
  }
  std::optional<contracts::Finding> Found(const contracts::FindingTarget& target,
                                          contracts::FindingKind kind) {
    const auto snapshot = cluster_.gateway(0).store().Snapshot();
    return contracts::FindFinding(contracts::SnapshotReader(*snapshot), target, kind);
  }
  bool FoundSoon(const contracts::FindingTarget& target, contracts::FindingKind kind) {
    return Eventually([&] { return Found(target, kind).has_value(); });
  }
  bool Says(size_t i, const std::string& metric) {
    return cluster_.gateway(i).metrics().find(metric + "\n") != std::string::npos;
  }

  std::set<size_t> made_;
  Cluster cluster_;
  const char* national_region_ = "000000";
  TxId sent_;
};

}  // namespace suyuan::node::testing
