// What the life of an order does to files: its events activate and revoke grants, unlock files, and move the project.
//
// Exactly once per event: runs in the consumer's transaction (common/events/consumer.h).
#ifndef MILLWRIGHT_SERVICES_FILES_ORDER_EVENTS_H_
#define MILLWRIGHT_SERVICES_FILES_ORDER_EVENTS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/events/event.h"
#include "services/files/files_context.h"

namespace millwright::files {

class OrderEvents {
 public:
  explicit OrderEvents(FilesContext& context) : context_(context) {}

  // For the consumer. Events without an order are skipped.
  absl::Status Apply(Transaction& tx, const Event& event);

  // For the due row of a pin: ends it if no event came. `news_time` as in Access: while news may still be on their way,
  // the pin gets another minute.
  absl::Status ExpirePin(Transaction& tx, const std::string& order, absl::Time news_time);

 private:
  absl::Status Activate(Transaction& tx, const std::string& order);
  // Schedules the verdict of an order that has just been approved.
  absl::Status JudgeOnApproval(Transaction& tx, const std::string& order);
  absl::Status MoveProject(Transaction& tx, const Event& event, const std::string& order, const std::string& state);

  FilesContext& context_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ORDER_EVENTS_H_
