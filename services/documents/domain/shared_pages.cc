#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/documents/domain/format.h"
#include "services/documents/domain/pages.h"

namespace millwright::documents {
namespace {

std::string CityLine(const Party& party) {
  std::string city = absl::StrCat(party.postal_code, party.postal_code.empty() ? "" : " ", party.city);
  return absl::StrCat(city, ", ", party.country);
}

std::string RateText(TaxCategory category, int32_t rate_bp, Language language) {
  switch (category) {
    case TaxCategory::kExempt: return LabelText(Label::kExempt, language);
    case TaxCategory::kReverseCharge: return LabelText(Label::kReverseCharge, language);
    case TaxCategory::kExport: return LabelText(Label::kExport, language);
    default: return FormatRate(rate_bp, language);
  }
}

// The sentence the law asks for, "" where none is needed.
std::string PhraseOf(const TaxTotal& row, Language language) {
  switch (row.category) {
    case TaxCategory::kReverseCharge:
    case TaxCategory::kExport:
      if (!row.reason.empty()) return row.reason;
      break;
    default: break;
  }
  switch (row.category) {
    case TaxCategory::kExempt: return absl::StrCat(LabelText(Label::kExemptPhrase, language), " ", row.reason);
    case TaxCategory::kReverseCharge: return LabelText(Label::kReverseChargePhrase, language);
    case TaxCategory::kExport: return LabelText(Label::kExportPhrase, language);
    default: return row.reason;
  }
}

Table PositionTable(const Prices& prices, bool show_tax, Language language) {
  auto label = [&](Label id) { return LabelText(id, language); };
  Table table;
  table.columns = {{"#", 0.35, true}, {label(Label::kDescription), 3.6}, {label(Label::kQuantity), 0.95, true},
                   {label(Label::kUnitPrice), 1.15, true}};
  if (show_tax) table.columns.push_back({label(Label::kTaxRate), 1.05, true});
  table.columns.push_back({label(Label::kNet), 1.2, true});
  for (size_t i = 0; i < prices.lines.size(); ++i) {
    const PricedLine& line = prices.lines[i];
    std::vector<std::string> row = {absl::StrCat(i + 1), line.description,
                                    absl::StrCat(line.quantity, line.unit.empty() ? "" : " ", line.unit),
                                    line.unit_price.empty() ? "" : FormatDecimal(line.unit_price, prices.currency, language)};
    if (show_tax) row.push_back(RateText(line.tax_category, line.tax_rate_bp, language));
    row.push_back(FormatAmount(line.net, prices.currency, language));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void TaxSummary(const Prices& prices, Language language, Layout& layout) {
  auto label = [&](Label id) { return LabelText(id, language); };
  auto amount = [&](int64_t minor) { return FormatAmount(minor, prices.currency, language); };
  Table table;
  table.columns = {{label(Label::kTaxRate), 2}, {label(Label::kNet), 1, true}, {label(Label::kTax), 1, true},
                   {label(Label::kGross), 1, true}};
  std::vector<std::string> phrases;
  for (const TaxTotal& row : prices.taxes) {
    table.rows.push_back({RateText(row.category, row.rate_bp, language), amount(row.net), amount(row.tax),
                          amount(row.net + row.tax)});
    if (std::string phrase = PhraseOf(row, language); !phrase.empty()) phrases.push_back(std::move(phrase));
  }
  layout.Heading(label(Label::kTaxSummary));
  layout.AddTable(table);
  for (const std::string& phrase : phrases) layout.Paragraph(phrase);
}

}  // namespace

std::string Money(int64_t minor, const Prices& prices, Language language) {
  return absl::StrCat(FormatAmount(minor, prices.currency, language), "\u00A0", prices.currency);
}

Block PartyBlock(Label title, const Party& party, Language language) {
  Block block{LabelText(title, language), party.name, {party.street, CityLine(party)}};
  if (!party.vat_id.empty()) {
    block.lines.push_back(absl::StrCat(LabelText(Label::kVatId, language), " ", party.vat_id));
  }
  block.lines.push_back(party.contact);
  return block;
}

Block PrescriberBlock(Label title, const Prescriber& prescriber, Language language) {
  Block block{LabelText(title, language), prescriber.name, {prescriber.institution, prescriber.address}};
  if (!prescriber.licence_id.empty()) {
    block.lines.push_back(absl::StrCat(LabelText(Label::kLicence, language), ": ", prescriber.licence_id));
  }
  block.lines.push_back(prescriber.contact);
  return block;
}

void FileTable(Label title, const std::vector<FileRef>& files, Language language, Layout& layout) {
  if (files.empty()) return;
  Table table;
  table.columns = {{LabelText(Label::kFileName, language), 2.0},
                   {LabelText(Label::kSize, language), 0.8, true},
                   {LabelText(Label::kSha256, language), 3.6, false, true}};
  for (const FileRef& file : files) {
    table.rows.push_back({file.name, FormatSize(file.size_bytes, language), file.sha256});
  }
  layout.Heading(LabelText(title, language));
  layout.AddTable(table);
}

void PriceTables(const Prices& prices, bool show_tax, const std::vector<KeyValue>& extra, Language language,
                 Layout& layout) {
  layout.Heading(LabelText(Label::kLines, language));
  layout.AddTable(PositionTable(prices, show_tax, language));
  std::vector<KeyValue> totals = {{LabelText(Label::kTotalNet, language), Money(prices.net, prices, language)}};
  if (show_tax) {
    totals.emplace_back(LabelText(Label::kTotalTax, language), Money(prices.tax, prices, language));
    totals.emplace_back(LabelText(Label::kTotalGross, language), Money(prices.gross, prices, language));
  }
  totals.insert(totals.end(), extra.begin(), extra.end());
  layout.Totals(totals);
  if (show_tax) {
    TaxSummary(prices, language, layout);
  } else {
    layout.Paragraph(LabelText(Label::kNetNotice, language));
  }
}

}  // namespace millwright::documents
