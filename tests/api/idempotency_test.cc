#include "api/idempotency.h"

#include <gtest/gtest.h>

#include "common/hash.h"

namespace suyuan::api {
namespace {

Hash BodyHash(char c) { return Sha256(std::string(1, c)); }

struct Inbox {
  std::vector<Response> answers;
  Responder responder() {
    return Responder([this](Response r) { answers.push_back(std::move(r)); });
  }
};

TEST(Idempotency, TheSecondRequestGetsTheFirstAnswer) {
  IdempotencyCache cache(1 << 20);
  Inbox inbox;
  const Responder respond = inbox.responder();
  EXPECT_TRUE(*cache.Begin("k", "1", BodyHash('a'), respond));
  EXPECT_FALSE(*cache.Begin("k", "1", BodyHash('a'), respond)) << "while the first one runs";
  EXPECT_TRUE(inbox.answers.empty());
  cache.Finish("k", "1", Response::Of(200, "text/plain", "done"));
  ASSERT_EQ(inbox.answers.size(), 1u);
  Inbox later;
  EXPECT_FALSE(*cache.Begin("k", "1", BodyHash('a'), later.responder()));
  ASSERT_EQ(later.answers.size(), 1u);
  EXPECT_EQ(*later.answers[0].body, "done");
}

TEST(Idempotency, AnotherBodyIsAConflictAndAnotherCallerIsNot) {
  IdempotencyCache cache(1 << 20);
  Inbox inbox;
  const Responder respond = inbox.responder();
  EXPECT_TRUE(*cache.Begin("k", "1", BodyHash('a'), respond));
  const auto conflict = cache.Begin("k", "1", BodyHash('b'), respond);
  ASSERT_FALSE(conflict.ok());
  EXPECT_EQ(conflict.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(*cache.Begin("other", "1", BodyHash('b'), respond));
}

TEST(Idempotency, ServerErrorsAreNotKept) {
  IdempotencyCache cache(1 << 20);
  Inbox inbox;
  const Responder respond = inbox.responder();
  for (int status : {429, 500, 503, 504}) {
    EXPECT_TRUE(*cache.Begin("k", "1", BodyHash('a'), respond)) << status;
    cache.Finish("k", "1", Response::Of(status, "text/plain", "x"));
  }
}

TEST(Idempotency, StaysWithinItsBytesByForgettingTheOldest) {
  IdempotencyCache cache(64 << 10);
  Inbox inbox;
  const Responder respond = inbox.responder();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(*cache.Begin("k", std::to_string(i), BodyHash('a'), respond));
    cache.Finish("k", std::to_string(i), Response::Of(200, "text/plain", std::string(1000, 'x')));
  }
  EXPECT_TRUE(*cache.Begin("k", "0", BodyHash('b'), respond)) << "forgotten";
  EXPECT_FALSE(*cache.Begin("k", "999", BodyHash('a'), respond)) << "kept";
}

}  // namespace
}  // namespace suyuan::api
