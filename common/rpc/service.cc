#include "common/rpc/service.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

// A wrong table is a programmer's error: no such binary may serve.
[[noreturn]] void Die(const std::string& text) {
  std::fprintf(stderr, "fatal: %s\n", text.c_str());
  std::abort();
}

}  // namespace

grpc::Status Overloaded(const MethodSpec& spec) {
  spec.Count(absl::StatusCode::kUnavailable, absl::ZeroDuration());
  return ToGrpcStatus(Error::Unavailable("OVERLOADED", "too many calls are waiting; try again", absl::Milliseconds(500)));
}

RpcService::RpcService(absl::string_view full_name)
    : full_name_(full_name),
      descriptor_(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name_)) {
  if (descriptor_ == nullptr) Die(absl::StrCat("no service ", full_name_, " is linked in"));
}

std::shared_ptr<MethodSpec> RpcService::Bind(absl::string_view method, const google::protobuf::Descriptor* request,
                                             const google::protobuf::Descriptor* response, Binder binder) {
  const auto* descriptor = descriptor_->FindMethodByName(std::string(method));
  if (descriptor == nullptr) Die(absl::StrCat(full_name_, " has no RPC ", method));
  if (descriptor->input_type() != request || descriptor->output_type() != response) {
    Die(absl::StrCat(full_name_, "/", method, " is bound to a handler with other types"));
  }
  auto spec = std::make_shared<MethodSpec>(*descriptor);
  for (const auto& [bound, unused] : methods_) {
    if (bound->name() == spec->name()) Die(absl::StrCat(full_name_, "/", method, " is bound twice"));
  }
  methods_.emplace_back(spec, std::move(binder));
  return spec;
}

grpc::Service* RpcService::Build(std::shared_ptr<ServerRuntime> runtime) {
  if (static_cast<int>(methods_.size()) != descriptor_->method_count()) {
    for (int i = 0; i < descriptor_->method_count(); ++i) {
      const std::string& name = descriptor_->method(i)->name();
      auto bound = [&](const auto& row) { return row.first->name() == name; };
      if (std::none_of(methods_.begin(), methods_.end(), bound)) Die(absl::StrCat(full_name_, "/", name, " is not bound"));
    }
  }
  int index = 0;
  for (const auto& [spec, bind] : methods_) bind(bound_, index++, runtime);
  return &bound_;
}

}  // namespace millwright
