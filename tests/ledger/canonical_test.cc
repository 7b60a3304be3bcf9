// Canonical Protobuf (docs/formats.md §0) against Protobuf itself: whatever our reader accepts, the
// library parses without unknown fields and writes again byte for byte; and what it accepts of
// mutated bytes is canonical too. 10,000 and more seeded mutations of each kind.
#include <gtest/gtest.h>

#include "common/codec.h"
#include "ledger/block.h"
#include "ledger/proto/block.pb.h"
#include "ledger/proto/transaction.pb.h"
#include "tests/support/expect_ok.h"
#include "tests/support/ledger_samples.h"
#include "tests/support/property_cases.h"

namespace suyuan::ledger {
namespace {

using test::Rng;

void AppendVarint(Bytes* out, uint64_t v, size_t padding = 0) {
  while (v >= 0x80) {
    out->push_back(static_cast<char>(v | 0x80));
    v >>= 7;
  }
  if (padding == 0) {
    out->push_back(static_cast<char>(v));
    return;
  }
  out->push_back(static_cast<char>(v | 0x80));
  for (; padding > 1; --padding) out->push_back('\x80');
  out->push_back('\0');
}

// A message as a list of fields, so that mutations hit its structure.
struct Field {
  uint32_t number = 0, wire_type = 0;
  uint64_t value = 0;  // varint
  Bytes bytes;         // length-delimited
  size_t tag_padding = 0, value_padding = 0;
};

std::vector<Field> Split(const Bytes& message) {
  std::vector<Field> out;
  size_t at = 0;
  auto varint = [&] {
    uint64_t v = 0;
    for (int shift = 0;; shift += 7) {
      auto byte = static_cast<uint8_t>(message[at++]);
      v |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return v;
    }
  };
  while (at < message.size()) {
    Field field;
    uint64_t tag = varint();
    field.number = static_cast<uint32_t>(tag >> 3);
    field.wire_type = tag & 7;
    field.value = varint();
    if (field.wire_type == 2) {
      field.bytes = message.substr(at, field.value);
      at += field.value;
    }
    out.push_back(field);
  }
  return out;
}

Bytes Join(const std::vector<Field>& fields) {
  Bytes out;
  for (const Field& field : fields) {
    AppendVarint(&out, field.number << 3 | field.wire_type, field.tag_padding);
    AppendVarint(&out, field.wire_type == 2 ? field.bytes.size() : field.value,
                 field.value_padding);
    out += field.bytes;
  }
  return out;
}

void MutateBytes(Bytes* bytes, Rng& rng) {
  size_t at = bytes->empty() ? 0 : rng() % bytes->size();
  switch (bytes->empty() ? 1 : rng() % 4) {
    case 0:
      (*bytes)[at] ^= static_cast<char>(1 << rng() % 8);
      break;
    case 1:
      bytes->insert(at, 1, static_cast<char>(rng()));
      break;
    case 2:
      bytes->erase(at, 1 + rng() % 3);
      break;
    default:
      bytes->resize(at);
  }
}

void MutateFields(std::vector<Field>* fields, Rng& rng) {
  size_t at = rng() % fields->size();
  Field& field = (*fields)[at];
  switch (rng() % 9) {
    case 0:  // order
      std::swap((*fields)[at], (*fields)[rng() % fields->size()]);
      break;
    case 1:  // twice
      fields->insert(fields->begin() + static_cast<ptrdiff_t>(at), Field(field));
      break;
    case 2:  // long varints
      field.tag_padding = 1 + rng() % 2;
      break;
    case 3:
      field.value_padding = 1 + rng() % 2;
      break;
    case 4:  // a default value, written out
      field.value = 0;
      field.bytes.clear();
      break;
    case 5:  // unknown
      fields->push_back({static_cast<uint32_t>(18 + rng() % 30), 0, 1 + rng() % 9, "", 0, 0});
      break;
    case 6:  // a wider number than the field's type
      if (field.wire_type == 0) field.value |= uint64_t{1} << (32 + rng() % 32);
      break;
    case 7:  // another wire type
      field.wire_type = 2 - field.wire_type;
      field.value = field.bytes.size();
      break;
    default:
      fields->erase(fields->begin() + static_cast<ptrdiff_t>(at));
  }
}

// Mutates a message at its own level or inside one of its parts.
Bytes Mutate(const Bytes& message, Rng& rng, int depth = 0) {
  std::vector<Field> fields = Split(message);
  if (rng() % 3 == 0 || fields.empty()) {
    Bytes out = message;
    MutateBytes(&out, rng);
    return out;
  }
  // Deeper into submessages: core (1), signatures (2), records (3); inside the core signers (7).
  size_t at = rng() % fields.size();
  bool message_field = depth == 0 || (depth == 1 && fields[at].number == 7);
  if (depth < 2 && message_field && fields[at].wire_type == 2 && rng() % 3 != 0)
    fields[at].bytes = Mutate(fields[at].bytes, rng, depth + 1);
  else
    MutateFields(&fields, rng);
  return Join(fields);
}

template <typename Message>
bool IsCanonical(ByteView bytes) {
  Message message;
  // Protobuf keeps unknown fields and would write them again; so they are dropped first.
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
  message.DiscardUnknownFields();
  return message.SerializeAsString() == bytes;
}

bool IsCanonicalEnvelope(const Bytes& bytes) {
  v1::Envelope envelope;
  return IsCanonical<v1::Envelope>(bytes) && envelope.ParseFromString(bytes) &&
         IsCanonical<v1::Core>(envelope.core());
}

TEST(Canonical, MutatedEnvelopesAreNeverAcceptedUnlessCanonical) {
  Rng rng(21);
  size_t accepted = 0, canonical_refused = 0;
  for (int i = 0; i < test::PropertyCases(40'000); ++i) {
    TransactionDraft draft = test::RandomDraft(rng);
    UnsignedTransaction unsigned_tx = EncodeUnsigned(draft);
    SignatureEntry signature;
    signature.public_key = test::KeyOf(1).public_key();
    Bytes bytes = EncodeEnvelope(unsigned_tx,
                                 std::vector<SignatureEntry>(draft.core.signers.size(), signature));
    Bytes mutated = Mutate(bytes, rng);
    auto tx = DecodeTransactionView(mutated, LedgerLimits{}, nullptr);
    bool canonical = IsCanonicalEnvelope(mutated);
    if (tx.ok()) {
      ++accepted;
      ASSERT_TRUE(canonical) << "case " << i;
      // Nothing that is signed or hashed can change without changing the id or the signatures.
      if (mutated != bytes) {
        ASSERT_TRUE(tx->id != unsigned_tx.id ||
                    tx->signatures_hash != SignaturesHashOf(std::vector<SignatureEntry>(
                                               draft.core.signers.size(), signature)))
            << "case " << i;
      }
    } else if (canonical) {
      ++canonical_refused;  // well-formed Protobuf that breaks another rule
    }
  }
  EXPECT_GT(accepted, test::PropertyCases(500u));
  EXPECT_GT(canonical_refused, test::PropertyCases(500u));
}

TEST(Canonical, MutatedConfigurationsAreAcceptedExactlyWhenCanonical) {
  Rng rng(22);
  const Bytes bytes = EncodeConfiguration(test::SampleConfiguration());
  ASSERT_OK(DecodeConfiguration(bytes));
  EXPECT_EQ(EncodeConfiguration(*DecodeConfiguration(bytes)), bytes);
  size_t accepted = 0;
  for (int i = 0; i < test::PropertyCases(20'000); ++i) {
    Bytes mutated = Mutate(bytes, rng);
    auto decoded = DecodeConfiguration(mutated);
    if (!decoded.ok()) continue;
    ++accepted;
    ASSERT_TRUE(IsCanonical<v1::Configuration>(mutated)) << "case " << i;
    ASSERT_EQ(EncodeConfiguration(*decoded), mutated) << "case " << i;
  }
  EXPECT_GT(accepted, test::PropertyCases(200u));
}

// Truncation at every byte, of an envelope and of an entry.
TEST(Canonical, EveryPrefixIsRefused) {
  Bytes envelope = test::SignedSample(1);
  for (size_t n = 0; n < envelope.size(); ++n)
    ASSERT_FALSE(DecodeTransactionView(envelope.substr(0, n), LedgerLimits{}, nullptr).ok()) << n;
  test::Chain chain(3);
  Bytes entry = *chain.Next(2, Term(1), 2).bytes;
  for (size_t n = 0; n < entry.size(); ++n)
    ASSERT_FALSE(DecodeEntry(std::make_shared<const Bytes>(entry.substr(0, n))).ok()) << n;
}

// The body is written without the Protobuf library, at every length of a length.
TEST(Canonical, ABlocksBodyIsWhatAProtobufSerialiserWrites) {
  std::vector<Bytes> envelopes;
  for (size_t bytes : {0u, 1u, 127u, 128u, 16'383u, 16'384u, 2'097'151u, 2'097'152u})
    envelopes.emplace_back(bytes, 'e');
  for (const Bytes& configuration : {Bytes(), Bytes("c"), Bytes(300, 'c')}) {
    EntryDraft draft;
    draft.height = Height(1);
    draft.term = Term(1);
    draft.envelopes = {envelopes.begin(), envelopes.end()};
    draft.configuration = configuration;
    draft.sealed_items = {"one item", "and another"};
    const Bytes bytes = BuildEntry(draft, test::KeyOf(100));
    v1::BlockBody body;
    for (const Bytes& envelope : envelopes) body.add_envelopes(envelope);
    body.set_configuration(configuration);
    Reader r(ByteView(bytes).substr(kBlockHeaderBytes));
    r.U16();
    EXPECT_EQ(r.Sized8(), test::KeyOf(100).public_key().view());
    r.Sized8();
    EXPECT_EQ(r.Sized(), body.SerializeAsString());
    EXPECT_EQ(r.U32(), 2u);
    EXPECT_EQ(r.Sized(), "one item");
    EXPECT_EQ(r.Sized(), "and another");
    EXPECT_TRUE(r.Finish("an entry").ok());
  }
}

}  // namespace
}  // namespace suyuan::ledger
