// Signing in, tokens, and the keys they are signed with.
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "common/auth/jwt.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "services/accounts/domain/refresh_token.h"
#include "services/accounts/test_world.h"

namespace millwright::accounts {
namespace {

using v1::Company;
using v1::TokenPair;

class SessionsTest : public World {
 protected:
  absl::StatusOr<TokenPair> SignIn(const std::string& email, const std::string& password = kPassword) {
    v1::SignInRequest request;
    request.set_email(email);
    request.set_password(password);
    return accounts_->SignIn(Public(), request);
  }
  absl::StatusOr<TokenPair> Refresh(const std::string& token) {
    v1::RefreshTokensRequest request;
    request.set_refresh_token(token);
    return accounts_->RefreshTokens(Public(), request);
  }
  void SignOut(const std::string& token) {
    v1::SignOutRequest request;
    request.set_refresh_token(token);
    EXPECT_TRUE(accounts_->SignOut(Public(), request).ok());
  }
  absl::StatusOr<TokenClaims> Claims(const std::string& token) {
    auto body = accounts_->GetJwks(Public(), {});
    EXPECT_EQ(body->content_type(), "application/json");
    return VerifyToken(token, *ParseJwks(body->data()), {}, clock_.Now());
  }
};

TEST_F(SessionsTest, SigningInGivesTokensThatThePublishedKeysVerify) {
  Signed lab = SignUp("lab", Company::LAB);
  auto pair = SignIn("Owner@LAB.example");
  ASSERT_TRUE(pair.ok()) << pair.status();
  auto claims = Claims(pair->access_token());
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->member, lab.owner);
  EXPECT_EQ(claims->company, lab.company);
  EXPECT_THAT(claims->roles, ::testing::ElementsAre("owner"));
  EXPECT_EQ(claims->expire_time, clock_.Now() + kAccessTokenLifetime);
  EXPECT_TRUE(Claims(lab.answer.tokens().access_token()).ok());
}

TEST_F(SessionsTest, EveryWayToFailLooksTheSame) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::CreateMemberRequest add;
  add.set_parent(lab.company);
  add.mutable_member()->set_display_name("Ben");
  add.mutable_member()->set_email("ben@lab.example");
  add.set_password(kPassword);
  v1::DisableMemberRequest disable;
  disable.set_name(accounts_->CreateMember(As(lab), add)->name());
  ASSERT_TRUE(accounts_->DisableMember(As(lab), disable).ok());

  absl::Status unknown = SignIn("nobody@lab.example").status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(unknown), "SIGN_IN_FAILED");
  EXPECT_EQ(SignIn("owner@lab.example", "a wrong password").status(), unknown);
  EXPECT_EQ(SignIn("ben@lab.example").status(), unknown);
}

TEST_F(SessionsTest, GuessingIsThrottledPerAddressWhetherItExistsOrNot) {
  SignUp("lab", Company::LAB);
  for (const char* email : {"owner@lab.example", "nobody@lab.example"}) {
    for (int i = 0; i < kMaxFailedSignIns; ++i) {
      ASSERT_EQ(ReasonOf(SignIn(email, "wrong password").status()), "SIGN_IN_FAILED");
    }
    EXPECT_EQ(ReasonOf(SignIn(email).status()), "SIGN_IN_THROTTLED") << "also with the right password";
  }
  clock_.Advance(kSignInWindow);
  EXPECT_TRUE(SignIn("owner@lab.example").ok());
}

TEST_F(SessionsTest, ARefreshTokenWorksOnceAndItsReuseEndsTheSession) {
  SignUp("lab", Company::LAB);
  auto first = SignIn("owner@lab.example");
  auto other_session = SignIn("owner@lab.example");
  auto second = Refresh(first->refresh_token());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(Claims(second->access_token()).ok());
  EXPECT_NE(second->refresh_token(), first->refresh_token());
  EXPECT_EQ(ReasonOf(Refresh(first->refresh_token()).status()), "REFRESH_TOKEN_REUSED");
  EXPECT_EQ(ReasonOf(Refresh(second->refresh_token()).status()), "REFRESH_TOKEN_INVALID") << "the session has ended";
  EXPECT_TRUE(Refresh(other_session->refresh_token()).ok()) << "others have not";
}

TEST_F(SessionsTest, SessionsSurviveARestartAndExpire) {
  SignUp("lab", Company::LAB);
  auto pair = SignIn("owner@lab.example");
  Restart();
  clock_.Advance(kRefreshLifetime - absl::Seconds(1));
  auto next = Refresh(pair->refresh_token());
  ASSERT_TRUE(next.ok()) << next.status();
  clock_.Advance(kRefreshLifetime);
  EXPECT_EQ(ReasonOf(Refresh(next->refresh_token()).status()), "REFRESH_TOKEN_INVALID");
  // The expired one and the one of the sign-up.
  EXPECT_EQ(*db().Write([&](Transaction& tx) { return DeleteExpiredSessions(tx, clock_.Now(), 10); }), 2);
}

