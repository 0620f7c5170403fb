#include "services/orders/watch_hub.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/orders/order_facts.h"
#include "services/orders/viewer.h"

namespace millwright::orders {
namespace {

using internal::orders::v1::OrderEvent;

class Watch final : public WatchSource<v1::WatchOrdersResponse> {
 public:
  Watch(Database& db, Outbox& outbox, WatchHub& hub, const Clock& clock, WatchRequest request)
      : db_(db), outbox_(outbox), hub_(hub), clock_(clock), request_(std::move(request)),
        mailbox_(new WatchMailbox{.company = request_.company, .order = request_.order}) {}
  ~Watch() override { hub_.Remove(mailbox_); }

  // Subscribes before reading, so that nothing falls between.
  absl::Status Begin() {
    hub_.Add(mailbox_);
    MW_ASSIGN_OR_RETURN(const int64_t last, db_.Read([&](Reader& reader) { return outbox_.LastPosition(reader); }));
    position_ = request_.after.value_or(last);
    last_sent_ = absl::InfinitePast();  // the first answer comes at once: it carries a token
    return absl::OkStatus();
  }

  void SetWake(std::function<void()> wake) override {
    std::lock_guard<std::mutex> lock(mailbox_->mutex);
    mailbox_->wake = std::move(wake);
  }
  absl::Duration MaxSleep() const override { return kWatchCheckpoint; }

  absl::StatusOr<std::optional<v1::WatchOrdersResponse>> Next() override {
    MW_RETURN_IF_ERROR(CheckToken());
    v1::WatchOrdersResponse response;
    while (backlog_) {
      MW_ASSIGN_OR_RETURN(const std::vector<Event> events, db_.Read([&](Reader& reader) {
        return outbox_.ReadAfter(reader, position_, kMaxEventsPerRead);
      }));
      if (events.empty()) {
        backlog_ = false;
        break;
      }
      for (const Event& event : events) {
        position_ = event.position;
        Append(event, response);
        if (response.changes_size() >= kWatchBatch) break;
      }
      if (response.changes_size() > 0) return Send(std::move(response), false);
    }
    return Live();
  }

 private:
  // A stream lives no longer than the right to it. The clock is read at least every kWatchCheckpoint.
  absl::Status CheckToken() const {
    const absl::Time end = request_.who.expire_time;
    if (end == absl::InfinitePast() || clock_.Now() < end) return absl::OkStatus();
    return Error::Unauthenticated("TOKEN_EXPIRED", "the access token of this stream has expired; refresh it and resume")
        .Meta("resume_token", outbox_.TokenOf(position_));
  }

  absl::StatusOr<std::optional<v1::WatchOrdersResponse>> Live() {
    std::vector<std::shared_ptr<const Event>> batch;
    int64_t seen = hub_.seen();
    {
      std::lock_guard<std::mutex> lock(mailbox_->mutex);
      if (mailbox_->overflowed) {
        return Error::ResourceExhausted("WATCH_TOO_SLOW", "the watcher reads too slowly and was cut off")
            .Meta("resume_token", outbox_.TokenOf(position_))
            .Quota("watch", "resume with the token in the metadata, and read faster or watch single orders");
      }
      while (!mailbox_->queue.empty() && batch.size() < static_cast<size_t>(kWatchBatch)) {
        batch.push_back(std::move(mailbox_->queue.front()));
        mailbox_->queue.pop_front();
      }
      if (!mailbox_->queue.empty()) seen = 0;
    }
    v1::WatchOrdersResponse response;
    for (const auto& event : batch) {
      if (event->position <= position_) continue;  // read from the outbox before
      position_ = event->position;
      Append(*event, response);
    }
    position_ = std::max(position_, seen);
    if (response.changes_size() > 0) return Send(std::move(response), false);
    if (clock_.Now() - last_sent_ < kWatchCheckpoint) return std::nullopt;
    return Send(std::move(response), true);
  }

  void Append(const Event& event, v1::WatchOrdersResponse& response) {
    if (!request_.order.empty() && event.aggregate != request_.order) return;
    std::optional<v1::OrderChange> change = ChangeFor(request_.who, request_.company, event);
    if (change.has_value()) *response.add_changes() = *std::move(change);
  }

  std::optional<v1::WatchOrdersResponse> Send(v1::WatchOrdersResponse response, bool checkpoint) {
    response.set_resume_token(outbox_.TokenOf(position_));
    response.set_checkpoint(checkpoint);
    last_sent_ = clock_.Now();
    return response;
  }

