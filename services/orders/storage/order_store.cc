#include "services/orders/storage/order_store.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/storage/storage_error.h"
#include "embedded/orders_schema.h"
#include "services/orders/storage/order_search.h"

namespace millwright::orders {
namespace {

using internal::orders::v1::OrderRecord;

std::string IdOf(absl::string_view name) { return std::string(LastSegment(name)); }

int64_t Micros(const google::protobuf::Timestamp& time) { return time.seconds() * 1'000'000 + time.nanos() / 1000; }

// What one side's lists know of an order.
struct IndexRow {
  std::string company, member, partner;
  Side side;
  Visibility visibility;
  std::string displayed;
};

IndexRow IndexRowOf(const OrderRecord& record, const v1::State& state, Side side) {
  const v1::Order& order = record.order();
  IndexRow row;
  row.side = side;
  row.company = side == Side::kBuyer ? order.buyer() : order.seller();
  row.partner = side == Side::kBuyer ? order.seller() : order.buyer();
  row.member = side == Side::kBuyer ? order.ordered_by() : order.assignee();
  row.visibility = VisibilityOf(record, state, side);
  row.displayed = order.displayed_status();
  return row;
}

bool Counted(const IndexRow& row) { return row.visibility.visible && row.visibility.listed; }

absl::Status AddCount(Transaction& tx, const IndexRow& row, int delta) {
  if (!Counted(row)) return absl::OkStatus();
  return tx.Run(
      "INSERT INTO status_counts (company, side, member, displayed_status, order_count) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (company, side, member, displayed_status) DO UPDATE SET order_count = order_count + $5",
      row.company, row.side, row.member, row.displayed, delta);
}

int64_t OpenHolds(const v1::Order& order) {
  return std::count_if(order.holds().begin(), order.holds().end(), [](const v1::Hold& hold) { return !hold.has_lift_time(); });
}

// As filters name it.
std::string DeadlineName(v1::Order::Deadline deadline) {
  return deadline == v1::Order::DEADLINE_UNSPECIFIED ? "NONE" : v1::Order::Deadline_Name(deadline);
}

absl::Status PutIndex(Transaction& tx, const OrderRecord& record, const IndexRow& row) {
  const v1::Order& order = record.order();
  const std::string id = IdOf(order.name());
  if (!row.visibility.visible) {
    return tx.Run("DELETE FROM order_index WHERE company = $1 AND side = $2 AND order_id = $3", row.company, row.side, id);
  }
  return tx.Run(
      "INSERT INTO order_index (company, side, order_id, listed, member, partner, workflow, state, displayed_status, "
      "payment_state, order_number, create_us, update_us, external_id, po_number, ordered_by, assignee, open_holds, "
      "deadline, promised_us, payment_due_us) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
      "ON CONFLICT (company, side, order_id) DO UPDATE SET listed = $4, member = $5, workflow = $7, state = $8, "
      "displayed_status = $9, payment_state = $10, update_us = $13, po_number = $15, assignee = $17, open_holds = $18, "
      "deadline = $19, promised_us = $20, payment_due_us = $21",
      row.company, row.side, id, row.visibility.listed, row.member, row.partner, order.workflow(), order.state(),
      row.displayed, v1::Order::PaymentState_Name(order.payment_state()), order.order_number(),
      Micros(order.create_time()), Micros(order.update_time()), order.external_id(), order.po_number(), order.ordered_by(),
      row.side == Side::kSeller ? order.assignee() : "", OpenHolds(order), DeadlineName(order.deadline()),
      Micros(order.promised_time()), Micros(order.payment_due_time()));
}

struct SortOrder {
  absl::string_view name, column;
  bool descending;
};
constexpr SortOrder kOrders[] = {
    {"create_time desc", "create_us", true}, {"create_time", "create_us", false},
    {"update_time desc", "update_us", true}, {"update_time", "update_us", false},
    {"order_number", "order_number", false}, {"order_number desc", "order_number", true},
};

const SortOrder* FindOrder(absl::string_view name) {
  const auto* it = std::find_if(std::begin(kOrders), std::end(kOrders), [&](const SortOrder& o) { return o.name == name; });
  return it == std::end(kOrders) ? nullptr : it;
}

template <typename Message>
absl::StatusOr<Message> Parse(absl::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("a stored ", Message::descriptor()->name(), " can't be read"));
  }
  return message;
}

