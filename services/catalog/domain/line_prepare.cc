#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/catalog/domain/fit.h"
#include "services/catalog/domain/line_pricer.h"

namespace millwright::catalog {
namespace {

absl::Status Bad(absl::string_view reason, const std::string& field, absl::string_view rule) {
  return Error::InvalidArgument(reason, absl::StrCat(field, " ", rule)).Field(field, rule);
}

bool Offers(const std::vector<std::string>& list, const std::string& id) {
  return list.empty() || std::find(list.begin(), list.end(), id) != list.end();
}

// `share` of a whole set of items, itself an item: a margin, or a finish priced in per cent.
void AddShare(const std::vector<CostItem>& of, Decimal share, CostItem& to) {
  for (const CostItem& item : of) {
    to.per_piece += item.per_piece * share;
    to.fixed += item.fixed * share;
    if (item.job_capacity == 0) continue;
    to.per_job += item.per_job * share;
    to.job_capacity = item.job_capacity;  // a model has one kind of job
  }
}

absl::Status PrepareFinishes(const CompiledBook& book, const LineRequest& line, const std::string& path,
                             PreparedLine& out) {
  for (size_t i = 0; i < line.finishes.size(); ++i) {
    std::string field = absl::StrCat(path, ".finishes[", i, "]");
    const Finish* finish = book.FindFinish(line.finishes[i]);
    if (finish == nullptr || !Offers(out.process->rule->finishes, line.finishes[i])) {
      return Bad("UNKNOWN_FINISH", field, absl::StrCat("`", line.finishes[i], "` is not offered for this process"));
    }
    if (out.material != nullptr && !Offers(finish->materials, out.material->id)) {
      return Bad("FINISH_NOT_COMPATIBLE", field,
                 absl::StrCat("`", finish->id, "` can't be applied to ", out.material->id));
    }
    for (size_t j = 0; j < line.finishes.size(); ++j) {
      const auto& excludes = finish->excludes;
      if (j != i && (line.finishes[j] == finish->id ||
                     std::find(excludes.begin(), excludes.end(), line.finishes[j]) != excludes.end())) {
        return Bad("FINISH_NOT_COMPATIBLE", field,
                   absl::StrCat("`", finish->id, "` can't be combined with `", line.finishes[j], "`; remove one"));
      }
    }
    CostItem item;
    item.id = finish->id;
    item.label = finish->label;
    item.audience = Audience::kCustomer;
    AddShare(out.production, finish->percent / 100, item);
    item.per_piece += finish->per_piece + finish->per_cm2 * line.measures.AreaMm2() / 100 +
                      finish->per_cm3 * line.measures.VolumeMm3() / 1000;
    item.inputs = {{"finish", absl::StrCat(finish->id, "@", finish->version)},
                   {"percent", finish->percent.ToString()},
                   {"per piece", finish->per_piece.ToString()},
                   {"per cm2", finish->per_cm2.ToString()},
                   {"per cm3", finish->per_cm3.ToString()}};
    out.finishing.push_back(std::move(item));
    out.extra_days += finish->extra_days;
  }
  return absl::OkStatus();
}

absl::Status PrepareMaterial(const CompiledBook& book, const OrderRequest& order, const LineRequest& line,
                             const std::string& path, DentalPart& dental, PreparedLine& out) {
  bool is_dental = line.dental.has_value();
  if (out.process->rule->dental.has_value() != is_dental) {
    return Bad("INVALID_LINE", path + ".dental",
               is_dental ? "is only for a dental process" : "is required by a dental process");
  }
  const std::string& wanted = is_dental ? line.dental->material : line.material;
  std::string field = path + (is_dental ? ".dental.material" : ".material");
  if (is_dental && !line.dental->model_kind.empty() && wanted.empty()) {
    dental = *line.dental;
    return absl::OkStatus();
  }
  out.material = book.MapMaterial(order.customer, wanted);
  if (out.material == nullptr || !Offers(out.process->rule->materials, out.material->id)) {
    return Bad("UNKNOWN_MATERIAL", field,
               absl::StrCat("`", wanted, "` is not offered; choose one of the company's materials or have it mapped"));
  }
  if (!is_dental) return absl::OkStatus();
  dental = *line.dental;
  dental.material = out.material->id;
  for (DentalUnit& unit : dental.units) {
    if (const Material* abutment = book.MapMaterial(order.customer, unit.abutment_material))
      unit.abutment_material = abutment->id;
  }
  return absl::OkStatus();
}

absl::Status PrepareMachine(const CompiledBook& book, const LineRequest& line, const std::string& path,
                            PreparedLine& out) {
  std::vector<const Machine*> machines = out.process->machines;
  if (!line.machine.empty()) {
    const Machine* machine = book.FindMachine(line.machine);
    if (machine == nullptr || !Offers(out.process->rule->machines, line.machine)) {
      return Bad("UNKNOWN_MACHINE", path + ".machine", absl::StrCat("`", line.machine, "` does not run this process"));
    }
    machines = {machine};
  }
  if (machines.empty()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(out.machine, ChooseMachine(machines, line.measures, out.material, line.finishes));
  return absl::OkStatus();
}

void PrepareOwnSetups(PreparedLine& out) {
  for (const SetupRule* setup : out.process->setups) {
    if (setup->scope != "line") continue;
    CostItem item;
    item.id = setup->id;
    item.label = setup->label;
    item.audience = Audience::kCustomer;
    if (setup->every_pieces > 0) {
      item.per_job = setup->amount;
      item.job_capacity = setup->every_pieces;
    } else {
      item.fixed = setup->amount;
    }
    item.inputs = {{"rule", absl::StrCat(setup->id, "@", setup->version)}, {"amount", setup->amount.ToString()}};
    out.own_setup.push_back(std::move(item));
  }
}

void PrepareDiscounts(const CompiledBook& book, const OrderRequest& order, const LineRequest& line, PreparedLine& out) {
  for (const Discount& d : book.book().discounts) {
    bool applies = d.on == "line" && Offers(d.processes, line.process) && Offers(d.customers, order.customer) &&
                   order.at_us >= d.valid_from_us && (d.valid_until_us == 0 || order.at_us < d.valid_until_us);
    if (applies) out.discounts.push_back(d);
  }
  std::stable_sort(out.discounts.begin(), out.discounts.end(),
                   [](const Discount& a, const Discount& b) { return a.priority < b.priority; });
}

absl::Status PrepareArticle(const CompiledBook& book, const LineRequest& line, const std::string& path,
                            PreparedLine& out) {
  const Article* article = book.FindArticle(line.product);
  if (article == nullptr) {
    return Bad("UNKNOWN_PRODUCT", path + ".product",
               absl::StrCat("`", line.product, "` is no article of this company"));
  }
  CostItem item;
  item.id = "article";
  item.label = article->label;
  item.per_piece = article->price;
  item.inputs = {{"article", absl::StrCat(article->id, "@", article->version)}, {"price", article->price.ToString()}};
  item.audience = Audience::kCustomer;
  out.production = {std::move(item)};
  out.rule_id = article->id;
  out.rule_version = article->version;
  out.tax_class = !line.tax_class.empty()      ? line.tax_class
                  : article->tax_class.empty() ? "standard"
                                               : article->tax_class;
  return absl::OkStatus();
}

absl::Status CheckMeasures(const LineRequest& line, const std::string& path) {
  const PartMeasures& m = line.measures;
  for (int64_t value :
       {m.volume_e3_mm3, m.area_e3_mm2, m.hull_volume_e3_mm3, m.support_volume_e3_mm3, m.projected_area_e3_mm2,
        m.box_um[0], m.box_um[1], m.box_um[2], m.min_wall_um, m.min_feature_um}) {
    if (value < 0) return Bad("INVALID_LINE", path + ".measures", "must not be negative");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PreparedLine> PrepareLine(const CompiledBook& book, const OrderRequest& order, const LineRequest& line,
                                         absl::string_view path_view) {
  std::string path(path_view);
  if (line.quantity < 1 || line.quantity > kMaxQuantity) {
    return Bad("INVALID_QUANTITY", path + ".quantity", absl::StrCat("must be between 1 and ", kMaxQuantity));
  }
  MW_RETURN_IF_ERROR(CheckMeasures(line, path));
  PreparedLine out;
  out.request = &line;
  if (!line.product.empty()) {
    MW_RETURN_IF_ERROR(PrepareArticle(book, line, path, out));
    return out;
  }
  out.process = book.FindProcess(line.process);
  if (out.process == nullptr) {
    return Bad("UNKNOWN_PROCESS", path + ".process",
               absl::StrCat("`", line.process, "` is no process of this company"));
  }
  out.rule_id = out.process->rule->id;
  out.rule_version = out.process->rule->version;
  out.quantity = out.process->quantity;
  DentalPart dental;
  MW_RETURN_IF_ERROR(PrepareMaterial(book, order, line, path, dental, out));
  MW_RETURN_IF_ERROR(PrepareMachine(book, line, path, out));
  ModelInput input{line.measures, line.dental ? &dental : nullptr, out.material, out.process->support_material,
                   out.machine};
  MW_ASSIGN_OR_RETURN(out.cost, out.process->model->Evaluate(input));
  out.production = out.cost.items;
  Decimal margin = out.process->rule->margin_percent;
  if (margin > Decimal(0)) {
    CostItem item;
    item.id = "margin";
    item.label = "Margin";
    item.inputs = {{"percent", margin.ToString()}};
    AddShare(out.cost.items, margin / 100, item);
    out.production.push_back(std::move(item));
  }
  out.extra_days = out.process->rule->extra_days;
  MW_RETURN_IF_ERROR(PrepareFinishes(book, line, path, out));
  PrepareOwnSetups(out);
  PrepareDiscounts(book, order, line, out);
  out.tax_class = !line.tax_class.empty() ? line.tax_class : out.process->rule->tax_class;
  if (out.tax_class.empty()) out.tax_class = "standard";
  return out;
}

}  // namespace millwright::catalog
