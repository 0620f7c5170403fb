#include "common/auth/jwt.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;

absl::Status Invalid(absl::string_view why) {
  return Error::Unauthenticated("TOKEN_INVALID", absl::StrCat("the access token is not valid: ", why,
                                                              "; sign in again with SignIn"));
}

bool ParseJson(const std::string& json, Struct& out) {
  return google::protobuf::util::JsonStringToMessage(json, &out).ok();
}

std::string Text(const Struct& json, const std::string& key) {
  auto it = json.fields().find(key);
  return it == json.fields().end() ? "" : it->second.string_value();
}

double Number(const Struct& json, const std::string& key) {
  auto it = json.fields().find(key);
  return it == json.fields().end() ? 0 : it->second.number_value();
}

std::string ToJson(const Struct& json) {
  std::string out;
  (void)google::protobuf::util::MessageToJsonString(json, &out);
  return out;
}

void Set(Struct& json, const std::string& key, absl::string_view text) {
  (*json.mutable_fields())[key].set_string_value(std::string(text));
}

}  // namespace

absl::StatusOr<std::string> SignToken(const TokenClaims& claims, const Es256PrivateKey& key) {
  Struct header, payload;
  Set(header, "alg", "ES256");
  Set(header, "typ", "JWT");
  Set(header, "kid", key.Thumbprint());
  Set(payload, "iss", claims.issuer);
  Set(payload, "aud", claims.audience);
  Set(payload, "sub", claims.member);
  Set(payload, "company", claims.company);
  Set(payload, "jti", claims.id);
  (*payload.mutable_fields())["iat"].set_number_value(static_cast<double>(absl::ToUnixSeconds(claims.issue_time)));
  (*payload.mutable_fields())["exp"].set_number_value(static_cast<double>(absl::ToUnixSeconds(claims.expire_time)));
  ListValue* roles = (*payload.mutable_fields())["roles"].mutable_list_value();
  for (const std::string& role : claims.roles) roles->add_values()->set_string_value(role);
  std::string signing_input = absl::StrCat(Base64UrlEncode(ToJson(header)), ".", Base64UrlEncode(ToJson(payload)));
  MW_ASSIGN_OR_RETURN(std::string signature, key.Sign(signing_input));
  return absl::StrCat(signing_input, ".", Base64UrlEncode(signature));
}

absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token, const KeySet& keys, const TokenExpectations& expect,
                                        absl::Time now, bool* unknown_kid) {
  if (token.size() > kMaxTokenBytes) return Invalid("it is too long");
  std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Invalid("it has not three parts");
  auto header_text = Base64UrlDecode(parts[0]), payload_text = Base64UrlDecode(parts[1]),
       signature = Base64UrlDecode(parts[2]);
  Struct header, payload;
  if (!header_text || !payload_text || !signature || !ParseJson(*header_text, header)) return Invalid("not readable");
  // The algorithm is pinned: "none" and algorithms of other keys never reach a verification.
  if (Text(header, "alg") != "ES256") return Invalid("its algorithm is not ES256");
  auto key = keys.find(Text(header, "kid"));
  if (key == keys.end()) {
    if (unknown_kid != nullptr) *unknown_kid = true;
    return Invalid("its key is unknown");
  }
  absl::string_view signing_input = token.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!key->second.Verify(signing_input, *signature)) return Invalid("its signature is wrong");
  if (!ParseJson(*payload_text, payload)) return Invalid("not readable");

  TokenClaims claims;
  claims.issuer = Text(payload, "iss");
  claims.audience = Text(payload, "aud");
  claims.member = Text(payload, "sub");
  claims.company = Text(payload, "company");
  claims.id = Text(payload, "jti");
  claims.issue_time = absl::FromUnixSeconds(static_cast<int64_t>(Number(payload, "iat")));
  claims.expire_time = absl::FromUnixSeconds(static_cast<int64_t>(Number(payload, "exp")));
  auto roles = payload.fields().find("roles");
  if (roles != payload.fields().end()) {
    for (const Value& role : roles->second.list_value().values()) claims.roles.push_back(role.string_value());
  }
  if (claims.issuer != expect.issuer) return Invalid("another issuer");
  if (claims.audience != expect.audience) return Invalid("made for another audience");
  if (claims.member.empty() || claims.company.empty()) return Invalid("it names no member");
  if (now >= claims.expire_time + kClockLeeway) {
    return Error::Unauthenticated("TOKEN_EXPIRED", "the access token has expired; call RefreshTokens or sign in again");
  }
  if (now + kClockLeeway < claims.issue_time) return Invalid("it is from the future");
  return claims;
}

std::string WriteJwks(const std::vector<Es256PrivateKey>& keys) {
  std::string out = "{\"keys\":[";
  for (size_t i = 0; i < keys.size(); ++i) {
    absl::StrAppend(&out, i == 0 ? "" : ",", R"({"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":")",
                    keys[i].Thumbprint(), R"(","x":")", Base64UrlEncode(keys[i].X()), R"(","y":")",
                    Base64UrlEncode(keys[i].Y()), "\"}");
  }
  return out + "]}";
}

absl::StatusOr<KeySet> ParseJwks(const std::string& json) {
  Struct root;
  if (!ParseJson(json, root) || root.fields().count("keys") == 0) {
    return Error::InvalidArgument("JWKS_INVALID", "not a JSON Web Key Set");
  }
  KeySet keys;
  for (const Value& value : root.fields().at("keys").list_value().values()) {
    const Struct& jwk = value.struct_value();
    if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != "P-256") continue;
    auto x = Base64UrlDecode(Text(jwk, "x")), y = Base64UrlDecode(Text(jwk, "y"));
    if (!x || !y) continue;
    auto key = Es256PublicKey::FromCoordinates(*x, *y);
    if (key.ok()) keys.emplace(Text(jwk, "kid"), *std::move(key));
  }
  return keys;
}

}  // namespace millwright
