#include "services/accounts/domain/sign_in_throttle.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright::accounts {

absl::Status SignInThrottle::Admit(const std::string& email_key, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  Forget(now);
  std::deque<absl::Time>& attempts = attempts_[email_key];
  if (attempts.size() >= kMaxFailedSignIns) {
    return Error::ResourceExhausted(
               "SIGN_IN_THROTTLED",
               absl::StrCat(kMaxFailedSignIns, " sign-ins failed within ", absl::FormatDuration(kSignInWindow)))
        .RetryAfter(attempts.front() + kSignInWindow - now);
  }
  attempts.push_back(now);
  order_.emplace_back(now, email_key);
  return absl::OkStatus();
}

void SignInThrottle::Succeeded(const std::string& email_key) {
  std::lock_guard<std::mutex> lock(mutex_);
  attempts_.erase(email_key);  // what is left of it in order_ finds nothing to remove
}

void SignInThrottle::Forget(absl::Time now) {
  while (!order_.empty() && (order_.front().first + kSignInWindow <= now || attempts_.size() > kMaxThrottledAddresses ||
                             order_.size() > kMaxFailedSignIns * kMaxThrottledAddresses)) {
    const auto [time, email_key] = order_.front();
    order_.pop_front();
    auto found = attempts_.find(email_key);
    if (found == attempts_.end()) continue;
    while (!found->second.empty() && found->second.front() <= time) found->second.pop_front();
    if (found->second.empty()) attempts_.erase(found);
  }
}

}  // namespace millwright::accounts
