#include "services/orders/domain/holds.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::orders {

int CountOpenHolds(const std::vector<Hold>& holds) {
  return static_cast<int>(std::count_if(holds.begin(), holds.end(), [](const Hold& hold) { return hold.open(); }));
}

bool HasOpenHold(const std::vector<Hold>& holds) { return CountOpenHolds(holds) > 0; }

absl::Status OpenHold(std::vector<Hold>& holds, Hold hold) {
  if (hold.public_reason.empty()) {
    return Error::InvalidArgument("HOLD_REASON_REQUIRED", "a hold needs a reason that the customer may read")
        .Field("hold.public_reason", "must not be empty: say in one sentence why the order waits");
  }
  if (hold.public_reason.size() > kMaxHoldReasonBytes || hold.internal_reason.size() > kMaxHoldReasonBytes) {
    return Error::InvalidArgument("HOLD_REASON_TOO_LONG", "the reason of the hold is too long")
        .Field(hold.public_reason.size() > kMaxHoldReasonBytes ? "hold.public_reason" : "hold.internal_reason",
               absl::StrCat("at most ", kMaxHoldReasonBytes, " bytes: shorten it or attach a file"));
  }
  for (const Hold& other : holds) {
    if (other.id == hold.id) return Error::AlreadyExists("hold", hold.id, "a hold of this id exists on the order");
  }
  if (CountOpenHolds(holds) >= static_cast<int>(kMaxOpenHolds)) {
    return Error::ResourceExhausted("HOLD_LIMIT", "the order has too many open holds")
        .Quota("holds", absl::StrCat("at most ", kMaxOpenHolds, " open holds per order: lift one first"));
  }
  holds.push_back(std::move(hold));
  return absl::OkStatus();
}

absl::Status LiftHold(std::vector<Hold>& holds, absl::string_view id, absl::string_view by, absl::Time now) {
  for (Hold& hold : holds) {
    if (hold.id != id) continue;
    if (!hold.open()) {
      return Error::FailedPrecondition("HOLD_ALREADY_LIFTED", "this hold is lifted already")
          .Precondition("HOLD", id, absl::StrCat("lifted by ", hold.lifted_by, "; nothing is left to do"))
          .Meta("liftedBy", hold.lifted_by);
    }
    hold.lifted_at = now;
    hold.lifted_by = std::string(by);
    return absl::OkStatus();
  }
  return Error::NotFound("hold", id);
}

int CloseAllHolds(std::vector<Hold>& holds, absl::string_view by, absl::Time now) {
  int closed = 0;
  for (Hold& hold : holds) {
    if (!hold.open()) continue;
    hold.lifted_at = now;
    hold.lifted_by = std::string(by);
    ++closed;
  }
  return closed;
}

absl::Duration TimeHeld(const std::vector<Hold>& holds, absl::Time from, absl::Time to) {
  std::vector<std::pair<absl::Time, absl::Time>> spans;
  for (const Hold& hold : holds) {
    const absl::Time begin = std::max(hold.opened_at, from);
    const absl::Time end = std::min(hold.lifted_at, to);
    if (begin < end) spans.emplace_back(begin, end);
  }
  std::sort(spans.begin(), spans.end());
  absl::Duration held;
  absl::Time covered = from;
  for (const auto& [begin, end] : spans) {
    if (end <= covered) continue;
    held += end - std::max(begin, covered);
    covered = end;
  }
  return held;
}

}  // namespace millwright::orders
