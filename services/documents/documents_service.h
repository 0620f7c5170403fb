// The RPCs of documents: read, download, issue on demand, verify. Free of gRPC.
//
// A paper is visible to the buyer's and the seller's company of its order; to everybody else it does not exist. The
// seller does not see papers of an order that the buyer withdrew or never submitted.
//
// Thread-safety: all methods may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVICE_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "common/ids/ids.h"
#include "common/rpc/call.h"
#include "common/rpc/page_token.h"
#include "common/rpc/stream.h"
#include "common/storage/database.h"
#include "common/time/clock.h"
#include "google/api/httpbody.pb.h"
#include "millwright/documents/v1/documents_service.pb.h"
#include "services/documents/paper_issuer.h"
#include "services/documents/storage/archive.h"
#include "services/documents/storage/document_store.h"

namespace millwright::documents {

inline constexpr size_t kDownloadChunkBytes = 256 * 1024;

class DocumentsHandlers {
 public:
  struct Parts {
    Database& db;
    const Archive& archive;
    PaperIssuer& issuer;
    const PaperRules& rules;
    IdGenerator& ids;
    const Clock& clock;
    Pager pager;
  };
  explicit DocumentsHandlers(Parts parts) : parts_(std::move(parts)) {}

  absl::StatusOr<v1::ListDocumentsResponse> ListDocuments(const CallInfo& call, const v1::ListDocumentsRequest& request);
  absl::StatusOr<v1::Document> GetDocument(const CallInfo& call, const v1::GetDocumentRequest& request);
  absl::Status DownloadDocument(const CallInfo& call, const v1::DownloadDocumentRequest& request,
                                StreamWriter<v1::DownloadDocumentResponse>& stream);
  absl::Status StreamRawDocument(const CallInfo& call, const v1::StreamRawDocumentRequest& request,
                                 StreamWriter<google::api::HttpBody>& stream);
  absl::StatusOr<v1::Document> IssueDocument(const CallInfo& call, const v1::IssueDocumentRequest& request);
  absl::StatusOr<v1::VerifyDocumentResponse> VerifyDocument(const CallInfo& call,
                                                            const v1::VerifyDocumentRequest& request);

 private:
  // The order's copy, or NOT_FOUND if the caller may not see it.
  absl::StatusOr<OrderCopy> VisibleOrder(const CallInfo& call, Reader& reader, absl::string_view order_name) const;
  absl::StatusOr<DocumentRecord> VisibleDocument(const CallInfo& call, const std::string& name) const;
  // The bytes of an issued paper; UNAVAILABLE (DOCUMENT_RENDERING) or FAILED_PRECONDITION (DOCUMENT_INCOMPLETE) else.
  absl::StatusOr<std::string> BytesOf(const DocumentRecord& record) const;
  absl::Status CheckMayIssue(const CallInfo& call, const OrderCopy& order, Kind kind) const;
  absl::StatusOr<std::string> FindOrAdd(const OrderCopy& order, Kind kind);

  Parts parts_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOCUMENTS_SERVICE_H_
