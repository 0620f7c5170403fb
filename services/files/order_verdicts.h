// How the files of an order are judged, and when: as they are frozen for it, and once more when it is approved, because
// the center may have changed its limits, and the patience of people their minds (file-rules, section 1).
//
// The second verdict changes nothing by itself: what was pinned stays as it was judged. It is written down, and shown to
// the company that owns the files and to the seller.
#ifndef MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_
#define MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "millwright/files/v1/files_service.pb.h"
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
  absl::StatusOr<v1::ListOrderVerdictsResponse> ListOrderVerdicts(const CallInfo& call,
                                                                  const v1::ListOrderVerdictsRequest& request);

 private:
  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ORDER_VERDICTS_H_
