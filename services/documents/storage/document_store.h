// Papers, their number series, and the service's copy of orders.
//
// Every function works inside the caller's Reader or Transaction; thread-safety as of those.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_DOCUMENT_STORE_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_DOCUMENT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/storage/migrations.h"
#include "common/storage/session.h"
#include "millwright/documents/v1/documents_service.pb.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/documents/domain/numbering.h"
#include "services/documents/domain/paper_rules.h"

namespace millwright::documents {

MigrationSet DocumentsSchema();

using State = v1::Document::State;

// The copy of an order.
struct OrderCopy {
  std::string order_name;
  std::string buyer;   // resource names of the companies
  std::string seller;
  std::string state;
  internal::orders::v1::OrderEvent event;
};

struct DocumentRecord {
  std::string id;          // begins with the seller's
  std::string order_name;
  Kind kind = v1::Document::KIND_UNSPECIFIED;
  int32_t revision = 0;
  State state = v1::Document::RENDERING;
  internal::orders::v1::OrderEvent event;  // what it is made of
  std::vector<std::string> missing;
  absl::Time created;
  // Only once ISSUED:
  std::string issuer;      // company id: owner of the series
  DocumentNumber number;
  std::string sha256, input_sha256, chain_hash;
  int64_t size_bytes = 0;
  absl::Time issued = absl::InfinitePast(), retain_until = absl::InfinitePast();

  std::string name() const;  // orders/{order}/documents/{id}
  v1::Document ToProto() const;
};

// orders/{order}/documents/{id}
std::string DocumentName(absl::string_view order_name, absl::string_view id);

// Keeps `event`'s order as the latest copy.
absl::Status PutOrder(Transaction& tx, const internal::orders::v1::OrderEvent& event);
absl::StatusOr<std::optional<OrderCopy>> FindOrder(Reader& reader, absl::string_view order_name);

// Adds a paper that is to be rendered; false if the order has that paper already.
absl::StatusOr<bool> AddDocument(Transaction& tx, const DocumentRecord& record);
absl::StatusOr<std::optional<DocumentRecord>> FindDocument(Reader& reader, absl::string_view id);
absl::StatusOr<std::optional<DocumentRecord>> FindPaper(Reader& reader, absl::string_view order_name, Kind kind,
                                                        int32_t revision);
// Papers of an order after `after_id`, by id: that is by time.
absl::StatusOr<std::vector<DocumentRecord>> ListDocuments(Reader& reader, absl::string_view order_name,
                                                          absl::string_view after_id, int limit);
absl::StatusOr<std::vector<DocumentRecord>> FindBySha256(Reader& reader, absl::string_view sha256);

// A paper that is not issued gets newer facts, or is told what it lacks.
absl::Status PutFacts(Transaction& tx, absl::string_view id, const internal::orders::v1::OrderEvent& event);
absl::Status MarkIncomplete(Transaction& tx, absl::string_view id, const std::vector<std::string>& missing);
// Writes everything of an issued record. ABORTED if the paper is issued already.
absl::Status MarkIssued(Transaction& tx, const DocumentRecord& record);

// The series as it stands; a new one (last = 0) if there is none yet.
absl::StatusOr<Series> LoadSeries(Reader& reader, absl::string_view issuer, absl::string_view prefix, int32_t year);
absl::Status StoreSeries(Transaction& tx, absl::string_view issuer, const Series& series);

// Whether the chain of the record's series is unbroken from its first number up to the record.
absl::StatusOr<bool> ChainIntact(Reader& reader, const DocumentRecord& record);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_STORAGE_DOCUMENT_STORE_H_
