#include "services/documents/domain/validate.h"

#include <functional>

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/documents/domain/testing_documents.h"

namespace millwright::documents {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;
using ::testing::StartsWith;

template <typename T>
struct Break {
  const char* field;  // that must be named
  std::function<void(T&)> how;
};

template <typename T>
void ExpectEachNamed(const T& good, const std::vector<Break<T>>& breaks) {
  ASSERT_TRUE(Validate(good).ok()) << Validate(good);
  for (const Break<T>& item : breaks) {
    T broken = good;
    item.how(broken);
    absl::Status status = Validate(broken);
    EXPECT_EQ(ReasonOf(status), "DOCUMENT_INCOMPLETE") << item.field;
    EXPECT_THAT(FieldViolationsOf(status), Contains(StartsWith(absl::StrCat(item.field, ":")))) << status;
  }
}

TEST(ValidateTest, SamplesAreCompleteInEveryLanguage) {
  for (const char* name : {"order_form", "statement", "invoice", "pro_forma", "offer", "long_offer"}) {
    for (Language language : {Language::kEnglish, Language::kGerman, Language::kPolish}) {
      EXPECT_TRUE(Validate(SampleDocument(name, language)).ok()) << name;
    }
  }
}

TEST(ValidateTest, OrderForm) {
  using F = OrderForm;
  ExpectEachNamed<F>(
      SampleOrderForm(),
      {{"meta.number", [](F& f) { f.meta.number = " "; }},
       {"meta.order_number", [](F& f) { f.meta.order_number.clear(); }},
       {"meta.language", [](F& f) { f.meta.language = Language::kUnset; }},
       {"meta.issued_at", [](F& f) { f.meta.issued_at = absl::InfinitePast(); }},
       {"meta.time_zone", [](F& f) { f.meta.time_zone = "Mars/Olympus"; }},
       {"prescriber.name", [](F& f) { f.prescriber.name.clear(); }},
       {"customer.street", [](F& f) { f.customer.street.clear(); }},
       {"center.country", [](F& f) { f.center.country = "pl"; }},
       {"patient_code", [](F& f) { f.patient_code.clear(); }},
       {"work", [](F& f) { f.work.clear(); f.services.clear(); }},
       {"work[1].material", [](F& f) { f.work[1].material.clear(); }},
       {"work[0].teeth", [](F& f) { f.work[0].teeth.clear(); }},
       {"files", [](F& f) { f.files.clear(); }},
       {"files[1].sha256", [](F& f) { f.files[1].sha256[0] = 'X'; }},
       {"attachments[0].name", [](F& f) { f.attachments[0].name.clear(); }},
       {"services[0].quantity", [](F& f) { f.services[0].quantity = 0; }},
       {"ordered_by", [](F& f) { f.ordered_by.clear(); }},
       {"accepted_by", [](F& f) { f.accepted_by.clear(); }},
       {"notes", [](F& f) { f.notes = "\x01"; }}});
}

TEST(ValidateTest, AddOnOrderNeedsNoPatientAndNoFiles) {
  OrderForm form = SampleOrderForm();
  form.work.clear();
  form.files.clear();
  form.patient_code.clear();
  EXPECT_THAT(FieldViolationsOf(Validate(form)), Contains(StartsWith("files"))) << "milling is no add-on";
  form.services.erase(form.services.begin());
  EXPECT_TRUE(Validate(form).ok()) << Validate(form);
}

TEST(ValidateTest, StatementItemsOneToEight) {
  using S = CustomMadeStatement;
  ExpectEachNamed<S>(
      SampleStatement(),
      {{"manufacturer.name", [](S& s) { s.manufacturer.name.clear(); }},
       {"sites", [](S& s) { s.sites.clear(); }},
       {"sites[1].city", [](S& s) { s.sites[1].city.clear(); }},
       {"representative_applies", [](S& s) { s.representative_applies = Applies::kUnset; }},
       {"representative", [](S& s) { s.representative_applies = Applies::kApplies; }},
       {"representative_applies", [](S& s) { s.manufacturer.country = "CH"; }},
       {"parts", [](S& s) { s.parts.clear(); }},
       {"parts[1].lots", [](S& s) { s.parts[1].lots.clear(); }},
       {"parts[0].lots[0].lot", [](S& s) { s.parts[0].lots[0].lot.clear(); }},
       {"parts[0].lots[0].manufacturer", [](S& s) { s.parts[0].lots[0].manufacturer.clear(); }},
       {"parts[0].lots[0].expiry", [](S& s) { s.parts[0].lots[0].expiry = "2030-02-30"; }},
       {"files", [](S& s) { s.files.clear(); }},
       {"patient", [](S& s) { s.patient.clear(); }},
       {"prescriber.name", [](S& s) { s.prescriber.name.clear(); }},
       {"characteristics", [](S& s) { s.characteristics.clear(); }},
       {"unmet_applies", [](S& s) { s.unmet_applies = Applies::kUnset; }},
       {"unmet", [](S& s) { s.unmet_applies = Applies::kApplies; }},
       {"unmet", [](S& s) { s.unmet = {{"Annex I 10.4", "grounds"}}; }},
       {"unmet[0].grounds", [](S& s) { s.unmet_applies = Applies::kApplies; s.unmet = {{"Annex I 10.4", ""}}; }},
       {"substances_apply", [](S& s) { s.substances_apply = Applies::kUnset; }},
       {"substances", [](S& s) { s.substances_apply = Applies::kApplies; }},
       {"place", [](S& s) { s.place.clear(); }},
       {"signed_by", [](S& s) { s.signed_by.clear(); }},
       {"function", [](S& s) { s.function.clear(); }}});
}

TEST(ValidateTest, ForeignMakerWithRepresentativeIsComplete) {
  CustomMadeStatement statement = SampleStatement();
  statement.manufacturer.country = "CH";
  statement.representative_applies = Applies::kApplies;
  statement.representative = statement.sites[0];
  EXPECT_TRUE(Validate(statement).ok()) << Validate(statement);
}

TEST(ValidateTest, InvoiceAndItsSums) {
  using I = Invoice;
  ExpectEachNamed<I>(
      SampleInvoice(),
      {{"kind", [](I& i) { i.kind = InvoiceKind::kUnset; }},
       {"seller.vat_id", [](I& i) { i.seller.vat_id.clear(); }},
       {"due_date", [](I& i) { i.due_date = "soon"; }},
       {"prices.currency", [](I& i) { i.prices.currency = "Euro"; }},
       {"prices.lines", [](I& i) { i.prices.lines.clear(); }},
       {"prices.lines[1].tax_category", [](I& i) { i.prices.lines[1].tax_category = TaxCategory::kUnset; }},
       {"prices.taxes[0].net", [](I& i) { i.prices.lines[0].net += 1; }},
       {"prices.taxes", [](I& i) { i.prices.taxes.pop_back(); }},
       {"prices.tax", [](I& i) { i.prices.taxes[0].tax += 1; }},
       {"prices.net", [](I& i) { i.prices.net += 1; }},
       {"prices.gross", [](I& i) { i.prices.gross += 1; }},
       {"prices.taxes[2].net", [](I& i) { i.prices.taxes.push_back(i.prices.taxes[0]); }},
       {"paid", [](I& i) { i.paid = -1; }}});
}

TEST(ValidateTest, ReverseChargeNeedsBothVatIdsAndExemptionAReason) {
  OrderForm form = SampleOrderForm();
  form.customer.vat_id.clear();
  EXPECT_THAT(FieldViolationsOf(Validate(form)), Contains(StartsWith("buyer.vat_id")));
  form = SampleOrderForm();
  form.prices.taxes[0].category = TaxCategory::kExempt;
  for (PricedLine& line : form.prices.lines) line.tax_category = TaxCategory::kExempt;
  EXPECT_THAT(FieldViolationsOf(Validate(form)), Contains(StartsWith("prices.taxes[0].reason")));
}

TEST(ValidateTest, SumsNearTheEndOfInt64DoNotWrap) {
  Invoice invoice = SampleInvoice();
  invoice.prices.lines[0].net = invoice.prices.lines[1].net = INT64_MAX;
  EXPECT_THAT(FieldViolationsOf(Validate(invoice)), Contains(StartsWith("prices.taxes[0].net")));
}

TEST(ValidateTest, Offer) {
  using O = Offer;
  ExpectEachNamed<O>(SampleOffer(), {{"revision", [](O& o) { o.revision = 0; }},
                                     {"revision_hash", [](O& o) { o.revision_hash.clear(); }},
                                     {"valid_until", [](O& o) { o.valid_until = o.meta.issued_at; }},
                                     {"buyer.name", [](O& o) { o.buyer.name.clear(); }}});
}

TEST(ValidateTest, AnEmptyDocumentNamesManyFieldsAtOnce) {
  EXPECT_THAT(FieldViolationsOf(Validate(CustomMadeStatement{})), SizeIs(::testing::Ge(15)));
}

TEST(ValidateTest, Retention) {
  CustomMadeStatement statement = SampleStatement();
  EXPECT_EQ(RetentionYears(statement), 10);
  statement.implantable = true;
  EXPECT_EQ(RetentionYears(statement), 15);
  EXPECT_EQ(RetentionYears(SampleInvoice()), 10);
}

}  // namespace
}  // namespace millwright::documents
