#include "services/notifications/storage/delivery_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/ids/ids.h"
#include "common/time/clock.h"
#include "embedded/notifications_schema.h"

namespace millwright::notifications {
namespace {

// The delivery log keeps what a server said, not a novel.
constexpr size_t kMaxErrorBytes = 500;

constexpr char kColumns[] =
    "id, mail_key, order_name, event_id, event_type, event, trace, company, member, side, copy_billing, template, state, "
    "written, recipients, cc, subject, message_id, message, attempts, last_error, created_micros, sent_micros";

void SetTime(absl::Time time, google::protobuf::Timestamp* proto) {
  int64_t micros = MicrosOf(time);
  proto->set_seconds(micros / 1'000'000);
  proto->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1'000));
}

DeliveryRecord RecordOf(const Row& row) {
  DeliveryRecord record;
  record.id = row.String(0);
  record.mail_key = row.String(1);
  record.order_name = row.String(2);
  record.event_id = row.String(3);
  record.event_type = row.String(4);
  record.event = row.String(5);
  record.trace = row.String(6);
  record.company = row.String(7);
  record.member = row.String(8);
  record.side = static_cast<int>(row.Int(9));
  record.copy_billing = row.Bool(10);
  record.template_name = row.String(11);
  record.state = static_cast<v1::Delivery::State>(row.Int(12));
  record.written = row.Bool(13);
  record.recipients = absl::StrSplit(row.Text(14), ',', absl::SkipEmpty());
  record.cc = absl::StrSplit(row.Text(15), ',', absl::SkipEmpty());
  record.subject = row.String(16);
  record.message_id = row.String(17);
  record.message = row.String(18);
  record.attempts = static_cast<int>(row.Int(19));
  record.last_error = row.String(20);
  record.created = row.Time(21);
  record.sent = row.OptionalTime(22);
  return record;
}

}  // namespace

MigrationSet NotificationsSchema() { return SchemaOf("notifications", NotificationsSchemaFiles()); }

v1::Delivery DeliveryRecord::ToProto() const {
  v1::Delivery proto;
  proto.set_name(absl::StrCat(order_name, "/deliveries/", id));
  proto.set_template_(template_name);
  proto.set_recipient(absl::StrJoin(recipients, ", "));
  for (const std::string& address : cc) proto.add_cc(address);
  proto.set_subject(subject);
  proto.set_message_id(message_id);
  proto.set_state(state);
  proto.set_attempt_count(attempts);
  proto.set_last_error(last_error);
  SetTime(created, proto.mutable_create_time());
  if (sent.has_value()) SetTime(*sent, proto.mutable_send_time());
  return proto;
}

absl::Status PutOrderParties(Transaction& tx, absl::string_view order_name, const OrderParties& parties) {
  return tx.Run("INSERT INTO orders (tenant, order_name, buyer, seller) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (tenant, order_name) DO UPDATE SET buyer = excluded.buyer, seller = excluded.seller",
                OwnerOf(LastSegment(order_name)), order_name, parties.buyer, parties.seller);
}

absl::StatusOr<std::optional<OrderParties>> FindOrderParties(Reader& reader, absl::string_view order_name) {
  return reader
      .Query("SELECT buyer, seller FROM orders WHERE tenant = $1 AND order_name = $2", OwnerOf(LastSegment(order_name)),
             order_name)
      .One([](const Row& row) {
        return OrderParties{row.String(0), row.String(1)};
      });
}

absl::StatusOr<bool> AddDelivery(Transaction& tx, const DeliveryRecord& record) {
  auto added = tx.Execute(
      "INSERT INTO deliveries (tenant, id, mail_key, order_name, event_id, event_type, event, trace, company, member, "
      "side, copy_billing, template, state, written, recipients, cc, subject, message_id, message, attempts, last_error, "
      "created_micros) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', '', '', $15, x'', 0, "
      "'', $16) ON CONFLICT (tenant, mail_key) DO NOTHING",
      OwnerOf(record.id), record.id, record.mail_key, record.order_name, record.event_id, record.event_type,
      Blob{record.event}, record.trace, record.company, record.member, record.side, record.copy_billing,
      record.template_name, record.state, record.message_id, record.created);
  if (!added.ok()) return added.status();
  return *added == 1;
}

absl::StatusOr<std::optional<DeliveryRecord>> FindDelivery(Reader& reader, absl::string_view id) {
  return reader.Query(absl::StrCat("SELECT ", kColumns, " FROM deliveries WHERE tenant = $1 AND id = $2"), OwnerOf(id), id)
      .One(RecordOf);
}

absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveries(Reader& reader, absl::string_view order_name,
                                                           absl::string_view company, absl::string_view after_id,
                                                           int limit) {
  return reader
      .Query(absl::StrCat("SELECT ", kColumns,
                          " FROM deliveries WHERE tenant = $1 AND order_name = $2 AND company = $3 AND id > $4 "
                          "ORDER BY id LIMIT $5"),
             OwnerOf(LastSegment(order_name)), order_name, company, after_id, limit)
      .All(RecordOf);
}

absl::Status MarkWritten(Transaction& tx, const DeliveryRecord& record) {
  return tx.Run("UPDATE deliveries SET written = 1, recipients = $3, cc = $4, subject = $5, message = $6 "
                "WHERE tenant = $1 AND id = $2 AND written = 0",
                OwnerOf(record.id), record.id, absl::StrJoin(record.recipients, ","), absl::StrJoin(record.cc, ","),
                record.subject, Blob{record.message});
}

absl::Status MarkSent(Transaction& tx, absl::string_view id, absl::Time now, absl::string_view note) {
  return tx.Run("UPDATE deliveries SET state = $3, attempts = attempts + 1, last_error = $4, sent_micros = $5 "
                "WHERE tenant = $1 AND id = $2",
                OwnerOf(id), id, v1::Delivery::SENT, note.substr(0, kMaxErrorBytes), now);
}

absl::Status MarkFailure(Transaction& tx, absl::string_view id, v1::Delivery::State state, absl::string_view error) {
  return tx.Run("UPDATE deliveries SET state = $3, attempts = attempts + 1, last_error = $4 "
                "WHERE tenant = $1 AND id = $2",
                OwnerOf(id), id, state, error.substr(0, kMaxErrorBytes));
}

absl::Status MarkQueued(Transaction& tx, absl::string_view id) {
  return tx.Run("UPDATE deliveries SET state = $3 WHERE tenant = $1 AND id = $2", OwnerOf(id), id, v1::Delivery::QUEUED);
}

}  // namespace millwright::notifications
