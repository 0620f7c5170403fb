#include "services/documents/storage/document_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/time/clock.h"
#include "embedded/documents_schema.h"

namespace millwright::documents {
namespace {

constexpr char kColumns[] =
    "id, order_name, kind, revision, state, event, missing, created_micros, series_tenant, series_prefix, series_year, "
    "series_sequence, sha256, input_sha256, size_bytes, chain_hash, issued_micros, retain_until_micros";

void SetTime(absl::Time time, google::protobuf::Timestamp* proto) {
  int64_t micros = MicrosOf(time);
  proto->set_seconds(micros / 1'000'000);
  proto->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1'000));
}

absl::StatusOr<DocumentRecord> RecordOf(const Row& row) {
  DocumentRecord record;
  record.id = row.String(0);
  record.order_name = row.String(1);
  record.kind = static_cast<Kind>(row.Int(2));
  record.revision = static_cast<int32_t>(row.Int(3));
  record.state = static_cast<State>(row.Int(4));
  absl::string_view event = row.Blob(5);
  if (!record.event.ParseFromArray(event.data(), static_cast<int>(event.size()))) {
    return absl::DataLossError(absl::StrCat("the facts of document ", record.id, " can't be read"));
  }
  record.missing = absl::StrSplit(row.Text(6), '\n', absl::SkipEmpty());
  record.created = row.Time(7);
  if (record.state != v1::Document::ISSUED) return record;
  record.issuer = row.String(8);
  record.number = {row.String(9), static_cast<int32_t>(row.Int(10)), row.Int(11)};
  record.sha256 = row.String(12);
  record.input_sha256 = row.String(13);
  record.size_bytes = row.Int(14);
  record.chain_hash = row.String(15);
  record.issued = row.Time(16);
  record.retain_until = row.Time(17);
  return record;
}

}  // namespace

MigrationSet DocumentsSchema() { return SchemaOf("documents", DocumentsSchemaFiles()); }

std::string DocumentName(absl::string_view order_name, absl::string_view id) {
  return absl::StrCat(order_name, "/documents/", id);
}

std::string DocumentRecord::name() const { return DocumentName(order_name, id); }

v1::Document DocumentRecord::ToProto() const {
  v1::Document proto;
  proto.set_name(name());
  proto.set_kind(kind);
  proto.set_state(state);
  for (const std::string& fact : missing) proto.add_missing(fact);
  if (state != v1::Document::ISSUED) return proto;
  proto.set_document_number(FormatNumber(number));
  proto.set_sha256(sha256);
  proto.set_size_bytes(size_bytes);
  proto.set_file_name(absl::StrCat(absl::StrReplaceAll(FormatNumber(number), {{"/", "-"}}), ".pdf"));
  SetTime(issued, proto.mutable_issue_time());
  SetTime(retain_until, proto.mutable_retain_until_time());
  proto.set_chain_hash(chain_hash);
  return proto;
}

absl::Status PutOrder(Transaction& tx, const internal::orders::v1::OrderEvent& event) {
  const auto& order = event.order();
  return tx.Run(
      "INSERT INTO orders (tenant, order_name, buyer, seller, state, event) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (tenant, order_name) DO UPDATE SET buyer = excluded.buyer, seller = excluded.seller, "
      "state = excluded.state, event = excluded.event",
      OwnerOf(LastSegment(order.name())), order.name(), order.buyer(), order.seller(), order.state(),
      Blob{event.SerializeAsString()});
}

absl::StatusOr<std::optional<OrderCopy>> FindOrder(Reader& reader, absl::string_view order_name) {
  return reader
      .Query("SELECT order_name, buyer, seller, state, event FROM orders WHERE tenant = $1 AND order_name = $2",
             OwnerOf(LastSegment(order_name)), order_name)
      .One([](const Row& row) -> absl::StatusOr<OrderCopy> {
        OrderCopy copy{row.String(0), row.String(1), row.String(2), row.String(3), {}};
        if (!copy.event.ParseFromString(row.String(4))) return absl::DataLossError("an order copy can't be read");
        return copy;
      });
}

absl::StatusOr<bool> AddDocument(Transaction& tx, const DocumentRecord& record) {
  MW_ASSIGN_OR_RETURN(
      int64_t added,
      tx.Execute("INSERT INTO documents (tenant, id, order_name, kind, revision, state, event, missing, created_micros) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8) ON CONFLICT (tenant, order_name, kind, revision) DO NOTHING",
                 OwnerOf(record.id), record.id, record.order_name, record.kind, record.revision, record.state,
                 Blob{record.event.SerializeAsString()}, record.created));
  return added == 1;
}

absl::StatusOr<std::optional<DocumentRecord>> FindDocument(Reader& reader, absl::string_view id) {
  return reader.Query(absl::StrCat("SELECT ", kColumns, " FROM documents WHERE tenant = $1 AND id = $2"), OwnerOf(id), id)
      .One(RecordOf);
}

absl::StatusOr<std::optional<DocumentRecord>> FindPaper(Reader& reader, absl::string_view order_name, Kind kind,
                                                        int32_t revision) {
  return reader
      .Query(absl::StrCat("SELECT ", kColumns,
                          " FROM documents WHERE tenant = $1 AND order_name = $2 AND kind = $3 AND revision = $4"),
             OwnerOf(LastSegment(order_name)), order_name, kind, revision)
      .One(RecordOf);
}

absl::StatusOr<std::vector<DocumentRecord>> ListDocuments(Reader& reader, absl::string_view order_name,
                                                          absl::string_view after_id, int limit) {
  return reader
      .Query(absl::StrCat("SELECT ", kColumns,
                          " FROM documents WHERE tenant = $1 AND order_name = $2 AND id > $3 ORDER BY id LIMIT $4"),
             OwnerOf(LastSegment(order_name)), order_name, after_id, limit)
      .All(RecordOf);
}

absl::StatusOr<std::vector<DocumentRecord>> FindBySha256(Reader& reader, absl::string_view sha256) {
  return reader.Query(absl::StrCat("SELECT ", kColumns, " FROM documents WHERE sha256 = $1 ORDER BY id"), sha256)
      .All(RecordOf);
}

absl::Status PutFacts(Transaction& tx, absl::string_view id, const internal::orders::v1::OrderEvent& event) {
  return tx.Run("UPDATE documents SET event = $3 WHERE tenant = $1 AND id = $2 AND state <> $4", OwnerOf(id), id,
                Blob{event.SerializeAsString()}, v1::Document::ISSUED);
}

absl::Status MarkIncomplete(Transaction& tx, absl::string_view id, const std::vector<std::string>& missing) {
  std::vector<std::string> lines;
  for (const std::string& fact : missing) lines.push_back(absl::StrReplaceAll(fact, {{"\n", " "}}));
  return tx.Run("UPDATE documents SET state = $3, missing = $4 WHERE tenant = $1 AND id = $2 AND state <> $5", OwnerOf(id),
                id, v1::Document::INCOMPLETE, absl::StrJoin(lines, "\n"), v1::Document::ISSUED);
}

absl::Status MarkIssued(Transaction& tx, const DocumentRecord& record) {
  MW_ASSIGN_OR_RETURN(
      int64_t changed,
      tx.Execute("UPDATE documents SET state = $3, missing = '', series_tenant = $4, series_prefix = $5, "
                 "series_year = $6, series_sequence = $7, sha256 = $8, input_sha256 = $9, size_bytes = $10, "
                 "chain_hash = $11, issued_micros = $12, retain_until_micros = $13 "
                 "WHERE tenant = $1 AND id = $2 AND state <> $3",
                 OwnerOf(record.id), record.id, v1::Document::ISSUED, record.issuer, record.number.prefix,
                 record.number.year, record.number.sequence, record.sha256, record.input_sha256, record.size_bytes,
                 record.chain_hash, record.issued, record.retain_until));
  if (changed == 1) return absl::OkStatus();
  return Error::Aborted("DOCUMENT_ALREADY_ISSUED", "the paper was issued meanwhile");
}

absl::StatusOr<Series> LoadSeries(Reader& reader, absl::string_view issuer, absl::string_view prefix, int32_t year) {
  MW_ASSIGN_OR_RETURN(
      std::optional<Series> found,
      reader
          .Query("SELECT last, last_issued_micros, last_chain FROM series WHERE tenant = $1 AND prefix = $2 AND year = $3",
                 issuer, prefix, year)
          .One([&](const Row& row) {
            return Series{std::string(prefix), year, row.Int(0), row.Time(1), row.String(2)};
          }));
  return found.value_or(Series{std::string(prefix), year});
}

absl::Status StoreSeries(Transaction& tx, absl::string_view issuer, const Series& series) {
  return tx.Run(
      "INSERT INTO series (tenant, prefix, year, last, last_issued_micros, last_chain) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (tenant, prefix, year) DO UPDATE SET last = excluded.last, "
      "last_issued_micros = excluded.last_issued_micros, last_chain = excluded.last_chain",
      issuer, series.prefix, series.year, series.last, series.last_issued_at, series.last_chain);
}

absl::StatusOr<bool> ChainIntact(Reader& reader, const DocumentRecord& record) {
  std::string chain;
  int64_t expected = 1;
  bool intact = true;
  MW_RETURN_IF_ERROR(
      reader
          .Query("SELECT series_sequence, sha256, chain_hash FROM documents WHERE series_tenant = $1 AND "
                 "series_prefix = $2 AND series_year = $3 AND series_sequence <= $4 ORDER BY series_sequence",
                 record.issuer, record.number.prefix, record.number.year, record.number.sequence)
          .ForEach([&](const Row& row) {
            std::string number = FormatNumber({record.number.prefix, record.number.year, row.Int(0)});
            chain = ChainHash(chain, number, row.Text(1));
            intact = intact && row.Int(0) == expected && chain == row.Text(2);
            ++expected;
          }));
  return intact && expected == record.number.sequence + 1;
}

}  // namespace millwright::documents
