#include "common/auth/jwt.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/token_verifier.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1800000000);

TokenClaims Claims() {
  return {"millwright", "millwright", "companies/c/members/m", "companies/c", "j", {"owner"}, kNow,
          kNow + kAccessTokenLifetime};
}

class JwtTest : public ::testing::Test {
 protected:
  Es256PrivateKey key_ = *Es256PrivateKey::Generate();
  KeySet keys_ = {{key_.Thumbprint(), key_.PublicKey()}};
  std::string Reason(absl::string_view token, absl::Time now = kNow) {
    return ReasonOf(VerifyToken(token, keys_, {}, now).status());
  }
};

TEST_F(JwtTest, RoundTrip) {
  std::string token = *SignToken(Claims(), key_);
  auto claims = VerifyToken(token, *ParseJwks(WriteJwks({key_})), {}, kNow);
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->member, "companies/c/members/m");
  EXPECT_EQ(claims->company, "companies/c");
  EXPECT_THAT(claims->roles, ::testing::ElementsAre("owner"));
  EXPECT_EQ(claims->expire_time, kNow + kAccessTokenLifetime);
}

TEST_F(JwtTest, RefusesExpiredForeignAndForgedTokens) {
  std::string token = *SignToken(Claims(), key_);
  EXPECT_EQ(Reason(token, kNow + kAccessTokenLifetime + kClockLeeway), "TOKEN_EXPIRED");
  EXPECT_EQ(Reason(token, kNow - absl::Minutes(1)), "TOKEN_INVALID");
  auto other = *Es256PrivateKey::Generate();
  EXPECT_EQ(Reason(*SignToken(Claims(), other)), "TOKEN_INVALID");
  TokenClaims claims = Claims();
  claims.audience = "someone else";
  EXPECT_EQ(Reason(*SignToken(claims, key_)), "TOKEN_INVALID");
  claims = Claims();
  claims.issuer = "someone else";
  EXPECT_EQ(Reason(*SignToken(claims, key_)), "TOKEN_INVALID");
  for (const char* bad : {"", ".", "..", "a.b.c", "a.b", "a.b.c.d"}) EXPECT_EQ(Reason(bad), "TOKEN_INVALID") << bad;
  EXPECT_EQ(Reason(std::string(kMaxTokenBytes + 1, 'a')), "TOKEN_INVALID");
}

TEST_F(JwtTest, RefusesOtherAlgorithms) {
  std::vector<std::string> parts = absl::StrSplit(*SignToken(Claims(), key_), '.');
  for (const char* alg : {"none", "HS256", "es256", ""}) {
    std::string header = Base64UrlEncode(absl::StrCat(R"({"alg":")", alg, R"(","kid":")", key_.Thumbprint(), "\"}"));
    EXPECT_EQ(Reason(absl::StrCat(header, ".", parts[1], ".", parts[2])), "TOKEN_INVALID") << alg;
    EXPECT_EQ(Reason(absl::StrCat(header, ".", parts[1], ".")), "TOKEN_INVALID") << alg;
  }
}

TEST_F(JwtTest, RefusesEveryFlippedCharacterOfThePayload) {
  std::string token = *SignToken(Claims(), key_);
  size_t begin = token.find('.') + 1, end = token.rfind('.');
  for (size_t i = begin; i < end; ++i) {
    std::string bad = token;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    ASSERT_EQ(Reason(bad), "TOKEN_INVALID") << i;
  }
}

TEST_F(JwtTest, VerifierRemembersRefetchesForNewKeysAndKeepsKeysWhenTheSourceIsDown) {
  ManualClock clock(kNow);
  int fetches = 0;
  bool down = false;
  std::vector<Es256PrivateKey> published = {key_};
  TokenVerifier verifier(
      [&]() -> absl::StatusOr<KeySet> {
        ++fetches;
        if (down) return absl::UnavailableError("down");
        return ParseJwks(WriteJwks(published));
      },
      {}, clock);
  std::string token = *SignToken(Claims(), key_);
  ASSERT_TRUE(verifier.Verify(token).ok());
  ASSERT_TRUE(verifier.Verify(token).ok());
  EXPECT_EQ(fetches, 1);

  auto rotated = *Es256PrivateKey::Generate();
  published.push_back(rotated);
  std::string newer = *SignToken(Claims(), rotated);
  EXPECT_FALSE(verifier.Verify(newer).ok()) << "within kMinRefetch no new fetch";
  clock.Advance(kMinRefetch);
  EXPECT_TRUE(verifier.Verify(newer).ok());
  EXPECT_EQ(fetches, 2);

  down = true;
  clock.Advance(kMinRefetch);
  EXPECT_FALSE(verifier.Verify(*SignToken(Claims(), *Es256PrivateKey::Generate())).ok());
  EXPECT_TRUE(verifier.Verify(newer).ok()) << "the last keys stay";
  clock.Advance(kAccessTokenLifetime + kClockLeeway);
  EXPECT_EQ(ReasonOf(verifier.Verify(token).status()), "TOKEN_EXPIRED") << "remembered tokens expire too";
}

}  // namespace
}  // namespace millwright
