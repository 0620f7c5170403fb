// Request ids: an equal request gets an equal answer, and its effect once.
//
// The answer is stored in the transaction of the change. All writes run on one thread, so the look-up inside the
// transaction is the decision; copies that arrive at the same time queue up behind the first and are answered from its
// record. Only committed answers are stored: an error is evaluated again, validate_only stores nothing.
//
//   db->Write([&](Transaction& tx) -> absl::StatusOr<Answer> {
//     return AnswerOnce(tx, key, clock.Now(), [&]() -> absl::StatusOr<std::string> {
//       MW_ASSIGN_OR_RETURN(Order order, CreateOrder(tx, request));
//       return order.SerializeAsString();
//     });
//   });
//
// Thread-safety: as of the Reader or Transaction handed in.
#ifndef MILLWRIGHT_COMMON_STORAGE_IDEMPOTENCY_H_
#define MILLWRIGHT_COMMON_STORAGE_IDEMPOTENCY_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/storage/session.h"

namespace millwright {

// Answers are kept at least this long.
inline constexpr absl::Duration kIdempotencyWindow = absl::Hours(24);

struct IdempotencyKey {
  std::string scope;         // the principal, company first: "acme012345/members/7" or "service:orders"
  std::string method;        // "/millwright.orders.v1.OrderService/CreateOrder"
  std::string request_id;    // as the client sent it
  std::string request_hash;  // of the request without request_id and etag
};

struct Answer {
  std::string response;   // serialized
  bool replayed = false;  // true: an earlier request had this effect
};

// The stored answer, or nullopt if this request is new. INVALID_ARGUMENT (REQUEST_ID_REUSED, field request_id) if the
// id belongs to a different request. Outside of a write it is a shortcut for replays, not a decision.
absl::StatusOr<std::optional<std::string>> FindAnswer(Reader& reader, const IdempotencyKey& key);

// Stores the answer; part of the caller's transaction.
absl::Status StoreAnswer(Transaction& tx, const IdempotencyKey& key, absl::string_view response, absl::Time now);

// FindAnswer, else `fn` and StoreAnswer. If `fn` fails, nothing is stored and its status is returned: return it from
// the write, so that the changes of `fn` are undone too.
absl::StatusOr<Answer> AnswerOnce(Transaction& tx, const IdempotencyKey& key, absl::Time now,
                                  const std::function<absl::StatusOr<std::string>()>& fn);

// Deletes at most `limit` answers older than the window; how many it deleted. Call again while it returns `limit`.
absl::StatusOr<int64_t> SweepAnswers(Transaction& tx, absl::Time now, int64_t limit = 1000);

// Empties every stored answer that holds `part`, the resource name of something whose personal data was erased. A retry
// still has no effect; it answers an empty message.
absl::Status EmptyAnswers(Transaction& tx, absl::string_view part);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_STORAGE_IDEMPOTENCY_H_
