// The peer frame decoder and the payloads inside (docs/formats.md §8): what is written is read
// back, and no bytes of a stranger make it read past an end, keep room for a lie, or crash.
#include <random>

#include <gtest/gtest.h>

#include "node/transport/frame.h"
#include "node/transport/wire.h"

namespace suyuan::node {
namespace {

using consensus::Entry;
using consensus::Index;
using consensus::Message;
using consensus::MessageType;
using consensus::NodeId;

Bytes RandomText(std::mt19937_64& random, size_t max) {
  Bytes out(random() % (max + 1), '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

Hash RandomHash(std::mt19937_64& random) {
  Hash out;
  for (uint8_t& byte : out.data) byte = static_cast<uint8_t>(random());
  return out;
}

Message RandomMessage(std::mt19937_64& random) {
  Message out;
  out.type = static_cast<MessageType>(1 + random() % 11);
  out.from = NodeId(static_cast<uint32_t>(random()));
  out.to = NodeId(static_cast<uint32_t>(random()));
  out.term = Term(random());
  out.index = Index(random());
  out.log_term = Term(random());
  out.log_hash = RandomHash(random);
  out.hint = Index(random());
  out.commit = Index(random());
  out.reject = random() % 2 == 0;
  out.transfer = random() % 2 == 0;
  out.context = random();
  if (out.type == MessageType::kAppend)
    for (size_t i = random() % 4; i > 0; --i) {
      Entry entry;
      entry.data = std::make_shared<const Bytes>(RandomText(random, 60));
      out.entries.push_back(std::move(entry));
    }
  return out;
}

Bytes Encoded(const Message& message) { return EncodeMessage(message).Joined(); }

TEST(PeerFrameTest, MessagesComeBackAsTheyWere) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 10'000; ++round) {
    Message sent = RandomMessage(random);
    auto got = DecodeMessage(Encoded(sent));
    ASSERT_TRUE(got.ok()) << got.error().ToString();
    EXPECT_EQ(got->entries.size(), sent.entries.size());
    for (size_t i = 0; i < sent.entries.size(); ++i)
      EXPECT_EQ(*got->entries[i], *sent.entries[i].data);
    got->message.entries = sent.entries;
    EXPECT_EQ(Encoded(got->message), Encoded(sent));
  }
}

TEST(PeerFrameTest, StreamsAreCutAtTheSamePlacesHoweverTheyArrive) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::pair<FrameType, Bytes>> sent;
    Bytes stream;
    for (size_t i = 1 + random() % 5; i > 0; --i) {
      sent.emplace_back(static_cast<FrameType>(1 + random() % 5), RandomText(random, 80));
      AppendFrame(&stream, sent.back().first, sent.back().second);
    }
    FrameDecoder decoder(kControlFrameBytesMax);
    size_t seen = 0;
    for (size_t at = 0; at < stream.size();) {
      size_t n = std::min<size_t>(1 + random() % 40, stream.size() - at);
      decoder.Feed(ByteView(stream).substr(at, n));
      at += n;
      for (;;) {
        auto frame = decoder.Next();
        ASSERT_TRUE(frame.ok());
        if (!frame->has_value()) break;
        ASSERT_LT(seen, sent.size());
        EXPECT_EQ((*frame)->type, sent[seen].first);
        EXPECT_EQ((*frame)->payload, sent[seen].second);
        ++seen;
      }
    }
    EXPECT_EQ(seen, sent.size());
    EXPECT_EQ(decoder.buffered(), 0u);
  }
}

TEST(PeerFrameTest, LengthsAreJudgedBeforeTheirBytesArrive) {
  FrameDecoder decoder(100);
  decoder.Feed(Bytes("\0\0\0\x65", 4));  // 101
  auto frame = decoder.Next();
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().code, ErrorCode::kSize);
  FrameDecoder huge(kBulkFrameBytesMax);
  huge.Feed(Bytes("\xFF\xFF\xFF\xFF", 4));
  EXPECT_FALSE(huge.Next().ok());
  FrameDecoder empty(100);
  empty.Feed(Bytes(4, '\0'));
  EXPECT_FALSE(empty.Next().ok());
  FrameDecoder unknown(100);
  unknown.Feed(Bytes("\0\0\0\x09\x77", 5));
  EXPECT_FALSE(unknown.Next().ok());
}

TEST(PeerFrameTest, ACountThatTheBytesCannotHoldReservesNothing) {
  Bytes payload("\xFF\xFF\xFF\xFF", 4);
  EXPECT_FALSE(DecodeTransactions(payload).ok());
  Message append;
  append.type = MessageType::kAppend;
  Bytes bytes = Encoded(append);
  bytes.replace(bytes.size() - 4, 4, "\x00\x01\x00\x00");
  EXPECT_FALSE(DecodeMessage(bytes).ok());
}

TEST(PeerFrameTest, TransactionsTravelWithTheirSealedItems) {
  const auto envelope = [](Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); };
  const Bytes item(41, 'i'), longer(300, 'j');
  const Parcels parcels = {envelope("plain"), {envelope("sealed"), {item, longer}}, envelope("")};
  const Bytes payload = EncodeTransactions(parcels);
  const auto again = DecodeTransactions(payload);
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->size(), 3u);
  EXPECT_EQ(*(*again)[1].envelope, "sealed");
  EXPECT_EQ(*(*again)[1].sealed_items, (std::vector<Bytes>{item, longer}));
  EXPECT_EQ((*again)[1].bytes(), 6u + 41 + 300);
  EXPECT_TRUE((*again)[2].sealed_items->empty());
  EXPECT_EQ(EncodeTransactions(*again), payload);
  for (size_t n = 0; n < payload.size(); ++n)
    EXPECT_FALSE(DecodeTransactions(payload.substr(0, n)).ok()) << n;
  // Items so short that a frame of them would cost much more memory than bytes.
  EXPECT_FALSE(DecodeTransactions(EncodeTransactions({{envelope("e"), {Bytes(40, 'i')}}})).ok());
}

