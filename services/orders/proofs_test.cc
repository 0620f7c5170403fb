// Proofs over many requests: one effect per request_id whatever is sent twice, at once, or after a restart; each watcher
// sees each event once and in order, whatever breaks; no filter breaks the list. Sizes: MW_REQUESTS, MW_WATCHERS,
// MW_FILTERS.
#include <atomic>
#include <random>

#include "absl/strings/str_format.h"
#include "common/testing/sizes.h"
#include "services/orders/orders_fixture.h"

namespace millwright::orders {
namespace {

using testing_support::TestSize;

constexpr int kThreads = 8;
constexpr int kRestarts = 4;

// A service that can be killed and started again on the same database.
class ProofsTest : public OrdersTest {
 protected:
  ProofsTest() { Rebuild(); }
  void Rebuild() {
    handlers_.reset();
    hub_.reset();
    outbox_.reset();
    database_.Reopen();
    outbox_ = *Outbox::Open(database_.db());
    hub_ = std::make_unique<WatchHub>(*outbox_);
    handlers_ = *OrdersHandlers::Create({database_.db(), *outbox_, due_, random_ids_, clock_, {accounts_, catalog_, files_},
                                         *hub_, "0123456789abcdef0123456789abcdef"});
  }
  // A write with its request_id; `n` decides what it is.
  static CallInfo Call(int64_t n) {
    CallInfo call = n % 2 == 0 ? Buyer() : Seller();
    call.method = n % 2 == 0 ? "/millwright.orders.v1.OrdersService/CreateOrder"
                             : "/millwright.orders.v1.OrdersService/RecordPayment";
    call.request_id = absl::StrFormat("2b2b0f52-0000-4000-8000-%012x", n);
    call.request_hash = absl::StrCat("hash", n);
    return call;
  }
  std::string Send(int64_t n, const std::vector<std::string>& paid_orders) {
    absl::StatusOr<v1::Order> answer;
    if (n % 2 == 0) {
      v1::CreateOrderRequest request;
      request.set_quote("quotes/seller0001-q");
      request.set_entry_trigger("place");
      answer = handlers_->CreateOrder(Call(n), request);
    } else {
      v1::RecordPaymentRequest request;
      request.set_parent(paid_orders[static_cast<size_t>(n / 2) % paid_orders.size()]);
      request.mutable_payment()->set_kind(v1::Payment::CAPTURED);
      *request.mutable_payment()->mutable_amount() = Eur(1);
      answer = handlers_->RecordPayment(Call(n), request);
    }
    return answer.ok() ? answer->SerializeAsString() : answer.status().ToString();
  }
  int64_t LedgerEntries(const std::string& name) {
    v1::ListPaymentsRequest request;
    request.set_parent(name);
    request.set_page_size(1000);
    return handlers_->ListPayments(Seller(), request)->payments_size();
  }

