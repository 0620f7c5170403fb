#include "common/crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace millwright {
namespace {

// OpenSSL's digests only fail when memory is gone; there is nothing sensible to go on with.
void Check(bool ok) {
  if (ok) return;
  std::fputs("fatal: an OpenSSL digest failed\n", stderr);
  std::abort();
}

const EVP_MD* Sha256Md() {
  // Fetched once: an implicit fetch for each digest costs more than a short digest.
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

}  // namespace

std::string Sha256(absl::string_view data) {
  // One context a thread: making and freeing one takes a lock of OpenSSL each time.
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                    &EVP_MD_CTX_free);
  std::string out(32, '\0');
  unsigned int size = 0;
  Check(EVP_DigestInit_ex2(context.get(), Sha256Md(), nullptr) == 1 &&
        EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size) == 1);
  return out;
}

std::string Sha256Hex(absl::string_view data) { return absl::BytesToHexString(Sha256(data)); }

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  std::string out(32, '\0');
  unsigned int size = 0;
  Check(HMAC(Sha256Md(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()),
             data.size(), reinterpret_cast<unsigned char*>(out.data()), &size) != nullptr);
  return out;
}

bool ConstantTimeEquals(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string Base64UrlEncode(absl::string_view data) { return absl::WebSafeBase64Escape(data); }

std::optional<std::string> Base64UrlDecode(absl::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return std::nullopt;
  }
  std::string out;
  if (!absl::WebSafeBase64Unescape(text, &out)) return std::nullopt;
  return out;
}

struct Sha256Stream::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  Check(EVP_DigestInit_ex(context_->md, Sha256Md(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Update(absl::string_view data) {
  Check(EVP_DigestUpdate(context_->md, data.data(), data.size()) == 1);
}

std::string Sha256Stream::Finish() {
  std::string out(32, '\0');
  unsigned int size = 0;
  Check(EVP_DigestFinal_ex(context_->md, reinterpret_cast<unsigned char*>(out.data()), &size) == 1);
  return out;
}

std::string Sha256Stream::FinishHex() { return absl::BytesToHexString(Finish()); }

}  // namespace millwright
