// The one interface of all process families: from measures, configuration and rates to cost items.
//
// A model is a pure function: no clock, no I/O, no state. It answers *items*, each a cost that grows with the quantity
// in a stated way, so that the amount for any quantity is cheap to compute and is rounded only once, by the caller:
//
//   amount(n) = per_piece * n  +  per_job * ceil(n / job_capacity)  +  fixed
//
// Additive and powder printing, machine hours, size powers and dental unit prices exist; a further family (CNC, sheet,
// moulding) is one more class, one more rate set in ProcessRule and one line in MakeModel.
//
// Thread-safety: a model is immutable; Evaluate may be called from any thread.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PROCESS_MODEL_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PROCESS_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/money/decimal.h"
#include "services/catalog/domain/cost_tree.h"
#include "services/catalog/domain/measures.h"
#include "services/catalog/domain/price_book.h"

namespace millwright::catalog {

struct CostItem {
  std::string id, label;
  Decimal per_piece;  // in units of the price list's currency, exact
  Decimal per_job;
  int64_t job_capacity = 0;  // pieces per job; 0 with per_job = 0
  Decimal fixed;
  std::vector<CostInput> inputs;
  std::string note;
  Audience audience = Audience::kShop;

  // Exact cost of `pieces`, before rounding.
  Decimal AmountFor(int64_t pieces) const;
};

struct UnitCost {
  std::vector<CostItem> items;
  // Machine time, for capacity promises.
  Decimal hours_per_piece, hours_per_job;
  int64_t job_capacity = 0;

  Decimal HoursFor(int64_t pieces) const;
};

struct ModelInput {
  const PartMeasures& part;
  const DentalPart* dental = nullptr;  // required by dental rules, else null
  const Material* material = nullptr;  // required by all but dental rules
  const Material* support_material = nullptr;
  const Machine* machine = nullptr;    // the one chosen; null: the rule's rates alone
};

class ProcessModel {
 public:
  virtual ~ProcessModel() = default;
  // INVALID_ARGUMENT names the measure or choice that is missing; FAILED_PRECONDITION (PART_DOES_NOT_FIT,
  // PRODUCT_NOT_OFFERED) what the company can't make.
  virtual absl::StatusOr<UnitCost> Evaluate(const ModelInput& input) const = 0;
};

// Checks the rates (INVALID_ARGUMENT, INVALID_PRICE_RULE, naming the field) and answers the rule's model.
absl::StatusOr<std::unique_ptr<const ProcessModel>> MakeModel(const ProcessRule& rule);

// --- for the models themselves ---
absl::Status InvalidRule(const ProcessRule& rule, absl::string_view field, absl::string_view remedy);
absl::Status MissingMeasure(absl::string_view measure, absl::string_view why);
std::unique_ptr<const ProcessModel> MakeAdditiveModel(const AdditiveRates& rates);
std::unique_ptr<const ProcessModel> MakePowderModel(const PowderRates& rates);
std::unique_ptr<const ProcessModel> MakeDentalModel(const DentalRates& rates);
absl::Status CheckDentalRates(const ProcessRule& rule);

// The material's parameter of that name, else `standard`.
Decimal ParameterOr(const Material& material, absl::string_view name, Decimal standard);
// INVALID_PRICE_RULE for a name that no model reads or a value it would refuse.
absl::Status CheckParameters(const Material& material);
// The machine's own hourly rate, else the rule's.
Decimal RateOr(const Machine* machine, Decimal rule_rate);

// Whether `line` of a price list covers the design's library descriptor: equal, or its leading parts.
bool CoversImplantLine(absl::string_view line, absl::string_view descriptor);
// How a dental list classifies a work type; nullptr if the list does not know it.
const WorkTypeGroup* GroupOf(const DentalRates& rates, absl::string_view work_type);
// The price of a model part; nullptr if the list has none.
const ModelPrice* ModelPriceOf(const DentalRates& rates, absl::string_view kind);
// The list price of one unit; nullptr if the list has none for this group, material and shade.
const DentalPrice* UnitPrice(const DentalRates& rates, absl::string_view group, absl::string_view material,
                             absl::string_view shade);

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_PROCESS_MODEL_H_
