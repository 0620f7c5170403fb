// A write of a handler: once per request_id, dry with validate_only.
//
//   return Mutate<Order>(call, *db_, clock_.Now(), [&](Transaction& tx) -> absl::StatusOr<Order> {
//     ...  // checks and changes, history, event: all in this transaction
//   });
//
// The same request_id with the same request answers the stored response; with another request INVALID_ARGUMENT
// (REQUEST_ID_REUSED). With validate_only the transaction runs in full and is rolled back, and nothing is stored.
//
// Thread-safety: as of Database.
#ifndef MILLWRIGHT_COMMON_RPC_MUTATION_H_
#define MILLWRIGHT_COMMON_RPC_MUTATION_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "common/storage/database.h"
#include "common/storage/idempotency.h"

namespace millwright {

// The storage key of a call's request_id; nullopt for a call that has none.
std::optional<IdempotencyKey> IdempotencyKeyOf(const CallInfo& call);

// The answer of an earlier equal call, as a shortcut before expensive work (a call to another service, a password
// hash). nullopt: none is stored, go on. The decision is made again inside Mutate.
template <typename Response>
absl::StatusOr<std::optional<Response>> FindReplay(const CallInfo& call, Database& db) {
  std::optional<IdempotencyKey> key = IdempotencyKeyOf(call);
  std::optional<Response> none;
  if (!key.has_value() || call.validate_only) return none;
  auto stored = db.Read([&](Reader& reader) { return FindAnswer(reader, *key); });
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return none;
  Response response;
  if (!response.ParseFromString(**stored)) return absl::DataLossError("a stored answer can't be read");
  return std::optional<Response>(std::move(response));
}

// Runs `fn(Transaction&) -> StatusOr<Response>` as described above.
template <typename Response, typename Fn>
absl::StatusOr<Response> Mutate(const CallInfo& call, Database& db, absl::Time now, Fn&& fn) {
  std::optional<IdempotencyKey> key = IdempotencyKeyOf(call);
  Response response;
  absl::Status status = db.Write([&](Transaction& tx) -> absl::Status {
    response.Clear();
    if (!key.has_value() || call.validate_only) {
      absl::StatusOr<Response> fresh = fn(tx);
      if (!fresh.ok()) return fresh.status();
      response = *std::move(fresh);
      // Not an error to anybody: the only way to undo the transaction that the checks ran in.
      return call.validate_only ? absl::CancelledError("validate_only") : absl::OkStatus();
    }
    auto answer = AnswerOnce(tx, *key, now, [&]() -> absl::StatusOr<std::string> {
      absl::StatusOr<Response> fresh = fn(tx);
      if (!fresh.ok()) return fresh.status();
      response = *std::move(fresh);
      return response.SerializeAsString();
    });
    if (!answer.ok()) return answer.status();
    if (!answer->replayed) return absl::OkStatus();
    return response.ParseFromString(answer->response) ? absl::OkStatus()
                                                      : absl::DataLossError("a stored answer can't be read");
  });
  if (call.validate_only && absl::IsCancelled(status) && status.message() == "validate_only") return response;
  if (!status.ok()) return status;
  return response;
}

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_MUTATION_H_
