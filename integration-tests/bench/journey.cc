// The journey of an order under load, ours or a rival's: quote and create with 3 lines, 3 transitions, read with history.
//
//   mw_journey --catalog=127.0.0.1:7002 --orders=127.0.0.1:7004 --seller=companies/s --product=insert-m3 --customer_token=JWT \
//              --shop_token=JWT --ca=.. --cert=.. --key=.. --threads=64 --channels=8 --seconds=5
//   mw_journey --thin_node=http://127.0.0.1:9000 --threads=64 --seconds=5
//   mw_journey --vendure=http://127.0.0.1:9001/shop-api --threads=8 --seconds=5
//
// Every write has a request_id of its own, and every answer is checked: the status after each transition, three lines and
// at least four history entries at the end. Prints the line of mw_load, counted in journeys.
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "integration-tests/bench/load_support.h"
#include "integration-tests/bench/rival_clients.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "millwright/orders/v1/orders_service.pb.h"

namespace millwright::bench {
namespace {

class Ours {
 public:
  explicit Ours(const Flags& flags)
      : flags_(flags),
        catalog_(Connect(flags, flags.Get("catalog"), "catalog.millwright.internal", flags.Int("channels", 1))),
        orders_(Connect(flags, flags.Get("orders"), "orders.millwright.internal", flags.Int("channels", 1))) {}

  absl::Status Play(int thread) {
    const std::string customer = flags_.Get("customer_token"), shop = flags_.Get("shop_token");
    catalog::v1::CreateQuoteRequest ask;
    ask.set_seller(flags_.Get("seller"));
    ask.set_request_id(RandomUuid());
    for (int line = 1; line <= 3; ++line) {
      auto& add_on = *ask.add_add_ons();
      add_on.set_product(flags_.Get("product"));
      add_on.set_quantity(10 * line);
    }
    catalog::v1::Quote quote;
    MW_RETURN_IF_ERROR(Call(*catalog_[thread % catalog_.size()], "/millwright.catalog.v1.CatalogService/CreateQuote",
                            customer, ask, quote));

    orders::v1::CreateOrderRequest create;
    create.set_quote(quote.name());
    create.set_quote_hash(quote.hash());
    create.set_entry_trigger("place");
    create.set_request_id(RandomUuid());
    orders::v1::Order order;
    MW_RETURN_IF_ERROR(Orders(thread, "CreateOrder", customer, create, order));
    MW_RETURN_IF_ERROR(Expect(order.displayed_status() == "Placed" && order.lines_size() == 3, order.displayed_status()));
    for (const char* trigger : {"record_payment", "start_manufacturing", "start_post_production"}) {
      MW_RETURN_IF_ERROR(Move(thread, trigger, shop, order));
    }
    return Read(thread, customer, order.name());
  }

 private:
  template <typename Request, typename Response>
  absl::Status Orders(int thread, const char* method, const std::string& token, const Request& request, Response& response) {
    return Call(*orders_[thread % orders_.size()], absl::StrCat("/millwright.orders.v1.OrdersService/", method), token,
                request, response);
  }

  absl::Status Move(int thread, const std::string& trigger, const std::string& shop, orders::v1::Order& order) {
    if (trigger == "record_payment") {
      orders::v1::RecordPaymentRequest pay;
      pay.set_parent(order.name());
      pay.set_request_id(RandomUuid());
      pay.mutable_payment()->set_kind(orders::v1::Payment::MANUAL);
      *pay.mutable_payment()->mutable_amount() = order.gross();
      MW_RETURN_IF_ERROR(Orders(thread, "RecordPayment", shop, pay, order));
      return Expect(order.displayed_status() == "Free for manufacturing", order.displayed_status());
    }
    orders::v1::TransitionOrderRequest move;
    move.set_name(order.name());
    move.set_trigger(trigger);
    move.set_request_id(RandomUuid());
    orders::v1::TransitionOrderResponse moved;
    MW_RETURN_IF_ERROR(Orders(thread, "TransitionOrder", shop, move, moved));
    const std::string wanted = trigger == "start_manufacturing" ? "Manufacturing" : "Post-production";
    return Expect(moved.order().displayed_status() == wanted, moved.order().displayed_status());
  }

  absl::Status Read(int thread, const std::string& customer, const std::string& name) {
    orders::v1::GetOrderRequest get;
    get.set_name(name);
    orders::v1::Order order;
    MW_RETURN_IF_ERROR(Orders(thread, "GetOrder", customer, get, order));
    orders::v1::ListHistoryRequest list;
    list.set_parent(name);
    orders::v1::ListHistoryResponse history;
    MW_RETURN_IF_ERROR(Orders(thread, "ListHistory", customer, list, history));
    return Expect(order.lines_size() == 3 && history.entries_size() >= 4, "lines or history");
  }

  const Flags& flags_;
  std::vector<std::shared_ptr<grpc::Channel>> catalog_, orders_;
};

}  // namespace
}  // namespace millwright::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const millwright::bench::Flags flags(argc, argv);
  if (const auto rival = millwright::bench::MakeRival(flags)) {
    return RunLoad(flags, [&](int thread) { return rival->Play(thread); });
  }
  millwright::bench::Ours ours(flags);
  return RunLoad(flags, [&](int thread) { return ours.Play(thread); });
}
