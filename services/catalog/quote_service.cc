#include "services/catalog/quote_service.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/rpc/mutation.h"
#include "services/catalog/domain/fields.h"
#include "services/catalog/translate.h"

namespace millwright::catalog {
namespace {

constexpr char kQuoteType[] = "millwright.example/Quote";

// Which of the two companies buys. A seller names its customer; a buyer may leave itself out.
absl::StatusOr<std::string> BuyerOf(const CallInfo& call, const v1::CreateQuoteRequest& request) {
  auto bad = [](absl::string_view rule) {
    return Error::InvalidArgument("INVALID_PARTIES", absl::StrCat("buyer ", rule)).Field("buyer", rule).Build();
  };
  std::string buyer = request.buyer().empty() ? call.principal.company : request.buyer();
  if (buyer == request.seller()) return bad("must be another company than the seller; a seller names its customer");
  if (!call.principal.ActsFor(buyer) && !call.principal.ActsFor(request.seller())) {
    return bad("must be your own company, unless you are the seller");
  }
  return buyer;
}

absl::StatusOr<v1::Quote> ParseView(const std::string& bytes) {
  v1::Quote out;
  if (!out.ParseFromString(bytes)) return absl::DataLossError("a stored quote can't be read");
  return out;
}

v1::Quote ViewOf(const BuiltQuote& built, Audience audience) {
  v1::Quote out = built.proto;
  *out.mutable_cost_tree() = CostNodeTo(ViewFor(built.quote.price.tree, audience), built.currency);
  return out;
}

bool SeesCosts(const CallInfo& call, absl::string_view owner) {
  return call.principal.ActsFor(absl::StrCat("companies/", owner));
}

}  // namespace

absl::StatusOr<v1::Quote> QuoteService::CreateQuote(const CallInfo& call, const v1::CreateQuoteRequest& request) {
  MW_ASSIGN_OR_RETURN(std::optional<v1::Quote> replay, FindReplay<v1::Quote>(call, db_));
  if (replay.has_value()) return *std::move(replay);
  MW_ASSIGN_OR_RETURN(std::string buyer, BuyerOf(call, request));
  MW_ASSIGN_OR_RETURN(BuiltQuote built, builder_.Build(call, request, buyer));

  QuoteRow row;
  row.owner = std::string(LastSegment(request.seller()));
  row.id = ids_.Owned(row.owner);
  row.buyer = std::string(LastSegment(buyer));
  row.create_us = built.quote.inputs.request.at_us;
  row.expire_us = built.quote.valid_until_us;
  row.snapshot = ToJson(built.quote);
  built.proto.set_name(absl::StrCat("quotes/", row.id));
  built.proto.set_hash(Sha256Hex(row.snapshot));
  v1::Quote seller_view = ViewOf(built, Audience::kAuditor), buyer_view = ViewOf(built, Audience::kCustomer);
  row.seller_view = seller_view.SerializeAsString();
  row.buyer_view = buyer_view.SerializeAsString();
  const v1::Quote& answer = SeesCosts(call, row.owner) ? seller_view : buyer_view;
  return Mutate<v1::Quote>(call, db_, clock_.Now(), [&](Transaction& tx) -> absl::StatusOr<v1::Quote> {
    MW_RETURN_IF_ERROR(KeepRuleText(tx, row.owner, built.quote.inputs.book_hash, built.rules->book_text));
    MW_RETURN_IF_ERROR(KeepRuleText(tx, "", built.quote.inputs.tax_hash, built.rules->tax_text));
    MW_RETURN_IF_ERROR(InsertQuote(tx, row));
    return answer;
  });
}

absl::StatusOr<QuoteRow> QuoteService::Visible(const CallInfo& call, const std::string& name) {
  absl::string_view id = LastSegment(name);
  MW_ASSIGN_OR_RETURN(std::optional<QuoteRow> row,
                      db_.Read([&](Reader& reader) { return FindQuote(reader, OwnerOf(id), id); }));
  bool visible = row.has_value() && (call.principal.is_service() || SeesCosts(call, row->owner) ||
                                     call.principal.ActsFor(absl::StrCat("companies/", row->buyer)));
  if (!visible) return Error::NotFound(kQuoteType, name);
  return *std::move(row);
}

absl::StatusOr<v1::Quote> QuoteService::GetQuote(const CallInfo& call, const v1::GetQuoteRequest& request) {
  MW_ASSIGN_OR_RETURN(QuoteRow row, Visible(call, request.name()));
  return ParseView(SeesCosts(call, row.owner) ? row.seller_view : row.buyer_view);
}

absl::StatusOr<v1::ListQuotesResponse> QuoteService::ListQuotes(const CallInfo& call,
                                                                const v1::ListQuotesRequest& request) {
  if (!call.principal.ActsFor(request.parent())) return Error::NotFound("millwright.example/Company", request.parent());
  MW_ASSIGN_OR_RETURN(
      Page page, pager_.Begin(request.page_size(), request.page_token(), absl::StrCat("quotes:", request.parent())));
  int64_t before_us = std::numeric_limits<int64_t>::max();
  std::string before_id;
  if (!page.first()) {
    if (!absl::SimpleAtoi(page.keys[0], &before_us))
      return absl::InternalError("a page token of our own can't be read");
    before_id = page.keys[1];
  }
  MW_ASSIGN_OR_RETURN(auto rows, db_.Read([&](Reader& reader) {
    return millwright::catalog::ListQuotes(reader, LastSegment(request.parent()), before_us, before_id, page.size + 1);
  }));
  v1::ListQuotesResponse out;
  for (size_t i = 0; i < rows.size() && i < static_cast<size_t>(page.size); ++i) {
    MW_ASSIGN_OR_RETURN(v1::Quote quote,
                        ParseView(SeesCosts(call, rows[i].owner) ? rows[i].seller_view : rows[i].buyer_view));
    quote.clear_cost_tree();
    *out.add_quotes() = std::move(quote);
  }
  if (rows.size() > static_cast<size_t>(page.size)) {
    const QuoteRow& last = rows[page.size - 1];
    out.set_next_page_token(pager_.Token(page, {absl::StrCat(last.create_us), last.id}));
  }
  return out;
}

absl::StatusOr<internal::catalog::v1::CheckAvailabilityResponse> QuoteService::CheckAvailability(
    const CallInfo& call, const internal::catalog::v1::CheckAvailabilityRequest& request) {
  MW_ASSIGN_OR_RETURN(const QuoteRow row, Visible(call, request.quote()));
  MW_ASSIGN_OR_RETURN(const Quote quote, FromJson<Quote>(row.snapshot));
  std::shared_ptr<const RuleSet> kept;
  MW_ASSIGN_OR_RETURN(kept, books_.Kept(row.owner, quote.inputs.book_hash, quote.inputs.tax_hash));
  MW_ASSIGN_OR_RETURN(const auto current, books_.Current(row.owner, kept->book->book().time_zone));
  internal::catalog::v1::CheckAvailabilityResponse out;
  for (const UnavailableProduct& found : FindUnavailable(*current->book, current->withdrawn, quote.inputs.request)) {
    auto& unavailable = *out.add_unavailable();
    unavailable.set_part(found.part);
    unavailable.set_tooth(static_cast<int32_t>(found.tooth));
    unavailable.set_product(found.product);
    unavailable.set_remedy(found.remedy);
  }
  return out;
}

absl::StatusOr<v1::RepriceQuoteResponse> QuoteService::RepriceQuote(const CallInfo& call,
                                                                    const v1::RepriceQuoteRequest& request) {
  MW_ASSIGN_OR_RETURN(QuoteRow row, Visible(call, request.name()));
  MW_ASSIGN_OR_RETURN(Quote quote, FromJson<Quote>(row.snapshot));
  std::shared_ptr<const RuleSet> rules;
  MW_ASSIGN_OR_RETURN(rules, books_.Kept(row.owner, quote.inputs.book_hash, quote.inputs.tax_hash));
  if (request.current_rules()) {
    MW_ASSIGN_OR_RETURN(rules, books_.Current(row.owner, rules->book->book().time_zone));
  }
  MW_ASSIGN_OR_RETURN(RepriceResult result, Reprice(quote, *rules->book, *rules->taxes));
  bool costs = SeesCosts(call, row.owner);
  if (!costs) {  // a buyer learns of differences where it sees amounts
    std::vector<CostDifference> inputs;
    for (CostDifference& difference : result.differences) {
      if (absl::string_view(difference.path).substr(0, 5) == "input") inputs.push_back(std::move(difference));
    }
    result.differences = std::move(inputs);
    for (CostDifference& difference : CompareTrees(ViewFor(quote.price.tree, Audience::kCustomer),
                                                   ViewFor(result.now.price.tree, Audience::kCustomer))) {
      result.differences.push_back(std::move(difference));
    }
  }
  v1::RepriceQuoteResponse out;
  out.set_equal(result.equal);
  for (const CostDifference& difference : result.differences) {
    v1::QuoteDifference* added = out.add_differences();
    added->set_node(difference.path);
    added->set_stored(difference.was);
    added->set_computed(difference.now);
  }
  MW_ASSIGN_OR_RETURN(Currency currency, Currency::Parse(result.now.price.currency));
  out.set_computed_net(Format(Money{result.now.price.tax.net_minor, currency}));
  return out;
}

}  // namespace millwright::catalog
