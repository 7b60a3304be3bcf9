// From a record to the version that it made, however long ago.
#include "contracts/made_version.h"

#include "common/encoding.h"
#include "contracts/party.h"
#include "tests/contracts/ledger_fixture.h"
#include "tests/support/expect_ok.h"

namespace suyuan::contracts::testing {
namespace {

namespace c = command_field;
using ledger::EntityKind;

ledger::Transaction Decoded(const SignedTx& made) {
  auto tx = ledger::DecodeTransaction(std::make_shared<const Bytes>(made.envelope), LedgerLimits(),
                                      nullptr);
  EXPECT_TRUE(tx.ok());
  return *std::move(tx);
}

TEST(MadeVersionTest, NewerOnesLeaveNoneBehind) {
  Chain chain;
  Actor party(60, "440100");
  const SignedTx registration =
      chain.Make(tx::kPartyRegister, party,
                 {Registration(ToString(party.party), party.region, ToHex(party.key.public_key()),
                               PartyTypeWords(kManufacturer)),
                  Document("business_licence")});
  const Height registered(chain.height);
  ExpectApplied(chain.Run(registration));
  ExpectApplied(chain.Do(tx::kPartyReview, chain.regulator,
                         {Review(EntityKind::kParty, party.party.view(), "approve")}));
  std::vector<std::pair<SignedTx, Height>> rotations;
  for (uint32_t i = 0; i < 70; ++i) {
    const Actor next(1000 + i, party.region);
    rotations.emplace_back(chain.Make(tx::kKeyRotate, party,
                                      {Command(EntityKind::kParty, party.party.view())
                                           .Set(c::kNewSigningKey, ToHex(next.key.public_key()))}),
                           Height(chain.height));
    ExpectApplied(chain.Run(rotations.back().first));
    party.key = SigningKey(next.seed);
  }
  const auto made_by = [&](const SignedTx& tx, uint32_t record, Height height) {
    const auto found = VersionMadeBy(chain.state, Decoded(tx), record, height);
    return found ? found->version : 0;
  };
  EXPECT_EQ(made_by(registration, 0, registered), 1u);
  EXPECT_EQ(made_by(registration, 1, registered), 1u) << "the licence";
  for (size_t i = 0; i < rotations.size(); ++i)
    EXPECT_EQ(made_by(rotations[i].first, 0, rotations[i].second), i + 2);
  EXPECT_EQ(made_by(registration, 0, Height(registered.value() + 1)), 0u) << "of another block";
  EXPECT_EQ(made_by(rotations[0].first, 0, registered), 0u);
}

}  // namespace
}  // namespace suyuan::contracts::testing
