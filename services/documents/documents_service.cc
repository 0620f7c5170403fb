#include "services/documents/documents_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"

namespace millwright::documents {
namespace {

constexpr char kType[] = "millwright.example/Document";

// Orders that the seller has never seen, or must no longer see.
bool HiddenFromSeller(absl::string_view state) {
  return state == "DRAFT" || state == "DISCARDED" || state == "WITHDRAWN";
}

bool MaySee(const CallInfo& call, const OrderCopy& order) {
  if (call.principal.ActsFor(order.buyer)) return true;
  return call.principal.ActsFor(order.seller) && !HiddenFromSeller(order.state);
}

absl::Status Incomplete(absl::string_view subject, const std::vector<std::string>& missing) {
  Error error = Error::FailedPrecondition("DOCUMENT_INCOMPLETE", "the paper can't be issued: facts are missing");
  for (const std::string& fact : missing) error.Precondition("FACT_MISSING", subject, fact);
  return error;
}

}  // namespace

absl::StatusOr<OrderCopy> DocumentsHandlers::VisibleOrder(const CallInfo& call, Reader& reader,
                                                          absl::string_view order_name) const {
  MW_ASSIGN_OR_RETURN(std::optional<OrderCopy> order, FindOrder(reader, order_name));
  if (!order.has_value() || !MaySee(call, *order)) return Error::NotFound("millwright.example/Order", order_name);
  return *std::move(order);
}

absl::StatusOr<DocumentRecord> DocumentsHandlers::VisibleDocument(const CallInfo& call, const std::string& name) const {
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<DocumentRecord> {
        MW_ASSIGN_OR_RETURN(std::optional<DocumentRecord> record, FindDocument(reader, LastSegment(name)));
        if (!record.has_value() || record->name() != name) return Error::NotFound(kType, name);
        if (!VisibleOrder(call, reader, record->order_name).ok()) return Error::NotFound(kType, name);
        return *std::move(record);
      },
      call.deadline);
}

absl::StatusOr<v1::ListDocumentsResponse> DocumentsHandlers::ListDocuments(const CallInfo& call,
                                                                           const v1::ListDocumentsRequest& request) {
  MW_ASSIGN_OR_RETURN(Page page, parts_.pager.Begin(request.page_size(), request.page_token(),
                                                    absl::StrCat("ListDocuments|", request.parent())));
  MW_ASSIGN_OR_RETURN(
      std::vector<DocumentRecord> records,
      parts_.db.Read(
          [&](Reader& reader) -> absl::StatusOr<std::vector<DocumentRecord>> {
            MW_RETURN_IF_ERROR(VisibleOrder(call, reader, request.parent()).status());
            return documents::ListDocuments(reader, request.parent(), page.first() ? "" : page.keys[0], page.size + 1);
          },
          call.deadline));
  v1::ListDocumentsResponse response;
  const bool more = records.size() > static_cast<size_t>(page.size);
  if (more) records.resize(static_cast<size_t>(page.size));
  for (const DocumentRecord& record : records) *response.add_documents() = record.ToProto();
  if (more) response.set_next_page_token(parts_.pager.Token(page, {records.back().id}));
  return response;
}

absl::StatusOr<v1::Document> DocumentsHandlers::GetDocument(const CallInfo& call,
                                                            const v1::GetDocumentRequest& request) {
  MW_ASSIGN_OR_RETURN(DocumentRecord record, VisibleDocument(call, request.name()));
  return record.ToProto();
}

absl::StatusOr<std::string> DocumentsHandlers::BytesOf(const DocumentRecord& record) const {
  if (record.state == v1::Document::INCOMPLETE) return Incomplete(record.name(), record.missing);
  if (record.state != v1::Document::ISSUED) {
    return Error::Unavailable("DOCUMENT_RENDERING", "the paper is being rendered; try again in a moment");
  }
  return parts_.archive.Get(record.sha256);
}

absl::Status DocumentsHandlers::DownloadDocument(const CallInfo& call, const v1::DownloadDocumentRequest& request,
                                                 StreamWriter<v1::DownloadDocumentResponse>& stream) {
  MW_ASSIGN_OR_RETURN(DocumentRecord record, VisibleDocument(call, request.name()));
  MW_ASSIGN_OR_RETURN(std::string bytes, BytesOf(record));
  for (size_t begin = 0; begin < bytes.size(); begin += kDownloadChunkBytes) {
    v1::DownloadDocumentResponse chunk;
    if (begin == 0) {
      chunk.set_sha256(record.sha256);
      chunk.set_size_bytes(record.size_bytes);
    }
    chunk.set_data(bytes.substr(begin, kDownloadChunkBytes));
    if (!stream.Write(chunk)) return absl::CancelledError("the caller is gone");
  }
  return absl::OkStatus();
}

absl::Status DocumentsHandlers::StreamRawDocument(const CallInfo& call, const v1::StreamRawDocumentRequest& request,
                                                  StreamWriter<google::api::HttpBody>& stream) {
  MW_ASSIGN_OR_RETURN(DocumentRecord record, VisibleDocument(call, request.name()));
  MW_ASSIGN_OR_RETURN(std::string bytes, BytesOf(record));
  // Size and hash go first: an error in mid-stream is invisible on HTTP/1.1.
  call.add_header("content-disposition", absl::StrCat("attachment; filename=\"", record.ToProto().file_name(), "\""));
  call.add_header("x-sha256", record.sha256);
  call.add_header("x-size-bytes", absl::StrCat(record.size_bytes));
  for (size_t begin = 0; begin < bytes.size(); begin += kDownloadChunkBytes) {
    google::api::HttpBody chunk;
    if (begin == 0) chunk.set_content_type("application/pdf");
    chunk.set_data(bytes.substr(begin, kDownloadChunkBytes));
    if (!stream.Write(chunk)) return absl::CancelledError("the caller is gone");
  }
  return absl::OkStatus();
}

