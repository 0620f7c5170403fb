#include "services/documents/paper_issuer.h"

#include <utility>

#include "absl/time/civil_time.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "services/documents/domain/order_papers.h"
#include "services/documents/domain/render.h"
#include "services/documents/domain/validate.h"

namespace millwright::documents {
namespace {

// Stands for the number while only completeness is asked.
constexpr char kNoNumberYet[] = "-";

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

absl::Time YearsAfter(absl::Time time, int years, const absl::TimeZone& zone) {
  absl::CivilDay day = absl::ToCivilDay(time, zone);
  // To the end of the year in which the last year ends: law counts from the end of the calendar year.
  return absl::FromCivil(absl::CivilYear(day.year() + years + 1), zone);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PaperIssuer::MissingFacts(
    Kind kind, const internal::orders::v1::OrderEvent& event) const {
  MW_ASSIGN_OR_RETURN(Document paper, BuildPaper(kind, event, kNoNumberYet, clock_.Now()));
  return FieldViolationsOf(Validate(paper));
}

absl::StatusOr<DocumentRecord> PaperIssuer::Load(const std::string& id) {
  MW_ASSIGN_OR_RETURN(std::optional<DocumentRecord> record,
                      db_.Read([&](Reader& reader) { return FindDocument(reader, id); }));
  if (!record.has_value()) return Error::NotFound("Document", id);
  return *std::move(record);
}

absl::StatusOr<DocumentRecord> PaperIssuer::Prepare(const DocumentRecord& facts) {
  DocumentRecord record = facts;
  const auto& order = record.event.order();
  const auto& issuer = IssuerOf(record.kind, order);
  const absl::TimeZone zone = ZoneOf(issuer.time_zone());
  record.issued = FromMicros(MicrosOf(clock_.Now()));  // as it is stored
  record.issuer = std::string(LastSegment(issuer.company().empty() ? order.seller() : issuer.company()));
  const auto year = static_cast<int32_t>(absl::ToCivilDay(record.issued, zone).year());
  MW_ASSIGN_OR_RETURN(Series series, db_.Read([&](Reader& reader) {
    return LoadSeries(reader, record.issuer, SeriesPrefix(record.kind), year);
  }));
  const std::string previous = series.last_chain;
  MW_ASSIGN_OR_RETURN(record.number, Allocate(series, record.issued, zone));
  MW_ASSIGN_OR_RETURN(Document paper, BuildPaper(record.kind, record.event, FormatNumber(record.number), record.issued));
  MW_ASSIGN_OR_RETURN(RenderedPdf pdf, RenderPdf(paper));
  MW_ASSIGN_OR_RETURN(record.sha256, archive_.Put(pdf.bytes));
  record.input_sha256 = pdf.input_sha256;
  record.size_bytes = static_cast<int64_t>(pdf.bytes.size());
  record.chain_hash = ChainHash(previous, FormatNumber(record.number), record.sha256);
  record.retain_until = YearsAfter(record.issued, RetentionYears(paper), zone);
  return record;
}

absl::Status PaperIssuer::Commit(DocumentRecord& record) {
  const absl::TimeZone zone = ZoneOf(IssuerOf(record.kind, record.event.order()).time_zone());
  return db_.Write([&](Transaction& tx) -> absl::Status {
    MW_ASSIGN_OR_RETURN(Series series, LoadSeries(tx, record.issuer, record.number.prefix, record.number.year));
    const std::string previous = series.last_chain;
    MW_ASSIGN_OR_RETURN(DocumentNumber next, Allocate(series, record.issued, zone));
    if (next.sequence != record.number.sequence) {
      return Error::Aborted("DOCUMENT_NUMBER_TAKEN", "another paper took the number");
    }
    series.last_chain = ChainHash(previous, FormatNumber(next), record.sha256);
    MW_RETURN_IF_ERROR(StoreSeries(tx, record.issuer, series));
    DocumentRecord issued = record;
    issued.state = v1::Document::ISSUED;
    issued.missing.clear();
    issued.chain_hash = series.last_chain;
    MW_RETURN_IF_ERROR(MarkIssued(tx, issued));
    return Emit(tx, issued, "document.issued");
  });
}

absl::Status PaperIssuer::Emit(Transaction& tx, const DocumentRecord& record, absl::string_view type) {
  Event event;
  event.tenant = std::string(OwnerOf(record.id));
  event.aggregate = record.order_name;
  event.type = std::string(type);
  event.time = clock_.Now();
  event.actor = "service:documents";
  event.after = record.ToProto().SerializeAsString();
  return outbox_.Append(tx, std::move(event)).status();
}

absl::StatusOr<DocumentRecord> PaperIssuer::Issue(const std::string& id) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (int attempt = 0; attempt < kMaxNumberAttempts; ++attempt) {
    MW_ASSIGN_OR_RETURN(DocumentRecord record, Load(id));
    if (record.state == v1::Document::ISSUED) return record;
    MW_ASSIGN_OR_RETURN(std::vector<std::string> missing, MissingFacts(record.kind, record.event));
    if (!missing.empty()) {
      const bool news = record.state != v1::Document::INCOMPLETE || record.missing != missing;
      record.state = v1::Document::INCOMPLETE;
      record.missing = missing;
      if (!news) return record;
      MW_RETURN_IF_ERROR(db_.Write([&](Transaction& tx) -> absl::Status {
        MW_RETURN_IF_ERROR(MarkIncomplete(tx, id, missing));
        return Emit(tx, record, "document.incomplete");
      }));
      return record;
    }
    MW_ASSIGN_OR_RETURN(DocumentRecord prepared, Prepare(record));
    absl::Status committed = Commit(prepared);
    if (committed.ok()) return Load(id);
    if (!absl::IsAborted(committed)) return committed;
  }
  return Error::Aborted("DOCUMENT_NUMBER_TAKEN", "too many papers are issued at once; try again");
}

}  // namespace millwright::documents
