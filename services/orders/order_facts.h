// Between the stored record of an order and the facts that the domain decides on.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_ORDER_FACTS_H_
#define MILLWRIGHT_SERVICES_ORDERS_ORDER_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/map.h"
#include "google/protobuf/timestamp.pb.h"
#include "millwright/internal/orders/v1/order_record.pb.h"
#include "services/orders/domain/displayed_status.h"
#include "services/orders/domain/history.h"
#include "services/orders/domain/line_ledger.h"
#include "services/orders/domain/offer.h"
#include "services/orders/domain/workflow_engine.h"

namespace millwright::orders {

using internal::orders::v1::OrderRecord;

// Metadata pairs of one order and their lengths.
inline constexpr size_t kMaxMetadata = 50;
inline constexpr size_t kMaxMetadataKeyBytes = 63;
inline constexpr size_t kMaxMetadataValueBytes = 255;

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& time);

// Everything guards may ask about. Lines, ledger and holds of the record are read, nothing is asked of neighbours.
OrderFacts FactsOf(const Workflow& workflow, const OrderRecord& record);

// Writes what a move or a settling changed back: state, previous state, timers, suppression, holds, acceptance.
void StoreFacts(const OrderFacts& facts, OrderRecord& record);

// Brings the order's derived fields up to date: displayed status, payment state, balance, badges, line quantities.
void RefreshOrder(const Workflow& workflow, OrderRecord& record);

std::vector<LineLedger> LinesOf(const OrderRecord& record);
void StoreLines(const std::vector<LineLedger>& lines, OrderRecord& record);

PaymentLedger LedgerOf(const OrderRecord& record);
PaymentExpectation ExpectationOf(const Workflow& workflow, const OrderRecord& record);

// What an acceptance of the order as it stands would be about.
OfferContent ContentOf(const OrderRecord& record);

// INVALID_ARGUMENT METADATA_INVALID for a key or value that can't be, or too many of them.
absl::Status CheckMetadata(const google::protobuf::Map<std::string, std::string>& metadata);

// The two forms of a history entry: the one that is hashed and the one on the wire.
HistoryEntry HistoryFromProto(const v1::HistoryEntry& proto);
v1::HistoryEntry HistoryToProto(const HistoryEntry& entry);

// Minor units of an amount of the order's currency; currencies without cents have none.
int64_t MinorOf(const google::type::Money& money);
google::type::Money MoneyOf(int64_t minor, absl::string_view currency);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_ORDER_FACTS_H_
