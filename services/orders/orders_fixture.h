// The handlers on a real database, with faked neighbours: what the tests of this room share.
#ifndef MILLWRIGHT_SERVICES_ORDERS_ORDERS_FIXTURE_H_
#define MILLWRIGHT_SERVICES_ORDERS_ORDERS_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/field_mask.h"
#include "common/storage/scratch_database.h"
#include "millwright/documents/v1/documents_service.pb.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {

inline constexpr char kBuyer[] = "companies/buyer00001";
inline constexpr char kSeller[] = "companies/seller0001";
inline const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

inline google::type::Money Eur(int64_t cents) { return MoneyOf(cents, "EUR"); }

struct FakeAccounts : AccountsClient {
  bool contacts = true;
  absl::StatusOr<internal::accounts::v1::GetRelationResponse> GetRelation(const CallInfo&, const std::string& buyer,
                                                                          const std::string& seller) override {
    internal::accounts::v1::GetRelationResponse relation;
    relation.set_contacts(contacts);
    relation.mutable_buyer()->set_company(buyer);
    relation.mutable_buyer()->mutable_address()->set_region_code("DE");
    relation.mutable_buyer()->set_time_zone("Europe/Warsaw");  // the same hours as the seller's
    relation.mutable_seller()->set_company(seller);
    relation.mutable_seller()->set_time_zone("Europe/Berlin");
    relation.set_payment_term_days(14);
    return relation;
  }
};

struct FakeCatalog : CatalogClient {
  catalog::v1::Quote quote;
  absl::StatusOr<catalog::v1::Quote> GetQuote(const CallInfo&, const std::string& name) override {
    catalog::v1::Quote answer = quote;
    answer.set_name(name);
    return answer;
  }
  absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> CheckAvailability(const CallInfo&,
                                                                                     const std::string&) override {
    return availability;
  }
  absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> availability =
      internal::catalog::v1::CheckAvailabilityResponse();
};

struct FakeFiles : FilesClient {
  absl::Status refusal;
  int pins = 0;
  std::vector<std::string> revoked;
  absl::StatusOr<internal::files::v1::PinProjectRevisionResponse> Pin(
      const CallInfo&, const internal::files::v1::PinProjectRevisionRequest& request) override {
    ++pins;
    if (!refusal.ok()) return refusal;
    internal::files::v1::PinProjectRevisionResponse pinned;
    pinned.mutable_facts()->set_revision_hash("pinned");
    pinned.mutable_facts()->set_case_code("CASE-7");
    pinned.add_shared_files()->set_file_name("crown.stl");
    return pinned;
  }
  absl::StatusOr<files::v1::OrderVerdict> verdict = files::v1::OrderVerdict();
  absl::StatusOr<files::v1::OrderVerdict> Judge(const CallInfo&, const std::string&) override { return verdict; }
  absl::Status RevokeGrants(const CallInfo&, const std::string& order) override {
    revoked.push_back(order);
    return absl::UnavailableError("down");
  }
};

inline catalog::v1::Quote QuoteOf(bool dental) {
  catalog::v1::Quote quote;
  quote.set_seller(kSeller);
  quote.set_buyer(kBuyer);
  quote.set_hash("quotehash");
  const std::string project = absl::StrCat(kBuyer, "/projects/p1");
  if (dental) quote.set_project(project);
  for (int number = 1; number <= 2; ++number) {
    catalog::v1::QuoteLine& line = *quote.add_lines();
    line.set_number(number);
    line.set_title(absl::StrCat("part ", number));
    line.set_quantity(5);
    line.set_file(absl::StrCat(project, "/files/f", number));
    line.set_file_name(absl::StrCat("part", number, ".stl"));
    line.set_file_sha256("aa");
    line.set_process(dental ? "dental" : "powder");
    line.set_tax_rate("0.19");
    *line.mutable_net() = Eur(5000);
  }
  *quote.mutable_net() = Eur(10000);
  *quote.mutable_tax() = Eur(1900);
  *quote.mutable_gross() = Eur(11900);
  catalog::v1::TaxTotal& total = *quote.add_tax_totals();
  total.set_rate("0.19");
  *total.mutable_net() = Eur(10000);
  *total.mutable_tax() = Eur(1900);
  *total.mutable_gross() = Eur(11900);
  *quote.mutable_expire_time() = ToTimestamp(kStart + absl::Hours(24 * 10));
  return quote;
}

