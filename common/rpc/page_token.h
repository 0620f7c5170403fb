// Keyset page tokens: opaque, authenticated, bound to the list they came from.
//
// A token holds the sort keys of the last row of a page. It is signed with HMAC, so that a client can't forge a
// position, and bound to the request (method, parent, filter, order), so that a token of another list is refused:
// INVALID_ARGUMENT, reason PAGE_TOKEN_INVALID. It grants no access: the list checks that on every page.
//
//   MW_ASSIGN_OR_RETURN(Page page, pager.Begin(request.page_size(), request.page_token(), absl::StrCat(parent, filter)));
//   ... WHERE (create_time, id) < (page.keys[0], page.keys[1]) ... LIMIT page.size + 1
//   response.set_next_page_token(pager.Token(page, {last.create_time, last.id}));
//
// Thread-safety: a Pager is immutable.
#ifndef MILLWRIGHT_COMMON_RPC_PAGE_TOKEN_H_
#define MILLWRIGHT_COMMON_RPC_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace millwright {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;

struct Page {
  int size = kDefaultPageSize;
  // Sort keys of the last row of the page before; empty on the first page.
  std::vector<std::string> keys;
  // What the token is bound to.
  std::string scope;

  bool first() const { return keys.empty(); }
};

class Pager {
 public:
  // `secret`: at least 16 random bytes, the same for all replicas of the service and after a restart.
  explicit Pager(std::string secret) : secret_(std::move(secret)) {}

  // `page_size` 0 is the default, above kMaxPageSize is kMaxPageSize, negative is INVALID_ARGUMENT.
  // `scope` is everything that decides which rows the list has and in which order.
  absl::StatusOr<Page> Begin(int page_size, absl::string_view page_token, absl::string_view scope) const;
  std::string Token(const Page& page, const std::vector<std::string>& keys) const;

 private:
  std::string Sign(absl::string_view body, absl::string_view scope) const;
  std::string secret_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_PAGE_TOKEN_H_
