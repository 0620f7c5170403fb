#include "services/documents/domain/order_papers.h"

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "services/documents/domain/format.h"
#include "services/documents/domain/labels.h"
#include "services/documents/domain/order_prices.h"

namespace millwright::documents {
namespace {

using millwright::orders::v1::Order;
using millwright::orders::v1::OrderLine;
using internal::orders::v1::OrderEvent;
using PartyProto = millwright::common::v1::Party;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::TimeZone ZoneOf(const PartyProto& party) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(party.time_zone(), &zone);
  return zone;
}

std::string CivilDate(absl::Time time, const PartyProto& party) {
  return FormatDate(absl::ToCivilDay(time, ZoneOf(party)), Language::kEnglish);
}

Party PartyOf(const PartyProto& proto) {
  const auto& address = proto.address();
  return {proto.display_name(), absl::StrJoin(address.street_lines(), ", "), address.postal_code(),
          address.locality(),   address.region_code(),                       proto.vat_id(),
          proto.email()};
}

// People are named by company and member id: orders carries no names of members.
std::string MemberText(const std::string& member, const PartyProto& party) {
  size_t slash = member.rfind('/');
  if (member.empty() || slash == std::string::npos) return party.display_name();
  return absl::StrCat(party.display_name(), " (", member.substr(slash + 1), ")");
}

Prescriber PrescriberOf(const Order& order) {
  const auto& prescription = order.prescription();
  return {prescription.prescriber(), prescription.prescriber_number(), prescription.institution(), "", ""};
}

std::string TeethOf(const OrderLine& line) {
  if (line.part().teeth().empty()) return line.part().model_part() ? "–" : "";  // a model base has no tooth
  return absl::StrJoin(line.part().teeth(), ", ");
}

std::string MaterialOf(const OrderLine& line) {
  return !line.material_title().empty() ? line.material_title() : line.part().material_name();
}

std::string ImplantOf(const OrderLine& line) {
  std::vector<std::string> implants;
  for (const auto& tooth : line.part().tooth_facts()) {
    if (!tooth.implant_line().empty()) implants.push_back(absl::StrCat(tooth.number(), ": ", tooth.implant_line()));
  }
  return absl::StrJoin(implants, "; ");
}

std::string PonticsOf(const OrderLine& line) {
  std::vector<std::string> pontics;
  for (const auto& tooth : line.part().tooth_facts()) {
    if (absl::StrContains(tooth.work_type(), "Pontic")) pontics.push_back(absl::StrCat(tooth.number()));
  }
  return absl::StrJoin(pontics, ", ");
}

std::string ConnectionsOf(const OrderLine& line) {
  int joints = 0;
  for (const auto& tooth : line.part().tooth_facts()) joints += tooth.joined_to_mesial() ? 1 : 0;
  return joints == 0 ? "" : absl::StrCat(joints);
}

// "AnatomicCrown" -> "Anatomic crown": the CAD program's word, spelled for people.
std::string TypeOf(const OrderLine& line) {
  if (line.part().work_type().empty()) return line.title();
  std::string out;
  for (char c : line.part().work_type()) {
    const bool capital = absl::ascii_isupper(static_cast<unsigned char>(c));
    if (capital && !out.empty() && out.back() != ' ') out += ' ';
    out += capital && out.size() > 1 ? absl::ascii_tolower(static_cast<unsigned char>(c)) : c;
  }
  return out;
}

int64_t PiecesOf(const OrderLine& line) { return int64_t{line.quantity()} - line.cancelled_quantity(); }

std::vector<FileRef> SharedFiles(const Order& order) {
  std::vector<FileRef> files;
  for (const auto& file : order.shared_files()) files.push_back({file.file_name(), file.size_bytes(), file.sha256()});
  return files;
}

// The design files of the lines; their sizes are known where they were shared.
std::vector<FileRef> MadeFiles(const Order& order) {
  std::map<std::string, FileRef> files;
  std::map<std::string, int64_t> sizes;
  for (const auto& file : order.shared_files()) sizes[file.sha256()] = file.size_bytes();
  for (const OrderLine& line : order.lines()) {
    if (line.file_sha256().empty() || PiecesOf(line) <= 0) continue;
    files[line.file_sha256()] = {line.file_name(), sizes[line.file_sha256()], line.file_sha256()};
  }
  std::vector<FileRef> out;
  for (auto& [hash, file] : files) out.push_back(std::move(file));
  return out;
}

Meta MetaFor(Kind kind, const Order& order, const std::string& number, absl::Time issued_at) {
  const PartyProto& issuer = IssuerOf(kind, order);
  return {number, LanguageOf(order.buyer_party().language_code()), issued_at,
          issuer.time_zone().empty() ? "UTC" : issuer.time_zone(), order.order_number()};
}

absl::StatusOr<Document> OrderFormOf(const OrderEvent& event, Meta meta) {
  const Order& order = event.order();
  OrderForm form;
  form.meta = std::move(meta);
  if (order.has_promised_time()) {
    form.requested_delivery = CivilDate(TimeOf(order.promised_time()), order.buyer_party());
  }
  form.prescriber = PrescriberOf(order);
  form.customer = PartyOf(order.buyer_party());
  form.center = PartyOf(order.seller_party());
  form.patient_code = order.prescription().case_code();
  for (const OrderLine& line : order.lines()) {
    if (PiecesOf(line) <= 0) continue;
    // Models and add-on products are no teeth of the prescription.
    if (line.file().empty() || line.part().model_part()) {
      form.services.push_back({line.title(), "", PiecesOf(line), line.file().empty()});
      continue;
    }
    form.work.push_back({TeethOf(line), TypeOf(line),
                         MaterialOf(line), "", line.part().shade(), "", ConnectionsOf(line), PonticsOf(line),
                         ImplantOf(line), line.part().screw_channel_count() > 0 ? "screw" : ""});
  }
  form.files = SharedFiles(order);
  form.notes = order.notes();
  if (!order.prescription().wishes().empty()) {
    absl::StrAppend(&form.notes, form.notes.empty() ? "" : "\n", order.prescription().wishes());
  }
  MW_ASSIGN_OR_RETURN(form.prices, PricesOf(order, form.meta.language));
  form.ordered_by = MemberText(order.ordered_by(), order.buyer_party());
  form.ordered_at = TimeOf(event.entry().has_time() ? event.entry().time() : order.update_time());
  return Document(std::move(form));
}

absl::StatusOr<Document> StatementOf(const OrderEvent& event, Meta meta) {
  const Order& order = event.order();
  CustomMadeStatement statement;
  Language language = meta.language;
  statement.meta = std::move(meta);
  const PartyProto& maker = IssuerOf(v1::Document::STATEMENT, order);
  statement.manufacturer = PartyOf(maker);
  statement.sites = {PartyOf(order.seller_party())};
  if (order.lab_issues_statement()) statement.sites.push_back(PartyOf(order.buyer_party()));
  statement.representative_applies = Applies::kNotApplicable;
  for (const OrderLine& line : order.lines()) {
    if (line.file().empty() || PiecesOf(line) <= 0) continue;
    DevicePart part{TeethOf(line), TypeOf(line),
                    PiecesOf(line), {}};
    for (const auto& lot : line.lots()) part.lots.push_back({lot.article(), lot.manufacturer(), lot.lot(), lot.udi(), ""});
    std::vector<std::string> facts;
    for (const std::string& fact : {MaterialOf(line), line.part().shade(), ImplantOf(line)}) {
      if (!fact.empty()) facts.push_back(fact);
    }
    if (facts.empty()) facts.push_back(line.title());
    statement.characteristics.push_back({absl::StrCat(part.teeth, " ", part.type), absl::StrJoin(facts, ", ")});
    statement.implantable = statement.implantable || line.part().implant_count() > 0;
    statement.parts.push_back(std::move(part));
  }
  if (!order.prescription().wishes().empty()) {
    statement.characteristics.push_back({LabelText(Label::kWishes, language), order.prescription().wishes()});
  }
  statement.files = MadeFiles(order);
  statement.patient = order.prescription().case_code();
  statement.prescriber = PrescriberOf(order);
  statement.unmet_applies = Applies::kNotApplicable;
  statement.substances_apply = Applies::kNotApplicable;
  statement.place = maker.address().locality();
  statement.signed_by = maker.display_name();
  statement.function = LabelText(Label::kOnlineAcceptance, language);
  return Document(std::move(statement));
}

absl::StatusOr<Document> InvoiceOf(const OrderEvent& event, Meta meta, InvoiceKind kind) {
  const Order& order = event.order();
  Invoice invoice;
  Language language = meta.language;
  invoice.kind = kind;
  invoice.seller = PartyOf(order.seller_party());
  invoice.buyer = PartyOf(order.buyer_party());
  if (order.shipments_size() > 0) {
    invoice.supply_date = CivilDate(TimeOf(order.shipments().rbegin()->create_time()), order.seller_party());
  }
  absl::CivilDay issued = absl::ToCivilDay(meta.issued_at, ZoneOf(order.seller_party()));
  absl::CivilDay due = order.has_payment_due_time()
                           ? absl::ToCivilDay(TimeOf(order.payment_due_time()), ZoneOf(order.seller_party()))
                           : issued + kDefaultPaymentTermDays;
  invoice.due_date = FormatDate(due, Language::kEnglish);
  invoice.payment_terms = absl::StrCat(std::max<absl::civil_diff_t>(due - issued, 0), " ",
                                       LabelText(Label::kDaysNet, language));
  invoice.po_number = order.po_number().empty() ? order.buyer_reference() : order.po_number();
  if (!order.seller_party().bank_account().empty()) {
    invoice.payment_details.push_back({LabelText(Label::kBankAccount, language), order.seller_party().bank_account()});
  }
  invoice.payment_details.push_back({LabelText(Label::kReference, language), absl::StrCat(meta.number, " / ", order.order_number())});
  invoice.meta = std::move(meta);
  MW_ASSIGN_OR_RETURN(invoice.prices, PricesOf(order, language));
  MW_ASSIGN_OR_RETURN(invoice.paid, PaidOf(order));
  return Document(std::move(invoice));
}

absl::StatusOr<Document> OfferOf(const OrderEvent& event, Meta meta) {
  const Order& order = event.order();
  Offer offer;
  offer.firm = true;
  offer.revision = order.offer_revision();
  offer.revision_hash = order.revision_hash();
  offer.seller = PartyOf(order.seller_party());
  offer.buyer = PartyOf(order.buyer_party());
  offer.valid_until = TimeOf(order.offer_expire_time());
  if (order.has_promised_time()) {
    offer.delivery = FormatDate(TimeOf(order.promised_time()), meta.time_zone, meta.language);
  }
  offer.files = SharedFiles(order);
  offer.notes = event.offer().message();
  MW_ASSIGN_OR_RETURN(offer.prices, PricesOf(order, meta.language));
  offer.meta = std::move(meta);
  return Document(std::move(offer));
}

}  // namespace

