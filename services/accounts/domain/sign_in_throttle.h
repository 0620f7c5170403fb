// Slows down the guessing of passwords: per e-mail address, whether it has an account or not, so that the answer tells
// nothing. Kept in memory: a restart forgives, which nobody from outside can cause.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_SIGN_IN_THROTTLE_H_
#define MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_SIGN_IN_THROTTLE_H_

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace millwright::accounts {

// Failed sign-ins of one address within kSignInWindow; further ones are refused unlooked at.
inline constexpr int kMaxFailedSignIns = 10;
inline constexpr absl::Duration kSignInWindow = absl::Minutes(15);
// Addresses with failures that are remembered; beyond it the ones that failed longest ago are forgotten.
inline constexpr size_t kMaxThrottledAddresses = 100'000;

class SignInThrottle {
 public:
  // Counts an attempt, before its password is looked at, so that parallel guesses count too. RESOURCE_EXHAUSTED
  // (SIGN_IN_THROTTLED) with RetryInfo if the address failed too often.
  absl::Status Admit(const std::string& email_key, absl::Time now);
  // The attempts of the address are forgiven.
  void Succeeded(const std::string& email_key);

 private:
  void Forget(absl::Time now);

  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<absl::Time>> attempts_;
  std::deque<std::pair<absl::Time, std::string>> order_;  // of all attempts, the oldest first
};

}  // namespace millwright::accounts

#endif  // MILLWRIGHT_SERVICES_ACCOUNTS_DOMAIN_SIGN_IN_THROTTLE_H_
