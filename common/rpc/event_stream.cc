#include "common/rpc/event_stream.h"

#include <condition_variable>

#include "absl/time/clock.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

using internal::events::v1::StreamEventsRequest;
using internal::events::v1::StreamEventsResponse;

constexpr char kStreamEvents[] = "/millwright.internal.events.v1.EventsService/StreamEvents";
// How long the server waits at a stretch before it looks whether the client is still there.
constexpr absl::Duration kLookUp = absl::Seconds(1);
// Answers that wait in the reader before it stops reading.
constexpr size_t kMaxBuffered = 4;

}  // namespace

internal::events::v1::Event ToProto(const Event& event) {
  internal::events::v1::Event out;
  out.set_id(event.id);
  out.set_aggregate(event.aggregate);
  out.set_sequence(event.sequence);
  out.set_type(event.type);
  int64_t micros = absl::ToUnixMicros(event.time);
  out.mutable_time()->set_seconds(micros / 1000000);
  out.mutable_time()->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  out.set_actor(event.actor);
  out.set_trace(event.trace);
  out.set_before(event.before);
  out.set_after(event.after);
  out.set_tenant(event.tenant);
  out.set_position(event.position);
  return out;
}

Event FromProto(const internal::events::v1::Event& proto) {
  Event out;
  out.id = proto.id();
  out.aggregate = proto.aggregate();
  out.sequence = proto.sequence();
  out.type = proto.type();
  out.time = absl::FromUnixMicros(proto.time().seconds() * 1000000 + proto.time().nanos() / 1000);
  out.actor = proto.actor();
  out.trace = proto.trace();
  out.before = proto.before();
  out.after = proto.after();
  out.tenant = proto.tenant();
  out.position = proto.position();
  return out;
}

void EventsHandlers::Bind(RpcService& service) {
  service.ServerStream("StreamEvents", this, &EventsHandlers::StreamEvents);
}

absl::Status EventsHandlers::StreamEvents(const CallInfo& call, const StreamEventsRequest& request,
                                          StreamWriter<StreamEventsResponse>& stream) {
  MW_ASSIGN_OR_RETURN(int64_t position, outbox_.PositionOf(request.cursor()));
  const int limit = request.batch_size() > 0 ? request.batch_size() : kEventBatch;
  absl::Time last_write = absl::InfinitePast();  // the first answer goes out at once, with or without events
  while (!call.cancelled()) {
    auto events = db_.Read([&](Reader& reader) { return outbox_.ReadAfter(reader, position, limit); });
    if (!events.ok()) return events.status();
    if (!events->empty() || absl::Now() - last_write >= kCheckpointInterval) {
      StreamEventsResponse response;
      for (const Event& event : *events) {
        auto* out = response.add_events();
        *out = ToProto(event);
        out->set_cursor(outbox_.TokenOf(event.position));
      }
      if (!events->empty()) position = events->back().position;
      response.set_cursor(outbox_.TokenOf(position));
      if (!stream.Write(response)) return absl::CancelledError("the reader is gone");
      last_write = absl::Now();
    }
    if (static_cast<int>(events->size()) == limit) continue;
    if (!events->empty()) {  // say that nothing more is there right now
      StreamEventsResponse checkpoint;
      checkpoint.set_cursor(outbox_.TokenOf(position));
      if (!stream.Write(checkpoint)) return absl::CancelledError("the reader is gone");
    }
    outbox_.feed().WaitBeyond(position, absl::Now() + kLookUp);
  }
  return absl::OkStatus();
}

// A thread reads the stream into a small buffer: a sync gRPC read can't time out by itself.
struct RemoteEventSource::Stream {
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<StreamEventsResponse>> reader;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<StreamEventsResponse> buffer;
  bool ended = false;
  absl::Status status;

  void Run() {
    StreamEventsResponse response;
    while (reader->Read(&response)) {
      std::unique_lock<std::mutex> lock(mutex);
      changed.wait(lock, [this] { return buffer.size() < kMaxBuffered || ended; });
      if (ended) break;
      buffer.push_back(std::move(response));
      changed.notify_all();
    }
    absl::Status finished = FromGrpcStatus(reader->Finish());
    std::lock_guard<std::mutex> lock(mutex);
    ended = true;
    status = finished.ok() ? absl::UnavailableError("the stream of events ended") : finished;
    changed.notify_all();
  }

  ~Stream() {
    context.TryCancel();
    {
      std::lock_guard<std::mutex> lock(mutex);
      ended = true;
      changed.notify_all();
    }
    if (thread.joinable()) thread.join();
  }
};

RemoteEventSource::RemoteEventSource(std::shared_ptr<Channel> channel, std::string self)
    : channel_(std::move(channel)), self_(std::move(self)) {}
RemoteEventSource::~RemoteEventSource() { Close(); }

void RemoteEventSource::Close() {
  std::unique_ptr<Stream> stream;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stream = std::move(stream_);
  }
}  // ends the thread outside the lock

void RemoteEventSource::Cancel() {
  std::lock_guard<std::mutex> lock(mutex_);
  cancelled_ = true;
  if (stream_ != nullptr) stream_->context.TryCancel();
}

absl::Status RemoteEventSource::Open(const std::string& cursor) {
  Close();
  auto stream = std::make_unique<Stream>();
  CallInfo trace = CallInfo::Background(self_, absl::InfiniteDuration());
  stream->context.AddMetadata("traceparent", trace.trace.ChildHeader());
  StreamEventsRequest request;
  request.set_cursor(cursor);
  std::lock_guard<std::mutex> lock(mutex_);
  if (cancelled_) return absl::CancelledError("stopped");
  stream->reader = channel_->OpenStream<StreamEventsResponse>(stream->context, kStreamEvents, request);
  stream->thread = std::thread([raw = stream.get()] { raw->Run(); });
  stream_ = std::move(stream);
  next_cursor_ = cursor;
  return absl::OkStatus();
}

absl::StatusOr<EventSource::Batch> RemoteEventSource::Fetch(const std::string& cursor, int, absl::Time deadline) {
  if (stream_ == nullptr || cursor != next_cursor_) MW_RETURN_IF_ERROR(Open(cursor));
  StreamEventsResponse response;
  {
    Stream& stream = *stream_;
    std::unique_lock<std::mutex> lock(stream.mutex);
    stream.changed.wait_until(lock, absl::ToChronoTime(deadline),
                              [&] { return !stream.buffer.empty() || stream.ended; });
    if (stream.buffer.empty()) {
      if (!stream.ended) return Batch{};
      absl::Status status = stream.status;
      lock.unlock();
      Close();
      return status;
    }
    response = std::move(stream.buffer.front());
    stream.buffer.pop_front();
    stream.changed.notify_all();
  }
  Batch batch;
  batch.caught_up = response.events().empty();
  for (const auto& event : response.events()) batch.deliveries.push_back({FromProto(event), event.cursor()});
  if (!response.events().empty()) next_cursor_ = response.cursor();
  return batch;
}

}  // namespace millwright
