#include "services/orders/reprice.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/money/money.h"
#include "common/money/proto.h"
#include "services/orders/order_facts.h"

namespace millwright::orders {

absl::Status Reprice(const google::protobuf::RepeatedPtrField<v1::LinePrice>& prices, v1::Order& order) {
  MW_ASSIGN_OR_RETURN(Money net, FromProto(order.net(), "order.net"));
  std::map<std::string, int64_t> deltas;  // by tax rate
  for (int i = 0; i < prices.size(); ++i) {
    const v1::LinePrice& price = prices.Get(i);
    const std::string field = absl::StrCat("line_prices[", i, "]");
    if (price.line_number() > order.lines_size()) {
      return Error::InvalidArgument("LINE_UNKNOWN", "the order has no such line")
          .Field(field + ".line_number", absl::StrCat("must be 1 to ", order.lines_size()));
    }
    MW_ASSIGN_OR_RETURN(const Money wanted, FromProto(price.net(), field + ".net"));
    if (!(wanted.currency == net.currency) || wanted.minor_units < 0) {
      return Error::InvalidArgument("LINE_PRICE_INVALID", "a line can't have that price")
          .Field(field + ".net", absl::StrCat("must be 0 or more in ", order.net().currency_code()));
    }
    v1::OrderLine& line = *order.mutable_lines(price.line_number() - 1);
    deltas[line.tax_rate()] += wanted.minor_units - MinorOf(line.net());
    *line.mutable_net() = price.net();
    line.set_to_be_determined(false);
    const Decimal unit = ToDecimal(wanted) / Decimal(std::max(1, line.quantity() - line.cancelled_quantity()));
    line.set_unit_price(unit.ToFixed(4));
  }
  for (const auto& [rate, delta] : deltas) {
    if (delta == 0) continue;
    catalog::v1::TaxTotal* total = nullptr;
    for (catalog::v1::TaxTotal& existing : *order.mutable_tax_totals()) {
      if (existing.rate() == rate) total = &existing;
    }
    if (total == nullptr) {
      total = order.add_tax_totals();
      total->set_rate(rate);
      total->set_title(rate);
    }
    MW_ASSIGN_OR_RETURN(const int64_t rate_net, AddMinor(MinorOf(total->net()), delta));
    MW_ASSIGN_OR_RETURN(const Decimal factor, Decimal::Parse(rate.empty() ? "0" : rate));
    MW_ASSIGN_OR_RETURN(const int64_t rate_tax, MultiplyMinor(rate_net, factor, Rounding::kHalfUp));
    MW_ASSIGN_OR_RETURN(const int64_t rate_gross, AddMinor(rate_net, rate_tax));
    *total->mutable_net() = ToProto(Money{rate_net, net.currency});
    *total->mutable_tax() = ToProto(Money{rate_tax, net.currency});
    *total->mutable_gross() = ToProto(Money{rate_gross, net.currency});
  }
  if (deltas.empty()) return absl::OkStatus();
  int64_t net_sum = 0, tax_sum = 0;
  for (const catalog::v1::TaxTotal& total : order.tax_totals()) {
    MW_ASSIGN_OR_RETURN(net_sum, AddMinor(net_sum, MinorOf(total.net())));
    MW_ASSIGN_OR_RETURN(tax_sum, AddMinor(tax_sum, MinorOf(total.tax())));
  }
  MW_ASSIGN_OR_RETURN(const int64_t gross_sum, AddMinor(net_sum, tax_sum));
  *order.mutable_net() = ToProto(Money{net_sum, net.currency});
  *order.mutable_tax() = ToProto(Money{tax_sum, net.currency});
  *order.mutable_gross() = ToProto(Money{gross_sum, net.currency});
  return absl::OkStatus();
}

}  // namespace millwright::orders
