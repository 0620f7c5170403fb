#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/documents/domain/format.h"
#include "services/documents/domain/pages.h"

namespace millwright::documents {
namespace {

std::string ShadeOf(const WorkItem& item) {
  return absl::StrCat(item.shade_system, item.shade_system.empty() || item.shade.empty() ? "" : " ", item.shade);
}

// What only some restorations have: "stump ND3; retention screw".
std::string DetailsOf(const WorkItem& item, Language language) {
  std::vector<std::string> details;
  auto add = [&](Label label, const std::string& value) {
    if (!value.empty()) details.push_back(absl::StrCat(LabelText(label, language), ": ", value));
  };
  add(Label::kStumpShade, item.stump_shade);
  add(Label::kConnections, item.connections);
  add(Label::kPontic, item.pontic_design);
  add(Label::kImplant, item.implant);
  add(Label::kRetention, item.retention);
  return absl::StrJoin(details, "\n");
}

void WorkTable(const OrderForm& form, Layout& layout) {
  if (form.work.empty()) return;
  Language language = form.meta.language;
  Table table;
  table.columns = {{LabelText(Label::kTeeth, language), 0.9}, {LabelText(Label::kType, language), 1.6},
                   {LabelText(Label::kMaterial, language), 1.8}, {LabelText(Label::kShade, language), 1.1},
                   {LabelText(Label::kDetails, language), 2.2}};
  for (const WorkItem& item : form.work) {
    table.rows.push_back({item.teeth, item.type, item.material, ShadeOf(item), DetailsOf(item, language)});
  }
  layout.Heading(LabelText(Label::kWork, language));
  layout.AddTable(table);
}

void ServiceTable(const OrderForm& form, Layout& layout) {
  if (form.services.empty()) return;
  Language language = form.meta.language;
  Table table;
  table.columns = {{LabelText(Label::kService, language), 3}, {LabelText(Label::kSource, language), 2},
                   {LabelText(Label::kQuantity, language), 0.8, true}};
  for (const Service& service : form.services) {
    std::string name = service.name;
    if (service.add_on) absl::StrAppend(&name, " (", LabelText(Label::kAddOn, language), ")");
    table.rows.push_back({name, service.source, absl::StrCat(service.quantity)});
  }
  layout.Heading(LabelText(Label::kServices, language));
  layout.AddTable(table);
}

void Acceptance(const OrderForm& form, Layout& layout) {
  Language language = form.meta.language;
  auto at = [&](absl::Time time) { return FormatDateTime(time, form.meta.time_zone, language); };
  std::string accepted = form.accepted_at.has_value() ? absl::StrCat(form.accepted_by, ", ", at(*form.accepted_at))
                                                      : LabelText(Label::kNotAccepted, language);
  layout.Heading(LabelText(Label::kAcceptance, language));
  layout.KeyValues({{LabelText(Label::kOfferNumber, language), form.offer_number},
                    {LabelText(Label::kTerms, language), form.terms},
                    {LabelText(Label::kOrderedBy, language), absl::StrCat(form.ordered_by, ", ", at(form.ordered_at))},
                    {LabelText(Label::kAcceptedBy, language), accepted}});
}

}  // namespace

void LayOut(const OrderForm& form, Layout& layout) {
  Language language = form.meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  layout.Title(label(Label::kOrderForm), absl::StrCat(form.customer.name, " → ", form.center.name),
               {{label(Label::kOrder), form.meta.order_number},
                {label(Label::kNumber), form.meta.number},
                {label(Label::kDate), FormatDate(form.meta.issued_at, form.meta.time_zone, language)},
                {label(Label::kRequestedDelivery), FormatStoredDate(form.requested_delivery, language)},
                {label(Label::kAppointment), FormatStoredDate(form.appointment_date, language)},
                {label(Label::kPatient), form.patient_code}});
  layout.Blocks({PartyBlock(Label::kCustomer, form.customer, language),
                 PartyBlock(Label::kCenter, form.center, language),
                 PrescriberBlock(Label::kPrescriber, form.prescriber, language)});
  WorkTable(form, layout);
  if (!form.occlusion.empty()) {
    std::vector<KeyValue> rows;
    for (const NamedValue& value : form.occlusion) rows.emplace_back(value.name, value.value);
    layout.Heading(label(Label::kOcclusion));
    layout.KeyValues(rows);
  }
  ServiceTable(form, layout);
  FileTable(Label::kSharedFiles, form.files, language, layout);
  FileTable(Label::kAttachments, form.attachments, language, layout);
  if (!form.notes.empty()) {
    layout.Heading(label(Label::kNotes));
    layout.Paragraph(form.notes);
  }
  PriceTables(form.prices, true, {}, language, layout);
  Acceptance(form, layout);
  layout.SignatureLines({{label(Label::kPrescriber), form.prescriber.name}, {label(Label::kCustomer), form.customer.name}});
}

}  // namespace millwright::documents
