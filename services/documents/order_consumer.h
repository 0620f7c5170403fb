// What an event of orders means for papers: keeps the copy of the order, and asks for the papers that the workflow wants.
//
// Runs in the consumer's write transaction; the papers themselves are made by due rows of kind kIssueKind (key: the
// paper's id), outside of it. A paper that lacked facts is tried again with every later event of its order.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_ORDER_CONSUMER_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_ORDER_CONSUMER_H_

#include "absl/status/status.h"
#include "common/events/due_rows.h"
#include "common/events/event.h"
#include "common/ids/ids.h"
#include "common/storage/session.h"
#include "common/time/clock.h"
#include "services/documents/domain/paper_rules.h"

namespace millwright::documents {

inline constexpr char kIssueKind[] = "document.issue";

class OrderConsumer {
 public:
  OrderConsumer(const PaperRules& rules, DueRows& due, IdGenerator& ids, const Clock& clock)
      : rules_(rules), due_(due), ids_(ids), clock_(clock) {}

  // INVALID_ARGUMENT if the payload is no OrderEvent: the consumer parks it.
  absl::Status Apply(Transaction& tx, const Event& event);

 private:
  absl::Status Ask(Transaction& tx, const PaperRequest& paper, const internal::orders::v1::OrderEvent& event);
  absl::Status RetryIncomplete(Transaction& tx, const internal::orders::v1::OrderEvent& event);

  const PaperRules& rules_;
  DueRows& due_;
  IdGenerator& ids_;
  const Clock& clock_;
};

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_ORDER_CONSUMER_H_
