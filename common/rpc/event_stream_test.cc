#include "common/rpc/event_stream.h"

#include "absl/time/clock.h"
#include "common/errors/error.h"
#include "common/rpc/server.h"
#include "common/storage/scratch_database.h"
#include "common/testing/certs.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

class EventStreamTest : public ::testing::Test {
 protected:
  EventStreamTest() {
    testing::MakeCertificates(folder_.File("."), {"orders", "notifications", "gateway"});
    outbox_ = *Outbox::Open(producer_.db());
    handlers_ = std::make_unique<EventsHandlers>(producer_.db(), *outbox_);
    handlers_->Bind(service_);
    Server::Options options;
    options.service = "orders";
    options.config.set_certs_dir(folder_.File("."));
    options.config.set_grace_seconds(1);
    auto server = Server::BuildAndStart(options, {&service_});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  void Emit(const std::string& type) {
    ASSERT_TRUE(producer_.db()
                    .Write([&](Transaction& tx) {
                      Event event;
                      event.tenant = "acme012345";
                      event.aggregate = "orders/acme012345-1";
                      event.type = type;
                      event.time = absl::Now();
                      event.after = "payload of " + type;
                      return outbox_->Append(tx, event).status();
                    })
                    .ok());
  }
  std::shared_ptr<Channel> As(const std::string& self) {
    return *Channel::Open({absl::StrCat("127.0.0.1:", server_->port()), "orders", self, folder_.File("."), false});
  }

  ScratchFolder folder_;
  ScratchDatabase producer_{{StorageSchema(), EventsSchema()}}, consumer_{{StorageSchema(), EventsSchema()}};
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<EventsHandlers> handlers_;
  RpcService service_{kEventsService};
  std::unique_ptr<Server> server_;
};

TEST_F(EventStreamTest, EveryEventIsAppliedOnceInOrderAlsoAfterAFailureInTheMiddleOfABatch) {
  for (int i = 0; i < 5; ++i) Emit(absl::StrCat("early", i));
  RemoteEventSource source(As("notifications"), "notifications");
  std::vector<std::string> seen;
  int failures = 2;
  Consumer consumer(
      consumer_.db(), source,
      [&](Transaction&, const Event& event) -> absl::Status {
        if (event.type == "early3" && failures > 0) {
          --failures;
          return absl::UnavailableError("not now");
        }
        seen.push_back(event.type + ":" + event.after + ":" + std::to_string(event.sequence));
        return absl::OkStatus();
      },
      {.source = "orders"});
  // RunOnce returns an error for the two failures; what came before them is kept.
  for (int i = 0; i < 20 && seen.size() < 5; ++i) (void)consumer.RunOnce(absl::Now() + absl::Seconds(2));
  Emit("late");
  for (int i = 0; i < 20 && seen.size() < 6; ++i) (void)consumer.RunOnce(absl::Now() + absl::Seconds(2));
  ASSERT_EQ(seen.size(), 6u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(seen[i], absl::StrCat("early", i, ":payload of early", i, ":", i + 1));
  EXPECT_EQ(seen[5], "late:payload of late:6");
}

TEST_F(EventStreamTest, OnlyServicesReadIt) {
  RemoteEventSource source(As("gateway"), "gateway");
  auto batch = source.Fetch("", 10, absl::Now() + absl::Seconds(5));
  EXPECT_EQ(ReasonOf(batch.status()), "CALLER_NOT_ALLOWED");
}

TEST_F(EventStreamTest, AForgedCursorIsRefusedAndCancelEndsAWait) {
  RemoteEventSource forged(As("notifications"), "notifications");
  EXPECT_EQ(ReasonOf(forged.Fetch("forged", 10, absl::Now() + absl::Seconds(5)).status()), "RESUME_TOKEN_INVALID");
  RemoteEventSource source(As("notifications"), "notifications");
  auto first = source.Fetch("", 10, absl::Now() + absl::Seconds(5));
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->caught_up) << "an empty outbox says so at once";
  source.Cancel();
  EXPECT_FALSE(source.Fetch("", 10, absl::Now() + absl::Seconds(30)).ok());
}

}  // namespace
}  // namespace millwright
