// Server reflection (github.com/grpc/grpc/blob/master/doc/server-reflection.md), v1 and v1alpha, so that grpcurl knows
// every RPC without files.
//
// gRPC 1.51's own plugin serves only v1alpha and only the services of its process. Behind the gateway one service answers
// for all of them: it is given the gateway's descriptor set.
//
// Thread-safety: immutable after construction.
#ifndef MILLWRIGHT_COMMON_RPC_REFLECTION_H_
#define MILLWRIGHT_COMMON_RPC_REFLECTION_H_

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace millwright {

class Reflection {
 public:
  // Answers for `services`, which are linked in.
  explicit Reflection(std::vector<std::string> services);
  // Answers for all services of a serialized FileDescriptorSet.
  static absl::StatusOr<std::unique_ptr<Reflection>> FromDescriptorSet(const std::string& file);
  ~Reflection();

  // To be registered with the server; both live as long as this.
  grpc::Service* v1() { return v1_.get(); }
  grpc::Service* v1alpha() { return v1alpha_.get(); }

 private:
  Reflection(std::vector<std::string> services, std::unique_ptr<google::protobuf::DescriptorPool> pool);

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<grpc::Service> v1_, v1alpha_;
};

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_REFLECTION_H_
