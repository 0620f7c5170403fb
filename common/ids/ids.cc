#include "common/ids/ids.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/random/random.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace millwright {
namespace {

constexpr char kAlphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford: no i, l, o, u

void FillRandom(uint8_t* out, int size) {
  // A process without randomness must not hand out ids.
  if (RAND_bytes(out, size) != 1) {
    std::fputs("fatal: OpenSSL has no random bytes\n", stderr);
    std::abort();
  }
}

// 10 characters of time (48 bits), 16 of randomness (80 bits).
std::string EncodeUlid(int64_t millis, const uint8_t random[10]) {
  std::string out(26, '0');
  for (int i = 9; i >= 0; --i, millis >>= 5) out[i] = kAlphabet[millis & 31];
  uint64_t high = 0, low = 0;
  for (int i = 0; i < 5; ++i) high = high << 8 | random[i];
  for (int i = 5; i < 10; ++i) low = low << 8 | random[i];
  for (int i = 17; i >= 10; --i, high >>= 5) out[i] = kAlphabet[high & 31];
  for (int i = 25; i >= 18; --i, low >>= 5) out[i] = kAlphabet[low & 31];
  return out;
}

}  // namespace

std::string IdGenerator::Owned(absl::string_view owner) { return absl::StrCat(OwnerOf(owner), "-", Ulid()); }

std::string RandomIdGenerator::Ulid() {
  int64_t millis = absl::ToUnixMillis(clock_.Now());
  std::lock_guard<std::mutex> lock(mutex_);
  if (millis <= last_millis_) {
    // Same (or set back) millisecond: count the random part up, so that order is kept.
    for (int i = 9; i >= 0 && ++last_random_[i] == 0; --i) {
    }
  } else {
    last_millis_ = millis;
    FillRandom(last_random_, sizeof(last_random_));
    last_random_[0] &= 0x7F;  // room to count up
  }
  return EncodeUlid(last_millis_, last_random_);
}

std::string RandomIdGenerator::CompanyId() {
  uint8_t random[10];
  FillRandom(random, sizeof(random));
  std::string id(10, '0');
  for (int i = 0; i < 10; ++i) id[i] = kAlphabet[random[i] & 31];
  id[0] = kAlphabet[10 + random[0] % 22];  // begins with a letter, as DNS names do
  return id;
}

std::string SequentialIdGenerator::Ulid() {
  std::lock_guard<std::mutex> lock(mutex_);
  char text[27];
  std::snprintf(text, sizeof(text), "%026llu", static_cast<unsigned long long>(next_++));
  return text;
}
std::string SequentialIdGenerator::CompanyId() {
  std::lock_guard<std::mutex> lock(mutex_);
  char text[11];
  std::snprintf(text, sizeof(text), "c%09llu", static_cast<unsigned long long>(next_++));
  return text;
}

absl::string_view OwnerOf(absl::string_view id) { return id.size() < 10 ? absl::string_view() : id.substr(0, 10); }

absl::string_view CompanyOf(absl::string_view name) { return name.substr(0, name.find('/', name.find('/') + 1)); }

absl::string_view LastSegment(absl::string_view name) {
  size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

bool IsValidId(absl::string_view id) {
  return !id.empty() && id.size() <= 63 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string RandomHex(int bytes) {
  std::string raw(bytes, '\0');
  FillRandom(reinterpret_cast<uint8_t*>(raw.data()), bytes);
  return absl::BytesToHexString(raw);
}

std::string FastHex(int bytes) {
  thread_local absl::InsecureBitGen generator;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(2 * static_cast<size_t>(bytes), '0');
  uint64_t bits = 0;
  for (size_t i = 0; i < out.size(); ++i, bits >>= 4) {
    if (i % 16 == 0) bits = absl::Uniform<uint64_t>(generator);
    out[i] = kDigits[bits & 15];
  }
  return out;
}

std::string RandomUuid() {
  uint8_t raw[16];
  FillRandom(raw, sizeof(raw));
  raw[6] = (raw[6] & 0x0F) | 0x40;
  raw[8] = (raw[8] & 0x3F) | 0x80;
  std::string hex = absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(raw), 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

}  // namespace millwright
