// Wires the documents service: database, archive, consumer of orders, the worker that issues papers, gRPC server.
//
//   MW_ASSIGN_OR_RETURN(auto server, DocumentsServer::BuildAndStart({.config = config}));
//   server->WaitForTermination();
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVER_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "millwright/internal/config/v1/config.pb.h"

namespace millwright::documents {

class DocumentsServer {
 public:
  struct Options {
    internal::config::v1::DocumentsConfig config;
    const Clock* clock = &Clock::System();
  };
  // FAILED_PRECONDITION says which part of the configuration is missing or wrong.
  static absl::StatusOr<std::unique_ptr<DocumentsServer>> BuildAndStart(const Options& options);
  ~DocumentsServer();

  int port() const;
  // Blocks until SIGTERM or SIGINT, then stops.
  void WaitForTermination();
  void Stop();

 private:
  struct Parts;
  explicit DocumentsServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVER_H_
