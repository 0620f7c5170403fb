#include "services/files/order_events.h"

#include <algorithm>
#include <vector>

#include "common/errors/error.h"
#include "millwright/internal/orders/v1/order_event.pb.h"
#include "services/files/convert.h"
#include "services/files/domain/order_phase.h"
#include "services/files/names.h"
#include "services/files/order_verdicts.h"
#include "services/files/pinning_service.h"

namespace millwright::files {
namespace {

v1::Project::State StateOf(OrderPhase phase) {
  switch (phase) {
    case OrderPhase::kDraft:
    case OrderPhase::kTakenBack:
      return v1::Project::DESIGNED;
    case OrderPhase::kOrdered:
      return v1::Project::ORDERED;
    case OrderPhase::kApproved:
      return v1::Project::APPROVED;
    case OrderPhase::kInProduction:
      return v1::Project::IN_PRODUCTION;
    case OrderPhase::kDelivered:
      return v1::Project::DELIVERED;
    case OrderPhase::kRework:
      return v1::Project::REWORK;
    case OrderPhase::kCancelled:
      return v1::Project::CANCELLED;
  }
  return v1::Project::DESIGNED;
}

// The least advanced open order, else the last end.
int ProjectStateOf(const std::vector<OrderStateRow>& orders) {
  int open = 0, last = v1::Project::DESIGNED;
  for (const OrderStateRow& order : orders) {  // oldest change first
    if (order.open) open = open == 0 ? order.state : std::min(open, order.state);
    last = order.state;
  }
  return open != 0 ? open : last;
}

}  // namespace

absl::Status OrderEvents::Apply(Transaction& tx, const Event& event) {
  internal::orders::v1::OrderEvent payload;
  if (!payload.ParseFromString(event.after)) return absl::DataLossError("an event of orders can't be read");
  if (payload.order().name().empty()) return absl::OkStatus();
  const std::string order(LastSegment(payload.order().name()));
  const OrderPhase phase = OrderPhaseOf(payload.order().state());
  if (phase == OrderPhase::kDraft) return absl::OkStatus();
  if (IsOpen(phase)) {
    MW_RETURN_IF_ERROR(Activate(tx, order));
    if (phase == OrderPhase::kApproved) MW_RETURN_IF_ERROR(JudgeOnApproval(tx, order));
  } else if (Revokes(phase)) {
    MW_RETURN_IF_ERROR(EndPin(context_, tx, order, PinState::kEnded).status());
  } else {
    // Delivered: the seller keeps what it may read, the owner may edit again.
    MW_RETURN_IF_ERROR(PinStore::Unlock(tx, order));
  }
  return MoveProject(tx, event, order, payload.order().state());
}

absl::Status OrderEvents::Activate(Transaction& tx, const std::string& order) {
  MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin, PinStore::Find(tx, order));
  // Revoked by the order itself: an older event that comes late must not share again.
  if (!pin.has_value() || pin->state == PinState::kEnded || pin->state == PinState::kConfirmed) return absl::OkStatus();
  const absl::Time now = context_.clock.Now();
  if (pin->state == PinState::kExpired) {
    // The news came after the pin had expired (files was down): the order stands all the same.
    MW_RETURN_IF_ERROR(GrantStore::Move(tx, order, GrantState::kRevoked, GrantState::kActive, now).status());
    internal::files::v1::PinProjectRevisionResponse response;
    if (response.ParseFromString(pin->response)) {
      for (const v1::PartFact& part : response.facts().parts()) {
        // By the name in the project: the pin holds the one that travels.
        MW_ASSIGN_OR_RETURN(const std::optional<FileRow> file, FileStore::Find(tx, IdsOf(part.file()).leaf));
        const std::string name = file.has_value() ? file->file_name : part.file_name();
        MW_RETURN_IF_ERROR(PinStore::Lock(tx, pin->project, name, order, !part.work_type().empty()));
      }
    }
  }
  MW_RETURN_IF_ERROR(GrantStore::Move(tx, order, GrantState::kPending, GrantState::kActive, now).status());
  MW_RETURN_IF_ERROR(PinStore::SetState(tx, order, PinState::kConfirmed));
  return context_.due.Cancel(tx, kPinExpires, order).status();
}

absl::Status OrderEvents::JudgeOnApproval(Transaction& tx, const std::string& order) {
  MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin, PinStore::Find(tx, order));
  if (!pin.has_value()) return absl::OkStatus();
  MW_ASSIGN_OR_RETURN(const std::vector<OrderStateRow> orders, OrderStateStore::OfProject(tx, pin->project));
  for (const OrderStateRow& row : orders) {
    // Other news of an approved order are no approval.
    if (row.order == order && row.state == v1::Project::APPROVED) return absl::OkStatus();
  }
  return context_.due.Schedule(tx, {.kind = kJudgeOrder, .key = order, .due = context_.clock.Now()});
}

absl::Status OrderEvents::MoveProject(Transaction& tx, const Event& event, const std::string& order,
                                      const std::string& state) {
  // Orders of add-ons alone have no files.
  MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin, PinStore::Find(tx, order));
  if (!pin.has_value()) return absl::OkStatus();
  const OrderPhase phase = OrderPhaseOf(state);
  MW_RETURN_IF_ERROR(OrderStateStore::Put(tx, {order, pin->project, StateOf(phase), IsOpen(phase), event.time}));
  MW_ASSIGN_OR_RETURN(const std::vector<OrderStateRow> orders, OrderStateStore::OfProject(tx, pin->project));
  MW_ASSIGN_OR_RETURN(std::optional<ProjectRow> project, ProjectStore::Find(tx, pin->project));
  if (!project.has_value()) return absl::OkStatus();
  const int moved = ProjectStateOf(orders);
  if (moved == project->state) return absl::OkStatus();
  project->state = moved;
  project->update_time = context_.clock.Now();
  ++project->version;
  MW_RETURN_IF_ERROR(ProjectStore::Update(tx, *project).status());
  CallInfo background;
  background.principal.service = "orders";
  return EmitProjectChanged(context_, tx, background, project->id);
}

absl::Status OrderEvents::ExpirePin(Transaction& tx, const std::string& order, absl::Time news_time) {
  MW_ASSIGN_OR_RETURN(const std::optional<PinRow> pin, PinStore::Find(tx, order));
  if (!pin.has_value() || pin->state != PinState::kWaiting) return absl::OkStatus();
  const absl::Time now = context_.clock.Now();
  if (news_time < pin->create_time + kPinLifetime - absl::Minutes(1) && now < pin->create_time + absl::Hours(24)) {
    return context_.due.Schedule(tx, {.kind = kPinExpires, .key = order, .due = now + absl::Minutes(1)});
  }
  return EndPin(context_, tx, order, PinState::kExpired).status();
}

}  // namespace millwright::files
