#include "common/storage/session.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/storage/connection.h"

namespace millwright {

absl::Status Transaction::Nested(const std::function<absl::Status(Transaction&)>& fn) {
  const size_t kept_calls = on_commit_.size();
  const std::string name = absl::StrCat("nested_", ++depth_);
  absl::Status status = connection_.Control(absl::StrCat("SAVEPOINT ", name));
  if (status.ok()) {
    status = fn(*this);
    // A doomed transaction may be gone already; its writer rolls back what is left.
    if (!status.ok() && connection_.doom().ok()) {
      status.Update(connection_.Control(absl::StrCat("ROLLBACK TO ", name)));
    }
    if (connection_.doom().ok()) status.Update(connection_.Control(absl::StrCat("RELEASE ", name)));
  }
  --depth_;
  if (!status.ok()) on_commit_.resize(kept_calls);
  return status;
}

}  // namespace millwright