  RandomIdGenerator random_ids_{clock_};
};

TEST_F(ProofsTest, EachRequestHasOneEffectAndEqualAnswersHoweverOftenItIsSent) {
  const int64_t requests = TestSize("MW_REQUESTS", 10'000);
  std::vector<std::string> paid_orders;
  for (int64_t i = 0; i < 20 + requests / 500; ++i) paid_orders.push_back(Create(Buyer(), "place")->name());
  const size_t orders_before = paid_orders.size();
  std::vector<std::string> answers(static_cast<size_t>(requests));
  std::atomic<int> different{0};
  for (int round = 0; round < kRestarts; ++round) {
    const int64_t begin = requests * round / kRestarts, end = requests * (round + 1) / kRestarts;
    std::vector<int64_t> sends;
    std::mt19937_64 random(static_cast<uint64_t>(round));
    for (int64_t n = begin; n < end; ++n) sends.insert(sends.end(), 1 + random() % 5, n);
    for (int64_t again = 0; again < begin / 10; ++again) sends.push_back(static_cast<int64_t>(random()) % begin);
    for (int64_t& n : sends) n = n < 0 ? -n : n;
    std::shuffle(sends.begin(), sends.end(), random);
    std::mutex mutex;
    std::atomic<size_t> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (size_t at = next++; at < sends.size(); at = next++) {
          const std::string answer = Send(sends[at], paid_orders);
          std::lock_guard<std::mutex> lock(mutex);
          std::string& known = answers[static_cast<size_t>(sends[at])];
          if (known.empty()) known = answer;
          if (known != answer) ++different;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    Rebuild();
  }
  EXPECT_EQ(different, 0);
  int64_t paid = 0, orders = 0;
  for (const std::string& name : paid_orders) paid += LedgerEntries(name);
  EXPECT_EQ(paid, requests / 2) << "one entry per payment request";
  v1::CountOrdersRequest count;
  count.set_parent(kSeller);
  count.set_view(v1::ListOrdersRequest::INCOMING);
  const auto counted = handlers_->CountOrders(Seller(), count);
  for (const v1::StatusCount& status : counted->counts()) orders += status.order_count();
  EXPECT_EQ(orders, static_cast<int64_t>(orders_before) + (requests + 1) / 2) << "one order per create request";
}

// What one watcher saw, and how it goes on after a break.
struct Seen {
  std::vector<std::string> event_ids;
  std::map<std::string, int64_t> sequences;  // by order
  std::string token;
  std::string problem;

  void Take(const v1::WatchOrdersResponse& response) {
    for (const v1::OrderChange& change : response.changes()) {
      event_ids.push_back(change.event_id());
      int64_t& last = sequences[change.order_name()];
      if (change.sequence() != last + 1) {
        problem = absl::StrCat(change.order_name(), ": ", change.sequence(), " after ", last);
      }
      last = change.sequence();
    }
    token = response.resume_token();
  }
};

TEST_F(ProofsTest, EachWatcherSeesEachEventOnceAndInOrderOverDisconnectsAndRestarts) {
  const int64_t watchers = TestSize("MW_WATCHERS", 50);
  const std::string start = outbox_->TokenOf(*database_.db().Read([&](Reader& r) { return outbox_->LastPosition(r); }));
  std::vector<Seen> seen(static_cast<size_t>(watchers));
  for (Seen& one : seen) one.token = start;
  for (int round = 0; round < kRestarts; ++round) {
    std::atomic<bool> writing{true};
    std::thread writer([&] {
      for (int i = 0; i < 25; ++i) {
        const auto order = Create(Buyer(), "place");
        if (order.ok()) (void)Pay(order->name(), 11900, v1::Payment::CAPTURED);
      }
      writing = false;
    });
    std::vector<std::thread> readers;
    for (int t = 0; t < kThreads; ++t) {
      readers.emplace_back([&, t] {
        std::mt19937_64 random(static_cast<uint64_t>(round * 100 + t));
        bool more = true;
        while (more) {
          more = writing;  // one more pass after the writer has ended
          for (size_t w = static_cast<size_t>(t); w < seen.size(); w += kThreads) {
            const bool buyer = w % 2 == 0;
            v1::WatchOrdersRequest request;
            request.set_parent(buyer ? kBuyer : kSeller);
            request.set_resume_token(seen[w].token);
            auto watch = handlers_->WatchOrders(buyer ? Buyer() : Seller(), request);
            if (!watch.ok()) {
              seen[w].problem = watch.status().ToString();
              continue;
            }
            // Some answers, then the connection is gone; in the last pass until there is nothing new.
            for (uint64_t left = more ? random() % 4 : 10'000; left > 0; --left) {
              const auto next = (*watch)->Next();
              if (!next.ok()) break;  // too slow: resumes from the token of the last answer
              if (!next->has_value()) break;
              seen[w].Take(**next);
              if ((*next)->checkpoint()) break;
            }
          }
        }
      });
    }
    writer.join();
    for (std::thread& reader : readers) reader.join();
    Rebuild();  // the server is killed: watches, hub and feed are gone, the tokens stay good
  }
  auto events = database_.db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, 0, 1000); });
  ASSERT_TRUE(events.ok());
  std::vector<std::string> all;
  for (const Event& event : *events) all.push_back(event.id);
  ASSERT_GE(all.size(), 300u);
  for (size_t w = 0; w < seen.size(); ++w) {
    EXPECT_EQ(seen[w].problem, "") << w;
    EXPECT_EQ(seen[w].event_ids, all) << "watcher " << w;
  }
}

std::string RandomFilter(std::mt19937_64& random, int depth) {
  static constexpr const char* kPieces[] = {"state",  "=",    "PLACED", "displayed_status", "\"on hold\"", "AND", "OR",
                                            "NOT",    "(",    ")",      "-",                "!=",          "<=",  "metadata.x",
                                            "'a\\'b'", "create_time", "\"2026-01-01T00:00:00Z\"", "open_holds", "7", "?", "$1", "--",
                                            ";",      "\"",   "%",      "ą",                "deadline",    "buyer"};
  std::string filter;
  if (random() % 3 == 0) {  // well formed
    static constexpr const char* kGood[] = {"state = PLACED", "NOT deadline = OVERDUE", "metadata.key = 'v'", "open_holds < 3",
                                            "create_time > \"2026-01-01T00:00:00Z\"", "buyer = \"companies/x\"",
                                            "promised_time <= \"2026-01-01T00:00:00Z\""};
    filter = kGood[random() % std::size(kGood)];
    while (depth-- > 0) {
      filter = absl::StrCat("(", filter, random() % 2 ? " AND " : " OR ", kGood[random() % std::size(kGood)], ")");
    }
  } else {
    for (int left = static_cast<int>(random() % 14); left > 0; --left) {
      absl::StrAppend(&filter, kPieces[random() % std::size(kPieces)], random() % 4 ? " " : "");
    }
  }
  for (int edits = static_cast<int>(random() % 3); edits > 0 && !filter.empty(); --edits) {
    const size_t at = random() % filter.size();
    if (random() % 2) filter[at] = static_cast<char>(random() % 256);
    else filter.erase(at, 1 + random() % 4);
  }
  return filter;
}

TEST_F(ProofsTest, NoFilterBreaksTheList) {
  ASSERT_TRUE(Create(Buyer(), "place").ok());
  std::mt19937_64 random(3);
  v1::ListOrdersRequest request;
  request.set_parent(kBuyer);
  int accepted = 0;
  const int64_t rounds = TestSize("MW_FILTERS", 10'000);
  for (int64_t round = 0; round < rounds; ++round) {
    request.set_filter(RandomFilter(random, static_cast<int>(random() % 40)));
    const auto listed = handlers_->ListOrders(Buyer(), request);
    accepted += listed.ok() ? 1 : 0;
    ASSERT_TRUE(listed.ok() || ReasonOf(listed.status()) == "FILTER_INVALID")
        << listed.status() << " for " << request.filter();
  }
  EXPECT_GT(accepted, rounds / 10) << "too few are well formed to prove anything";
  // At the limits, the database takes what the language allows.
  for (const char* word : {" AND ", " OR "}) {
    std::string chain = "metadata.k = 'v'", deep = chain;
    for (int i = 1; i < kMaxFilterComparisons; ++i) absl::StrAppend(&chain, word, "metadata.k = 'v'");
    for (int depth = 0; depth < kMaxFilterDepth; ++depth) {
      deep = absl::StrCat("metadata.k = 'v'", depth % 2 == 0 ? " OR " : word, "(", deep, ")");
    }
    for (const std::string& filter : {chain, deep}) {
      request.set_filter(filter);
      const auto listed = handlers_->ListOrders(Buyer(), request);
      EXPECT_TRUE(listed.ok()) << listed.status() << " for " << filter;
    }
  }
  for (const char piece : {'(', ')', '-', '"', 'x', '\0'}) {
    request.set_filter(std::string(10'240, piece));
    EXPECT_EQ(ReasonOf(handlers_->ListOrders(Buyer(), request).status()), "FILTER_INVALID");
  }
}

}  // namespace
}  // namespace millwright::orders
