#include "common/rpc/reflection.h"

#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/method_handler.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "common/config/config.h"
#include "common/errors/error.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"
#include "millwright/internal/reflection/v1/reflection.pb.h"

namespace millwright {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using internal::reflection::v1::ServerReflectionRequest;
using internal::reflection::v1::ServerReflectionResponse;

// grpc.health.v1 (github.com/grpc/grpc/blob/master/doc/health-checking.md): gRPC serves it without a descriptor of its own.
constexpr char kHealthFile[] = R"(
  name: "grpc/health/v1/health.proto" package: "grpc.health.v1" syntax: "proto3"
  message_type { name: "HealthCheckRequest" field { name: "service" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING } }
  message_type {
    name: "HealthCheckResponse"
    field { name: "status" number: 1 label: LABEL_OPTIONAL type: TYPE_ENUM
            type_name: ".grpc.health.v1.HealthCheckResponse.ServingStatus" }
    enum_type {
      name: "ServingStatus" value { name: "UNKNOWN" number: 0 } value { name: "SERVING" number: 1 }
      value { name: "NOT_SERVING" number: 2 } value { name: "SERVICE_UNKNOWN" number: 3 }
    }
  }
  service {
    name: "Health"
    method { name: "Check" input_type: ".grpc.health.v1.HealthCheckRequest" output_type: ".grpc.health.v1.HealthCheckResponse" }
    method { name: "Watch" input_type: ".grpc.health.v1.HealthCheckRequest" output_type: ".grpc.health.v1.HealthCheckResponse"
             server_streaming: true }
  })";

void AddHealth(DescriptorPool& pool) {
  google::protobuf::FileDescriptorProto file;
  if (google::protobuf::TextFormat::ParseFromString(kHealthFile, &file)) pool.BuildFile(file);
}

// The file and everything it imports, each once.
void AddFile(const FileDescriptor* file, std::set<std::string>& seen, ServerReflectionResponse& response) {
  if (!seen.insert(file->name()).second) return;
  google::protobuf::FileDescriptorProto proto;
  file->CopyTo(&proto);
  *response.mutable_file_descriptor_response()->add_file_descriptor_proto() = proto.SerializeAsString();
  for (int i = 0; i < file->dependency_count(); ++i) AddFile(file->dependency(i), seen, response);
}

class ReflectionService final : public grpc::Service {
 public:
  ReflectionService(const char* path, std::vector<std::string> services, const DescriptorPool& pool)
      : services_(std::move(services)), pool_(pool) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        path, grpc::internal::RpcMethod::BIDI_STREAMING,
        new grpc::internal::BidiStreamingHandler<ReflectionService, ServerReflectionRequest, ServerReflectionResponse>(
            [](ReflectionService* self, grpc::ServerContext*,
               grpc::ServerReaderWriter<ServerReflectionResponse, ServerReflectionRequest>* stream) {
              ServerReflectionRequest request;
              while (stream->Read(&request)) {
                if (!stream->Write(self->Answer(request))) break;
              }
              return grpc::Status::OK;
            },
            this)));
  }

 private:
  ServerReflectionResponse Answer(const ServerReflectionRequest& request) const {
    ServerReflectionResponse response;
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    const FileDescriptor* file = nullptr;
    switch (request.message_request_case()) {
      case ServerReflectionRequest::kListServices:
        for (const std::string& name : services_) response.mutable_list_services_response()->add_service()->set_name(name);
        return response;
      case ServerReflectionRequest::kFileByFilename:
        file = pool_.FindFileByName(request.file_by_filename());
        break;
      case ServerReflectionRequest::kFileContainingSymbol:
        file = pool_.FindFileContainingSymbol(request.file_containing_symbol());
        break;
      case ServerReflectionRequest::kFileContainingExtension: {
        const auto* type = pool_.FindMessageTypeByName(request.file_containing_extension().containing_type());
        const auto* field = type == nullptr ? nullptr
                                            : pool_.FindExtensionByNumber(
                                                  type, request.file_containing_extension().extension_number());
        file = field == nullptr ? nullptr : field->file();
        break;
      }
      case ServerReflectionRequest::kAllExtensionNumbersOfType: {
        const auto* type = pool_.FindMessageTypeByName(request.all_extension_numbers_of_type());
        if (type == nullptr) break;
        std::vector<const google::protobuf::FieldDescriptor*> extensions;
        pool_.FindAllExtensions(type, &extensions);
        auto* out = response.mutable_all_extension_numbers_response();
        out->set_base_type_name(type->full_name());
        for (const auto* extension : extensions) out->add_extension_number(extension->number());
        return response;
      }
      case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
        response.mutable_error_response()->set_error_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
        response.mutable_error_response()->set_error_message("the request asks nothing");
        return response;
    }
    if (file == nullptr) {
      response.mutable_error_response()->set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
      response.mutable_error_response()->set_error_message("not found");
      return response;
    }
    std::set<std::string> seen;
    AddFile(file, seen, response);
    return response;
  }

  const std::vector<std::string> services_;
  const DescriptorPool& pool_;
};

}  // namespace

Reflection::Reflection(std::vector<std::string> services)
    : Reflection(std::move(services), std::make_unique<DescriptorPool>(DescriptorPool::generated_pool())) {}

Reflection::Reflection(std::vector<std::string> services, std::unique_ptr<DescriptorPool> pool)
    : pool_(std::move(pool)) {
  AddHealth(*pool_);
  v1_ = std::make_unique<ReflectionService>("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", services, *pool_);
  v1alpha_ = std::make_unique<ReflectionService>("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                                 services, *pool_);
}

Reflection::~Reflection() = default;

absl::StatusOr<std::unique_ptr<Reflection>> Reflection::FromDescriptorSet(const std::string& file) {
  MW_ASSIGN_OR_RETURN(std::string bytes, ReadFile(file));
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromString(bytes)) return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat(file, " is no descriptor set"));
  auto pool = std::make_unique<DescriptorPool>();
  std::vector<std::string> services;
  for (auto& proto : *set.mutable_file()) {
    proto.clear_source_code_info();
    const FileDescriptor* built = pool->BuildFile(proto);
    if (built == nullptr) return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat(file, ": ", proto.name(), " does not build"));
    for (int i = 0; i < built->service_count(); ++i) services.push_back(built->service(i)->full_name());
  }
  services.push_back("grpc.health.v1.Health");
  return std::unique_ptr<Reflection>(new Reflection(std::move(services), std::move(pool)));
}

}  // namespace millwright