// The ids of the orders that were searched for. `add` binds a value and answers its placeholder.
std::string HitsSql(const ListQuery& query, const std::function<std::string(Value)>& add) {
  const std::string from = add(query.search), to = add(query.search_end);
  std::string sql = absl::StrCat("SELECT t.order_id FROM order_terms t WHERE t.company = $1 AND t.term >= ", from,
                                 " AND t.term < ", to);
  constexpr char kNumbers[] = " UNION SELECT n.order_id FROM order_index n WHERE n.company = $1 AND n.side = $2 AND ";
  if (query.number_prefix) absl::StrAppend(&sql, kNumbers, "n.order_number >= ", from, " AND n.order_number < ", to);
  for (const std::string& number : query.order_numbers) {
    absl::StrAppend(&sql, kNumbers, "n.order_number = ", add(number));
  }
  return sql;
}

// Builds the page query; arguments are appended to `values`.
std::string ListSql(const ListQuery& query, const SortOrder& sort, std::vector<Value>& values, int64_t& number) {
  values = {Value(query.company), Value(query.side)};
  const auto add = [&](Value value) {
    values.push_back(value);
    return absl::StrCat("$", values.size());
  };
  // A search is driven by its hits (in SQLite, CROSS JOIN keeps the order of the tables): walking the company's orders and
  // asking each whether it is a hit would read all 100,000 of them for a single number.
  const bool searched = !query.search.empty();
  std::string sql = absl::StrCat("SELECT o.record, i.", sort.column, ", i.order_id FROM ",
                                 searched ? absl::StrCat("(SELECT DISTINCT order_id FROM (", HitsSql(query, add),
                                                         ")) h CROSS JOIN order_index i ON i.order_id = h.order_id")
                                          : "order_index i",
                                 " JOIN orders o ON o.id = i.order_id WHERE i.company = $1 AND i.side = $2");
  if (!query.include_unlisted) absl::StrAppend(&sql, " AND i.listed = 1");
  if (!query.member.empty()) absl::StrAppend(&sql, " AND i.member = ", add(query.member));
  if (query.filter != nullptr && !query.filter->empty()) {
    absl::StrAppend(&sql, " AND ", query.filter->Render(static_cast<int>(values.size()) + 1));
    for (const FilterValue& value : query.filter->values) {
      values.push_back(value.is_number ? Value(value.number) : Value(value.text));
    }
  }
  if (query.after.size() == 2) {
    const bool numeric = sort.column != "order_number";
    if (numeric) (void)absl::SimpleAtoi(query.after[0], &number);
    const std::string key = numeric ? add(number) : add(query.after[0]);
    absl::StrAppend(&sql, " AND (i.", sort.column, ", i.order_id) ", sort.descending ? "<" : ">", " (", key, ", ",
                    add(query.after[1]), ")");
  }
  const char* direction = sort.descending ? " DESC" : "";
  absl::StrAppend(&sql, " ORDER BY i.", sort.column, direction, ", i.order_id", direction, " LIMIT ", add(query.limit));
  return sql;
}

}  // namespace

MigrationSet OrdersSchema() { return SchemaOf("orders", OrdersSchemaFiles()); }

Visibility VisibilityOf(const OrderRecord& record, const v1::State& state, Side side) {
  if (!state.hidden()) return {};
  const bool made_it = (record.created_by() == OrderRecord::SELLER) == (side == Side::kSeller);
  const bool ended = !IsOpen(state);
  return {made_it, made_it && !ended};
}

absl::Status OrderStore::Insert(Transaction& tx, const OrderRecord& record, const v1::State& state) const {
  const v1::Order& order = record.order();
  const std::string bytes = record.SerializeAsString();
  MW_RETURN_IF_ERROR(tx.Run("INSERT INTO orders (id, version, record) VALUES ($1, $2, $3)", IdOf(order.name()),
                            record.version(), Blob{bytes}));
  MW_RETURN_IF_ERROR(UpdateSearch(tx, v1::Order::default_instance(), order));
  if (!order.external_id().empty()) {
    MW_RETURN_IF_ERROR(ClaimKey(tx, order.buyer(), KeyKind::kExternalId, order.external_id(), order.name()));
  }
  for (Side side : {Side::kBuyer, Side::kSeller}) {
    const IndexRow row = IndexRowOf(record, state, side);
    if (row.visibility.visible) MW_RETURN_IF_ERROR(PutIndex(tx, record, row));
    MW_RETURN_IF_ERROR(AddCount(tx, row, 1));
  }
  return absl::OkStatus();
}

