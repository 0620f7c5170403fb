#include "services/orders/domain/line_ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"

namespace millwright::orders {
namespace {

constexpr Stage kAll[] = {Stage::kFree,  Stage::kReprinting, Stage::kManufacturing, Stage::kPostProduction,
                          Stage::kReady, Stage::kShipped,    Stage::kDelivered};

struct StageMove {
  Stage from, to;
  bool stock_only;
};
// The rows of the production table as seen by a piece. Scrapping is not here: it counts.
constexpr StageMove kMoves[] = {
    {Stage::kFree, Stage::kManufacturing, false},          {Stage::kFree, Stage::kReady, true},
    {Stage::kReprinting, Stage::kManufacturing, false},    {Stage::kReprinting, Stage::kPostProduction, false},
    {Stage::kManufacturing, Stage::kPostProduction, false},{Stage::kManufacturing, Stage::kReady, false},
    {Stage::kManufacturing, Stage::kFree, false},          {Stage::kPostProduction, Stage::kReady, false},
    {Stage::kPostProduction, Stage::kManufacturing, false},{Stage::kReady, Stage::kShipped, false},
    {Stage::kReady, Stage::kDelivered, false},             {Stage::kReady, Stage::kPostProduction, false},
    {Stage::kShipped, Stage::kDelivered, false},           {Stage::kShipped, Stage::kReady, false},
    {Stage::kShipped, Stage::kManufacturing, false},       {Stage::kDelivered, Stage::kReady, false},
    {Stage::kDelivered, Stage::kShipped, false},
};

}  // namespace

absl::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kFree: return "free";
    case Stage::kReprinting: return "to reprint";
    case Stage::kManufacturing: return "in manufacturing";
    case Stage::kPostProduction: return "in post-production";
    case Stage::kReady: return "ready";
    case Stage::kShipped: return "shipped";
    case Stage::kDelivered: return "delivered";
  }
  return "";
}

absl::StatusOr<LineLedger> LineLedger::Create(std::string line, int64_t ordered, bool to_make) {
  if (ordered < 1 || ordered > kMaxQuantity) {
    return Error::InvalidArgument("LINE_QUANTITY_INVALID", "a line needs a quantity")
        .Field("order.lines.quantity", absl::StrCat("must be 1 to ", kMaxQuantity));
  }
  LineLedger ledger;
  ledger.line_ = std::move(line);
  ledger.ordered_ = ordered;
  ledger.to_make_ = to_make;
  ledger.slot(Stage::kFree) = ordered;
  return ledger;
}

absl::StatusOr<LineLedger> LineLedger::Restore(std::string line, bool to_make, int64_t ordered, int64_t cancelled,
                                               int64_t scrapped, const std::array<int64_t, kStages>& at) {
  const auto bad = [](int64_t count) { return count < 0 || count > kMaxQuantity; };
  int64_t sum = cancelled;
  bool invalid = bad(ordered) || bad(cancelled) || scrapped < 0;
  for (int64_t count : at) {
    invalid |= bad(count);
    if (!invalid) sum += count;
  }
  if (invalid || sum != ordered) {
    return Error::InvalidArgument("LINE_QUANTITY_INVALID",
                                  absl::StrCat("the stored quantities of line ", line, " contradict each other"));
  }
  LineLedger ledger;
  ledger.line_ = std::move(line);
  ledger.to_make_ = to_make;
  ledger.ordered_ = ordered;
  ledger.cancelled_ = cancelled;
  ledger.scrapped_ = scrapped;
  ledger.at_ = at;
  return ledger;
}

int64_t LineLedger::made() const {
  return at(Stage::kPostProduction) + at(Stage::kReady) + at(Stage::kShipped) + at(Stage::kDelivered);
}

bool LineLedger::MayMove(Stage from, Stage to) const {
  return std::any_of(std::begin(kMoves), std::end(kMoves), [&](const StageMove& move) {
    if (move.from != from || move.to != to) return false;
    return !(move.stock_only && to_make_) && !(!to_make_ && from == Stage::kFree && to == Stage::kManufacturing);
  });
}

absl::Status LineLedger::CheckCount(int64_t count, int64_t available, absl::string_view where) const {
  if (count < 1) {
    return Error::InvalidArgument("LINE_QUANTITY_INVALID", "a quantity of at least 1 is needed")
        .Field("quantity", "must be 1 or more");
  }
  if (count <= available) return absl::OkStatus();
  return Error::FailedPrecondition("LINE_QUANTITY_TOO_HIGH", absl::StrCat("line ", line_, " has fewer pieces there"))
      .Precondition("LINE", line_, absl::StrCat("only ", available, " pieces are ", where, ": lower the quantity"))
      .Meta("available", absl::StrCat(available));
}

