// CreateOrder: from an immutable quote to an order, with everything it needs frozen.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "common/rpc/mutation.h"
#include "services/orders/orders_service.h"

namespace millwright::orders {

struct OrdersHandlers::Draft {
  WorkflowPtr workflow;
  OrderRecord record;
  Viewer viewer;
  std::string trigger;
  NeighbourFacts neighbours;
};

namespace {

// "companies/c/projects/p/files/f" -> "companies/c/projects/p".
std::string ProjectOf(const std::string& file) {
  const std::vector<absl::string_view> parts = absl::StrSplit(file, '/');
  if (parts.size() < 4) return "";
  return absl::StrCat(parts[0], "/", parts[1], "/", parts[2], "/", parts[3]);
}

v1::OrderLine LineOf(const catalog::v1::QuoteLine& quoted) {
  v1::OrderLine line;
  line.set_number(quoted.number());
  line.set_title(quoted.title());
  line.set_quantity(quoted.quantity());
  if (quoted.has_net()) *line.mutable_net() = quoted.net();
  line.set_unit_price(quoted.unit_price());
  line.set_tax_rate(quoted.tax_rate());
  line.set_material_title(quoted.material_title());
  line.set_process(quoted.process());
  line.set_file(quoted.file());
  line.set_file_name(quoted.file_name());
  line.set_file_sha256(quoted.file_sha256());
  if (quoted.has_part()) *line.mutable_part() = quoted.part();
  line.set_product(quoted.product());
  line.set_to_be_determined(quoted.to_be_determined() || !quoted.has_net());
  return line;
}

absl::Status CheckQuote(const catalog::v1::Quote& quote, const v1::CreateOrderRequest& request, absl::Time now) {
  if (!request.quote_hash().empty() && request.quote_hash() != quote.hash()) {
    return Error::FailedPrecondition("QUOTE_CHANGED", "the quote is not the one that was seen")
        .Precondition("offer_accepted", quote.name(), "read the quote again and order with its hash")
        .Meta("currentHash", quote.hash());
  }
  if (quote.has_expire_time() && now > FromTimestamp(quote.expire_time())) {
    return Error::FailedPrecondition("QUOTE_EXPIRED", "the quote has expired")
        .Precondition("offer_not_expired", quote.name(), "make a new quote: it is priced anew")
        .Meta("expireTime", FormatUtc(FromTimestamp(quote.expire_time())));
  }
  if (quote.lines().empty()) {
    return Error::FailedPrecondition("QUOTE_EMPTY", "the quote has no lines")
        .Precondition("lines_priced", quote.name(), "quote at least one line");
  }
  return absl::OkStatus();
}

void FillFromQuote(const catalog::v1::Quote& quote, OrderRecord& record) {
  v1::Order& order = *record.mutable_order();
  order.set_seller(quote.seller());
  order.set_buyer(quote.buyer());
  order.set_quote(quote.name());
  order.set_quote_hash(quote.hash());
  order.set_project(quote.project());
  *order.mutable_net() = quote.net();
  *order.mutable_tax() = quote.tax();
  *order.mutable_gross() = quote.gross();
  *order.mutable_tax_totals() = quote.tax_totals();
  if (quote.has_expire_time()) *order.mutable_offer_expire_time() = quote.expire_time();
  for (const catalog::v1::QuoteLine& quoted : quote.lines()) {
    *order.add_lines() = LineOf(quoted);
    v1::OrderLine& line = *order.mutable_lines(order.lines_size() - 1);
    line.set_number(order.lines_size());
    if (!line.file_name().empty()) record.add_part_file_names(line.file_name());
    if (order.project().empty() && !line.file().empty()) order.set_project(ProjectOf(line.file()));
    auto& row = *record.add_lines();
    row.set_ordered(std::max(1, line.quantity()));
    row.add_at(row.ordered());
    row.set_to_make(line.product().empty() && line.process() != "addon");
  }
}

absl::TimeZone ZoneOf(const common::v1::Party& party) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(party.time_zone(), &zone) ? zone : absl::UTCTimeZone();
}

}  // namespace

// Dental: what the order form takes. Part of `submit`.
absl::Status CheckPrescription(const v1::Order& order) {
  Error error = Error::FailedPrecondition("PRESCRIPTION_INCOMPLETE", "a dental order needs its prescription");
  bool missing = false;
  const auto need = [&](bool there, absl::string_view field, absl::string_view what) {
    if (there) return;
    missing = true;
    error.Field(absl::StrCat("prescription.", field), absl::StrCat("must be set: ", what));
    error.Precondition("files_valid", order.name(), absl::StrCat("prescription.", field, " is missing: ", what));
  };
  need(!order.prescription().prescriber().empty(), "prescriber", "the name of the prescriber, for the order form");
  need(!order.prescription().case_code().empty(), "case_code", "a code that stands for the patient, never a name");
  return missing ? error.Build() : absl::OkStatus();
}

