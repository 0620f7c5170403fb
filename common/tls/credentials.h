// mTLS between all processes, with certificates that are picked up again when they are replaced.
//
// A certificate folder holds `ca.pem`, `SERVICE.pem` and `SERVICE.key`. A service's certificate names it twice:
// the URI SAN `spiffe://millwright/SERVICE` says who calls, the DNS SAN `SERVICE.millwright.internal` says who answers.
// Replace files by renaming a new one over the old; new handshakes use it within two seconds.
//
// gRPC's reloading credentials are in its experimental namespace; this file is the only one that touches them.
//
// Thread-safety: pure factories.
#ifndef MILLWRIGHT_COMMON_TLS_CREDENTIALS_H_
#define MILLWRIGHT_COMMON_TLS_CREDENTIALS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace millwright {

// Server side: demands and verifies a client certificate of the same CA.
// FAILED_PRECONDITION names the missing file.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTlsServer(const std::string& certs_dir,
                                                                         const std::string& service);

// Client side: shows the certificate of `self` and verifies the server against the CA and the host name of the
// channel (set to PeerHostName(service) by the channel factory).
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MutualTlsClient(const std::string& certs_dir,
                                                                          const std::string& self);

// "orders" -> "orders.millwright.internal".
std::string PeerHostName(const std::string& service);

// "spiffe://millwright/orders" -> "orders"; "" for any other URI.
std::string ServiceOfSan(absl::string_view uri);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_TLS_CREDENTIALS_H_
