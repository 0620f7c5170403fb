// The whole of common/rpc over a real mTLS connection: every step of Handle(), both server APIs, watches, reflection.
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <thread>

#include "common/errors/error.h"
#include "common/rpc/client.h"
#include "common/rpc/server.h"
#include "common/storage/scratch_database.h"
#include "common/testing/certs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "millwright/internal/reflection/v1/reflection.pb.h"
#include "millwright/notifications/v1/notifications_service.pb.h"

namespace millwright {
namespace {

using notifications::v1::Delivery;
using notifications::v1::ListDeliveriesRequest;
using notifications::v1::ListDeliveriesResponse;
using notifications::v1::ResendDeliveryRequest;
using ::testing::HasSubstr;

constexpr char kService[] = "millwright.notifications.v1.NotificationsService";
constexpr char kList[] = "/millwright.notifications.v1.NotificationsService/ListDeliveries";
constexpr char kResend[] = "/millwright.notifications.v1.NotificationsService/ResendDelivery";

// Answers what it saw, so that a client can check what arrived.
class EchoHandlers {
 public:
  absl::StatusOr<ListDeliveriesResponse> List(const CallInfo& call, const ListDeliveriesRequest& request) {
    if (request.parent() == "orders/missing") return Error::NotFound("order", request.parent());
    if (request.parent() == "orders/broken") return absl::InternalError("SELECT secret FROM vault failed");
    ListDeliveriesResponse response;
    response.add_deliveries()->set_recipient(call.principal.Actor());
    response.mutable_deliveries(0)->set_subject(call.trace.trace_id);
    response.mutable_deliveries(0)->set_attempt_count(
        static_cast<int>(absl::ToInt64Milliseconds(call.deadline - absl::Now())));
    return response;
  }
  absl::StatusOr<Delivery> Resend(const CallInfo& call, const ResendDeliveryRequest& request) {
    Delivery delivery;
    delivery.set_message_id(call.request_id);
    delivery.set_subject(call.request_hash);
    delivery.set_recipient(call.validate_only ? "dry" : "wet");
    return delivery;
  }
};

class RpcTest : public ::testing::TestWithParam<const char*> {
 protected:
  RpcTest() {
    testing::MakeCertificates(folder_.File("."), {"notifications", "orders", "gateway", "stranger"});
    verifier_ = std::make_shared<TokenVerifier>(
        [this]() -> absl::StatusOr<KeySet> { return KeySet{{key_.Thumbprint(), key_.PublicKey()}}; },
        TokenExpectations{}, Clock::System());
    service_.Unary("ListDeliveries", &handlers_, &EchoHandlers::List);
    service_.Unary("ResendDelivery", &handlers_, &EchoHandlers::Resend);
    Server::Options options;
    options.service = "notifications";
    options.config.set_certs_dir(folder_.File("."));
    options.config.set_server_api(GetParam());
    options.config.set_worker_threads(4);
    options.verifier = verifier_;
    auto server = Server::BuildAndStart(options, {&service_});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::shared_ptr<Channel> As(const std::string& self, const std::string& peer = "notifications") {
    auto channel = Channel::Open({absl::StrCat("127.0.0.1:", server_->port()), peer, self, folder_.File("."), false});
    EXPECT_TRUE(channel.ok()) << channel.status();
    return *channel;
  }
  CallInfo UserCall(std::vector<std::string> roles = {"owner"}) {
    CallInfo call = CallInfo::Background("test", absl::Seconds(5));
    absl::Time now = absl::Now();
    call.token = *SignToken({"millwright", "millwright", "companies/c/members/m", "companies/c", "j", std::move(roles),
                             now, now + kAccessTokenLifetime},
                            key_);
    return call;
  }
  static ListDeliveriesRequest Request(const char* parent = "orders/a") {
    ListDeliveriesRequest request;
    request.set_parent(parent);
    return request;
  }

  ScratchFolder folder_;
  Es256PrivateKey key_ = *Es256PrivateKey::Generate();
  std::shared_ptr<TokenVerifier> verifier_;
  EchoHandlers handlers_;
  RpcService service_{kService};
  std::unique_ptr<Server> server_;
};

TEST_P(RpcTest, AUsersCallArrivesWithMemberTraceAndDeadline) {
  CallInfo call = UserCall();
  auto response = As("gateway")->Call<ListDeliveriesResponse>(call, kList, Request());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->deliveries(0).recipient(), "companies/c/members/m");
  EXPECT_EQ(response->deliveries(0).subject(), call.trace.trace_id);
  EXPECT_GT(response->deliveries(0).attempt_count(), 0);
  EXPECT_LE(response->deliveries(0).attempt_count(), 5000);
}

TEST_P(RpcTest, WhoMayCall) {
  CallInfo nobody = CallInfo::Background("test", absl::Seconds(5));
  auto status = As("gateway")->Call<ListDeliveriesResponse>(nobody, kList, Request()).status();
  EXPECT_EQ(ReasonOf(status), "TOKEN_MISSING");
  EXPECT_TRUE(absl::IsUnauthenticated(status));
  EXPECT_EQ(ReasonOf(As("stranger")->Call<ListDeliveriesResponse>(UserCall(), kList, Request()).status()),
            "CALLER_NOT_ALLOWED")
      << "a certificate of the CA is not enough to speak for users";
  ResendDeliveryRequest resend;
  resend.set_name("orders/a/deliveries/b");
  EXPECT_EQ(ReasonOf(As("gateway")->Call<Delivery>(UserCall({"watcher"}), kResend, resend).status()), "ROLE_MISSING");
  nobody.token = "forged";
  EXPECT_EQ(ReasonOf(As("orders")->Call<ListDeliveriesResponse>(nobody, kList, Request()).status()), "TOKEN_INVALID");
}

TEST_P(RpcTest, AServerThatIsNotTheNamedOneIsNotTalkedTo) {
  auto status = As("gateway", "orders")->Call<ListDeliveriesResponse>(UserCall(), kList, Request()).status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST_P(RpcTest, ErrorsKeepTheirDetailsAndInternalsStayInside) {
  auto status = As("gateway")->Call<ListDeliveriesResponse>(UserCall(), kList, Request("orders/missing")).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND");
  status = As("gateway")->Call<ListDeliveriesResponse>(UserCall(), kList, Request("orders/broken")).status();
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("vault")));
  status = As("gateway")->Call<ListDeliveriesResponse>(UserCall(), kList, Request("orders/UPPER")).status();
  EXPECT_THAT(FieldViolationsOf(status), ::testing::ElementsAre(HasSubstr("parent: must be a resource name")));
}

TEST_P(RpcTest, RequestIdAndHash) {
  ResendDeliveryRequest request;
  request.set_name("orders/a/deliveries/b");
  auto channel = As("gateway");
  request.set_request_id("6fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59");
  auto first = channel->Call<Delivery>(UserCall(), kResend, request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->message_id(), request.request_id());
  EXPECT_EQ(first->recipient(), "wet");
  request.set_request_id("7fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59");
  EXPECT_EQ(channel->Call<Delivery>(UserCall(), kResend, request)->subject(), first->subject())
      << "the hash leaves the id out";
  request.set_name("orders/a/deliveries/c");
  EXPECT_NE(channel->Call<Delivery>(UserCall(), kResend, request)->subject(), first->subject());
  request.set_validate_only(true);
  EXPECT_EQ(channel->Call<Delivery>(UserCall(), kResend, request)->recipient(), "dry");
  request.set_request_id("not a uuid");
  EXPECT_EQ(ReasonOf(channel->Call<Delivery>(UserCall(), kResend, request).status()), "FIELD_INVALID");
}

TEST_P(RpcTest, ADeadlineThatPassedIsNotSent) {
  CallInfo late = UserCall();
  late.deadline = absl::Now();
  EXPECT_TRUE(absl::IsDeadlineExceeded(As("gateway")->Call<ListDeliveriesResponse>(late, kList, Request()).status()));
}

TEST_P(RpcTest, ReflectionNamesTheServicesInBothVersions) {
  using internal::reflection::v1::ServerReflectionRequest;
  using internal::reflection::v1::ServerReflectionResponse;
  auto channel = As("gateway");
  for (const char* version : {"v1", "v1alpha"}) {
    std::string method = absl::StrCat("/grpc.reflection.", version, ".ServerReflection/ServerReflectionInfo");
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>> stream(
        grpc::internal::ClientReaderWriterFactory<ServerReflectionRequest, ServerReflectionResponse>::Create(
            channel->grpc_channel().get(),
            grpc::internal::RpcMethod(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING), &context));
    ServerReflectionRequest request;
    ServerReflectionResponse response;
    request.set_list_services("*");
    stream->Write(request);
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_THAT(response.DebugString(), HasSubstr(kService));
    request.set_file_containing_symbol(kService);
    stream->Write(request);
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 3);
    request.set_file_containing_symbol("no.such.Thing");
    stream->Write(request);
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.error_response().error_code(), 5);
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  }
}

