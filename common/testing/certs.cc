#include "common/testing/certs.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace millwright::testing {
namespace {

void Check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "MakeCertificates: %s failed\n", what);
  std::abort();
}

void AddExtension(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Check(extension != nullptr && X509_add_ext(cert, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(EVP_PKEY* key, const std::string& common_name, X509* issuer, long serial) {  // NOLINT
  X509* cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert), 24 * 3600);
  X509_set_pubkey(cert, key);
  X509_NAME* name = X509_get_subject_name(cert);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(cert, issuer == nullptr ? name : X509_get_subject_name(issuer));
  return cert;
}

void Write(const std::string& path, X509* cert, EVP_PKEY* key) {
  FILE* file = std::fopen(path.c_str(), "w");
  Check(file != nullptr, path.c_str());
  if (cert != nullptr) PEM_write_X509(file, cert);
  if (key != nullptr) PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

}  // namespace

void MakeCertificates(const std::string& dir, const std::vector<std::string>& names) {
  EVP_PKEY* ca_key = EVP_EC_gen("P-256");
  X509* ca = NewCertificate(ca_key, "Millwright test CA", nullptr, 1);
  AddExtension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  Check(X509_sign(ca, ca_key, EVP_sha256()) > 0, "signing the CA");
  Write(dir + "/ca.pem", ca, nullptr);
  long serial = 2;  // NOLINT: OpenSSL's type
  for (const std::string& name : names) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = NewCertificate(key, name, ca, serial++);
    AddExtension(cert, ca, NID_subject_alt_name,
                 absl::StrCat("URI:spiffe://millwright/", name, ",DNS:", name, ".millwright.internal"));
    AddExtension(cert, ca, NID_ext_key_usage, "serverAuth,clientAuth");
    Check(X509_sign(cert, ca_key, EVP_sha256()) > 0, "signing");
    Write(absl::StrCat(dir, "/", name, ".pem"), cert, nullptr);
    Write(absl::StrCat(dir, "/", name, ".key"), nullptr, key);
    X509_free(cert);
    EVP_PKEY_free(key);
  }
  X509_free(ca);
  EVP_PKEY_free(ca_key);
}

}  // namespace millwright::testing
