// WatchReactor over a real connection: no message and no wake-up is lost, an idle watch sleeps, a source's error reaches the
// client with its reason, and a client that goes away ends the source. The events stream is bound as a watch for it.
#include "common/rpc/watch.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/client.h"
#include "common/rpc/event_stream.h"
#include "common/rpc/server.h"
#include "common/storage/scratch_database.h"
#include "common/testing/certs.h"
#include "gtest/gtest.h"
#include "millwright/internal/events/v1/events_service.pb.h"

namespace millwright {
namespace {

using internal::events::v1::StreamEventsRequest;
using internal::events::v1::StreamEventsResponse;

// What a test puts in comes out of every source; it outlives them.
struct Tap {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> texts;
  absl::Status end;                // ends the watch once the texts are out
  std::function<void()> wake;
  int alive = 0;                   // sources
  int asked = 0;                   // calls of Next
  bool in_next = false, overlapped = false;

  void Put(const std::string& text, bool with_wake = true) {
    std::function<void()> call;
    {
      std::lock_guard<std::mutex> lock(mutex);
      texts.push_back(text);
      call = wake;
    }
    if (with_wake && call) call();
  }
  void End(absl::Status status) {
    std::function<void()> call;
    {
      std::lock_guard<std::mutex> lock(mutex);
      end = std::move(status);
      call = wake;
    }
    if (call) call();
  }
  bool WaitFor(const std::function<bool()>& condition) {  // REQUIRES: the mutex is not held
    std::unique_lock<std::mutex> lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  }
};

class TapSource final : public WatchSource<StreamEventsResponse> {
 public:
  TapSource(Tap& tap, absl::Duration sleep) : tap_(tap), sleep_(sleep) {
    std::lock_guard<std::mutex> lock(tap_.mutex);
    ++tap_.alive;
  }
  ~TapSource() override {
    std::lock_guard<std::mutex> lock(tap_.mutex);
    --tap_.alive;
    tap_.changed.notify_all();
  }
  void SetWake(std::function<void()> wake) override {
    std::lock_guard<std::mutex> lock(tap_.mutex);
    tap_.wake = std::move(wake);
  }
  absl::Duration MaxSleep() const override { return sleep_; }
  absl::StatusOr<std::optional<StreamEventsResponse>> Next() override {
    std::lock_guard<std::mutex> lock(tap_.mutex);
    tap_.overlapped |= tap_.in_next;
    tap_.in_next = true;
    ++tap_.asked;
    tap_.changed.notify_all();
    std::optional<StreamEventsResponse> out;
    if (!tap_.texts.empty()) {
      out.emplace().set_cursor(tap_.texts.front());
      tap_.texts.pop_front();
    }
    tap_.in_next = false;
    if (!out.has_value() && !tap_.end.ok()) return tap_.end;
    return out;
  }

 private:
  Tap& tap_;
  const absl::Duration sleep_;
};

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    testing::MakeCertificates(folder_.File("."), {"orders", "notifications"});
    service_.Watch("StreamEvents", this, &WatchTest::Open);
    Server::Options options;
    options.service = "orders";
    options.config.set_certs_dir(folder_.File("."));
    options.config.set_worker_threads(4);
    options.config.set_grace_seconds(1);
    auto server = Server::BuildAndStart(options, {&service_});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = *Channel::Open(
        {absl::StrCat("127.0.0.1:", server_->port()), "orders", "notifications", folder_.File("."), false});
  }

 public:
  absl::StatusOr<std::unique_ptr<WatchSource<StreamEventsResponse>>> Open(const CallInfo&, const StreamEventsRequest& request) {
    if (request.cursor() == "refused") return Error::OutOfRange("RESUME_TOKEN_EXPIRED", "too old");
    return std::unique_ptr<WatchSource<StreamEventsResponse>>(std::make_unique<TapSource>(tap_, sleep_));
  }

 protected:
  std::unique_ptr<grpc::ClientReader<StreamEventsResponse>> Read(grpc::ClientContext& context, const std::string& cursor = "") {
    StreamEventsRequest request;
    request.set_cursor(cursor);
    return channel_->OpenStream<StreamEventsResponse>(
        context, "/millwright.internal.events.v1.EventsService/StreamEvents", request);
  }

  Tap tap_;
  absl::Duration sleep_ = absl::Hours(1);
  ScratchFolder folder_;
  RpcService service_{kEventsService};
  std::unique_ptr<Server> server_;
  std::shared_ptr<Channel> channel_;
};

TEST_F(WatchTest, NothingIsLostWhoeverWakesWhen) {
  constexpr int kTexts = 2000;
  grpc::ClientContext context;
  auto reader = Read(context);
  std::thread feeder([&] {
    for (int i = 0; i < kTexts; ++i) tap_.Put(absl::StrCat(i));
    tap_.End(Error::ResourceExhausted("WATCH_TOO_SLOW", "cut off").Meta("resume_token", "t"));
  });
  StreamEventsResponse response;
  int next = 0;
  while (reader->Read(&response)) EXPECT_EQ(response.cursor(), absl::StrCat(next++));
  feeder.join();
  EXPECT_EQ(next, kTexts);
  const absl::Status end = FromGrpcStatus(reader->Finish());
  EXPECT_EQ(ReasonOf(end), "WATCH_TOO_SLOW");
  EXPECT_EQ(MetaOf(end, "resume_token"), "t");
  EXPECT_FALSE(tap_.overlapped) << "one call of Next at a time";
  EXPECT_TRUE(tap_.WaitFor([&] { return tap_.alive == 0; }));
}

TEST_F(WatchTest, AnIdleWatchSleepsUntilWokenOrUntilItsTimeForACheckpoint) {
  grpc::ClientContext context;
  auto reader = Read(context);
  ASSERT_TRUE(tap_.WaitFor([&] { return tap_.asked >= 1; }));
  StreamEventsResponse response;
  tap_.Put("woken");
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.cursor(), "woken");
  context.TryCancel();
  (void)reader->Finish();
  ASSERT_TRUE(tap_.WaitFor([&] { return tap_.alive == 0; }));

  sleep_ = absl::Milliseconds(20);
  grpc::ClientContext timed;
  auto by_timer = Read(timed);
  tap_.Put("found by the timer", /*with_wake=*/false);
  ASSERT_TRUE(by_timer->Read(&response));
  EXPECT_EQ(response.cursor(), "found by the timer");
  timed.TryCancel();
  (void)by_timer->Finish();
}

TEST_F(WatchTest, AClientThatGoesAwayEndsItsSourceAndALateWakeIsHarmless) {
  auto context = std::make_unique<grpc::ClientContext>();
  auto reader = Read(*context);
  ASSERT_TRUE(tap_.WaitFor([&] { return tap_.alive == 1 && tap_.asked >= 1; }));
  context->TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(tap_.WaitFor([&] { return tap_.alive == 0; }));
  std::function<void()> late;
  {
    std::lock_guard<std::mutex> lock(tap_.mutex);
    late = tap_.wake;
  }
  for (int i = 0; i < 100; ++i) late();
  grpc::ClientContext refused;
  auto other = Read(refused, "refused");
  StreamEventsResponse response;
  EXPECT_FALSE(other->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpcStatus(other->Finish())), "RESUME_TOKEN_EXPIRED");
}

}  // namespace
}  // namespace millwright