TEST_P(RpcTest, ATakenPortIsAnErrorNotASecondServer) {
  Server::Options options;
  options.service = "notifications";
  options.config.set_certs_dir(folder_.File("."));
  options.config.set_port(server_->port());
  RpcService again(kService);
  again.Unary("ListDeliveries", &handlers_, &EchoHandlers::List);
  again.Unary("ResendDelivery", &handlers_, &EchoHandlers::Resend);
  EXPECT_EQ(ReasonOf(Server::BuildAndStart(options, {&again}).status()), "PORT_TAKEN");
}

INSTANTIATE_TEST_SUITE_P(BothApis, RpcTest, ::testing::Values("callback", "sync"));

TEST(RpcServiceDeathTest, AnUnboundOrMistypedRpcStopsTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        EchoHandlers handlers;
        RpcService service(kService);
        service.Unary("ListDeliveries", &handlers, &EchoHandlers::List);
        Server::Options options;
        options.config.set_insecure(true);
        (void)Server::BuildAndStart(options, {&service});
      },
      "ResendDelivery is not bound");
  EXPECT_DEATH(
      {
        EchoHandlers handlers;
        RpcService service(kService);
        service.Unary("ResendDelivery", &handlers, &EchoHandlers::List);
      },
      "other types");
}

}  // namespace
}  // namespace millwright
