#include "services/catalog/translate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/money/proto.h"
#include "services/catalog/domain/book_assembly.h"
#include "services/catalog/domain/process_model.h"

namespace millwright::catalog {
namespace {

absl::Status Bad(const std::string& field, absl::string_view rule) {
  return Error::InvalidArgument("INVALID_PRICE_RULE", absl::StrCat(field, " ", rule)).Field(field, rule);
}

absl::StatusOr<Decimal> Number(const std::string& field, const std::string& text) {
  if (text.empty()) return Decimal(0);
  auto value = Decimal::Parse(text);
  if (!value.ok()) return Bad(field, value.status().message());
  if (*value < Decimal(0)) return Bad(field, "must not be negative");
  return value;
}

absl::Status CheckFamily(const std::string& field, const std::string& family) {
  if (std::find(std::begin(kFamilies), std::end(kFamilies), family) != std::end(kFamilies)) return absl::OkStatus();
  return Bad(field, absl::StrCat("must be one of ", absl::StrJoin(kFamilies, ", ")));
}

absl::StatusOr<int64_t> Thousandths(const std::string& field, Decimal value) {
  auto out = value.ToScaled(3, Rounding::kHalfEven);
  if (!out.ok()) return Bad(field, "is too large");
  return out;
}

absl::Status ReadMachineParameter(const std::string& name, const std::string& text, Machine& out) {
  std::string field = absl::StrCat("machine.parameters.", name);
  MW_ASSIGN_OR_RETURN(Decimal value, Number(field, text));
  MW_ASSIGN_OR_RETURN(int64_t thousandths, Thousandths(field, value));
  if (name == "allowance_mm") {
    out.allowance_um = {thousandths, thousandths, thousandths};
  } else if (name == "min_wall_mm") {
    out.min_wall_um = thousandths;
  } else if (name == "min_feature_mm") {
    out.min_feature_um = thousandths;
  } else if (name == "max_mass_g") {
    out.max_mass_mg = thousandths;
  } else if (name == "minimum_charge") {
    out.minimum_charge = value;
  } else if (name == "fixed_orientation") {
    out.fixed_orientation = thousandths != 0;
  } else {
    return Bad(field,
               "is no parameter; use allowance_mm, min_wall_mm, min_feature_mm, max_mass_g, minimum_charge or "
               "fixed_orientation");
  }
  return absl::OkStatus();
}

google::type::Money MoneyOf(int64_t minor, Currency currency) { return ToProto(Money{minor, currency}); }

// 23 % is "0.23".
std::string RateOf(Decimal percent) { return (percent / 100).ToString(); }

std::string RateTitle(const TaxRow& row) {
  if (row.treatment == "domestic") return absl::StrCat(row.percent.ToString(), "%");
  if (row.treatment == "reverse_charge") return "reverse charge";
  return row.treatment;  // "exempt", "export"
}

}  // namespace

absl::StatusOr<Material> MaterialFrom(const v1::Material& proto) {
  Material out;
  out.id = std::string(LastSegment(proto.name()));
  out.version = proto.version();
  out.label = proto.display_name();
  out.density_g_cm3 = Decimal::Milli(proto.density_mg_per_cm3());
  MW_RETURN_IF_ERROR(CheckFamily("material.process", proto.process()));
  MW_ASSIGN_OR_RETURN(out.price_per_kg, Number("material.price_per_kg", proto.price_per_kg()));
  for (const auto& [name, text] : proto.parameters()) {
    MW_ASSIGN_OR_RETURN(Decimal value, Number(absl::StrCat("material.parameters.", name), text));
    out.parameters.push_back({name, value});
  }
  // A map has no order of its own, and the order goes into the hash.
  std::sort(out.parameters.begin(), out.parameters.end(), [](auto& a, auto& b) { return a.name < b.name; });
  MW_RETURN_IF_ERROR(CheckParameters(out));
  return out;
}

absl::StatusOr<Machine> MachineFrom(const v1::Machine& proto) {
  Machine out;
  out.id = std::string(LastSegment(proto.name()));
  out.version = proto.version();
  out.label = proto.display_name();
  MW_RETURN_IF_ERROR(CheckFamily("machine.process", proto.process()));
  if (proto.envelope_micrometers_size() != 3) return Bad("machine.envelope_micrometers", "needs three edges: x, y, z");
  for (int i = 0; i < 3; ++i) {
    out.envelope_um[i] = proto.envelope_micrometers(i);
    if (out.envelope_um[i] <= 0) return Bad("machine.envelope_micrometers", "must be above 0");
  }
  MW_ASSIGN_OR_RETURN(out.hourly_rate, Number("machine.hourly_rate", proto.hourly_rate()));
  for (const auto& [name, text] : proto.parameters()) MW_RETURN_IF_ERROR(ReadMachineParameter(name, text, out));
  return out;
}

PartMeasures MeasuresFrom(const files::v1::Measurement& proto) {
  PartMeasures out;
  out.volume_e3_mm3 = proto.volume_thousandth_mm3();
  out.area_e3_mm2 = proto.area_thousandth_mm2();
  out.hull_volume_e3_mm3 = proto.hull_volume_thousandth_mm3();
  out.min_wall_um = proto.thinnest_wall_micrometers();
  for (int i = 0; i < 3 && i < proto.box_micrometers_size(); ++i) out.box_um[i] = proto.box_micrometers(i);
  return out;
}

DentalPart DentalPartFrom(const files::v1::PartFact& fact) {
  DentalPart out;
  out.material = fact.material();
  out.shade = fact.shade() == "---" ? "" : fact.shade();
  if (fact.model_part()) {
    out.model_kind = fact.work_type().empty() ? "other" : absl::AsciiStrToLower(fact.work_type());
    out.material.clear();
    return out;
  }
  out.screw_retained = fact.screw_channel_count() > 0;
  for (const files::v1::ToothFact& tooth : fact.tooth_facts()) {
    DentalUnit unit;
    unit.tooth = tooth.number();
    unit.work_type = tooth.work_type();
    unit.implant_type = tooth.implant_type();
    unit.implant_line = tooth.implant_line();
    unit.connected_to_mesial = tooth.joined_to_mesial();
    out.units.push_back(std::move(unit));
  }
  return out;
}

std::string TitleOf(const files::v1::PartFact& fact) {
  std::string out = fact.model_part() ? absl::StrCat("Model part: ", fact.work_type()) : fact.work_type();
  if (fact.teeth_size() > 0) absl::StrAppend(&out, " ", absl::StrJoin(fact.teeth(), "-"));
  const std::string& material = fact.material_name().empty() ? fact.material() : fact.material_name();
  if (!material.empty()) absl::StrAppend(&out, ", ", material);
  if (!fact.shade().empty() && fact.shade() != "---") absl::StrAppend(&out, ", ", fact.shade());
  return out;
}

v1::CostNode CostNodeTo(const CostNode& node, Currency currency) {
  v1::CostNode out;
  out.set_id(node.id);
  out.set_title(node.label);
  *out.mutable_amount() = MoneyOf(node.amount_minor, currency);
  if (!node.rule_id.empty()) out.set_rule(absl::StrCat(node.rule_id, "@", node.rule_version));
  out.set_note(node.note);
  for (const CostInput& input : node.inputs) {
    v1::CostInput* added = out.add_inputs();
    added->set_key(input.name);
    added->set_value(input.value);
  }
  for (const CostNode& child : node.children) *out.add_children() = CostNodeTo(child, currency);
  return out;
}

void FillPrice(const Quote& quote, Currency currency, v1::Quote& out) {
  const PricedOrder& price = quote.price;
  for (int i = 0; i < out.lines_size(); ++i) {
    v1::QuoteLine& line = *out.mutable_lines(i);
    const PricedLine& priced = price.lines[i];
    line.set_to_be_determined(priced.to_be_determined);
    if (priced.to_be_determined) continue;
    *line.mutable_net() = MoneyOf(priced.net_minor, currency);
    line.set_unit_price(priced.unit_price);
    line.set_tax_rate(RateOf(priced.tax.percent));
    if (priced.free_pieces > 0) {
      line.add_notes(
          absl::StrCat(priced.free_pieces, " more of this cost nothing: the price for more pieces is the same"));
    }
  }
  *out.mutable_net() = MoneyOf(price.tax.net_minor, currency);
  *out.mutable_tax() = MoneyOf(price.tax.tax_minor, currency);
  *out.mutable_gross() = MoneyOf(price.tax.gross_minor, currency);
  for (const TaxRow& row : price.tax.rows) {
    v1::TaxTotal* total = out.add_tax_totals();
    total->set_rate(RateOf(row.percent));
    total->set_title(RateTitle(row));
    *total->mutable_net() = MoneyOf(row.net_minor, currency);
    *total->mutable_tax() = MoneyOf(row.tax_minor, currency);
    *total->mutable_gross() = MoneyOf(row.gross_minor, currency);
    total->set_legal_phrase(row.phrase);
  }
  out.set_lead_time_business_days(static_cast<int32_t>(price.business_days));
}

}  // namespace millwright::catalog