absl::Status LineLedger::Move(Stage from, Stage to, int64_t count) {
  if (!MayMove(from, to)) {
    return Error::FailedPrecondition("LINE_MOVE_NOT_ALLOWED",
                                     absl::StrCat("pieces that are ", StageName(from), " can't become ", StageName(to)))
        .Precondition("LINE", line_, "move them along the table of the workflow");
  }
  MW_RETURN_IF_ERROR(CheckCount(count, at(from), StageName(from)));
  slot(from) -= count;
  slot(to) += count;
  return absl::OkStatus();
}

int64_t LineLedger::MoveAllThatMay(Stage to) {
  int64_t moved = 0;
  for (Stage from : kAll) {
    if (from == to || at(from) == 0 || !MayMove(from, to)) continue;
    moved += at(from);
    slot(to) += at(from);
    slot(from) = 0;
  }
  return moved;
}

void LineLedger::FollowOrder(Stage from, Stage to) {
  if (from != to) {
    slot(to) += at(from);
    slot(from) = 0;
  }
  MoveAllThatMay(to);
}

void LineLedger::ForceAll(Stage to) {
  at_.fill(0);
  slot(to) = ordered_ - cancelled_;
}

absl::Status LineLedger::Scrap(Stage from, int64_t count) {
  const bool scrappable = from == Stage::kManufacturing || from == Stage::kPostProduction || from == Stage::kReady ||
                          from == Stage::kShipped;
  if (!scrappable) {
    return Error::FailedPrecondition("LINE_MOVE_NOT_ALLOWED",
                                     absl::StrCat("pieces that are ", StageName(from), " can't be scrapped"))
        .Precondition("LINE", line_, "only pieces that were started, and not yet delivered, can be made again");
  }
  MW_RETURN_IF_ERROR(CheckCount(count, at(from), StageName(from)));
  slot(from) -= count;
  slot(Stage::kReprinting) += count;
  scrapped_ += count;
  return absl::OkStatus();
}

absl::Status LineLedger::Cancel(int64_t count) {
  MW_RETURN_IF_ERROR(CheckCount(count, ordered_ - cancelled_ - shipped(), "not shipped yet"));
  cancelled_ += count;
  for (Stage stage : kAll) {
    const int64_t taken = std::min(count, at(stage));
    slot(stage) -= taken;
    count -= taken;
  }
  return absl::OkStatus();
}

std::optional<Stage> LineLedger::LeastAdvanced() const {
  for (Stage stage : kAll) {
    if (at(stage) > 0) return stage;
  }
  return std::nullopt;
}

std::string LineLedger::MissingText() const {
  const int64_t free = to_make_ ? at(Stage::kFree) : 0;
  const int64_t missing = free + at(Stage::kReprinting);
  if (missing == 0) return "";
  std::vector<std::string> parts;
  if (free > 0) parts.push_back(absl::StrCat(free, " not started"));
  if (at(Stage::kReprinting) > 0) parts.push_back(absl::StrCat(at(Stage::kReprinting), " to reprint"));
  return absl::StrCat("line ", line_, ": ", missing, " of ", ordered_ - cancelled_, " still to be made (",
                      absl::StrJoin(parts, ", "), ")");
}

std::optional<Stage> StageOfState(const Workflow& workflow, absl::string_view state) {
  const v1::State* found = workflow.FindState(state);
  if (found == nullptr || found->rank() < 10 || found->rank() >= 10 * (kStages + 1)) return std::nullopt;
  return static_cast<Stage>(found->rank() / 10);
}

std::string StateOfLines(const Workflow& workflow, const std::vector<LineLedger>& lines, absl::string_view preferred) {
  std::optional<Stage> least;
  for (const LineLedger& line : lines) {
    const std::optional<Stage> stage = line.LeastAdvanced();
    if (stage && (!least || *stage < *least)) least = stage;
  }
  if (!least) return "";
  const int rank = static_cast<int>(*least) * 10;
  const v1::State* best = nullptr;
  for (const v1::State& state : workflow.definition().states()) {
    if (state.rank() == 0 || state.rank() > rank) continue;
    const bool closer = best == nullptr || state.rank() > best->rank();
    if (closer || (state.rank() == best->rank() && state.id() == preferred)) best = &state;
  }
  return best == nullptr ? "" : best->id();
}

void FillLineFacts(const Workflow& workflow, const std::vector<LineLedger>& lines, absl::string_view preferred,
                   OrderFacts& facts) {
  facts.missing_quantities.clear();
  facts.pieces_ordered = facts.pieces_shipped = facts.pieces_collected = 0;
  facts.stock_lines_only = !lines.empty();
  for (const LineLedger& line : lines) {
    if (std::string missing = line.MissingText(); !missing.empty()) facts.missing_quantities.push_back(missing);
    facts.pieces_ordered += line.ordered() - line.cancelled();
    facts.pieces_shipped += line.shipped();
    facts.pieces_collected += line.at(Stage::kDelivered);
    facts.stock_lines_only &= !line.to_make();
  }
  facts.lines_state = StateOfLines(workflow, lines, preferred);
}

}  // namespace millwright::orders