TEST(PeerFrameTest, OnlyAppendsCarryEntries) {
  Message vote;
  vote.type = MessageType::kVote;
  Entry entry;
  entry.data = std::make_shared<const Bytes>("x");
  vote.entries.push_back(entry);
  EXPECT_FALSE(DecodeMessage(Encoded(vote)).ok());
}

// What is large is sent from where it lies, and yet the bytes are the same.
TEST(PeerFrameTest, LargeEntriesAreSharedAndNotCopied) {
  Message append;
  append.type = MessageType::kAppend;
  for (size_t bytes : {10u, 100'000u, 20u, 200'000u}) {
    Entry entry;
    entry.data = std::make_shared<const Bytes>(Bytes(bytes, 'e'));
    append.entries.push_back(std::move(entry));
  }
  const Pieces pieces = EncodeMessage(append);
  const std::vector<ByteView> views = pieces.views();
  ASSERT_EQ(views.size(), 4u);
  EXPECT_EQ(views[1].data(), append.entries[1].data->data());
  EXPECT_EQ(views[3].data(), append.entries[3].data->data());
  const Bytes joined = pieces.Joined();
  EXPECT_EQ(joined.size(), pieces.size());
  auto got = DecodeMessage(joined);
  ASSERT_TRUE(got.ok());
  ASSERT_EQ(got->entries.size(), 4u);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(*got->entries[i], *append.entries[i].data);
}

TEST(PeerFrameTest, PiecesKeepTheirOrderWhateverTheirSizes) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 200; ++round) {
    Bytes expected;
    Pieces all;
    for (int i = 0; i < 8; ++i) {
      const Bytes bytes(random() % 3 == 0 ? random() % 60'000 : random() % 100,
                        static_cast<char>('a' + i));
      expected += bytes;
      switch (random() % 4) {
        case 0:
          all.Add(ByteView(bytes));
          break;
        case 1:
          all.Add(Bytes(bytes));
          break;
        case 2:
          all.Add(std::make_shared<const Bytes>(bytes));
          break;
        default:
          all.Add(Pieces(bytes));
          break;
      }
    }
    EXPECT_EQ(all.size(), expected.size());
    EXPECT_EQ(all.Joined(), expected);
    all.clear();
    EXPECT_TRUE(all.empty());
  }
}

// Whatever decodes after a mutation encodes to exactly the mutated bytes: there are no two byte
// strings for one message.
TEST(PeerFrameTest, MutatedPayloadsAreRefusedOrMeanWhatTheySay) {
  std::mt19937_64 random(3);
  size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = Encoded(RandomMessage(random));
    switch (random() % 3) {
      case 0:
        bytes[random() % bytes.size()] = static_cast<char>(random());
        break;
      case 1:
        bytes.resize(random() % bytes.size());
        break;
      default:
        bytes += RandomText(random, 9);
        break;
    }
    auto got = DecodeMessage(bytes);
    if (!got.ok()) {
      ++refused;
      continue;
    }
    for (const auto& data : got->entries) {
      Entry entry;
      entry.data = data;
      got->message.entries.push_back(std::move(entry));
    }
    EXPECT_EQ(Encoded(got->message), bytes);
  }
  EXPECT_GT(refused, 5'000u);
}

TEST(PeerFrameTest, HelloAndRefusalMutations) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 10'000; ++round) {
    Hello hello{.ledger = *LedgerId::From(RandomHash(random).view()),
                .node = *KeyId::From(RandomHash(random).view()),
                .incarnation = random(),
                .lane = random() % 2 == 0 ? Lane::kControl : Lane::kBulk};
    Refusal refusal{Height(random()), RandomHash(random), ErrorCode::kSig, RandomText(random, 40)};
    HelloReply reply{.ledger = hello.ledger,
                     .node = hello.node,
                     .incarnation = random(),
                     .verdict = ErrorCode::kGenesis};
    for (Bytes bytes : {EncodeHello(hello), EncodeRefusal(refusal), EncodeHelloReply(reply)}) {
      if (round % 2 == 1) bytes[random() % bytes.size()] = static_cast<char>(random());
      if (round % 5 == 0) bytes.resize(random() % bytes.size());
      if (auto h = DecodeHello(bytes); h.ok()) {
        EXPECT_EQ(EncodeHello(*h), bytes);
      }
      if (auto r = DecodeRefusal(bytes); r.ok()) {
        EXPECT_EQ(EncodeRefusal(*r), bytes);
      }
      if (auto r = DecodeHelloReply(bytes); r.ok()) {
        EXPECT_EQ(EncodeHelloReply(*r), bytes);
      }
    }
  }
}

TEST(PeerFrameTest, RandomStreamsNeverHoldMoreThanOneFrame) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 10'000; ++round) {
    FrameDecoder decoder(64);
    for (int i = 0; i < 20; ++i) {
      Bytes noise = RandomText(random, 16);
      for (char& c : noise)
        if (random() % 2 == 0) c = '\0';  // small lengths now and then
      decoder.Feed(noise);
      auto frame = decoder.Next();
      while (frame.ok() && frame->has_value()) frame = decoder.Next();
      if (!frame.ok()) break;
      EXPECT_LE(decoder.buffered(), 64u + 4 + 16);
    }
  }
}

}  // namespace
}  // namespace suyuan::node
