// mw_orders_fill --db FILE --orders N --companies C [--buyer NAME --seller NAME --hot N]
//
// For scripts/bench: fills the database of a stopped orders service through the storage API, with orders as the service
// writes them (record, both index rows, counts, search terms; no history). The orders are spread evenly over C sellers and
// C buyers; --buyer and --seller are put among them, and --hot gives that seller so many orders more.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/events/event.h"
#include "common/storage/database.h"
#include "common/storage/idempotency.h"
#include "services/orders/domain/builtin_definitions.h"
#include "services/orders/order_facts.h"
#include "services/orders/storage/order_store.h"

namespace millwright::orders {
namespace {

struct Wish {
  std::string db, buyer, seller;
  int64_t orders = 0, companies = 1, hot = 0;
};

constexpr const char* kStates[] = {"PLACED", "FREE_FOR_MANUFACTURING", "MANUFACTURING", "SHIPPED", "DELIVERED"};
constexpr int64_t kBatch = 5000;

OrderRecord MakeRecord(const Wish& wish, int64_t n, bool hot) {
  const int64_t company = hot ? 0 : n % wish.companies;
  OrderRecord record;
  v1::Order& order = *record.mutable_order();
  const std::string seller = company == 0 && !wish.seller.empty() ? wish.seller : absl::StrFormat("companies/seller%04d", company);
  const std::string buyer = company == 0 && !wish.buyer.empty() ? wish.buyer : absl::StrFormat("companies/buyerr%04d", company);
  order.set_name(absl::StrFormat("orders/%s-%s%012d", seller.substr(10), hot ? "h" : "b", n));
  order.set_seller(seller);
  order.set_buyer(buyer);
  order.set_order_number(absl::StrFormat("2026-%s%07d", hot ? "9" : "", n));
  order.set_workflow("manufacturing");
  order.set_workflow_version(1);
  order.set_base_workflow("manufacturing");
  order.set_state(kStates[n % std::size(kStates)]);
  const absl::Time at = absl::FromUnixSeconds(1'770'000'000 + n);
  *order.mutable_create_time() = ToTimestamp(at);
  *order.mutable_update_time() = ToTimestamp(at);
  order.mutable_buyer_party()->set_display_name("Bench Buyer");
  for (int i = 1; i <= 3; ++i) {
    v1::OrderLine& line = *order.add_lines();
    line.set_number(i);
    line.set_title(absl::StrCat("Bracket ", i));
    line.set_quantity(10);
    line.set_file_name(absl::StrCat("bracket_", n, "_", i, ".stl"));
    *line.mutable_net() = MoneyOf(10'000, "EUR");
  }
  *order.mutable_net() = MoneyOf(30'000, "EUR");
  *order.mutable_gross() = MoneyOf(35'700, "EUR");
  record.set_version(1);
  return record;
}

absl::Status Fill(const Wish& wish) {
  auto workflows = BuiltinWorkflows();
  if (!workflows.ok()) return workflows.status();
  const Workflow* workflow = nullptr;
  for (const auto& candidate : *workflows) {
    if (candidate->definition().id() == "manufacturing") workflow = candidate.get();
  }
  Database::Options options;
  options.path = wish.db;
  options.migrations = {StorageSchema(), EventsSchema(), OrdersSchema()};
  auto db = Database::Open(std::move(options));
  if (!db.ok()) return db.status();
  const OrderStore store;
  for (int64_t begin = 0; begin < wish.orders + wish.hot; begin += kBatch) {
    const int64_t end = std::min(begin + kBatch, wish.orders + wish.hot);
    const absl::Status status = (*db)->Write([&](Transaction& tx) -> absl::Status {
      for (int64_t n = begin; n < end; ++n) {
        OrderRecord record = MakeRecord(wish, n, n >= wish.orders);
        RefreshOrder(*workflow, record);
        const absl::Status put = store.Insert(tx, record, *workflow->FindState(record.order().state()));
        if (!put.ok()) return put;
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace millwright::orders

int main(int argc, char** argv) {
  millwright::orders::Wish wish;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i], value = argv[i + 1];
    if (flag == "--db") wish.db = value;
    if (flag == "--buyer") wish.buyer = value;
    if (flag == "--seller") wish.seller = value;
    if (flag == "--orders") (void)absl::SimpleAtoi(value, &wish.orders);
    if (flag == "--companies") (void)absl::SimpleAtoi(value, &wish.companies);
    if (flag == "--hot") (void)absl::SimpleAtoi(value, &wish.hot);
  }
  if (wish.db.empty() || wish.orders < 1 || wish.companies < 1) {
    std::fprintf(stderr, "usage: mw_orders_fill --db FILE --orders N --companies C [--buyer NAME] [--seller NAME] [--hot N]\n");
    return 2;
  }
  const absl::Status status = millwright::orders::Fill(wish);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}