  Database& db_;
  Outbox& outbox_;
  WatchHub& hub_;
  const Clock& clock_;
  const WatchRequest request_;
  const std::shared_ptr<WatchMailbox> mailbox_;
  int64_t position_ = 0;  // everything up to here was sent or is none of our business
  bool backlog_ = true;
  absl::Time last_sent_ = absl::InfinitePast();
};

}  // namespace

std::optional<v1::OrderChange> ChangeFor(const Principal& who, const std::string& company, const Event& event) {
  if (!absl::StartsWith(event.type, "order.")) return std::nullopt;
  OrderEvent payload;
  if (!payload.ParseFromString(event.after)) return std::nullopt;
  const v1::Order& order = payload.order();
  const bool as_buyer = order.buyer() == company, as_seller = order.seller() == company;
  if (!as_buyer && !as_seller) return std::nullopt;
  const auto sees = [&](const internal::orders::v1::Sight& sight) {
    return (as_buyer && sight.buyer()) || (as_seller && sight.seller());
  };
  const bool sees_now = sees(payload.sight_after());
  const bool saw_before = sees(payload.sight_before());
  if (!sees_now && !saw_before) return std::nullopt;
  v1::OrderChange change;
  change.set_event_id(event.id);
  change.set_order_name(order.name());
  change.set_order_number(order.order_number());
  change.set_sequence(event.sequence);
  *change.mutable_time() = ToTimestamp(event.time);
  if (!sees_now) {
    change.set_type("order.removed");
    return change;
  }
  change.set_type(event.type);
  change.set_displayed_before(payload.entry().displayed_before());
  change.set_displayed_after(payload.entry().displayed_after());
  change.set_state(order.state());
  Viewer viewer = RolesOf(who, order.base_workflow(), order.buyer(), order.seller());
  *change.mutable_order() = CutFor(viewer, order);
  return change;
}

WatchHub::WatchHub(Outbox& outbox) : outbox_(outbox) {
  subscription_ = outbox_.feed().Subscribe([this](const std::shared_ptr<const Event>& event) { Dispatch(event); });
}

WatchHub::~WatchHub() { outbox_.feed().Unsubscribe(subscription_); }

void WatchHub::Add(const std::shared_ptr<WatchMailbox>& mailbox) {
  std::lock_guard<std::mutex> lock(mutex_);
  mailboxes_[mailbox->company].insert(mailbox);
}

void WatchHub::Remove(const std::shared_ptr<WatchMailbox>& mailbox) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto of_company = mailboxes_.find(mailbox->company);
  if (of_company == mailboxes_.end()) return;
  of_company->second.erase(mailbox);
  if (of_company->second.empty()) mailboxes_.erase(of_company);
}

void WatchHub::Dispatch(const std::shared_ptr<const Event>& event) {
  std::lock_guard<std::mutex> lock(mutex_);
  OrderEvent payload;
  if (!mailboxes_.empty() && payload.ParseFromString(event->after)) {
    const std::string &buyer = payload.order().buyer(), &seller = payload.order().seller();
    Deliver(event, buyer);
    if (seller != buyer) Deliver(event, seller);
  }
  seen_.store(event->position, std::memory_order_release);
}

void WatchHub::Deliver(const std::shared_ptr<const Event>& event, const std::string& company) {
  const auto of_company = mailboxes_.find(company);
  if (of_company == mailboxes_.end()) return;
  for (const auto& mailbox : of_company->second) {
    if (!mailbox->order.empty() && mailbox->order != event->aggregate) continue;
    std::function<void()> wake;
    {
      std::lock_guard<std::mutex> inner(mailbox->mutex);
      if (mailbox->overflowed) continue;
      if (mailbox->queue.size() >= kWatchQueue) {
        mailbox->overflowed = true;
        mailbox->queue.clear();
      } else {
        mailbox->queue.push_back(event);
      }
      wake = mailbox->wake;
    }
    if (wake) wake();
  }
}

absl::StatusOr<std::unique_ptr<WatchSource<v1::WatchOrdersResponse>>> OpenWatch(Database& db, Outbox& outbox, WatchHub& hub,
                                                                                const Clock& clock,
                                                                                WatchRequest request) {
  auto watch = std::make_unique<Watch>(db, outbox, hub, clock, std::move(request));
  MW_RETURN_IF_ERROR(watch->Begin());
  return std::unique_ptr<WatchSource<v1::WatchOrdersResponse>>(std::move(watch));
}

}  // namespace millwright::orders
