#include "services/documents/domain/validate.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/documents/domain/canonical.h"
#include "services/documents/domain/format.h"

namespace millwright::documents {
namespace {

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

std::string At(absl::string_view list, size_t i, absl::string_view field) {
  return absl::StrCat(list, "[", i, "].", field);
}

void CheckMeta(const Meta& meta, FieldProblems& problems) {
  problems.Require("meta.number", meta.number, "give the number that the series allocated");
  problems.Require("meta.order_number", meta.order_number, "give the number of the order the document belongs to");
  problems.Check(meta.language != Language::kUnset, "meta.language", "choose English, German or Polish");
  // Outside these years the date can't be written with four digits in every format that the PDF uses.
  problems.Check(meta.issued_at >= absl::FromUnixSeconds(0) && meta.issued_at < absl::FromUnixSeconds(253402300800),
                 "meta.issued_at", "give the time of issue, between 1970 and 9999");
  absl::TimeZone zone;
  problems.Check(!meta.time_zone.empty() && absl::LoadTimeZone(meta.time_zone, &zone), "meta.time_zone",
                 "give the issuer's IANA time zone, like Europe/Berlin");
}

void CheckPrescriber(const Prescriber& prescriber, FieldProblems& problems) {
  problems.Require("prescriber.name", prescriber.name, "name the dentist who prescribed the work");
}

void CheckNamedValues(absl::string_view path, const std::vector<NamedValue>& values, FieldProblems& problems) {
  for (size_t i = 0; i < values.size(); ++i) {
    problems.Require(At(path, i, "name"), values[i].name, "give the name or remove the entry");
    problems.Require(At(path, i, "value"), values[i].value, "give the value or remove the entry");
  }
}

void CheckOrderForm(const OrderForm& form, FieldProblems& problems) {
  CheckPrescriber(form.prescriber, problems);
  problems.RequireParty("customer", form.customer);
  problems.RequireParty("center", form.center);
  problems.Check(!form.work.empty() || !form.services.empty(), "work",
                 "list at least one tooth or span, a service or an add-on product");
  const bool add_ons_only = form.work.empty() && std::all_of(form.services.begin(), form.services.end(),
                                                             [](const Service& service) { return service.add_on; });
  if (!add_ons_only) {
    problems.Require("patient_code", form.patient_code, "give the code of the case; no name is needed");
    problems.Check(!form.files.empty(), "files", "list the files that are shared with the center");
  }
  for (size_t i = 0; i < form.work.size(); ++i) {
    problems.Require(At("work", i, "teeth"), form.work[i].teeth, "give the tooth or span in FDI notation");
    problems.Require(At("work", i, "type"), form.work[i].type, "give the type of restoration");
    problems.Require(At("work", i, "material"), form.work[i].material, "state the material exactly");
  }
  for (size_t i = 0; i < form.services.size(); ++i) {
    problems.Require(At("services", i, "name"), form.services[i].name, "name the service or product");
    problems.Check(form.services[i].quantity > 0, At("services", i, "quantity"), "must be 1 or more");
  }
  CheckNamedValues("occlusion", form.occlusion, problems);
  problems.RequireFiles("files", form.files);
  problems.RequireFiles("attachments", form.attachments);
  CheckPrices(form.prices, form.center, form.customer, problems);
  problems.Require("ordered_by", form.ordered_by, "name the member who ordered");
  problems.Check(form.ordered_at > absl::InfinitePast(), "ordered_at", "give the time of ordering");
  problems.Check(form.accepted_by.empty() != form.accepted_at.has_value(), "accepted_by",
                 "give both who accepted and when, or neither");
}

void CheckParts(const std::vector<DevicePart>& parts, FieldProblems& problems) {
  problems.Check(!parts.empty(), "parts", "list the parts of the device (Annex XIII item 3)");
  for (size_t i = 0; i < parts.size(); ++i) {
    const DevicePart& part = parts[i];
    problems.Require(At("parts", i, "teeth"), part.teeth, "give the teeth in FDI notation");
    problems.Require(At("parts", i, "type"), part.type, "give the type of restoration");
    problems.Check(part.quantity > 0, At("parts", i, "quantity"), "must be 1 or more");
    problems.Check(!part.lots.empty(), At("parts", i, "lots"), "record the material lots used, at least one");
    for (size_t k = 0; k < part.lots.size(); ++k) {
      std::string lot = absl::StrCat("parts[", i, "].lots[", k, "].");
      problems.Require(lot + "article", part.lots[k].article, "give the material's article");
      problems.Require(lot + "manufacturer", part.lots[k].manufacturer, "give the material's manufacturer");
      problems.Require(lot + "lot", part.lots[k].lot, "give the lot number");
      problems.Check(part.lots[k].expiry.empty() || IsCivilDate(part.lots[k].expiry), lot + "expiry",
                     "give YYYY-MM-DD or leave it out");
    }
  }
}

// Whether an item applies must be said, and what is said must match what is given.
void CheckApplies(absl::string_view path, Applies applies, absl::string_view list, bool given,
                  FieldProblems& problems) {
  problems.Check(applies != Applies::kUnset, path, "say whether it applies; `not applicable` must be explicit");
  problems.Check(applies != Applies::kApplies || given, list, "must be given, because it is said to apply");
  problems.Check(applies != Applies::kNotApplicable || !given, list, "must be empty, because it is said not to apply");
}

void CheckStatement(const CustomMadeStatement& statement, FieldProblems& problems) {
  problems.RequireParty("manufacturer", statement.manufacturer);
  problems.Check(!statement.sites.empty(), "sites", "list every manufacturing site (Annex XIII item 1)");
  for (size_t i = 0; i < statement.sites.size(); ++i) {
    problems.RequireParty(absl::StrCat("sites[", i, "]"), statement.sites[i]);
  }
  CheckApplies("representative_applies", statement.representative_applies, "representative",
               statement.representative.has_value(), problems);
  if (statement.representative.has_value()) problems.RequireParty("representative", *statement.representative);
  problems.Check(IsEea(statement.manufacturer.country) || statement.representative_applies != Applies::kNotApplicable,
                 "representative_applies", "a maker outside the EEA needs an authorised representative (item 2)");
  CheckParts(statement.parts, problems);
  problems.Check(!statement.files.empty(), "files", "list the design files that were made (item 3)");
  problems.RequireFiles("files", statement.files);
  problems.Require("patient", statement.patient, "give the patient's code (item 4)");
  CheckPrescriber(statement.prescriber, problems);
  problems.Check(!statement.characteristics.empty(), "characteristics",
                 "give what the prescription indicates: material, shade, wishes (item 6)");
  CheckNamedValues("characteristics", statement.characteristics, problems);
  CheckApplies("unmet_applies", statement.unmet_applies, "unmet", !statement.unmet.empty(), problems);
  for (size_t i = 0; i < statement.unmet.size(); ++i) {
    problems.Require(At("unmet", i, "requirement"), statement.unmet[i].requirement, "name the requirement of Annex I");
    problems.Require(At("unmet", i, "grounds"), statement.unmet[i].grounds, "give the grounds (item 7)");
  }
  CheckApplies("substances_apply", statement.substances_apply, "substances", !statement.substances.empty(), problems);
  CheckNamedValues("substances", statement.substances, problems);
  problems.Require("place", statement.place, "give the place of signature");
  problems.Require("signed_by", statement.signed_by, "name who signs");
  problems.Require("function", statement.function, "give the signer's function");
}

void CheckInvoice(const Invoice& invoice, FieldProblems& problems) {
  problems.Check(invoice.kind != InvoiceKind::kUnset, "kind", "choose invoice or pro forma");
  problems.RequireParty("seller", invoice.seller);
  problems.RequireParty("buyer", invoice.buyer);
  problems.Check(IsCivilDate(invoice.due_date), "due_date", "give the due date as YYYY-MM-DD");
  problems.Check(invoice.supply_date.empty() || IsCivilDate(invoice.supply_date), "supply_date",
                 "give YYYY-MM-DD or leave it out");
  if (invoice.kind == InvoiceKind::kInvoice) {
    problems.Require("seller.vat_id", invoice.seller.vat_id, "an invoice needs the seller's tax id");
  }
  CheckNamedValues("payment_details", invoice.payment_details, problems);
  CheckPrices(invoice.prices, invoice.seller, invoice.buyer, problems);
  problems.Check(invoice.paid >= 0, "paid", "must not be negative");
}

void CheckOffer(const Offer& offer, FieldProblems& problems) {
  problems.RequireParty("seller", offer.seller);
  problems.RequireParty("buyer", offer.buyer);
  problems.Check(offer.revision >= 1, "revision", "revisions count from 1");
  problems.Check(offer.valid_until > offer.meta.issued_at, "valid_until", "must be after the time of issue");
  problems.Check(!offer.firm || !offer.revision_hash.empty(), "revision_hash",
                 "a firm offer needs the hash that the customer accepts");
  problems.RequireFiles("files", offer.files);
  CheckPrices(offer.prices, offer.seller, offer.buyer, problems);
}

}  // namespace

void FieldProblems::Check(bool good, absl::string_view path, absl::string_view problem) {
  if (!good) problems_.emplace_back(path, problem);
}

void FieldProblems::Require(absl::string_view path, absl::string_view text, absl::string_view remedy) {
  if (IsBlank(text)) problems_.emplace_back(path, absl::StrCat("is missing; ", remedy));
}

void FieldProblems::RequireParty(absl::string_view path, const Party& party) {
  Require(absl::StrCat(path, ".name"), party.name, "give the name of the company or practice");
  Require(absl::StrCat(path, ".street"), party.street, "give street and house number");
  Require(absl::StrCat(path, ".city"), party.city, "give the city");
  bool country = party.country.size() == 2 &&
                 absl::ascii_isupper(static_cast<unsigned char>(party.country[0])) &&
                 absl::ascii_isupper(static_cast<unsigned char>(party.country[1]));
  Check(country, absl::StrCat(path, ".country"), "give the ISO 3166-1 code in two capital letters, like DE");
}

void FieldProblems::RequireFiles(absl::string_view path, const std::vector<FileRef>& files) {
  for (size_t i = 0; i < files.size(); ++i) {
    Require(At(path, i, "name"), files[i].name, "give the file's name");
    Check(files[i].size_bytes >= 0, At(path, i, "size_bytes"), "must not be negative");
    bool hex = files[i].sha256.size() == 64 &&
               files[i].sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    Check(hex, At(path, i, "sha256"), "give the SHA-256 as 64 lower-case hexadecimal digits");
  }
}

absl::Status Validate(const Document& document) {
  FieldProblems problems;
  CheckMeta(MetaOf(document), problems);
  if (const auto* form = std::get_if<OrderForm>(&document)) CheckOrderForm(*form, problems);
  if (const auto* statement = std::get_if<CustomMadeStatement>(&document)) CheckStatement(*statement, problems);
  if (const auto* invoice = std::get_if<Invoice>(&document)) CheckInvoice(*invoice, problems);
  if (const auto* offer = std::get_if<Offer>(&document)) CheckOffer(*offer, problems);
  for (auto& [path, problem] : TextProblems(document)) problems.Add(path, problem);
  if (problems.empty()) return absl::OkStatus();
  Error error = Error::FailedPrecondition(
      "DOCUMENT_INCOMPLETE", absl::StrCat("the document can't be issued: ", problems.list().size(),
                                          problems.list().size() == 1 ? " field is" : " fields are",
                                          " missing or wrong, first ", problems.list().front().first));
  for (const auto& [path, problem] : problems.list()) error.Field(path, problem);
  return error;
}

int RetentionYears(const Document& document) {
  const auto* statement = std::get_if<CustomMadeStatement>(&document);
  return statement != nullptr && statement->implantable ? 15 : 10;
}

bool IsEea(absl::string_view country) {
  static constexpr std::array<const char*, 30> kMembers = {
      "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
      "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"};
  return std::any_of(kMembers.begin(), kMembers.end(), [&](const char* code) { return country == code; });
}

}  // namespace millwright::documents
