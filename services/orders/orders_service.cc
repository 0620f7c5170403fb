#include "services/orders/orders_service.h"

#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"

namespace millwright::orders {

absl::StatusOr<std::unique_ptr<OrdersHandlers>> OrdersHandlers::Create(Parts parts) {
  MW_ASSIGN_OR_RETURN(std::unique_ptr<WorkflowRegistry> workflows, WorkflowRegistry::Create());
  return std::unique_ptr<OrdersHandlers>(new OrdersHandlers(std::move(parts), std::move(workflows)));
}

absl::StatusOr<OrdersHandlers::Found> OrdersHandlers::Find(Reader& reader, const CallInfo& call,
                                                          absl::string_view name) const {
  MW_ASSIGN_OR_RETURN(std::optional<OrderRecord> record, store_.Find(reader, name));
  if (!record.has_value()) return Error::NotFound("order", name);
  Found found;
  found.record = *std::move(record);
  MW_ASSIGN_OR_RETURN(found.workflow, workflows_->PinnedBy(reader, found.record.order()));
  found.viewer = ViewerOf(call.principal, *found.workflow, found.record);
  if (!found.viewer.any()) return Error::NotFound("order", name);
  return found;
}

absl::StatusOr<OrdersHandlers::Found> OrdersHandlers::Load(const CallInfo& call, absl::string_view name) {
  return parts_.db.Read([&](Reader& reader) { return Find(reader, call, name); }, call.deadline);
}

EditActor OrdersHandlers::ActorOf(const CallInfo& call, const Viewer& viewer) {
  return {call.principal.Actor(), viewer.role, viewer.actors, call.request_id, call.trace.trace_id};
}

absl::StatusOr<v1::Order> OrdersHandlers::Edit(const CallInfo& call, absl::string_view name, absl::string_view etag,
                                               const EditFn& fn) {
  const absl::Time now = parts_.clock.Now();
  return Mutate<v1::Order>(call, parts_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Order> {
    MW_ASSIGN_OR_RETURN(Found found, Find(tx, call, name));
    OrderEdit edit(Context(now), *found.workflow, tx, std::move(found.record), ActorOf(call, found.viewer));
    MW_RETURN_IF_ERROR(edit.Check(etag));
    MW_RETURN_IF_ERROR(fn(edit, found.viewer, tx));
    MW_RETURN_IF_ERROR(edit.Settle());
    MW_RETURN_IF_ERROR(edit.Save());
    return CutFor(found.viewer, edit.order());
  });
}

absl::Status OrdersHandlers::EditByMachine(Transaction& tx, absl::string_view name, const std::string& actor,
                                           const std::function<absl::Status(OrderEdit&)>& fn) {
  MW_ASSIGN_OR_RETURN(std::optional<OrderRecord> record, store_.Find(tx, name));
  if (!record.has_value()) return absl::OkStatus();  // nothing to do it to
  MW_ASSIGN_OR_RETURN(const WorkflowPtr workflow, workflows_->PinnedBy(tx, record->order()));
  EditActor machine;
  machine.name = actor;
  OrderEdit edit(Context(parts_.clock.Now()), *workflow, tx, *std::move(record), std::move(machine));
  MW_RETURN_IF_ERROR(fn(edit));
  MW_RETURN_IF_ERROR(edit.Settle());
  return edit.Save();
}

absl::StatusOr<v1::Order> OrdersHandlers::GetOrder(const CallInfo& call, const v1::GetOrderRequest& request) {
  MW_ASSIGN_OR_RETURN(const Found found, Load(call, request.name()));
  v1::Order order = CutFor(found.viewer, found.record.order());
  FillRemaining(parts_.clock.Now(), order);
  return order;
}

absl::StatusOr<v1::ListAvailableTransitionsResponse> OrdersHandlers::ListAvailableTransitions(
    const CallInfo& call, const v1::ListAvailableTransitionsRequest& request) {
  MW_ASSIGN_OR_RETURN(const Found found, Load(call, request.name()));
  const std::string language = request.language_code().empty() ? "en" : request.language_code();
  v1::ListAvailableTransitionsResponse response;
  response.set_etag(found.record.order().etag());
  OrderFacts facts = FactsOf(*found.workflow, found.record);
  auto neighbours = AskNeighbours(parts_.neighbours, call, *found.workflow, found.record.order(),
                                  found.record.order().state(), "", /*just_pinned=*/false);
  if (neighbours.ok()) {
    facts.blocking_files = std::move(neighbours->blocking_files);
    facts.unavailable_products = std::move(neighbours->unavailable_products);
  } else {  // the other moves are possible all the same
    facts.blocking_files = {absl::StrCat("can't be checked at the moment, try again: ", neighbours.status().message())};
  }
  for (const Decision& decision : ListAvailable(*found.workflow, facts, found.viewer.actors, parts_.clock.Now())) {
    v1::AvailableTransition& available = *response.add_transitions();
    available.set_trigger(decision.transition->trigger());
    available.set_to_state(decision.to);
    available.set_to_display_name(DisplayedText(*found.workflow, decision.to, language));
    available.set_allowed(decision.allowed());
    available.set_reason_required(decision.transition->reason_required());
    for (const Refusal& refusal : decision.refusals) {
      v1::Refusal& proto = *available.add_refusals();
      proto.set_guard(refusal.guard);
      proto.set_description(refusal.description);
    }
  }
  return response;
}

absl::StatusOr<v1::ListHistoryResponse> OrdersHandlers::ListHistory(const CallInfo& call,
                                                                    const v1::ListHistoryRequest& request) {
  MW_ASSIGN_OR_RETURN(const Page page,
                      pager_.Begin(request.page_size(), request.page_token(), absl::StrCat("history/", request.parent())));
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::ListHistoryResponse> {
    MW_ASSIGN_OR_RETURN(const Found found, Find(reader, call, request.parent()));
    int64_t after = 0;
    if (!page.first() && !absl::SimpleAtoi(page.keys[0], &after)) return absl::InternalError("page key");
    MW_ASSIGN_OR_RETURN(std::vector<v1::HistoryEntry> entries,
                        store_.History(reader, request.parent(), after, page.size + 1));
    v1::ListHistoryResponse response;
    for (v1::HistoryEntry& entry : entries) {
      if (response.entries_size() == page.size) {
        response.set_next_page_token(pager_.Token(page, {absl::StrCat(response.entries(page.size - 1).sequence())}));
        break;
      }
      *response.add_entries() = std::move(entry);
    }
    return response;
  });
}

absl::StatusOr<v1::VerifyHistoryResponse> OrdersHandlers::VerifyHistory(const CallInfo& call,
                                                                        const v1::VerifyHistoryRequest& request) {
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::VerifyHistoryResponse> {
    MW_ASSIGN_OR_RETURN(const Found found, Find(reader, call, request.name()));
    MW_ASSIGN_OR_RETURN(const std::vector<v1::HistoryEntry> stored,
                        store_.History(reader, request.name(), 0, std::numeric_limits<int>::max()));
    std::vector<HistoryEntry> entries;
    for (const v1::HistoryEntry& entry : stored) entries.push_back(HistoryFromProto(entry));
    const Verification verified = millwright::orders::VerifyHistory(
        request.name(), entries, found.record.history_count(), found.record.history_head());
    v1::VerifyHistoryResponse response;
    response.set_intact(verified.intact);
    response.set_entry_count(static_cast<int64_t>(entries.size()));
    response.set_first_broken_sequence(verified.first_broken);
    response.set_problem(verified.problem);
    response.set_head_hash(found.record.history_head());
    return response;
  });
}

}  // namespace millwright::orders
