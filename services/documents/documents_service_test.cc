#include "services/documents/documents_service.h"

#include <map>

#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/documents/testing_desk.h"

namespace millwright::documents {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename T>
class Collect : public StreamWriter<T> {
 public:
  bool Write(const T& message) override {
    messages.push_back(message);
    return true;
  }
  std::vector<T> messages;
};

class DocumentsServiceTest : public ::testing::Test {
 protected:
  void Place(const std::string& state = "PLACED") {
    ASSERT_TRUE(desk.Apply("order.created", Moved(TestOrder("manufacturing"), "NEW", "PLACED")).ok());
    desk.Work();
    if (state != "PLACED") {
      ASSERT_TRUE(desk.Apply("order.state_changed", Moved(TestOrder("manufacturing"), "PLACED", state)).ok());
    }
  }
  absl::StatusOr<v1::ListDocumentsResponse> List(const std::string& company, const std::string& order = kOrder) {
    v1::ListDocumentsRequest request;
    request.set_parent(order);
    return desk.handlers->ListDocuments(Desk::As(company), request);
  }
  absl::StatusOr<v1::Document> Issue(const std::string& company, Kind kind, const std::string& request_id = "",
                                     bool validate_only = false) {
    v1::IssueDocumentRequest request;
    request.set_parent(kOrder);
    request.set_kind(kind);
    CallInfo call = Desk::As(company);
    call.request_id = request_id;
    call.request_hash = std::to_string(kind);
    call.validate_only = validate_only;
    return desk.handlers->IssueDocument(call, request);
  }
  Desk desk;
};

TEST_F(DocumentsServiceTest, BothPartiesSeeThePapersNobodyElseSeesThatThereAreAny) {
  Place();
  for (const char* company : {kBuyer, kSeller}) {
    ASSERT_TRUE(List(company).ok());
    EXPECT_THAT(List(company)->documents(), SizeIs(1));
  }
  const std::string name = List(kBuyer)->documents(0).name();
  absl::Status foreign = List("companies/other00001").status();
  EXPECT_TRUE(absl::IsNotFound(foreign));
  EXPECT_EQ(ReasonOf(foreign), ReasonOf(List(kBuyer, "orders/seller0001-nothing").status()));
  v1::GetDocumentRequest get;
  get.set_name(name);
  EXPECT_TRUE(desk.handlers->GetDocument(Desk::As(kSeller), get).ok());
  EXPECT_TRUE(absl::IsNotFound(desk.handlers->GetDocument(Desk::As("companies/other00001"), get).status()));
  get.set_name("orders/seller0001-elsewhere/documents/" + name.substr(name.rfind('/') + 1));
  EXPECT_TRUE(absl::IsNotFound(desk.handlers->GetDocument(Desk::As(kSeller), get).status()))
      << "the order in the name counts";
}

TEST_F(DocumentsServiceTest, AWithdrawnOrderIsGoneForTheSellerOnly) {
  Place("WITHDRAWN");
  EXPECT_TRUE(List(kBuyer).ok());
  EXPECT_TRUE(absl::IsNotFound(List(kSeller).status()));
}

TEST_F(DocumentsServiceTest, Downloads) {
  Place();
  const v1::Document paper = List(kBuyer)->documents(0);
  Collect<v1::DownloadDocumentResponse> chunks;
  v1::DownloadDocumentRequest download;
  download.set_name(paper.name());
  ASSERT_TRUE(desk.handlers->DownloadDocument(Desk::As(kBuyer), download, chunks).ok());
  std::string bytes;
  for (const auto& chunk : chunks.messages) bytes += chunk.data();
  EXPECT_EQ(Sha256Hex(bytes), paper.sha256());
  EXPECT_EQ(chunks.messages[0].size_bytes(), static_cast<int64_t>(bytes.size()));

  Collect<google::api::HttpBody> raw;
  v1::StreamRawDocumentRequest stream;
  stream.set_name(paper.name());
  std::map<std::string, std::string> headers;
  CallInfo call = Desk::As(kBuyer);
  call.add_header = [&](absl::string_view key, absl::string_view value) {
    EXPECT_THAT(raw.messages, IsEmpty()) << "headers go first";
    headers[std::string(key)] = std::string(value);
  };
  ASSERT_TRUE(desk.handlers->StreamRawDocument(call, stream, raw).ok());
  EXPECT_EQ(raw.messages[0].content_type(), "application/pdf");
  EXPECT_EQ(headers["x-sha256"], paper.sha256());
  EXPECT_EQ(headers["x-size-bytes"], std::to_string(bytes.size()));
  EXPECT_EQ(headers["content-disposition"], "attachment; filename=\"INV-2026-000001.pdf\"");
  EXPECT_TRUE(absl::IsNotFound(desk.handlers->DownloadDocument(Desk::As("companies/other00001"), download, chunks)));
}

TEST_F(DocumentsServiceTest, WhatIsNotIssuedSaysWhy) {
  ASSERT_TRUE(desk.Apply("order.created", Moved(TestOrder("manufacturing"), "NEW", "PLACED")).ok());
  v1::DownloadDocumentRequest download;
  download.set_name(List(kBuyer)->documents(0).name());
  Collect<v1::DownloadDocumentResponse> chunks;
  EXPECT_EQ(ReasonOf(desk.handlers->DownloadDocument(Desk::As(kBuyer), download, chunks)), "DOCUMENT_RENDERING");

  millwright::orders::v1::Order order = TestOrder("manufacturing");
  order.mutable_seller_party()->clear_vat_id();
  ASSERT_TRUE(desk.Apply("order.updated", Moved(order, "PLACED", "PLACED")).ok());
  Desk other;
  ASSERT_TRUE(other.Apply("order.created", Moved(order, "NEW", "PLACED")).ok());
  other.Work();
  download.set_name(other.Papers()[0].name());
  absl::Status status = other.handlers->DownloadDocument(Desk::As(kBuyer), download, chunks);
  EXPECT_EQ(ReasonOf(status), "DOCUMENT_INCOMPLETE");
  EXPECT_THAT(PreconditionsOf(status), Contains(HasSubstr("seller.vat_id")));
}

TEST_F(DocumentsServiceTest, IssueOnDemand) {
  Place();
  EXPECT_EQ(ReasonOf(Issue(kBuyer, v1::Document::PRO_FORMA).status()), "NOT_THE_ISSUER");
  EXPECT_TRUE(absl::IsNotFound(Issue("companies/other00001", v1::Document::PRO_FORMA).status()));
  EXPECT_EQ(ReasonOf(Issue(kSeller, v1::Document::OFFER).status()), "DOCUMENT_KIND");
  EXPECT_EQ(ReasonOf(Issue(kSeller, v1::Document::ORDER_FORM).status()), "DOCUMENT_NOT_ON_DEMAND");
  ASSERT_TRUE(Issue(kSeller, v1::Document::PRO_FORMA, "", true).ok());
  EXPECT_THAT(desk.Papers(), SizeIs(1)) << "validate_only writes nothing";
  auto first = Issue(kSeller, v1::Document::PRO_FORMA, "11111111-1111-4111-8111-111111111111");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->document_number(), "PF/2026/000001");
  auto again = Issue(kSeller, v1::Document::PRO_FORMA, "11111111-1111-4111-8111-111111111111");
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Issue(kSeller, v1::Document::PRO_FORMA)->name(), first->name()) << "an order has one";
}

