#include "common/storage/idempotency.h"

#include <utility>

#include "common/errors/error.h"

namespace millwright {
namespace {

struct Stored {
  std::string hash, response;
};

absl::Status Reused(const IdempotencyKey& key) {
  return Error::InvalidArgument("REQUEST_ID_REUSED", "this request_id was used for a different request")
      .Field("request_id", "one id stands for one request; send a new UUID, or repeat the first request unchanged")
      .Meta("request_id", key.request_id);
}

}  // namespace

absl::StatusOr<std::optional<std::string>> FindAnswer(Reader& reader, const IdempotencyKey& key) {
  MW_ASSIGN_OR_RETURN(
      std::optional<Stored> stored,
      reader
          .Query("SELECT request_hash, response FROM idempotency"
                 " WHERE scope = $1 AND method = $2 AND request_id = $3",
                 key.scope, key.method, key.request_id)
          .One([](const Row& row) { return Stored{row.String(0), row.String(1)}; }));
  if (!stored) return std::nullopt;
  if (stored->hash != key.request_hash) return Reused(key);
  return std::optional<std::string>(std::move(stored->response));
}

absl::Status StoreAnswer(Transaction& tx, const IdempotencyKey& key, absl::string_view response, absl::Time now) {
  return tx.Run(
      "INSERT INTO idempotency (scope, method, request_id, request_hash, response, created_micros)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      key.scope, key.method, key.request_id, Blob{key.request_hash}, Blob{response}, now);
}

absl::StatusOr<Answer> AnswerOnce(Transaction& tx, const IdempotencyKey& key, absl::Time now,
                                  const std::function<absl::StatusOr<std::string>()>& fn) {
  MW_ASSIGN_OR_RETURN(std::optional<std::string> earlier, FindAnswer(tx, key));
  if (earlier) return Answer{*std::move(earlier), true};
  MW_ASSIGN_OR_RETURN(std::string response, fn());
  MW_RETURN_IF_ERROR(StoreAnswer(tx, key, response, now));
  return Answer{std::move(response), false};
}

absl::StatusOr<int64_t> SweepAnswers(Transaction& tx, absl::Time now, int64_t limit) {
  // Looks at the oldest `limit` rows only: `id` grows with time.
  return tx.Execute(
      "DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency ORDER BY id LIMIT $2) AND created_micros < $1",
      now - kIdempotencyWindow, limit);
}

absl::Status EmptyAnswers(Transaction& tx, absl::string_view part) {
  return tx.Run("UPDATE idempotency SET response = x'' WHERE instr(response, $1) > 0", Blob{part});
}

}  // namespace millwright
