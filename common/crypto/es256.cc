#include "common/crypto/es256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"

namespace millwright {

struct Es256PublicKey::Key {
  EVP_PKEY* pkey;
  explicit Key(EVP_PKEY* p) : pkey(p) {}
  ~Key() { EVP_PKEY_free(pkey); }
};

namespace {

constexpr int kCoordinateBytes = 32;

template <typename T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* p) const { Free(p); }
};
using BignumPtr = std::unique_ptr<BIGNUM, Deleter<BIGNUM, BN_free>>;
using SigPtr = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG, ECDSA_SIG_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX, EVP_MD_CTX_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;

unsigned char* Bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* Bytes(absl::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

std::string Coordinate(EVP_PKEY* pkey, const char* which) {
  BIGNUM* value = nullptr;
  std::string out(kCoordinateBytes, '\0');
  if (EVP_PKEY_get_bn_param(pkey, which, &value) == 1) BN_bn2binpad(value, Bytes(out), kCoordinateBytes);
  BN_free(value);
  return out;
}

absl::Status Broken(absl::string_view what) { return Error::InvalidArgument("KEY_INVALID", what); }

}  // namespace

absl::StatusOr<Es256PublicKey> Es256PublicKey::FromCoordinates(absl::string_view x, absl::string_view y) {
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) {
    return Broken("a P-256 coordinate has 32 bytes");
  }
  std::string point = absl::StrCat("\x04", x, y);  // uncompressed point
  OSSL_PARAM params[3];
  char group[] = "P-256";
  params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  params[2] = OSSL_PARAM_construct_end();
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pkey = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return Broken("the coordinates are no point of P-256");
  }
  return Es256PublicKey(std::make_shared<Key>(pkey));
}

bool Es256PublicKey::Verify(absl::string_view data, absl::string_view signature) const {
  if (signature.size() != 2 * kCoordinateBytes) return false;
  BignumPtr r(BN_bin2bn(Bytes(signature), kCoordinateBytes, nullptr));
  BignumPtr s(BN_bin2bn(Bytes(signature) + kCoordinateBytes, kCoordinateBytes, nullptr));
  SigPtr sig(ECDSA_SIG_new());
  if (!r || !s || !sig || ECDSA_SIG_set0(sig.get(), r.get(), s.get()) != 1) return false;
  r.release();  // owned by sig now
  s.release();
  unsigned char* der = nullptr;
  int der_size = i2d_ECDSA_SIG(sig.get(), &der);
  if (der_size <= 0) return false;
  MdCtxPtr context(EVP_MD_CTX_new());
  bool ok = context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey) == 1 &&
            EVP_DigestVerify(context.get(), der, der_size, Bytes(data), data.size()) == 1;
  OPENSSL_free(der);
  return ok;
}

absl::StatusOr<Es256PrivateKey> Es256PrivateKey::Generate() {
  EVP_PKEY* pkey = EVP_EC_gen("P-256");
  if (pkey == nullptr) return absl::InternalError("OpenSSL could not make a P-256 key");
  return Es256PrivateKey(std::make_shared<Es256PublicKey::Key>(pkey));
}

absl::StatusOr<Es256PrivateKey> Es256PrivateKey::FromPem(absl::string_view pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* pkey = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (pkey == nullptr) return Broken("not a PEM private key");
  auto key = std::make_shared<Es256PublicKey::Key>(pkey);
  char group[32] = {};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(pkey, group, sizeof(group), &size) != 1 || absl::string_view(group) != "prime256v1") {
    return Broken("not a P-256 key");
  }
  return Es256PrivateKey(std::move(key));
}

std::string Es256PrivateKey::ToPem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key_->pkey, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);  // NOLINT: OpenSSL's type
  std::string out(data, size);
  BIO_free(bio);
  return out;
}

absl::StatusOr<std::string> Es256PrivateKey::Sign(absl::string_view data) const {
  MdCtxPtr context(EVP_MD_CTX_new());
  unsigned char der[128];
  size_t der_size = sizeof(der);
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey) != 1 ||
      EVP_DigestSign(context.get(), der, &der_size, Bytes(data), data.size()) != 1) {
    return absl::InternalError("OpenSSL could not sign");
  }
  const unsigned char* cursor = der;
  SigPtr sig(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der_size)));  // NOLINT: OpenSSL's type
  if (!sig) return absl::InternalError("OpenSSL made a signature it can't read");
  std::string out(2 * kCoordinateBytes, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), Bytes(out), kCoordinateBytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(sig.get()), Bytes(out) + kCoordinateBytes, kCoordinateBytes);
  return out;
}

Es256PublicKey Es256PrivateKey::PublicKey() const { return Es256PublicKey(key_); }
std::string Es256PrivateKey::X() const { return Coordinate(key_->pkey, OSSL_PKEY_PARAM_EC_PUB_X); }
std::string Es256PrivateKey::Y() const { return Coordinate(key_->pkey, OSSL_PKEY_PARAM_EC_PUB_Y); }

std::string Es256PrivateKey::Thumbprint() const {
  return Base64UrlEncode(Sha256(absl::StrCat("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"", Base64UrlEncode(X()),
                                             "\",\"y\":\"", Base64UrlEncode(Y()), "\"}")));
}

}  // namespace millwright
