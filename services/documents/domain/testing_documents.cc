#include "services/documents/domain/testing_documents.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace millwright::documents {
namespace {

const absl::Time kIssued = absl::FromUnixSeconds(1'795'000'000);  // 2026-11-18T07:06:40Z

Meta MetaFor(absl::string_view number, Language language) {
  return {std::string(number), language, kIssued, "Europe/Warsaw", "2026-000017"};
}

Party Lab() {
  return {"Zahntechnik Müller & Söhne GmbH", "Große Bleichen 7", "20354", "Hamburg", "DE", "DE123456789",
          "labor@mueller.example"};
}
Party Center() {
  return {"Frezarnia Łódź Sp. z o.o.", "ul. Piotrkowska 104", "90-926", "Łódź", "PL", "PL5260001246",
          "zamowienia@frezarnia.example"};
}
Prescriber Dentist() {
  return {"Dr. Åse Nørgård", "LANR 123456", "Praxis am Fleet", "Fleetinsel 3, 20459 Hamburg", "+49 40 1234"};
}
std::vector<FileRef> Files() {
  return {{"case-4711.constructionInfo", 18'432, "3b7e72edb1a1bd2b1b2d6f2f60ba2bd2a9e26ba7c6a13a6b4d7c5f0e9a8b7c6d"},
          {"case-4711-11-13.stl", 5'242'880, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}};
}

Prices ReverseChargePrices() {
  Prices prices;
  prices.currency = "EUR";
  prices.lines = {{"Bridge 11-13, zirconia multilayer", 3, "units", "42.0000", 12'600, 0, TaxCategory::kReverseCharge},
                  {"Titanium base ⌀ 4.3", 1, "pcs", "39.50", 3'950, 0, TaxCategory::kReverseCharge}};
  prices.taxes = {{TaxCategory::kReverseCharge, 0, 16'550, 0, ""}};
  prices.net = prices.gross = 16'550;
  return prices;
}

}  // namespace

OrderForm SampleOrderForm(Language language) {
  OrderForm form;
  form.meta = MetaFor("OF/2026/000009", language);
  form.requested_delivery = "2026-12-02";
  form.appointment_date = "2026-12-04";
  form.prescriber = Dentist();
  form.customer = Lab();
  form.center = Center();
  form.patient_code = "PX-4711";
  form.work = {{"11-13", "Anatomic bridge", "Zirconia multilayer 3Y/5Y", "VITA classical", "A3,5", "ND3", "11-12, 12-13",
                "12 ovate", "", "cement"},
               {"21", "Screw-retained crown", "Titanium grade 5", "VITA 3D-Master", "2M2", "", "", "",
                "Straumann BLX RB, scan body 065.0037", "screw"}};
  form.occlusion = {{"Antagonist", "natural dentition"}, {"Bite registration", "intraoral scan"}};
  form.services = {{"Milling and sintering", "center", 3, false}, {"Titanium base ⌀ 4.3", "center", 1, true}};
  form.files = Files();
  form.notes = "Please keep the contact 12/13 light.\nZażółć gęślą jaźń – Größe prüfen, 5 € ≤ 6 €.";
  form.attachments = {{"smile-photo.jpg", 845'120, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}};
  form.offer_number = "OFR/2026/000031";
  form.terms = "General terms of Frezarnia Łódź, version 4";
  form.prices = ReverseChargePrices();
  form.ordered_by = "Jörg Weiß";
  form.ordered_at = kIssued;
  form.accepted_by = "Zofia Żak";
  form.accepted_at = kIssued + absl::Hours(3);
  return form;
}

CustomMadeStatement SampleStatement(Language language) {
  CustomMadeStatement statement;
  statement.meta = MetaFor("ST/2026/000004", language);
  statement.manufacturer = Lab();
  statement.sites = {Lab(), Center()};
  statement.representative_applies = Applies::kNotApplicable;
  statement.parts = {{"11-13", "Anatomic bridge, 3 units", 1,
                      {{"Zircon ML A3,5 98x18", "Katana", "DKPQR-77", "(01)04560188071234(17)300131", "2030-01-31"}}},
                     {"21", "Screw-retained crown", 1, {{"Ti-base RB 4.3", "Straumann", "SC-99120", "", ""}}}};
  statement.files = Files();
  statement.patient = "PX-4711";
  statement.prescriber = Dentist();
  statement.characteristics = {{"11-13", "zirconia multilayer, shade A3,5, pontic 12 ovate"},
                               {"21", "titanium grade 5, screw-retained on Straumann BLX RB"}};
  statement.unmet_applies = Applies::kNotApplicable;
  statement.substances_apply = Applies::kNotApplicable;
  statement.implantable = false;
  statement.place = "Hamburg";
  statement.signed_by = "Jörg Weiß";
  statement.function = "Zahntechnikermeister";
  return statement;
}

Invoice SampleInvoice(Language language) {
  Invoice invoice;
  invoice.meta = MetaFor("INV/2026/000042", language);
  invoice.kind = InvoiceKind::kInvoice;
  invoice.seller = Center();
  invoice.buyer = Lab();
  invoice.supply_date = "2026-11-17";
  invoice.due_date = "2026-12-02";
  invoice.po_number = "PO-8812";
  invoice.payment_terms = "14 days net";
  invoice.payment_details = {{"IBAN", "PL61 1090 1014 0000 0712 1981 2874"}, {"BIC", "WBKPPLPP"}};
  invoice.rounding = "per line";
  invoice.prices.currency = "EUR";
  invoice.prices.lines = {{"Gehäuse PA12, gefärbt", 25, "pcs", "12.3400", 30'850, 2'300, TaxCategory::kStandard},
                          {"Drawing check", 1, "h", "80", 8'000, 2'300, TaxCategory::kStandard},
                          {"Handbook", 1, "pcs", "20.00", 2'000, 500, TaxCategory::kStandard}};
  invoice.prices.taxes = {{TaxCategory::kStandard, 2'300, 38'850, 8'936, ""},
                          {TaxCategory::kStandard, 500, 2'000, 100, ""}};
  invoice.prices.net = 40'850;
  invoice.prices.tax = 9'036;
  invoice.prices.gross = 49'886;
  invoice.paid = 10'000;
  return invoice;
}

Offer SampleOffer(Language language, int lines) {
  Offer offer;
  offer.meta = MetaFor("OFR/2026/000031", language);
  offer.firm = true;
  offer.revision = 2;
  offer.revision_hash = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99";
  offer.seller = Center();
  offer.buyer = Lab();
  offer.valid_until = kIssued + absl::Hours(24 * 14);
  offer.delivery = "10 working days after acceptance, EXW Łódź";
  offer.payment_terms = "14 days net";
  offer.prices.currency = "EUR";
  for (int i = 1; i <= lines; ++i) {
    offer.prices.lines.push_back({absl::StrCat("Part ", i, ": bracket, aluminium EN AW-6082, milled, edges 0.5 x 45°"),
                                  i, "pcs", absl::StrFormat("%d.%02d00", (1'000 + i) / 100, (1'000 + i) % 100), (1'000 + i) * i, 2'300, TaxCategory::kStandard});
    offer.prices.net += (1'000 + i) * i;
  }
  offer.prices.tax = (offer.prices.net * 23 + 50) / 100;
  offer.prices.gross = offer.prices.net + offer.prices.tax;
  offer.prices.taxes = {{TaxCategory::kStandard, 2'300, offer.prices.net, offer.prices.tax, ""}};
  offer.changes = {"Part 2: quantity 1 → 2", "Delivery: 8 → 10 working days"};
  offer.files = Files();
  return offer;
}

Document SampleDocument(absl::string_view name, Language language) {
  if (name == "order_form") return SampleOrderForm(language);
  if (name == "statement") return SampleStatement(language);
  if (name == "offer") return SampleOffer(language);
  if (name == "long_offer") return SampleOffer(language, 60);
  Invoice invoice = SampleInvoice(language);
  if (name == "pro_forma") {
    invoice.kind = InvoiceKind::kProForma;
    invoice.paid = 0;
  }
  return invoice;
}

}  // namespace millwright::documents