absl::Status DocumentsHandlers::CheckMayIssue(const CallInfo& call, const OrderCopy& order, Kind kind) const {
  if (PaperName(kind).empty() || kind == v1::Document::OFFER) {
    return Error::InvalidArgument("DOCUMENT_KIND", "this paper can't be asked for")
        .Field("kind", "choose ORDER_FORM, STATEMENT, INVOICE or PRO_FORMA; an offer is issued by SendOffer");
  }
  const bool by_buyer = kind == v1::Document::STATEMENT && order.event.order().lab_issues_statement();
  const std::string& issuer = by_buyer ? order.buyer : order.seller;
  if (!call.principal.ActsFor(issuer)) {
    return Error::PermissionDenied("NOT_THE_ISSUER", absl::StrCat("the ", PaperName(kind), " is issued by the ",
                                                                  by_buyer ? "buyer" : "seller"));
  }
  if (by_buyer || parts_.rules.OnDemand(WorkflowOfRules(order.event.order()), kind)) return absl::OkStatus();
  return Error::FailedPrecondition("DOCUMENT_NOT_ON_DEMAND", "the workflow issues this paper by itself")
      .Precondition("PAPER_RULE", order.order_name, absl::StrCat(PaperName(kind), " is issued with its status"));
}

absl::StatusOr<std::string> DocumentsHandlers::FindOrAdd(const OrderCopy& order, Kind kind) {
  return parts_.db.Write([&](Transaction& tx) -> absl::StatusOr<std::string> {
    MW_ASSIGN_OR_RETURN(std::optional<DocumentRecord> found, FindPaper(tx, order.order_name, kind, 0));
    if (found.has_value()) {
      MW_RETURN_IF_ERROR(PutFacts(tx, found->id, order.event));
      return found->id;
    }
    DocumentRecord record;
    record.id = parts_.ids.Owned(LastSegment(order.order_name));
    record.order_name = order.order_name;
    record.kind = kind;
    record.event = order.event;
    record.created = parts_.clock.Now();
    MW_RETURN_IF_ERROR(AddDocument(tx, record).status());
    return record.id;
  });
}

absl::StatusOr<v1::Document> DocumentsHandlers::IssueDocument(const CallInfo& call,
                                                              const v1::IssueDocumentRequest& request) {
  MW_ASSIGN_OR_RETURN(std::optional<v1::Document> replay, FindReplay<v1::Document>(call, parts_.db));
  if (replay.has_value()) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(OrderCopy order, parts_.db.Read(
                                           [&](Reader& reader) { return VisibleOrder(call, reader, request.parent()); },
                                           call.deadline));
  MW_RETURN_IF_ERROR(CheckMayIssue(call, order, request.kind()));
  MW_ASSIGN_OR_RETURN(std::optional<DocumentRecord> present, parts_.db.Read([&](Reader& reader) {
    return FindPaper(reader, request.parent(), request.kind(), 0);
  }));
  const bool issued = present.has_value() && present->state == v1::Document::ISSUED;
  if (!issued) {
    MW_ASSIGN_OR_RETURN(std::vector<std::string> missing, parts_.issuer.MissingFacts(request.kind(), order.event));
    if (!missing.empty()) return Incomplete(request.parent(), missing);
  }
  v1::Document document;
  if (issued) {
    document = present->ToProto();
  } else if (call.validate_only) {
    document.set_kind(request.kind());
    document.set_state(v1::Document::RENDERING);
    return document;
  } else {
    MW_ASSIGN_OR_RETURN(std::string id, FindOrAdd(order, request.kind()));
    MW_ASSIGN_OR_RETURN(DocumentRecord record, parts_.issuer.Issue(id));
    document = record.ToProto();
  }
  // Issuing again is harmless, so the answer may be stored in a transaction of its own.
  return Mutate<v1::Document>(call, parts_.db, parts_.clock.Now(),
                              [&](Transaction&) -> absl::StatusOr<v1::Document> { return document; });
}

absl::StatusOr<v1::VerifyDocumentResponse> DocumentsHandlers::VerifyDocument(const CallInfo& call,
                                                                             const v1::VerifyDocumentRequest& request) {
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<v1::VerifyDocumentResponse> {
        v1::VerifyDocumentResponse response;
        MW_ASSIGN_OR_RETURN(std::vector<DocumentRecord> records, FindBySha256(reader, request.sha256()));
        for (const DocumentRecord& record : records) {
          if (!VisibleOrder(call, reader, record.order_name).ok()) continue;
          MW_ASSIGN_OR_RETURN(bool intact, ChainIntact(reader, record));
          response.set_authentic(true);
          response.set_chain_intact(intact);
          *response.mutable_document() = record.ToProto();
          return response;
        }
        return response;
      },
      call.deadline);
}

}  // namespace millwright::documents
