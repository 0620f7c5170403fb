// Quantities of one order line, by the stage of production that each piece has reached.
//
// Every piece that was ordered is at exactly one stage or cancelled. Counters follow from the stages and from what was
// scrapped, so they can't contradict each other:
//
//   ordered = free + reprinting + manufacturing + post-production + ready + shipped + delivered + cancelled
//   made    = post-production + ready + shipped + delivered
//   started = manufacturing + made + scrapped            (so made + scrapped never exceeds what was started)
//
// Thread-safety: a value type.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINE_LEDGER_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINE_LEDGER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/orders/domain/workflow.h"

namespace millwright::orders {

// The value is State.rank of the state that shows it, divided by ten.
enum class Stage { kFree = 1, kReprinting = 2, kManufacturing = 3, kPostProduction = 4, kReady = 5, kShipped = 6, kDelivered = 7 };
inline constexpr int kStages = 7;
inline constexpr int64_t kMaxQuantity = 1'000'000'000;  // per line

absl::string_view StageName(Stage stage);

class LineLedger {
 public:
  // `to_make` is false for stock and add-on lines: their pieces are ready without being made.
  static absl::StatusOr<LineLedger> Create(std::string line, int64_t ordered, bool to_make);
  // From stored counters; INVALID_ARGUMENT if they contradict each other.
  static absl::StatusOr<LineLedger> Restore(std::string line, bool to_make, int64_t ordered, int64_t cancelled,
                                            int64_t scrapped, const std::array<int64_t, kStages>& at);

  const std::string& line() const { return line_; }
  bool to_make() const { return to_make_; }
  int64_t ordered() const { return ordered_; }
  int64_t cancelled() const { return cancelled_; }
  int64_t scrapped() const { return scrapped_; }
  int64_t at(Stage stage) const { return at_[static_cast<int>(stage) - 1]; }
  int64_t made() const;
  int64_t started() const { return at(Stage::kManufacturing) + made() + scrapped_; }
  int64_t shipped() const { return at(Stage::kShipped) + at(Stage::kDelivered); }
  bool all_cancelled() const { return cancelled_ == ordered_; }

  // Moves `count` pieces along a row of the table. FAILED_PRECONDITION LINE_MOVE_NOT_ALLOWED if no such row exists for
  // this line, LINE_QUANTITY_TOO_HIGH if fewer pieces are there; INVALID_ARGUMENT for a count below 1.
  absl::Status Move(Stage from, Stage to, int64_t count);
  // Moves every piece that may go to `to` directly; answers how many went. What an order-level move does.
  int64_t MoveAllThatMay(Stage to);
  // What an order-level move from `from` to `to` does, as its workflow's table permits it: every piece at `from`, and
  // every piece that may, goes to `to`.
  void FollowOrder(Stage from, Stage to);
  // An override: every piece that is not cancelled goes to `to`.
  void ForceAll(Stage to);
  // Faulty, lost or damaged pieces: they leave `from` and are to be made again.
  absl::Status Scrap(Stage from, int64_t count);
  // Cancels pieces that were not shipped, least advanced first.
  absl::Status Cancel(int64_t count);

  // The stage of the least advanced piece; nullopt if all are cancelled.
  std::optional<Stage> LeastAdvanced() const;
  // "line 1: 3 of 10 still to be made (2 free, 1 to reprint)"; "" if an order-level move to Ready leaves nothing behind.
  std::string MissingText() const;
  bool MayMove(Stage from, Stage to) const;

 private:
  LineLedger() = default;
  int64_t& slot(Stage stage) { return at_[static_cast<int>(stage) - 1]; }
  absl::Status CheckCount(int64_t count, int64_t available, absl::string_view where) const;

  std::string line_;
  bool to_make_ = true;
  int64_t ordered_ = 0, cancelled_ = 0, scrapped_ = 0;
  std::array<int64_t, kStages> at_{};
};

// The state that shows the least advanced uncancelled line. Where two states have the same rank (ready for shipping,
// ready for pickup) `preferred` wins; where a stage has no state the one below it. "" if every line is cancelled or
// the workflow has no ranks.
std::string StateOfLines(const Workflow& workflow, const std::vector<LineLedger>& lines, absl::string_view preferred);

// The stage that a state's rank stands for; nullopt for states before production.
std::optional<Stage> StageOfState(const Workflow& workflow, absl::string_view state);

// What the order-level facts say about the lines: missing quantities, pieces ordered and shipped, the lines' state.
void FillLineFacts(const Workflow& workflow, const std::vector<LineLedger>& lines, absl::string_view preferred,
                   OrderFacts& facts);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_LINE_LEDGER_H_
