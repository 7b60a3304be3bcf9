// Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).
#include "ledger/checkpoint.h"

#include <random>

#include <gtest/gtest.h>

#include "common/encoding.h"
#include "common/hash.h"

namespace suyuan::ledger {
namespace {

const char kDash[] = "\xE2\x80\x94 ";

SigningKey KeyOf(char fill) {
  InitCrypto();
  return SigningKey(SecretSeed::From(Bytes(32, fill)).value());
}

const Checkpoint kCheckpoint{"example.com/behind-the-sofa", 20852163, Sha256("root")};

NoteKey KeyFor(const SigningKey& key, std::string name = kCheckpoint.origin) {
  return {std::move(name), key.public_key()};
}
std::string Signed(const std::string& body, char fill = 'a',
                   const std::string& name = kCheckpoint.origin) {
  return SignNote(body, name, KeyOf(fill));
}
ErrorCode Refusal(std::string_view note) {
  auto result = OpenCheckpoint(note, {KeyFor(KeyOf('a'))});
  return result.ok() ? ErrorCode::kOk : result.error().code;
}
std::string LineOf(const std::string& note) { return note.substr(note.rfind(kDash)); }

TEST(Checkpoint, BodyHasThreeLines) {
  EXPECT_EQ(CheckpointBody(kCheckpoint),
            "example.com/behind-the-sofa\n20852163\n" + Base64Encode(Sha256("root").view()) + "\n");
}

TEST(Checkpoint, SignedOnesOpen) {
  std::string note = Signed(CheckpointBody(kCheckpoint));
  size_t signer = 7;
  auto opened = OpenCheckpoint(note, {KeyFor(KeyOf('b')), KeyFor(KeyOf('a'))}, &signer).value();
  EXPECT_EQ(opened.origin, kCheckpoint.origin);
  EXPECT_EQ(opened.size, kCheckpoint.size);
  EXPECT_EQ(opened.root, kCheckpoint.root);
  EXPECT_EQ(signer, 1u);
}

// The example of golang.org/x/mod/sumdb/note's documentation.
TEST(VerifierKey, ReadsGosExample) {
  const char text[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  NoteKey key = ParseVerifierKey(text).value();
  EXPECT_EQ(key.name, "PeterNeumann");
  EXPECT_EQ(NoteKeyHash(key), 0xc74f20a3u);
  EXPECT_EQ(VerifierKeyText(key), text);
  const std::string body =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n";
  auto signature = Base64Decode(
      "x08go/ZJkuBS9UG/"
      "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
  EXPECT_TRUE(VerifySignature(key.key, body, Signature::From(signature->substr(4)).value()));
}

TEST(VerifierKey, RefusesWhatIsNoKey) {
  const std::string good = VerifierKeyText(KeyFor(KeyOf('a')));
  EXPECT_TRUE(ParseVerifierKey(good).ok());
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(ParseVerifierKey(bad).ok()) << i;
    EXPECT_FALSE(ParseVerifierKey(good.substr(0, i)).ok()) << i;
  }
  EXPECT_FALSE(ParseVerifierKey(good + "\n").ok());
  EXPECT_FALSE(ParseVerifierKey("").ok());
  EXPECT_FALSE(ParseVerifierKey("++").ok());
}

TEST(NoteName, NoSpacesAndPluses) {
  EXPECT_TRUE(IsNoteName("example.com/log"));
  EXPECT_TRUE(IsNoteName("溯源.example/日志"));
  for (const char* bad : {"", "a b", "a+b", "a\tb", "a\nb",
                          "a\xC2\xA0"
                          "b",
                          "a\xE2\x80\x83"
                          "b",
                          "a\xE3\x80\x80", "\x80", "a\x01"})
    EXPECT_FALSE(IsNoteName(bad)) << bad;
}

TEST(Checkpoint, UnknownLinesAreIgnored) {
  std::string body = CheckpointBody(kCheckpoint);
  std::string note = Signed(body);
  std::string other = LineOf(Signed(body, 'b', "witness.example"));
  // A witness's line may be longer than an Ed25519 signature.
  std::string large = kDash + std::string("pq.example ") + Base64Encode(Bytes(2'424, 'x')) + "\n";
  EXPECT_EQ(Refusal(body + "\n" + other + LineOf(note) + large), ErrorCode::kOk);
  EXPECT_EQ(Refusal(body + "\n" + other + large), ErrorCode::kProof);
}

TEST(Checkpoint, SameNameWithAnotherKeyIsUnknownToo) {
  std::string body = CheckpointBody(kCheckpoint);
  EXPECT_EQ(Refusal(body + "\n" + LineOf(Signed(body, 'b')) + LineOf(Signed(body))),
            ErrorCode::kOk);
  EXPECT_EQ(Refusal(Signed(body, 'b')), ErrorCode::kProof);
}

TEST(Checkpoint, InvalidLineOfAKnownKeyRefusesTheNote) {
  std::string body = CheckpointBody(kCheckpoint);
  std::string good = LineOf(Signed(body)), wrong = LineOf(Signed("other\n1\nx\n"));
  EXPECT_EQ(Refusal(body + "\n" + wrong), ErrorCode::kProof);
  EXPECT_EQ(Refusal(body + "\n" + good + wrong), ErrorCode::kProof);
}

TEST(Checkpoint, KeyNameMustBeTheOrigin) {  // formats §5
  auto key = KeyOf('a');
  std::string note = SignNote(CheckpointBody(kCheckpoint), "other.example", key);
  EXPECT_EQ(OpenCheckpoint(note, {KeyFor(key, "other.example")}).error().code, ErrorCode::kProof);
}

TEST(Checkpoint, SixteenLinesAreRead) {
  std::string body = CheckpointBody(kCheckpoint);
  std::string lines;
  for (int i = 0; i < 15; ++i) lines += LineOf(Signed(body, static_cast<char>('b' + i)));
  EXPECT_EQ(Refusal(body + "\n" + lines + LineOf(Signed(body))), ErrorCode::kOk);
  EXPECT_EQ(Refusal(body + "\n" + lines + LineOf(Signed(body, 'z')) + LineOf(Signed(body))),
            ErrorCode::kFormat);
}

TEST(Checkpoint, MalformedBodiesAreRefusedThoughSigned) {
  std::string root = Base64Encode(Sha256("root").view()), o = kCheckpoint.origin;
  const std::string bodies[] = {
      o + "\n01\n" + root + "\n",                         // leading zero
      o + "\n+1\n" + root + "\n",                         // sign
      o + "\n\n" + root + "\n",                           // no size
      o + "\n 1\n" + root + "\n",                         // space
      o + "\n1 \n" + root + "\n",                         //
      o + "\n0x1\n" + root + "\n",                        // hex
      o + "\n18446744073709551616\n" + root + "\n",       // 2^64
      o + "\n99999999999999999999999\n" + root + "\n",    //
      o + "\n1\n" + root.substr(1) + "\n",                // not base64
      o + "\n1\n" + Base64Encode(Bytes(31, 'x')) + "\n",  // too short
      o + "\n1\n" + Base64Encode(Bytes(33, 'x')) + "\n",  // too long
      o + "\n1\n\n",                                      // no root
      o + "\n1\n" + root + "\nextension\n",               // extension line
      o + "\n1\n" + root + "\n\n",                        // empty line
      "\n1\n" + root + "\n",                              // no origin
      o + "\n1\n",                                        // two lines
      "\n",                                               //
  };
  for (const std::string& body : bodies)
    EXPECT_EQ(Refusal(Signed(body)), ErrorCode::kFormat) << body;
  EXPECT_EQ(Refusal(Signed(o + "\n18446744073709551615\n" + root + "\n")), ErrorCode::kOk);
  EXPECT_EQ(Refusal(Signed(o + "\n0\n" + root + "\n")), ErrorCode::kOk);
}

TEST(Checkpoint, MalformedNotesAreRefused) {
  std::string body = CheckpointBody(kCheckpoint), note = Signed(body), line = LineOf(note);
  std::string b64 = line.substr(line.rfind(' ') + 1);
  const std::string notes[] = {
      "",
      "\n\n",
      body,                                                  // no signatures
      body + "\n",                                           // none either
      body + line,                                           // no blank line
      note.substr(0, note.size() - 1),                       // no newline at the end
      note + "\n",                                           // blank line after
      note + "x\n",                                          // not a signature line
      body + "\n- " + line.substr(4),                        // hyphen for the dash
      body + "\n" + kDash + "\n",                            // no name
      body + "\n" + kDash + kCheckpoint.origin + "\n",       // no signature
      body + "\n" + kDash + kCheckpoint.origin + " \n",      // empty signature
      body + "\n" + kDash + kCheckpoint.origin + " AAAA\n",  // shorter than a key id and a byte
      body + "\n" + kDash + "a+b " + b64,                    // name with a plus
      body + "\n" + kDash + kCheckpoint.origin + "  " + b64,
      body + "\n" + line.substr(0, line.size() - 1) + " \n",
      body + "\n" + line.substr(0, line.size() - 1) + "\r\n",
      "\x01" + note,  // control character
      "a\tb" + note,
      "\xFF" + note,  // not UTF-8
      "\xC0\x80" + note,
      std::string(200'000, 'x') + note,  // too long
  };
  for (const std::string& bad : notes)
    EXPECT_EQ(Refusal(bad), ErrorCode::kFormat) << bad.substr(0, 300);
  EXPECT_EQ(Refusal(body + "\n" + line + line),
            ErrorCode::kOk);  // a repeated line says nothing new
}

TEST(CheckpointProperty, EveryChangedByteIsRefused) {  // ≥ 10,000 cases
  std::mt19937_64 random(31);
  for (int round = 0; round < 70; ++round) {
    Checkpoint checkpoint{kCheckpoint.origin, random() >> random() % 64,
                          Sha256(std::to_string(round))};
    std::string note = Signed(CheckpointBody(checkpoint));
    ASSERT_EQ(Refusal(note), ErrorCode::kOk);
    for (size_t i = 0; i < note.size(); ++i) {
      std::string bad = note;
      bad[i] = static_cast<char>(bad[i] ^ (1 << random() % 8));
      ASSERT_NE(Refusal(bad), ErrorCode::kOk) << bad;
    }
  }
}

// ---- tlog-proof ----

ProofFile RandomProofFile(std::mt19937_64& random) {
  ProofFile file;
  file.extra.resize(random() % 3 == 0 ? 0 : random() % 200);
  for (char& c : file.extra) c = static_cast<char>(random());
  file.index = random() >> random() % 64;
  file.proof.resize(random() % 65);
  for (Hash& hash : file.proof) hash = Sha256(std::to_string(random()));
  file.checkpoint_note = Signed(CheckpointBody(kCheckpoint));
  return file;
}

TEST(ProofFile, FollowsC2spLayout) {
  ProofFile file{
      "extra bytes", 73894, {Sha256("a"), Sha256("b")}, Signed(CheckpointBody(kCheckpoint))};
  EXPECT_EQ(EncodeProofFile(file), "c2sp.org/tlog-proof@v1\nextra " + Base64Encode("extra bytes") +
                                       "\nindex 73894\n" + Base64Encode(Sha256("a").view()) + "\n" +
                                       Base64Encode(Sha256("b").view()) + "\n\n" +
                                       file.checkpoint_note);
  file.extra.clear();
  file.proof.clear();
  EXPECT_EQ(EncodeProofFile(file),
            "c2sp.org/tlog-proof@v1\nindex 73894\n\n" + file.checkpoint_note);
}

TEST(ProofFileProperty, RoundTripAndOneTextOnly) {  // 10,000 cases
  std::mt19937_64 random(32);
  for (int i = 0; i < 10'000; ++i) {
    ProofFile file = RandomProofFile(random);
    std::string text = EncodeProofFile(file);
    ProofFile back = DecodeProofFile(text).value();
    ASSERT_EQ(back.extra, file.extra);
    ASSERT_EQ(back.index, file.index);
    ASSERT_EQ(back.proof, file.proof);
    ASSERT_EQ(back.checkpoint_note, file.checkpoint_note);
    std::string changed = text;
    size_t at = random() % changed.size();
    changed[at] = static_cast<char>(changed[at] ^ (1 << random() % 8));
    auto other = DecodeProofFile(changed);
    if (other.ok()) {
      ASSERT_EQ(EncodeProofFile(*other), changed);
    }
  }
}

TEST(ProofFile, MalformedOnesAreRefused) {
  std::string note = Signed(CheckpointBody(kCheckpoint)), head = "c2sp.org/tlog-proof@v1\n";
  std::string hash = Base64Encode(Sha256("a").view()) + "\n", many;
  for (int i = 0; i < 65; ++i) many += hash;
  const std::string texts[] = {
      "",
      head,
      "c2sp.org/tlog-proof@v2\nindex 1\n\n" + note,
      head + "index 1\n",
      head + "index 1\n\n",          // no checkpoint
      head + "index 1\n" + hash,     // no blank line
      head + "index 01\n\n" + note,  // leading zero
      head + "index -1\n\n" + note,
      head + "index \n\n" + note,
      head + "index 18446744073709551616\n\n" + note,
      head + "Index 1\n\n" + note,
      head + "extra \nindex 1\n\n" + note,      // empty extra data is left out instead
      head + "extra AA\nindex 1\n\n" + note,    // not base64
      head + "index 1\nextra AAAA\n\n" + note,  // wrong order
      head + "extra AAAA\nextra AAAA\nindex 1\n\n" + note,
      head + "index 1\n" + hash.substr(4) + "\n" + note,
      head + "index 1\n" + many + "\n" + note,  // longer than any tree is deep
      head + "index 1\r\n\n" + note,
      std::string(kProofFileBytesMax + 1, 'x'),
  };
  for (const std::string& text : texts)
    EXPECT_FALSE(DecodeProofFile(text).ok()) << text.substr(0, 200);
}

}  // namespace
}  // namespace suyuan::ledger