absl::StatusOr<OrdersHandlers::Draft> OrdersHandlers::PrepareOrder(const CallInfo& call,
                                                                   const v1::CreateOrderRequest& request) {
  MW_ASSIGN_OR_RETURN(const catalog::v1::Quote quote, parts_.neighbours.catalog->GetQuote(call, request.quote()));
  const absl::Time now = parts_.clock.Now();
  Draft draft;
  const std::string workflow_id =
      !request.workflow().empty() ? request.workflow() : (quote.project().empty() ? "manufacturing" : "dental");
  draft.workflow = workflows_->Builtin(workflow_id);
  if (IsOwnWorkflow(workflow_id)) {
    MW_ASSIGN_OR_RETURN(draft.workflow,
                        parts_.db.Read([&](Reader& reader) { return workflows_->Find(reader, workflow_id, 0); }));
  }
  const bool anothers = IsOwnWorkflow(workflow_id) && CompanyOf(workflow_id) != quote.seller();
  if (draft.workflow == nullptr || anothers) {
    return Error::InvalidArgument("WORKFLOW_UNKNOWN", "no workflow has that id")
        .Field("workflow", absl::StrCat("`", workflow_id.substr(0, 64), "` is unknown: ListWorkflows answers them all"));
  }
  draft.viewer = RolesOf(call.principal, draft.workflow->base(), quote.buyer(), quote.seller());
  if (!draft.viewer.any()) return Error::NotFound("quote", request.quote());
  MW_RETURN_IF_ERROR(CheckQuote(quote, request, now));
  draft.trigger = request.entry_trigger();
  if (draft.trigger.empty()) draft.trigger = draft.workflow->dental() ? "save_draft" : "place";

  MW_ASSIGN_OR_RETURN(const internal::accounts::v1::GetRelationResponse relation,
                      parts_.neighbours.accounts->GetRelation(call, quote.buyer(), quote.seller()));
  if (!relation.contacts()) {
    return Error::FailedPrecondition("NOT_A_CONTACT", "the buyer is no contact of the seller")
        .Precondition("b2b_membership", quote.seller(), "invite the company as a contact and wait until it accepts");
  }
  if (draft.workflow->dental() && relation.buyer_kind() == "PERSON") {
    return Error::FailedPrecondition("COMPANIES_ONLY", "dental orders are made by companies only")
        .Precondition("b2b_membership", quote.buyer(), "order as a member of a company");
  }
  OrderRecord& record = draft.record;
  FillFromQuote(quote, record);
  v1::Order& order = *record.mutable_order();
  record.set_created_by(draft.viewer.buyer ? OrderRecord::BUYER : OrderRecord::SELLER);
  record.set_payment_term_days(relation.payment_term_days());
  for (const std::string& name : request.shared_file_names()) record.add_shared_file_names(name);
  order.set_workflow(workflow_id);
  order.set_workflow_version(draft.workflow->definition().version());
  order.set_base_workflow(draft.workflow->base());
  order.set_ordered_by(call.principal.member);
  *order.mutable_buyer_party() = relation.buyer();
  *order.mutable_seller_party() = relation.seller();
  *order.mutable_shipping_address() =
      request.has_shipping_address() ? request.shipping_address() : relation.buyer().address();
  order.set_notes(request.notes());
  order.set_buyer_reference(request.buyer_reference());
  if (request.has_prescription()) *order.mutable_prescription() = request.prescription();
  order.set_external_id(request.external_id());
  MW_RETURN_IF_ERROR(CheckMetadata(request.metadata()));
  *order.mutable_metadata() = request.metadata();
  order.set_lab_issues_statement(request.lab_issues_statement());
  order.set_name(absl::StrCat("orders/", parts_.ids.Owned(LastSegment(quote.seller()))));
  *order.mutable_create_time() = ToTimestamp(now);
  SettingsPtr settings = settings_.Cached(quote.seller());
  if (settings == nullptr) {
    MW_ASSIGN_OR_RETURN(settings, parts_.db.Read([&](Reader& reader) { return settings_.Of(reader, quote.seller()); }));
  }
  MW_RETURN_IF_ERROR(FillNewOrder(*settings, quote.lead_time_business_days(), now, record));
  return draft;
}

