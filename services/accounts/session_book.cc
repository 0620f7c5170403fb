#include "services/accounts/session_book.h"

#include <chrono>
#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/auth/jwt.h"
#include "common/crypto/crypto.h"
#include "common/crypto/password.h"
#include "common/errors/error.h"
#include "google/protobuf/util/time_util.h"
#include "services/accounts/account_book.h"
#include "services/accounts/domain/member_rules.h"
#include "services/accounts/domain/refresh_token.h"
#include "services/accounts/storage/accounts_store.h"

namespace millwright::accounts {
namespace {

using v1::Member;
using v1::TokenPair;

absl::Status SignInFailed() {
  return Error::Unauthenticated("SIGN_IN_FAILED", "the e-mail address is unknown, or the password is wrong");
}

absl::Status RefreshInvalid() {
  return Error::Unauthenticated("REFRESH_TOKEN_INVALID", "the refresh token is unknown or has expired; sign in again");
}

absl::Status RefreshReused() {
  return Error::Unauthenticated("REFRESH_TOKEN_REUSED",
                                "the refresh token was used before, so its session has ended; sign in again");
}

absl::Status Busy() {
  return Error::Unavailable("SIGN_IN_BUSY", "too many passwords are being checked; try again");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SessionBook>> SessionBook::Make(Database& db, const SigningKeys& keys, IdGenerator& ids,
                                                               const Clock& clock, Options options) {
  std::unique_ptr<SessionBook> book(new SessionBook(db, keys, ids, clock, std::move(options)));
  MW_ASSIGN_OR_RETURN(book->nobodys_hash_, HashPassword(RandomHex(16)));
  return book;
}

absl::StatusOr<std::string> SessionBook::Hash(absl::string_view password) {
  if (!hashing_.try_acquire_for(absl::ToChronoNanoseconds(kPasswordWait))) return Busy();
  absl::Cleanup release = [this] { hashing_.release(); };
  return HashPassword(password);
}

absl::StatusOr<bool> SessionBook::Verify(absl::string_view password, const std::string& encoded) {
  if (!hashing_.try_acquire_for(absl::ToChronoNanoseconds(kPasswordWait))) return Busy();
  absl::Cleanup release = [this] { hashing_.release(); };
  return VerifyPassword(password, encoded);
}

absl::StatusOr<TokenPair> SessionBook::SignIn(absl::string_view email, absl::string_view password) {
  const std::string key = EmailKey(email);
  MW_RETURN_IF_ERROR(throttle_.Admit(key, clock_.Now()));
  MW_ASSIGN_OR_RETURN(std::optional<SignInRow> row, db_.Read([&](Reader& reader) { return FindSignIn(reader, key); }));
  MW_ASSIGN_OR_RETURN(bool right, Verify(password, row ? row->password_hash : nobodys_hash_));
  if (!row || !right || row->member.state() != Member::ACTIVE) return SignInFailed();
  throttle_.Succeeded(key);
  return db_.Write([&](Transaction& tx) { return Open(tx, row->member); });
}

absl::StatusOr<TokenPair> SessionBook::Open(Transaction& tx, const Member& member) {
  const std::string company = CompanyIdOf(member.name());
  const RefreshToken token{company, ids_.Owned(company), RefreshToken::NewSecret()};
  MW_RETURN_IF_ERROR(PutSession(tx, {company, token.session, std::string(LastSegment(member.name())),
                                     token.SecretHash(), clock_.Now() + kRefreshLifetime}));
  return Issue(member, token.ToString());
}

absl::StatusOr<TokenPair> SessionBook::Refresh(absl::string_view refresh_token) {
  std::optional<RefreshToken> token = RefreshToken::Parse(refresh_token);
  if (!token) return RefreshInvalid();
  bool reused = false;
  auto pair = db_.Write([&](Transaction& tx) -> absl::StatusOr<TokenPair> {
    reused = false;
    MW_ASSIGN_OR_RETURN(auto session, FindSession(tx, token->company, token->session));
    if (!session || session->expire_time <= clock_.Now()) return RefreshInvalid();
    if (!ConstantTimeEquals(session->secret_hash, token->SecretHash())) {
      reused = true;  // an empty pair, because an error would undo the deletion
      MW_RETURN_IF_ERROR(DeleteSession(tx, token->company, token->session));
      return TokenPair();
    }
    MW_ASSIGN_OR_RETURN(auto member, GetMember(tx, session->company, session->member));
    const RefreshToken next{token->company, token->session, RefreshToken::NewSecret()};
    session->secret_hash = next.SecretHash();
    session->expire_time = clock_.Now() + kRefreshLifetime;
    MW_RETURN_IF_ERROR(PutSession(tx, *session));
    return Issue(member.value, next.ToString());
  });
  if (pair.ok() && reused) return RefreshReused();
  return pair;
}

absl::Status SessionBook::SignOut(absl::string_view refresh_token) {
  std::optional<RefreshToken> token = RefreshToken::Parse(refresh_token);
  if (!token) return absl::OkStatus();
  return db_.Write([&](Transaction& tx) -> absl::Status {
    MW_ASSIGN_OR_RETURN(auto session, FindSession(tx, token->company, token->session));
    if (!session || !ConstantTimeEquals(session->secret_hash, token->SecretHash())) return absl::OkStatus();
    return DeleteSession(tx, token->company, token->session);
  });
}

absl::StatusOr<TokenPair> SessionBook::Issue(const Member& member, absl::string_view refresh_token) {
  TokenClaims claims;
  claims.issuer = options_.issuer;
  claims.audience = options_.audience;
  claims.member = member.name();
  claims.company = CompanyName(CompanyIdOf(member.name()));
  claims.id = ids_.Ulid();
  claims.roles.assign(member.roles().begin(), member.roles().end());
  claims.issue_time = clock_.Now();
  claims.expire_time = clock_.Now() + kAccessTokenLifetime;
  TokenPair pair;
  MW_ASSIGN_OR_RETURN(*pair.mutable_access_token(), SignToken(claims, keys_.Current()));
  pair.set_refresh_token(std::string(refresh_token));
  *pair.mutable_expire_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(MicrosOf(claims.expire_time));
  pair.set_member(claims.member);
  pair.set_company(claims.company);
  return pair;
}

}  // namespace millwright::accounts
