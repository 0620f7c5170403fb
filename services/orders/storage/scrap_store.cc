#include "services/orders/storage/scrap_store.h"

#include "common/time/clock.h"

namespace millwright::orders {

absl::Status InsertScrap(Transaction& tx, absl::string_view company, const ScrapRecord& record) {
  return tx.Run(
      "INSERT INTO scrap_records (company, at_us, replica, scrap_code, quantity, currency, cost_minor) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      company, MicrosOf(record.at), record.replica, static_cast<int>(record.code), record.quantity, record.currency,
      record.cost_minor);
}

absl::StatusOr<std::vector<ScrapSum>> SumScrap(Reader& reader, absl::string_view company, absl::Time from, absl::Time to) {
  return reader
      .Query("SELECT scrap_code, currency, SUM(quantity), COUNT(*), SUM(cost_minor) FROM scrap_records WHERE company = $1 AND "
             "at_us >= $2 AND at_us < $3 GROUP BY scrap_code, currency ORDER BY scrap_code, currency",
             company, MicrosOf(from), MicrosOf(to))
      .All([](const ::millwright::Row& row) {
        ScrapSum sum;
        sum.code = static_cast<v1::Replica::ScrapCode>(row.Int(0));
        sum.currency = row.String(1);
        sum.pieces = row.Int(2);
        sum.replicas = row.Int(3);
        sum.cost_minor = row.Int(4);
        return sum;
      });
}

}  // namespace millwright::orders
