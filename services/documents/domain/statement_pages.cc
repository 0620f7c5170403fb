// Annex XIII: one numbered section for each item of the regulation, also where the answer is "not applicable".
#include "absl/strings/str_cat.h"
#include "services/documents/domain/format.h"
#include "services/documents/domain/pages.h"

namespace millwright::documents {
namespace {

void Manufacturers(const CustomMadeStatement& statement, Layout& layout) {
  Language language = statement.meta.language;
  layout.Heading(LabelText(Label::kItem1, language));
  std::vector<Block> row = {PartyBlock(Label::kManufacturer, statement.manufacturer, language)};
  for (const Party& site : statement.sites) {
    if (row.size() == 3) {
      layout.Blocks(row);
      row.clear();
    }
    row.push_back(PartyBlock(Label::kSite, site, language));
  }
  layout.Blocks(row);
  layout.Heading(LabelText(Label::kItem2, language));
  if (statement.representative.has_value()) {
    layout.Blocks({PartyBlock(Label::kItem2, *statement.representative, language)});
  } else {
    layout.Paragraph(LabelText(Label::kNotApplicable, language));
  }
}

void Device(const CustomMadeStatement& statement, Layout& layout) {
  Language language = statement.meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  layout.Heading(label(Label::kItem3));
  layout.KeyValues({{label(Label::kOrder), statement.meta.order_number}});
  Table parts;
  parts.columns = {{label(Label::kTeeth), 1}, {label(Label::kType), 4}, {label(Label::kQuantity), 1, true}};
  Table lots;
  lots.columns = {{label(Label::kTeeth), 0.9}, {label(Label::kMaterial), 2}, {label(Label::kMaker), 1.5},
                  {label(Label::kLot), 1.3}, {label(Label::kUdi), 1.6, false, true}, {label(Label::kExpiry), 1}};
  for (const DevicePart& part : statement.parts) {
    parts.rows.push_back({part.teeth, part.type, absl::StrCat(part.quantity)});
    for (const MaterialLot& lot : part.lots) {
      lots.rows.push_back({part.teeth, lot.article, lot.manufacturer, lot.lot, lot.udi,
                           FormatStoredDate(lot.expiry, language)});
    }
  }
  layout.AddTable(parts);
  layout.Heading(label(Label::kLots));
  layout.AddTable(lots);
  FileTable(Label::kDesignFiles, statement.files, language, layout);
}

void Conformity(const CustomMadeStatement& statement, Layout& layout) {
  Language language = statement.meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  layout.Heading(label(Label::kItem7));
  layout.Paragraph(label(Label::kConformity), true);
  layout.Paragraph(label(statement.unmet.empty() ? Label::kFullyMet : Label::kNotFullyMet));
  Table unmet;
  unmet.columns = {{label(Label::kRequirement), 2}, {label(Label::kGrounds), 3}};
  for (const UnmetRequirement& item : statement.unmet) unmet.rows.push_back({item.requirement, item.grounds});
  layout.AddTable(unmet);
  layout.Heading(label(Label::kItem8));
  if (statement.substances.empty()) {
    layout.Paragraph(label(Label::kNoSubstances));
    return;
  }
  std::vector<KeyValue> rows;
  for (const NamedValue& value : statement.substances) rows.emplace_back(value.name, value.value);
  layout.KeyValues(rows);
}

}  // namespace

void LayOut(const CustomMadeStatement& statement, Layout& layout) {
  const Meta& meta = statement.meta;
  Language language = meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  std::string date = FormatDate(meta.issued_at, meta.time_zone, language);
  layout.Title(label(Label::kStatement), label(Label::kStatementBasis),
               {{label(Label::kNumber), meta.number}, {label(Label::kDate), date},
                {label(Label::kOrder), meta.order_number}});
  layout.Paragraph(label(Label::kCustomMadeDevice), true);
  Manufacturers(statement, layout);
  Device(statement, layout);
  layout.Heading(label(Label::kItem4));
  layout.Paragraph(label(Label::kExclusiveUse));
  layout.Paragraph(statement.patient, true);
  layout.Heading(label(Label::kItem5));
  layout.Blocks({PrescriberBlock(Label::kPrescriber, statement.prescriber, language)});
  layout.Heading(label(Label::kItem6));
  std::vector<KeyValue> characteristics;
  for (const NamedValue& value : statement.characteristics) characteristics.emplace_back(value.name, value.value);
  layout.KeyValues(characteristics);
  Conformity(statement, layout);
  layout.Heading(label(Label::kSignature));
  layout.Paragraph(label(statement.implantable ? Label::kKeep15 : Label::kKeep10));
  layout.SignatureLines({{label(Label::kPlaceDate), absl::StrCat(statement.place, ", ", date)},
                         {label(Label::kNameFunction), absl::StrCat(statement.signed_by, ", ", statement.function)},
                         {label(Label::kSignature), ""}});
}

}  // namespace millwright::documents