TEST_F(SessionsTest, SigningOutEndsTheSessionAndNeverFails) {
  SignUp("lab", Company::LAB);
  auto pair = SignIn("owner@lab.example");
  SignOut("nonsense");
  SignOut("acme012345.session." + RefreshToken::NewSecret());
  SignOut(pair->refresh_token());
  SignOut(pair->refresh_token());
  EXPECT_EQ(ReasonOf(Refresh(pair->refresh_token()).status()), "REFRESH_TOKEN_INVALID");
}

TEST_F(SessionsTest, DisablingAMemberEndsItsSessions) {
  Signed lab = SignUp("lab", Company::LAB);
  v1::CreateMemberRequest add;
  add.set_parent(lab.company);
  add.mutable_member()->set_display_name("Ben");
  add.mutable_member()->set_email("ben@lab.example");
  add.set_password(kPassword);
  v1::DisableMemberRequest disable;
  disable.set_name(accounts_->CreateMember(As(lab), add)->name());
  auto pair = SignIn("ben@lab.example");
  ASSERT_TRUE(pair.ok()) << pair.status();
  ASSERT_TRUE(accounts_->DisableMember(As(lab), disable).ok());
  EXPECT_EQ(ReasonOf(Refresh(pair->refresh_token()).status()), "REFRESH_TOKEN_INVALID");
}

TEST_F(SessionsTest, SecretsAreNotInTheDatabase) {
  SignUp("lab", Company::LAB);
  auto pair = SignIn("owner@lab.example");
  const std::string secret = RefreshToken::Parse(pair->refresh_token())->secret;
  for (const char* sql : {"SELECT count(*) FROM sessions WHERE instr(secret_hash, $1) > 0",
                          "SELECT count(*) FROM members WHERE instr(password_hash, $1) > 0",
                          "SELECT count(*) FROM idempotency WHERE instr(response, $1) > 0"}) {
    for (const std::string& canary : {secret, std::string(kPassword), pair->access_token()}) {
      EXPECT_EQ(*db().Read([&](Reader& reader) { return reader.Query(sql, Blob{canary}).Int(); }), 0) << sql;
    }
  }
}

class SigningKeysTest : public ::testing::Test {
 protected:
  std::unique_ptr<SigningKeys> Open() { return *SigningKeys::Open(folder_.File("keys"), clock_); }
  ScratchFolder folder_;
  ManualClock clock_{absl::FromUnixSeconds(1'800'000'000)};
};

TEST_F(SigningKeysTest, AKeySurvivesARestartAndIsPrivate) {
  const std::string kid = Open()->Current().Thumbprint();
  EXPECT_EQ(Open()->Current().Thumbprint(), kid);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.File("keys"))) {
    struct stat info;
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
  }
}

// Over a year of hourly rotation: who refreshed the key set within the lead can verify every token, and every token
// that still lives can be verified with the set of now.
TEST_F(SigningKeysTest, TheOldAndTheNewKeyAreAlwaysFound) {
  auto keys = Open();
  std::set<std::string> used;
  KeySet cached = keys->PublicKeys();
  std::string signed_before = keys->Current().Thumbprint();
  for (int hour = 0; hour < 24 * 365; ++hour) {
    if (hour % 12 == 0) cached = keys->PublicKeys();
    clock_.Advance(absl::Hours(1));
    ASSERT_TRUE(keys->Rotate().ok());
    const std::string current = keys->Current().Thumbprint();
    EXPECT_TRUE(cached.contains(current)) << "a cache of up to half a day knows the signing key";
    EXPECT_TRUE(keys->PublicKeys().contains(signed_before)) << "what was signed an hour ago can be verified";
    EXPECT_LE(keys->PublicKeys().size(), 2u);
    signed_before = current;
    used.insert(current);
  }
  EXPECT_GE(used.size(), 12u);
  EXPECT_EQ(Open()->PublicKeys().size(), keys->PublicKeys().size());
}

TEST_F(SigningKeysTest, ADamagedKeyIsNotReplacedSilently) {
  Open();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.File("keys"))) {
    std::filesystem::resize_file(entry.path(), 10);
  }
  EXPECT_FALSE(SigningKeys::Open(folder_.File("keys"), clock_).ok());
}

}  // namespace
}  // namespace millwright::accounts
