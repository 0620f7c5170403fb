#include "common/rpc/page_token.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

constexpr size_t kMacBytes = 16;
constexpr size_t kMaxTokenBytes = 4096;

// Length-prefixed keys: no separator that a key could hold.
std::string Pack(const std::vector<std::string>& keys) {
  std::string out = "1";  // version
  for (const std::string& key : keys) absl::StrAppend(&out, key.size(), ":", key);
  return out;
}

bool Unpack(absl::string_view body, std::vector<std::string>& keys) {
  if (body.empty() || body[0] != '1') return false;
  body.remove_prefix(1);
  while (!body.empty()) {
    size_t colon = body.find(':'), size = 0;
    if (colon == absl::string_view::npos || colon > 5) return false;
    for (char c : body.substr(0, colon)) {
      if (c < '0' || c > '9') return false;
      size = size * 10 + (c - '0');
    }
    body.remove_prefix(colon + 1);
    if (size > body.size()) return false;
    keys.emplace_back(body.substr(0, size));
    body.remove_prefix(size);
  }
  return !keys.empty();
}

}  // namespace

std::string Pager::Sign(absl::string_view body, absl::string_view scope) const {
  return HmacSha256(secret_, absl::StrCat(scope.size(), ":", scope, body)).substr(0, kMacBytes);
}

absl::StatusOr<Page> Pager::Begin(int page_size, absl::string_view page_token, absl::string_view scope) const {
  if (page_size < 0) {
    return Error::InvalidArgument("FIELD_INVALID", "page_size is negative")
        .Field("page_size", "must be 0 (default 50) to 1000");
  }
  Page page;
  page.size = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  page.scope = std::string(scope);
  if (page_token.empty()) return page;
  std::optional<std::string> raw;
  if (page_token.size() <= kMaxTokenBytes) raw = Base64UrlDecode(page_token);
  if (raw.has_value() && raw->size() > kMacBytes) {
    absl::string_view body = absl::string_view(*raw).substr(kMacBytes);
    if (ConstantTimeEquals(absl::string_view(*raw).substr(0, kMacBytes), Sign(body, scope)) &&
        Unpack(body, page.keys)) {
      return page;
    }
  }
  return Error::InvalidArgument("PAGE_TOKEN_INVALID", "the page token is not one of this list")
      .Field("page_token", "send the next_page_token of the page before with otherwise equal arguments, or none");
}

std::string Pager::Token(const Page& page, const std::vector<std::string>& keys) const {
  std::string body = Pack(keys);
  return Base64UrlEncode(absl::StrCat(Sign(body, page.scope), body));
}

}  // namespace millwright
