// The outbox of one service, read by another over gRPC: both ends.
//
// Server:  EventsHandlers handlers(*db, *outbox);  RpcService service(kEventsService);  handlers.Bind(service);
// Client:  RemoteEventSource source(channel, "notifications");  Consumer consumer(*db, source, handler, {...});
#ifndef MILLWRIGHT_COMMON_RPC_EVENT_STREAM_H_
#define MILLWRIGHT_COMMON_RPC_EVENT_STREAM_H_

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/events/consumer.h"
#include "common/events/outbox.h"
#include "common/rpc/client.h"
#include "common/rpc/service.h"
#include "millwright/internal/events/v1/events_service.pb.h"

namespace millwright {

inline constexpr char kEventsService[] = "millwright.internal.events.v1.EventsService";
// An answer without events goes out at least this often, so that a reader knows that it is up to date.
inline constexpr absl::Duration kCheckpointInterval = absl::Seconds(15);

// Serves StreamEvents of one outbox. Thread-safety: thread-safe.
class EventsHandlers {
 public:
  EventsHandlers(Database& db, Outbox& outbox) : db_(db), outbox_(outbox) {}
  void Bind(RpcService& service);
  absl::Status StreamEvents(const CallInfo& call, const internal::events::v1::StreamEventsRequest& request,
                            StreamWriter<internal::events::v1::StreamEventsResponse>& stream);

 private:
  Database& db_;
  Outbox& outbox_;
};

// Reads StreamEvents of a neighbour. Fetch runs in the consumer's thread and reconnects by itself: an error of the
// stream is answered once, the next Fetch opens a new one after the cursor.
class RemoteEventSource : public EventSource {
 public:
  RemoteEventSource(std::shared_ptr<Channel> channel, std::string self);
  ~RemoteEventSource() override;

  absl::StatusOr<Batch> Fetch(const std::string& cursor, int limit, absl::Time deadline) override;
  void Cancel() override;

 private:
  struct Stream;
  absl::Status Open(const std::string& cursor);
  void Close();

  std::shared_ptr<Channel> channel_;
  const std::string self_;
  std::unique_ptr<Stream> stream_;
  std::string next_cursor_;  // where the open stream stands, to notice that the consumer went back
  std::mutex mutex_;         // guards cancelled_ and the context against Cancel
  bool cancelled_ = false;
};

internal::events::v1::Event ToProto(const Event& event);
Event FromProto(const internal::events::v1::Event& proto);

}  // namespace millwright

#endif  // MILLWRIGHT_COMMON_RPC_EVENT_STREAM_H_
