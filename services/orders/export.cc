// Exports: lists as CSV, histories as JSON lines. Streamed page by page, so that size costs no memory.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "common/money/proto.h"
#include "google/protobuf/util/json_util.h"
#include "services/orders/domain/csv.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {
namespace {

constexpr int kExportPage = 200;  // orders or entries in one message

std::string AmountText(const google::type::Money& proto) {
  const auto money = FromProto(proto, "amount");
  if (!money.ok() || proto.currency_code().empty()) return "";
  const std::string text = Format(*money);  // "1234.50 EUR"; the currency has a column of its own
  return text.substr(0, text.find(' '));
}

template <typename Message>
std::string TimeText(bool there, const Message& time) {
  return there ? FormatUtc(FromTimestamp(time)) : "";
}

// As filters name it.
std::string DeadlineText(v1::Order::Deadline deadline) {
  return deadline == v1::Order::DEADLINE_UNSPECIFIED ? "NONE" : v1::Order::Deadline_Name(deadline);
}

constexpr absl::string_view kColumns[] = {
    "order_number", "name", "external_id", "po_number", "buyer_reference", "buyer", "buyer_name", "seller", "workflow",
    "state", "displayed_status", "payment_state", "currency", "net", "tax", "gross", "balance", "open_holds", "badges",
    "deadline", "promised_time", "payment_due_time", "create_time", "update_time",
};

std::string LineOf(const v1::Order& order) {
  int open_holds = 0;
  for (const v1::Hold& hold : order.holds()) open_holds += hold.has_lift_time() ? 0 : 1;
  std::string badges;
  for (const std::string& badge : order.badges()) absl::StrAppend(&badges, badges.empty() ? "" : "; ", badge);
  return CsvLine({order.order_number(), order.name(), order.external_id(), order.po_number(), order.buyer_reference(),
                  order.buyer(), order.buyer_party().display_name(), order.seller(), order.workflow(), order.state(),
                  order.displayed_status(), v1::Order::PaymentState_Name(order.payment_state()),
                  order.gross().currency_code(), AmountText(order.net()), AmountText(order.tax()),
                  AmountText(order.gross()), AmountText(order.balance()), absl::StrCat(open_holds), badges,
                  DeadlineText(order.deadline()), TimeText(order.has_promised_time(), order.promised_time()),
                  TimeText(order.has_payment_due_time(), order.payment_due_time()),
                  TimeText(order.has_create_time(), order.create_time()),
                  TimeText(order.has_update_time(), order.update_time())});
}

// Sends what was collected; false once the client is gone.
bool Send(std::string& data, const char* type, StreamWriter<google::api::HttpBody>& out) {
  google::api::HttpBody body;
  body.set_content_type(type);
  body.set_data(std::move(data));
  data.clear();
  return out.Write(body);
}

}  // namespace

absl::Status OrdersHandlers::ExportOrders(const CallInfo& call, const v1::ExportOrdersRequest& request,
                                          StreamWriter<google::api::HttpBody>& out) {
  v1::ListOrdersRequest list;
  list.set_parent(request.parent());
  list.set_filter(request.filter());
  list.set_order_by(request.order_by());
  list.set_view(request.view());
  list.set_search(request.search());
  list.set_page_size(kExportPage);
  std::string data = CsvLine({std::begin(kColumns), std::end(kColumns)});
  do {
    if (call.cancelled()) return absl::CancelledError("the client is gone");
    MW_ASSIGN_OR_RETURN(const v1::ListOrdersResponse page, ListOrders(call, list));
    for (const v1::Order& order : page.orders()) data.append(LineOf(order));
    if (!Send(data, "text/csv; charset=utf-8", out)) return absl::CancelledError("the client is gone");
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  return absl::OkStatus();
}

absl::Status OrdersHandlers::ExportHistory(const CallInfo& call, const v1::ExportHistoryRequest& request,
                                           StreamWriter<google::api::HttpBody>& out) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  v1::ListHistoryRequest list;
  list.set_parent(request.parent());
  list.set_page_size(kExportPage);
  do {
    if (call.cancelled()) return absl::CancelledError("the client is gone");
    MW_ASSIGN_OR_RETURN(const v1::ListHistoryResponse page, ListHistory(call, list));
    std::string data;
    for (const v1::HistoryEntry& entry : page.entries()) {
      std::string line;
      if (!google::protobuf::util::MessageToJsonString(entry, &line, options).ok()) {
        return absl::DataLossError("a history entry can't be written as JSON");
      }
      absl::StrAppend(&data, line, "\n");
    }
    if (!Send(data, "application/x-ndjson", out)) return absl::CancelledError("the client is gone");
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  return absl::OkStatus();
}

}  // namespace millwright::orders
