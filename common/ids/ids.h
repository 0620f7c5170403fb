// Ids made by the application: lower case, DNS-like, opaque to clients.
//
// An id that belongs to a company is `<owner10>-<ulid26>`: the company's own ten characters, then a ULID
// (48 bits of milliseconds and 80 random bits, github.com/ulid/spec) in lower-case Crockford base 32. So every key
// begins with its tenant, and the ids of one tenant sort by time.
//
// Thread-safety: generators may be called from any thread.
#ifndef MILLWRIGHT_COMMON_IDS_IDS_H_
#define MILLWRIGHT_COMMON_IDS_IDS_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "common/time/clock.h"

namespace millwright {

class IdGenerator {
 public:
  virtual ~IdGenerator() = default;
  // 26 characters; later calls of one generator sort after earlier ones, also within one millisecond.
  virtual std::string Ulid() = 0;
  // Ten random characters: the id of a company.
  virtual std::string CompanyId() = 0;
  // `<owner10>-<ulid26>`. `owner` may be a company id or any id that begins with one.
  std::string Owned(absl::string_view owner);
};

// Random bits from OpenSSL, time from `clock`.
class RandomIdGenerator : public IdGenerator {
 public:
  explicit RandomIdGenerator(const Clock& clock = Clock::System()) : clock_(clock) {}
  std::string Ulid() override;
  std::string CompanyId() override;

 private:
  const Clock& clock_;
  std::mutex mutex_;
  int64_t last_millis_ = 0;
  uint8_t last_random_[10] = {};
};

// Predictable ids for tests: the ULID part counts up.
class SequentialIdGenerator : public IdGenerator {
 public:
  std::string Ulid() override;
  std::string CompanyId() override;

 private:
  std::mutex mutex_;
  uint64_t next_ = 1;
};

// The first ten characters of an owned id or company id; "" if `id` is too short to have an owner.
absl::string_view OwnerOf(absl::string_view id);
// The company that a resource name begins with: "companies/c/members/m" and "companies/c" -> "companies/c".
absl::string_view CompanyOf(absl::string_view name);
// The last segment of a resource name: "orders/abc" -> "abc".
absl::string_view LastSegment(absl::string_view name);
// True for ids this library makes: 1 to 63 characters of a-z, 0-9 and '-'. Checked before an id reaches SQL or a path.
bool IsValidId(absl::string_view id);
// 2 x `bytes` hexadecimal characters from OpenSSL's generator, for secrets and tokens.
std::string RandomHex(int bytes);
// 2 x `bytes` hexadecimal characters that need not be secret, at a tenth of the price: trace and span ids.
std::string FastHex(int bytes);
// A random UUID, version 4: request ids of clients.
std::string RandomUuid();

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_IDS_IDS_H_