// Freezes the files of the order. Before the write transaction: a pin without an order ends by itself.
absl::Status OrdersHandlers::Pin(const CallInfo& call, OrderRecord& record) {
  v1::Order& order = *record.mutable_order();
  std::map<std::string, std::vector<std::string>> parts_by_project;
  for (const v1::OrderLine& line : order.lines()) {
    const std::string project = line.file().empty() ? order.project() : ProjectOf(line.file());
    if (!line.file_name().empty() && !project.empty()) parts_by_project[project].push_back(line.file_name());
  }
  order.clear_shared_files();
  for (const auto& [project, names] : parts_by_project) {
    internal::files::v1::PinProjectRevisionRequest request;
    request.set_order(order.name());
    request.set_project(project);
    request.set_seller(order.seller());
    for (const std::string& name : names) request.add_part_file_names(name);
    *request.mutable_shared_file_names() = record.shared_file_names();
    request.set_request_id(call.request_id);
    request.set_validate_only(call.validate_only);
    MW_ASSIGN_OR_RETURN(const internal::files::v1::PinProjectRevisionResponse pinned,
                        parts_.neighbours.files->Pin(call, request));
    order.set_project_revision_hash(pinned.facts().revision_hash());
    if (order.base_workflow() == "dental" && order.prescription().case_code().empty()) {
      order.mutable_prescription()->set_case_code(pinned.facts().case_code());
    }
    for (const files::v1::File& file : pinned.shared_files()) {
      v1::SharedFile& shared = *order.add_shared_files();
      shared.set_file(file.name());
      shared.set_file_name(file.file_name());
      shared.set_sha256(file.sha256());
      shared.set_size_bytes(file.size_bytes());
    }
  }
  return absl::OkStatus();
}

absl::Status OrdersHandlers::InsertOrder(const CallInfo& call, Transaction& tx, const Draft& draft, absl::Time now,
                                         v1::Order& out) {
  OrderRecord record = draft.record;
  v1::Order& order = *record.mutable_order();
  const int year = static_cast<int>(absl::ToCivilYear(now, ZoneOf(order.seller_party())).year());
  MW_ASSIGN_OR_RETURN(const int64_t number, store_.NextNumber(tx, order.seller(), year));
  order.set_order_number(absl::StrFormat("%d-%05d", year, number));
  order.set_revision_hash(RevisionHash(ContentOf(record)));
  OrderEdit edit = OrderEdit::New(Context(now), *draft.workflow, tx, std::move(record), ActorOf(call, draft.viewer));
  edit.Learn(draft.neighbours);
  MoveRequest move;
  move.trigger = draft.trigger;
  // Who orders from a quote agrees to it; who only saves or asks for a review has not agreed yet.
  if (draft.trigger == "place" || draft.trigger == "submit") move.revision = edit.order().revision_hash();
  move.actors = draft.viewer.actors;
  if (draft.trigger == "submit" && draft.workflow->FindState("DRAFT") != nullptr) {
    // Ordering at once passes the draft.
    MoveRequest draft_move = move;
    draft_move.trigger = "save_draft";
    MW_RETURN_IF_ERROR(edit.Move(draft_move, {}, "order.created"));
    MW_RETURN_IF_ERROR(CheckPrescription(edit.order()));
    MW_RETURN_IF_ERROR(edit.Move(move));
  } else {
    MW_RETURN_IF_ERROR(edit.Move(move, {}, "order.created"));
  }
  MW_RETURN_IF_ERROR(edit.Settle());
  MW_RETURN_IF_ERROR(edit.Save());
  out = CutFor(draft.viewer, edit.order());
  return absl::OkStatus();
}

absl::StatusOr<v1::Order> OrdersHandlers::CreateOrder(const CallInfo& call, const v1::CreateOrderRequest& request) {
  MW_ASSIGN_OR_RETURN(const std::optional<v1::Order> replay, FindReplay<v1::Order>(call, parts_.db));
  if (replay.has_value()) return *replay;
  MW_ASSIGN_OR_RETURN(Draft draft, PrepareOrder(call, request));
  if (draft.trigger != "save_draft") MW_RETURN_IF_ERROR(Pin(call, draft.record));
  // Ordering at once passes the draft.
  const bool submits = draft.trigger == "submit" && draft.workflow->FindState("DRAFT") != nullptr;
  MW_ASSIGN_OR_RETURN(draft.neighbours,
                      AskNeighbours(parts_.neighbours, call, *draft.workflow, draft.record.order(),
                                    submits ? "DRAFT" : kNewState, draft.trigger, /*just_pinned=*/true));
  const absl::Time now = parts_.clock.Now();
  return Mutate<v1::Order>(call, parts_.db, now, [&](Transaction& tx) -> absl::StatusOr<v1::Order> {
    v1::Order order;
    MW_RETURN_IF_ERROR(InsertOrder(call, tx, draft, now, order));
    return order;
  });
}

}  // namespace millwright::orders
