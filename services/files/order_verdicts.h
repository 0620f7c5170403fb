// How the files of an order are judged, and when: as they are frozen for it, and once more when it is approved, because
// the center may have changed its limits, and the patience of people their minds (file-rules, section 1).
//
// The move that approves asks for the second verdict before it is made, and a blocking finding stops it (orders, guard
// `files_valid`). What was pinned stays as it was judged. After the move the verdict is written down, and shown to the
// company that owns the files and to the seller.
#ifndef MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_
#define MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
#include "millwright/internal/files/v1/pinning_service.pb.h"
#include "services/files/files_context.h"

namespace millwright::files {

// Kind of the due row of an approved order; its key is the order.
inline constexpr char kJudgeOrder[] = "order.judge";
inline constexpr int kMaxVerdictFindings = 200;

// Writes a verdict in the transaction of its occasion. `shared`: the facts as the seller may see them.
absl::Status RecordVerdict(FilesContext& context, Transaction& tx, const std::string& order, const std::string& project,
                           v1::OrderVerdict::Occasion occasion, const v1::ProjectFacts& own,
                           const v1::ProjectFacts& shared);

class OrderVerdicts {
 public:
  explicit OrderVerdicts(FilesContext& context) : context_(context) {}

  // For the due row: judges what was pinned by the limits that the seller has now, and answers what to write.
  absl::StatusOr<std::function<absl::Status(Transaction&)>> Judge(const std::string& order);
  // The same for the move that is about to approve it: nothing is written.
  absl::StatusOr<v1::OrderVerdict> JudgeOrder(const CallInfo& call,
                                              const internal::files::v1::JudgeOrderRequest& request);
  absl::StatusOr<v1::ListOrderVerdictsResponse> ListOrderVerdicts(const CallInfo& call,
                                                                  const v1::ListOrderVerdictsRequest& request);

 private:
  // What an order pinned, and of which project; no `project` if it pinned nothing.
  struct Pinned {
    std::optional<PinRow> pin;
    std::optional<ProjectRow> project;
    bool IsOwner(const CallInfo& call) const;
    // A seller learns of an order when it is submitted, as with its files.
    bool IsSeller(const CallInfo& call) const;
  };
  static absl::StatusOr<Pinned> FindPinned(Reader& reader, const std::string& order);
  // Of what was pinned, by the limits that the seller has now.
  absl::StatusOr<Evaluation> EvaluateAgain(const Pinned& pinned);

  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_
