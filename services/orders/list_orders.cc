// Lists and counts.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/orders_service.h"

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

absl::Status CheckCompany(const CallInfo& call, const std::string& parent) {
  if (call.principal.ActsFor(parent)) return absl::OkStatus();
  return Error::NotFound("company", parent);
}

}  // namespace

absl::StatusOr<v1::ListOrdersResponse> OrdersHandlers::ListOrders(const CallInfo& call,
                                                                  const v1::ListOrdersRequest& request) {
  MW_RETURN_IF_ERROR(CheckCompany(call, request.parent()));
  // People write statuses in their own spelling; the index holds the published name.
  const FilterTranslate translate = [this](absl::string_view field, const std::string& value) -> absl::StatusOr<std::string> {
    for (const auto& [id, workflow] : workflows_) {
      if (field == "displayed_status") {
        const std::string displayed = ParseDisplayed(*workflow, value);
        if (!displayed.empty()) return DisplayedText(*workflow, displayed, "en");
      } else if (field == "state") {
        if (const v1::State* state = workflow->ParseState(value)) return state->id();
      } else {
        return value;
      }
    }
    return Error::InvalidArgument("FILTER_INVALID", "the filter names an unknown status")
        .Field("filter", absl::StrCat("`", value.substr(0, 64), "` is no ", field, ": ListWorkflows knows them all"));
  };
  MW_ASSIGN_OR_RETURN(const FilterSql filter, CompileFilter(request.filter(), OrderStore::FilterFields(), translate));
  ListQuery query;
  query.company = request.parent();
  query.filter = &filter;
  query.include_unlisted = filter.Names("state") || filter.Names("displayed_status");
  query.order_by = request.order_by().empty() ? "create_time desc" : request.order_by();
  MW_RETURN_IF_ERROR(OrderStore::CheckOrderBy(query.order_by));
  MW_ASSIGN_OR_RETURN(const Page page,
                      pager_.Begin(request.page_size(), request.page_token(),
                                   absl::StrCat("orders/", request.parent(), "/", request.view(), "/", query.order_by, "/",
                                                call.principal.member, "/", request.filter())));
  query.after = page.keys;
  query.limit = page.size + 1;
  return parts_.db.Read(
      [&](Reader& reader) -> absl::StatusOr<v1::ListOrdersResponse> {
        MW_ASSIGN_OR_RETURN(const Which which, WhichOf(reader, store_, call, request.parent(), request.view()));
        query.side = which.side;
        query.member = which.member;
        MW_ASSIGN_OR_RETURN(const std::vector<ListedOrder> listed, store_.List(reader, query));
        v1::ListOrdersResponse response;
        for (const ListedOrder& order : listed) {
          if (response.orders_size() == page.size) {
            response.set_next_page_token(pager_.Token(page, listed[page.size - 1].keys));
            break;
          }
          const Workflow* workflow = FindWorkflow(order.record.order().workflow());
          if (workflow == nullptr) continue;
          *response.add_orders() = CutFor(ViewerOf(call.principal, *workflow, order.record), order.record.order(), true);
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