class OrdersTest : public ::testing::Test {
 protected:
  OrdersTest() : database_({StorageSchema(), EventsSchema(), OrdersSchema()}) {
    outbox_ = *Outbox::Open(database_.db());
    hub_ = std::make_unique<WatchHub>(*outbox_);
    accounts_ = std::make_shared<FakeAccounts>();
    catalog_ = std::make_shared<FakeCatalog>();
    files_ = std::make_shared<FakeFiles>();
    handlers_ = *OrdersHandlers::Create({database_.db(), *outbox_, due_, ids_, clock_, {accounts_, catalog_, files_},
                                         *hub_, "0123456789abcdef0123456789abcdef"});
    catalog_->quote = QuoteOf(false);
  }

  static CallInfo As(const char* company, const char* member, std::vector<std::string> roles) {
    CallInfo call;
    call.principal.company = company;
    call.principal.member = absl::StrCat(company, "/members/", member);
    call.principal.roles = std::move(roles);
    return call;
  }
  static CallInfo Buyer() { return As(kBuyer, "bea", {"member"}); }
  static CallInfo Seller() { return As(kSeller, "sam", {"member"}); }
  static CallInfo Owner() { return As(kSeller, "olga", {"owner"}); }
  static CallInfo Watcher() { return As(kSeller, "wim", {"watcher"}); }
  static CallInfo Stranger() { return As("companies/stranger01", "eve", {"owner"}); }

  absl::StatusOr<v1::Order> Create(const CallInfo& call, const std::string& trigger, bool prescription = true) {
    v1::CreateOrderRequest request;
    request.set_quote("quotes/seller0001-q");
    request.set_entry_trigger(trigger);
    if (prescription) {
      request.mutable_prescription()->set_prescriber("Dr. Dent");
      request.mutable_prescription()->set_case_code("CASE-7");
    }
    return handlers_->CreateOrder(call, request);
  }
  absl::StatusOr<v1::TransitionOrderResponse> Do(const CallInfo& call, const std::string& name, const std::string& trigger,
                                                 const std::string& reason = "", const std::string& etag = "") {
    v1::TransitionOrderRequest request;
    request.set_name(name);
    request.set_trigger(trigger);
    request.set_reason(reason);
    request.set_etag(etag);
    return handlers_->TransitionOrder(call, request);
  }
  std::string Status(const CallInfo& call, const std::string& name) {
    v1::GetOrderRequest request;
    request.set_name(name);
    const auto order = handlers_->GetOrder(call, request);
    return order.ok() ? order->displayed_status() : std::string(absl::StatusCodeToString(order.status().code()));
  }
  absl::StatusOr<v1::Order> Pay(const std::string& name, int64_t cents, v1::Payment::Kind kind, const std::string& ref = "") {
    v1::RecordPaymentRequest request;
    request.set_parent(name);
    request.mutable_payment()->set_kind(kind);
    *request.mutable_payment()->mutable_amount() = Eur(cents);
    request.mutable_payment()->set_reference(ref);
    return handlers_->RecordPayment(Seller(), request);
  }
  v1::VerifyHistoryResponse Verify(const std::string& name) {
    v1::VerifyHistoryRequest request;
    request.set_name(name);
    return *handlers_->VerifyHistory(Buyer(), request);
  }
  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    auto events = database_.db().Read([&](Reader& reader) { return outbox_->ReadAfter(reader, 0, 1000); });
    for (const Event& event : *events) types.push_back(event.type);
    return types;
  }
  void Issue(const std::string& order, documents::v1::Document::Kind kind) {
    documents::v1::Document document;
    document.set_name(absl::StrCat(order, "/documents/d"));
    document.set_kind(kind);
    Event event;
    event.type = "document.issued";
    event.after = document.SerializeAsString();
    ASSERT_TRUE(database_.db().Write([&](Transaction& tx) { return handlers_->ApplyDocument(tx, event); }).ok());
  }

  ScratchDatabase database_;
  ManualClock clock_{kStart};
  SequentialIdGenerator ids_;
  DueRows due_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<WatchHub> hub_;
  std::shared_ptr<FakeAccounts> accounts_;
  std::shared_ptr<FakeCatalog> catalog_;
  std::shared_ptr<FakeFiles> files_;
  std::unique_ptr<OrdersHandlers> handlers_;
};

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_ORDERS_FIXTURE_H_