const PartyProto& IssuerOf(Kind kind, const Order& order) {
  bool buyer = kind == v1::Document::ORDER_FORM ||
               (kind == v1::Document::STATEMENT && order.lab_issues_statement());
  return buyer ? order.buyer_party() : order.seller_party();
}

Language LanguageOf(absl::string_view language_code) {
  if (absl::StartsWith(language_code, "de")) return Language::kGerman;
  if (absl::StartsWith(language_code, "pl")) return Language::kPolish;
  return Language::kEnglish;
}

absl::StatusOr<Document> BuildPaper(Kind kind, const OrderEvent& event, const std::string& number,
                                    absl::Time issued_at) {
  Meta meta = MetaFor(kind, event.order(), number, issued_at);
  switch (kind) {
    case v1::Document::ORDER_FORM: return OrderFormOf(event, std::move(meta));
    case v1::Document::STATEMENT: return StatementOf(event, std::move(meta));
    case v1::Document::INVOICE: return InvoiceOf(event, std::move(meta), InvoiceKind::kInvoice);
    case v1::Document::PRO_FORMA: return InvoiceOf(event, std::move(meta), InvoiceKind::kProForma);
    case v1::Document::OFFER: return OfferOf(event, std::move(meta));
    default: return Error::InvalidArgument("DOCUMENT_KIND", "there is no such paper").Field("kind", "choose a kind");
  }
}

}  // namespace millwright::documents
