// Lists and counts.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/errors/error.h"
#include "services/orders/orders_service.h"
#include "services/orders/storage/order_search.h"

namespace millwright::orders {
namespace {

using View = v1::ListOrdersRequest::View;

struct Which {
  Side side = Side::kBuyer;
  std::string member;
};

// The list a view means. Not stated: what the company bought; if it never bought anything, what it sells.
absl::StatusOr<Which> WhichOf(Reader& reader, const OrderStore& store, const CallInfo& call, const std::string& company,
                              View view) {
  if (view == v1::ListOrdersRequest::INCOMING) return Which{Side::kSeller, ""};
  if (view == v1::ListOrdersRequest::MINE) return Which{Side::kBuyer, call.principal.member};
  if (view == v1::ListOrdersRequest::COMPANY) return Which{Side::kBuyer, ""};
  MW_ASSIGN_OR_RETURN(const bool buys, store.HasAny(reader, company, Side::kBuyer));
  return Which{buys ? Side::kBuyer : Side::kSeller, ""};
}

// The workflows whose statuses a filter of this list may name: the built-in ones, and companies' own that occur in it.
absl::StatusOr<std::vector<WorkflowPtr>> WorkflowsIn(Reader& reader, const WorkflowRegistry& registry,
                                                     const ListQuery& query) {
  std::vector<WorkflowPtr> workflows;
  for (const auto& [id, workflow] : registry.builtins()) workflows.push_back(workflow);
  MW_ASSIGN_OR_RETURN(const std::vector<std::string> own,
                      registry.store().InUse(reader, query.company, static_cast<int>(query.side)));
  for (const std::string& name : own) {
    MW_ASSIGN_OR_RETURN(WorkflowPtr workflow, registry.Find(reader, name, 0));
    if (workflow != nullptr) workflows.push_back(std::move(workflow));
  }
  return workflows;
}

// People write statuses in their own spelling; the index holds the published name.
absl::StatusOr<FilterSql> FilterOf(Reader& reader, const WorkflowRegistry& registry, const ListQuery& query,
                                   const std::string& filter) {
  if (filter.empty()) return FilterSql();
  MW_ASSIGN_OR_RETURN(const std::vector<WorkflowPtr> workflows, WorkflowsIn(reader, registry, query));
  const FilterTranslate translate = [&](absl::string_view field, const std::string& value) -> absl::StatusOr<std::string> {
    if (field != "displayed_status" && field != "state") return value;
    for (const WorkflowPtr& workflow : workflows) {
      if (field == "displayed_status") {
        const std::string displayed = ParseDisplayed(*workflow, value);
        if (!displayed.empty()) return DisplayedText(*workflow, displayed, "en");
      } else if (const v1::State* state = workflow->ParseState(value)) {
        return state->id();
      }
    }
    return Error::InvalidArgument("FILTER_INVALID", "the filter names an unknown status")
        .Field("filter", absl::StrCat("`", value.substr(0, 64), "` is no ", field, ": ListWorkflows knows them all"));
  };
  return CompileFilter(filter, OrderStore::FilterFields(), translate);
}

bool IsRunningNumber(absl::string_view search) {
  return !search.empty() && search.size() <= 9 && std::all_of(search.begin(), search.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Digits alone mean the running number of an order of any of the last years.
std::vector<std::string> NumbersMeant(absl::string_view search, absl::Time now) {
  constexpr int kYears = 10;
  int64_t running = 0;
  std::vector<std::string> numbers;
  if (!IsRunningNumber(search) || !absl::SimpleAtoi(search, &running)) return numbers;
  const int year = static_cast<int>(absl::ToCivilYear(now, absl::UTCTimeZone()).year()) + 1;  // it may be January elsewhere
  for (int back = 0; back <= kYears; ++back) numbers.push_back(absl::StrFormat("%d-%05d", year - back, running));
  return numbers;
}

absl::Status CheckCompany(const CallInfo& call, const std::string& parent) {
  if (call.principal.ActsFor(parent)) return absl::OkStatus();
  return Error::NotFound("company", parent);
}

}  // namespace

absl::StatusOr<v1::ListOrdersResponse> OrdersHandlers::ListOrders(const CallInfo& call,
                                                                  const v1::ListOrdersRequest& request) {
  MW_RETURN_IF_ERROR(CheckCompany(call, request.parent()));
  ListQuery query;
  query.company = request.parent();
  query.order_by = request.order_by().empty() ? "create_time desc" : request.order_by();
  MW_RETURN_IF_ERROR(OrderStore::CheckOrderBy(query.order_by));
  query.search = NormalizeTerm(request.search());
  query.search_end = PrefixEnd(query.search);
  query.number_prefix = !IsRunningNumber(query.search);
  query.order_numbers = NumbersMeant(query.search, parts_.clock.Now());
  MW_ASSIGN_OR_RETURN(const Page page,
                      pager_.Begin(request.page_size(), request.page_token(),
                                   absl::StrCat("orders/", request.parent(), "/", request.view(), "/", query.order_by, "/",
                                                call.principal.member, "/", query.search, "/", request.filter())));
  query.after = page.keys;
  query.limit = page.size + 1;
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<v1::ListOrdersResponse> {
        MW_ASSIGN_OR_RETURN(const Which which, WhichOf(reader, store_, call, request.parent(), request.view()));
        query.side = which.side;
        query.member = which.member;
        MW_ASSIGN_OR_RETURN(const FilterSql filter, FilterOf(reader, *workflows_, query, request.filter()));
        query.filter = &filter;
        query.include_unlisted = filter.Names("state") || filter.Names("displayed_status");
        MW_ASSIGN_OR_RETURN(const std::vector<ListedOrder> listed, store_.List(reader, query));
        v1::ListOrdersResponse response;
        for (const ListedOrder& order : listed) {
          if (response.orders_size() == page.size) {
            response.set_next_page_token(pager_.Token(page, listed[page.size - 1].keys));
            break;
          }
          MW_ASSIGN_OR_RETURN(const WorkflowPtr workflow, workflows_->PinnedBy(reader, order.record.order()));
          *response.add_orders() = CutFor(ViewerOf(call.principal, *workflow, order.record), order.record.order(), true);
          FillRemaining(parts_.clock.Now(), *response.mutable_orders(response.orders_size() - 1));
        }
        return response;
      },
      call.deadline);
}

absl::StatusOr<v1::CountOrdersResponse> OrdersHandlers::CountOrders(const CallInfo& call,
                                                                    const v1::CountOrdersRequest& request) {
  MW_RETURN_IF_ERROR(CheckCompany(call, request.parent()));
  return parts_.db.Read([&](Reader& reader) -> absl::StatusOr<v1::CountOrdersResponse> {
    MW_ASSIGN_OR_RETURN(const Which which, WhichOf(reader, store_, call, request.parent(), request.view()));
    MW_ASSIGN_OR_RETURN(const auto counts, store_.Count(reader, request.parent(), which.side, which.member));
    v1::CountOrdersResponse response;
    for (const auto& [status, count] : counts) {
      v1::StatusCount& proto = *response.add_counts();
      proto.set_displayed_status(status);
      proto.set_order_count(count);
    }
    return response;
  });
}

}  // namespace millwright::orders
