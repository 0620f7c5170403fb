#include "common/tls/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

namespace tls = grpc::experimental;

constexpr unsigned kReloadSeconds = 1;
constexpr char kSpiffePrefix[] = "spiffe://millwright/";

absl::StatusOr<std::shared_ptr<tls::CertificateProviderInterface>> Watch(const std::string& dir,
                                                                         const std::string& name) {
  const std::string ca = absl::StrCat(dir, "/ca.pem"), cert = absl::StrCat(dir, "/", name, ".pem"),
                    key = absl::StrCat(dir, "/", name, ".key");
  for (const std::string& path : {ca, cert, key}) {
    if (access(path.c_str(), R_OK) != 0) {
      return Error::FailedPrecondition("CERTIFICATE_MISSING", absl::StrCat("can't read ", path,
                                                                           "; scripts/lib/certs.py makes a set"));
    }
  }
  return std::make_shared<tls::FileWatcherCertificateProvider>(key, cert, ca, kReloadSeconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServer(const std::string& certs_dir,
                                                                         const std::string& service) {
  MW_ASSIGN_OR_RETURN(auto provider, Watch(certs_dir, service));
  tls::TlsServerCredentialsOptions options(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MutualTlsClient(const std::string& certs_dir,
                                                                          const std::string& self) {
  MW_ASSIGN_OR_RETURN(auto provider, Watch(certs_dir, self));
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return tls::TlsCredentials(options);
}

std::string PeerHostName(const std::string& service) { return absl::StrCat(service, ".millwright.internal"); }

std::string ServiceOfSan(absl::string_view uri) {
  return absl::ConsumePrefix(&uri, kSpiffePrefix) ? std::string(uri) : "";
}

}  // namespace millwright
