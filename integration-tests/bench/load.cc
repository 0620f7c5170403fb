// Calls one unary RPC from many threads and prints a JSON line: calls, errors, calls/s, p50 and p99 in milliseconds.
//
//   mw_load --target=127.0.0.1:7004 --method=/millwright.orders.v1.OrdersService/CreateOrder --request=FILE \
//           --channels=8 --threads=64 --seconds=5 --ca=ca.pem [--cert=... --key=...] [--host=orders.millwright.internal] [--token=JWT]
//
// FILE holds the request as text proto. A field `request_id` gets a fresh UUID in every call, so that no call is answered
// from the record of another. The first 10 % of the time warms up and is not counted. With --plaintext there is no TLS.
#include <grpcpp/support/byte_buffer.h>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "common/ids/ids.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "integration-tests/bench/load_support.h"
#include "millwright/accounts/v1/accounts_service.pb.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "millwright/notifications/v1/notifications_service.pb.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace {

using google::protobuf::Message;
using millwright::bench::Die;
using millwright::bench::Flags;

std::unique_ptr<Message> ParseRequest(const Flags& flags, const std::string& method) {
  // Mention one message of each file, so that the linker keeps their descriptors.
  (void)millwright::accounts::v1::GetCompanyRequest::descriptor();
  (void)millwright::catalog::v1::GetQuoteRequest::descriptor();
  (void)millwright::orders::v1::GetOrderRequest::descriptor();
  (void)millwright::notifications::v1::ListDeliveriesRequest::descriptor();
  std::vector<std::string> parts = absl::StrSplit(absl::StripPrefix(method, "/"), '/');
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto* service = parts.size() == 2 ? pool->FindServiceByName(parts[0]) : nullptr;
  const auto* rpc = service == nullptr ? nullptr : service->FindMethodByName(parts[1]);
  if (rpc == nullptr) Die(absl::StrCat("unknown method ", method));
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(rpc->input_type())->New());
  if (!google::protobuf::TextFormat::ParseFromString(millwright::bench::ReadOrDie(flags.Get("request")), request.get())) {
    Die("the request does not parse");
  }
  return request;
}

absl::Status CallOnce(grpc::Channel& channel, const std::string& method, const std::string& token, Message& request) {
  if (const auto* request_id = request.GetDescriptor()->FindFieldByName("request_id")) {
    request.GetReflection()->SetString(&request, request_id, millwright::RandomUuid());
  }
  grpc::ByteBuffer answer;
  absl::Status status = millwright::bench::Call(channel, method, token, request, answer);
  if (status.ok() && answer.Length() == 0) return absl::InternalError("an empty answer");
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const Flags flags(argc, argv);
  const std::string method = flags.Get("method"), token = flags.Get("token");
  const std::unique_ptr<Message> prototype = ParseRequest(flags, method);
  const auto channels = Connect(flags, flags.Get("target"), flags.Get("host"), flags.Int("channels", 1));
  std::vector<std::unique_ptr<Message>> requests;
  for (int i = 0; i < flags.Int("threads", 1); ++i) {
    requests.emplace_back(prototype->New());
    requests.back()->CopyFrom(*prototype);
  }
  return RunLoad(flags, [&](int thread) {
    return CallOnce(*channels[thread % channels.size()], method, token, *requests[thread]);
  });
}
