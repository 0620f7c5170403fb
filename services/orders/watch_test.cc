// Live changes: each once, resumed by token, cut off when too slow, refused when the token is older than what is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using WatchTest = OrdersTest;

TEST_F(WatchTest, SeesEachChangeOnceAndResumes) {
  v1::WatchOrdersRequest request;
  request.set_parent(kBuyer);
  auto watch = *handlers_->WatchOrders(Buyer(), request);
  auto first = *watch->Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->checkpoint()) << "a token to start from";
  const std::string name = Create(Buyer(), "place")->name();
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  auto live = *watch->Next();
  ASSERT_TRUE(live.has_value());
  ASSERT_EQ(live->changes_size(), 3);
  EXPECT_EQ(live->changes(2).displayed_after(), "Free for manufacturing");
  EXPECT_EQ(live->changes(2).sequence(), 3);
  EXPECT_FALSE((*watch->Next()).has_value());

  request.set_resume_token(first->resume_token());
  auto resumed = *handlers_->WatchOrders(Buyer(), request);
  EXPECT_EQ((*resumed->Next())->changes_size(), 3) << "the same three again after the older token";
  request.set_parent(kSeller);
  request.set_resume_token(live->resume_token());
  auto seller = *handlers_->WatchOrders(Seller(), request);
  EXPECT_EQ((*seller->Next())->changes_size(), 0);
  EXPECT_EQ(handlers_->WatchOrders(Buyer(), request).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(WatchTest, TellsTheCenterThatAWithdrawnOrderIsRemoved) {
  catalog_->quote = QuoteOf(true);
  v1::WatchOrdersRequest request;
  request.set_parent(kSeller);
  auto watch = *handlers_->WatchOrders(Watcher(), request);
  (void)watch->Next();
  const std::string name = Create(Buyer(), "submit")->name();
  auto submitted = *watch->Next();
  ASSERT_EQ(submitted->changes_size(), 1) << "the draft is hidden";
  EXPECT_EQ(submitted->changes(0).state(), "SUBMITTED");
  ASSERT_TRUE(Do(Buyer(), name, "withdraw", "mistake").ok());
  auto removed = *watch->Next();
  ASSERT_EQ(removed->changes_size(), 1);
  EXPECT_EQ(removed->changes(0).type(), "order.removed");
  EXPECT_FALSE(removed->changes(0).has_order());
}

TEST_F(WatchTest, ASlowWatcherIsCutOffWithItsToken) {
  v1::WatchOrdersRequest request;
  request.set_parent(kBuyer);
  auto watch = *handlers_->WatchOrders(Buyer(), request);
  (void)watch->Next();
  for (size_t i = 0; i <= kWatchQueue; ++i) ASSERT_TRUE(Create(Buyer(), "place").ok());
  const absl::Status cut = watch->Next().status();
  EXPECT_EQ(ReasonOf(cut), "WATCH_TOO_SLOW");
  request.set_resume_token(MetaOf(cut, "resume_token"));
  auto resumed = *handlers_->WatchOrders(Buyer(), request);
  int seen = 0;
  for (auto next = *resumed->Next(); next.has_value() && !next->checkpoint(); next = *resumed->Next()) {
    seen += next->changes_size();
  }
  EXPECT_EQ(seen, static_cast<int>(kWatchQueue) + 1) << "nothing is lost";
}

TEST_F(WatchTest, OneOrdersWatcherHearsOfNoOther) {
  const std::string name = Create(Buyer(), "place")->name();
  v1::WatchOrdersRequest request;
  request.set_parent(kBuyer);
  request.set_order(name);
  auto watch = *handlers_->WatchOrders(Buyer(), request);
  ASSERT_TRUE((*watch->Next())->checkpoint());
  bool woken = false;
  watch->SetWake([&] { woken = true; });
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  EXPECT_FALSE(woken) << "what others do costs it nothing";
  EXPECT_FALSE((*watch->Next()).has_value());
  ASSERT_TRUE(Pay(name, 11900, v1::Payment::CAPTURED).ok());
  EXPECT_TRUE(woken);
  const auto changes = *watch->Next();
  ASSERT_TRUE(changes.has_value());
  for (const v1::OrderChange& change : changes->changes()) EXPECT_EQ(change.order_name(), name);
  // The token counts what it skipped: resuming does not read it again.
  request.clear_order();
  request.set_resume_token(changes->resume_token());
  auto resumed = *handlers_->WatchOrders(Buyer(), request);
  EXPECT_TRUE((*resumed->Next())->checkpoint());
}

TEST_F(WatchTest, AStreamEndsWithItsToken) {
  CallInfo call = Buyer();
  call.principal.expire_time = clock_.Now() + absl::Minutes(15);
  v1::WatchOrdersRequest request;
  request.set_parent(kBuyer);
  auto watch = *handlers_->WatchOrders(call, request);
  ASSERT_TRUE((*watch->Next())->checkpoint());
  clock_.Advance(absl::Minutes(15) - absl::Microseconds(1));
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  EXPECT_EQ((*watch->Next())->changes_size(), 1);
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  clock_.Advance(absl::Microseconds(1));
  const absl::Status ended = watch->Next().status();
  EXPECT_EQ(ended.code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(ReasonOf(ended), "TOKEN_EXPIRED");
  request.set_resume_token(MetaOf(ended, "resume_token"));
  EXPECT_EQ((*(*handlers_->WatchOrders(Buyer(), request))->Next())->changes_size(), 1) << "what came meanwhile";
}

TEST_F(WatchTest, ATokenOlderThanWhatIsKeptIsRefusedByName) {
  v1::WatchOrdersRequest request;
  request.set_parent(kBuyer);
  auto watch = *handlers_->WatchOrders(Buyer(), request);
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  request.set_resume_token((*watch->Next())->resume_token());
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  const auto newest = *watch->Next();
  auto compacted = database_.db().Write([&](Transaction& tx) {
    return outbox_->CompactBefore(tx, clock_.Now() + absl::Hours(1)).status();
  });
  ASSERT_TRUE(compacted.ok()) << compacted;
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  auto good = *handlers_->WatchOrders(Buyer(), [&] {
    v1::WatchOrdersRequest later = request;
    later.set_resume_token(newest->resume_token());
    return later;
  }());
  EXPECT_EQ((*good->Next())->changes_size(), 1) << "nothing after this token is gone";

  v1::WatchOrdersRequest from_the_start = request;
  from_the_start.set_resume_token(outbox_->TokenOf(0));
  const absl::Status refused = (*handlers_->WatchOrders(Buyer(), from_the_start))->Next().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(refused), "RESUME_TOKEN_EXPIRED");
}

}  // namespace
}  // namespace millwright::orders