TEST_F(DocumentsServiceTest, IssueNamesEachMissingFactAndWritesNothing) {
  ASSERT_TRUE(desk.Apply("order.state_changed", Moved(TestOrder("dental"), "APPROVED", "IN_PRODUCTION")).ok());
  absl::Status status = Issue(kSeller, v1::Document::STATEMENT).status();
  EXPECT_EQ(ReasonOf(status), "DOCUMENT_INCOMPLETE");
  EXPECT_THAT(PreconditionsOf(status), Contains(HasSubstr("parts[0].lots")));
  EXPECT_THAT(desk.Papers(), IsEmpty());
}

TEST_F(DocumentsServiceTest, Verify) {
  Place();
  const v1::Document paper = List(kBuyer)->documents(0);
  auto verify = [&](const char* company, const std::string& hash) {
    v1::VerifyDocumentRequest request;
    request.set_sha256(hash);
    return *desk.handlers->VerifyDocument(Desk::As(company), request);
  };
  EXPECT_TRUE(verify(kSeller, paper.sha256()).authentic());
  EXPECT_TRUE(verify(kSeller, paper.sha256()).chain_intact());
  EXPECT_EQ(verify(kSeller, paper.sha256()).document().name(), paper.name());
  EXPECT_FALSE(verify("companies/other00001", paper.sha256()).authentic());
  EXPECT_FALSE(verify(kSeller, std::string(64, '0')).authentic());
}

TEST_F(DocumentsServiceTest, Paging) {
  Place();
  ASSERT_TRUE(Issue(kSeller, v1::Document::PRO_FORMA).ok());
  v1::ListDocumentsRequest request;
  request.set_parent(kOrder);
  request.set_page_size(1);
  auto first = desk.handlers->ListDocuments(Desk::As(kBuyer), request);
  ASSERT_THAT(first->documents(), SizeIs(1));
  request.set_page_token(first->next_page_token());
  auto second = desk.handlers->ListDocuments(Desk::As(kBuyer), request);
  ASSERT_THAT(second->documents(), SizeIs(1));
  EXPECT_NE(second->documents(0).name(), first->documents(0).name());
  EXPECT_EQ(second->next_page_token(), "");
  request.set_page_token("forged");
  EXPECT_EQ(ReasonOf(desk.handlers->ListDocuments(Desk::As(kBuyer), request).status()), "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace millwright::documents