absl::Status OrderStore::Update(Transaction& tx, const OrderRecord& before, const v1::State& before_state,
                                const OrderRecord& after, const v1::State& after_state) const {
  const std::string bytes = after.SerializeAsString();
  MW_ASSIGN_OR_RETURN(const int64_t touched,
                      tx.Execute("UPDATE orders SET version = $3, record = $4 WHERE id = $1 AND version = $2",
                                 IdOf(after.order().name()), before.version(), after.version(), Blob{bytes}));
  if (touched != 1) {
    return Error::Aborted("ETAG_MISMATCH", "somebody else changed the order at the same moment: read it and try again");
  }
  MW_RETURN_IF_ERROR(UpdateSearch(tx, before.order(), after.order()));
  for (Side side : {Side::kBuyer, Side::kSeller}) {
    const IndexRow old_row = IndexRowOf(before, before_state, side);
    const IndexRow new_row = IndexRowOf(after, after_state, side);
    MW_RETURN_IF_ERROR(PutIndex(tx, after, new_row));
    const bool same = Counted(old_row) == Counted(new_row) && old_row.displayed == new_row.displayed &&
                      old_row.member == new_row.member;
    if (same) continue;
    MW_RETURN_IF_ERROR(AddCount(tx, old_row, -1));
    MW_RETURN_IF_ERROR(AddCount(tx, new_row, 1));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<OrderRecord>> OrderStore::Find(Reader& reader, absl::string_view order_name) const {
  return reader.Query("SELECT record FROM orders WHERE id = $1", IdOf(order_name)).One([](const ::millwright::Row& row) {
    return Parse<OrderRecord>(row.Blob(0));
  });
}

const FilterSchema& OrderStore::FilterFields() {
  static const auto& schema = *new FilterSchema{
      {"state", "i.state", FilterType::kText},
      {"displayed_status", "i.displayed_status", FilterType::kText},
      {"payment_state", "i.payment_state", FilterType::kText},
      {"workflow", "i.workflow", FilterType::kText},
      {"order_number", "i.order_number", FilterType::kText},
      {"buyer", "(CASE i.side WHEN 1 THEN i.company ELSE i.partner END)", FilterType::kText},
      {"seller", "(CASE i.side WHEN 2 THEN i.company ELSE i.partner END)", FilterType::kText},
      {"external_id", "i.external_id", FilterType::kText},
      {"po_number", "i.po_number", FilterType::kText},
      {"ordered_by", "i.ordered_by", FilterType::kText},
      {"assignee", "i.assignee", FilterType::kText},
      {"open_holds", "i.open_holds", FilterType::kNumber},
      {"deadline", "i.deadline", FilterType::kText},
      {"promised_time", "NULLIF(i.promised_us, 0)", FilterType::kTime},
      {"payment_due_time", "NULLIF(i.payment_due_us, 0)", FilterType::kTime},
      {"metadata.", "COALESCE((SELECT m.value FROM order_metadata m WHERE m.order_id = i.order_id AND m.key = ?), '')",
       FilterType::kText, true},
      {"create_time", "i.create_us", FilterType::kTime},
      {"update_time", "i.update_us", FilterType::kTime},
  };
  return schema;
}

absl::Status OrderStore::CheckOrderBy(absl::string_view order_by) {
  if (FindOrder(order_by) != nullptr) return absl::OkStatus();
  return Error::InvalidArgument("ORDER_BY_INVALID", "the orders can't be sorted like that")
      .Field("order_by", "must be `create_time`, `update_time` or `order_number`, each with or without ` desc`");
}

absl::StatusOr<std::vector<ListedOrder>> OrderStore::List(Reader& reader, const ListQuery& query) const {
  const SortOrder* sort = FindOrder(query.order_by);
  if (sort == nullptr) return CheckOrderBy(query.order_by);
  std::vector<Value> values;
  int64_t number = 0;
  const std::string sql = ListSql(query, *sort, values, number);
  return reader.QueryWith(sql, values).All([](const ::millwright::Row& row) -> absl::StatusOr<ListedOrder> {
    ListedOrder listed;
    MW_ASSIGN_OR_RETURN(listed.record, Parse<OrderRecord>(row.Blob(0)));
    listed.keys = {row.String(1), row.String(2)};
    return listed;
  });
}

absl::StatusOr<std::vector<std::pair<std::string, int64_t>>> OrderStore::Count(Reader& reader, absl::string_view company,
                                                                              Side side, absl::string_view member) const {
  const auto read = [](const ::millwright::Row& row) { return std::make_pair(row.String(0), row.Int(1)); };
  if (!member.empty()) {
    return reader
        .Query("SELECT displayed_status, order_count FROM status_counts WHERE company = $1 AND side = $2 AND member = $3 "
               "AND order_count > 0 ORDER BY displayed_status",
               company, side, member)
        .All(read);
  }
  return reader
      .Query("SELECT displayed_status, SUM(order_count) FROM status_counts WHERE company = $1 AND side = $2 "
             "GROUP BY displayed_status HAVING SUM(order_count) > 0 ORDER BY displayed_status",
             company, side)
      .All(read);
}

absl::StatusOr<bool> OrderStore::HasAny(Reader& reader, absl::string_view company, Side side) const {
  return reader.Query("SELECT 1 FROM order_index WHERE company = $1 AND side = $2 LIMIT 1", company, side).Any();
}

absl::Status OrderStore::AppendHistory(Transaction& tx, absl::string_view order_name,
                                       const v1::HistoryEntry& entry) const {
  const std::string bytes = entry.SerializeAsString();
  return tx.Run("INSERT INTO order_history (order_id, sequence, entry) VALUES ($1, $2, $3)", IdOf(order_name),
                entry.sequence(), Blob{bytes});
}

absl::StatusOr<std::vector<v1::HistoryEntry>> OrderStore::History(Reader& reader, absl::string_view order_name,
                                                                  int64_t after, int limit) const {
  return reader
      .Query("SELECT entry FROM order_history WHERE order_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
             IdOf(order_name), after, limit)
      .All([](const ::millwright::Row& row) { return Parse<v1::HistoryEntry>(row.Blob(0)); });
}

absl::Status OrderStore::PutOffer(Transaction& tx, absl::string_view order_name, const v1::Offer& offer) const {
  const std::string bytes = offer.SerializeAsString();
  return tx.Run(
      "INSERT INTO order_offers (order_id, revision, offer) VALUES ($1, $2, $3) "
      "ON CONFLICT (order_id, revision) DO UPDATE SET offer = $3",
      IdOf(order_name), offer.revision(), Blob{bytes});
}

absl::StatusOr<std::vector<v1::Offer>> OrderStore::Offers(Reader& reader, absl::string_view order_name, int32_t before,
                                                          int limit) const {
  return reader
      .Query("SELECT offer FROM order_offers WHERE order_id = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3",
             IdOf(order_name), before, limit)
      .All([](const ::millwright::Row& row) { return Parse<v1::Offer>(row.Blob(0)); });
}

absl::StatusOr<std::optional<v1::Offer>> OrderStore::FindOffer(Reader& reader, absl::string_view order_name,
                                                               int32_t revision) const {
  return reader
      .Query("SELECT offer FROM order_offers WHERE order_id = $1 AND revision = $2", IdOf(order_name), revision)
      .One([](const ::millwright::Row& row) { return Parse<v1::Offer>(row.Blob(0)); });
}

absl::StatusOr<int64_t> OrderStore::NextNumber(Transaction& tx, absl::string_view seller, int year) const {
  return tx
      .Query("INSERT INTO order_numbers (seller, year, last) VALUES ($1, $2, 1) "
             "ON CONFLICT (seller, year) DO UPDATE SET last = last + 1 RETURNING last",
             seller, year)
      .Int();
}

absl::Status OrderStore::ClaimKey(Transaction& tx, absl::string_view buyer, KeyKind kind, absl::string_view key,
                                  absl::string_view order_name) const {
  const std::string id = IdOf(order_name);
  auto taken = tx.Query("SELECT order_id FROM buyer_keys WHERE buyer = $1 AND kind = $2 AND key = $3", buyer, kind, key)
                   .One([](const ::millwright::Row& row) { return row.String(0); });
  if (!taken.ok()) return taken.status();
  if (taken->has_value() && **taken != id) {
    const absl::string_view what = kind == KeyKind::kExternalId ? "external_id" : "po_number";
    return Error::AlreadyExists("order", absl::StrCat("orders/", **taken),
                                absl::StrCat("another order of the buyer has this ", what))
        .Field(what, "must be unique per buyer: use another one");
  }
  if (taken->has_value()) return absl::OkStatus();
  return tx.Run("INSERT INTO buyer_keys (buyer, kind, key, order_id) VALUES ($1, $2, $3, $4)", buyer, kind, key, id);
}

}  // namespace millwright::orders
