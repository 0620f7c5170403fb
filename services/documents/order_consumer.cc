#include "services/documents/order_consumer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/documents/storage/document_store.h"

namespace millwright::documents {

absl::Status OrderConsumer::Apply(Transaction& tx, const Event& event) {
  if (!absl::StartsWith(event.type, "order.")) return absl::OkStatus();
  internal::orders::v1::OrderEvent payload;
  if (!payload.ParseFromString(event.after) || payload.order().name().empty()) {
    return Error::InvalidArgument("EVENT_INVALID", absl::StrCat("event ", event.id, " carries no order"));
  }
  MW_RETURN_IF_ERROR(PutOrder(tx, payload));
  MW_RETURN_IF_ERROR(RetryIncomplete(tx, payload));
  for (const PaperRequest& paper : rules_.For(event.type, payload)) MW_RETURN_IF_ERROR(Ask(tx, paper, payload));
  return absl::OkStatus();
}

absl::Status OrderConsumer::Ask(Transaction& tx, const PaperRequest& paper,
                                const internal::orders::v1::OrderEvent& event) {
  DocumentRecord record;
  record.id = ids_.Owned(LastSegment(event.order().name()));
  record.order_name = event.order().name();
  record.kind = paper.kind;
  record.revision = paper.revision;
  record.event = event;
  record.created = clock_.Now();
  MW_ASSIGN_OR_RETURN(bool added, AddDocument(tx, record));
  if (!added) return absl::OkStatus();
  return due_.Schedule(tx, {.kind = kIssueKind, .key = record.id, .due = clock_.Now()});
}

absl::Status OrderConsumer::RetryIncomplete(Transaction& tx, const internal::orders::v1::OrderEvent& event) {
  MW_ASSIGN_OR_RETURN(std::vector<DocumentRecord> papers, ListDocuments(tx, event.order().name(), "", 1000));
  for (const DocumentRecord& paper : papers) {
    // The facts of an offer are those of its revision; a later order has other prices.
    bool open = paper.state == v1::Document::INCOMPLETE && paper.kind != v1::Document::OFFER;
    if (!open) continue;
    MW_RETURN_IF_ERROR(PutFacts(tx, paper.id, event));
    MW_RETURN_IF_ERROR(due_.Schedule(tx, {.kind = kIssueKind, .key = paper.id, .due = clock_.Now()}));
  }
  return absl::OkStatus();
}

}  // namespace millwright::documents
