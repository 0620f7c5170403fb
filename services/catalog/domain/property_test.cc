// What must hold for every price, over random books and orders (fixed seeds).
#include <random>

#include "common/errors/error.h"
#include "services/catalog/domain/test_books.h"

namespace millwright::catalog {
namespace {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  int64_t Up(int64_t below) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(below)); }
  Decimal Milli(int64_t below) { return Decimal::Milli(Up(below)); }

 private:
  std::mt19937_64 random_;
};

QuantityRule RandomBreaks(Dice& dice) {
  QuantityRule rule;
  rule.id = "random";
  rule.shape = dice.Up(2) == 0 ? "step" : "curve";
  int64_t quantity = 1, factor = 1000;
  for (int64_t i = dice.Up(6); i >= 0; --i) {
    rule.points.push_back({quantity, Decimal::Milli(factor)});
    quantity += 1 + dice.Up(15);
    factor = std::max<int64_t>(1, factor - dice.Up(250));
  }
  return rule;
}

PriceBook RandomBook(Dice& dice) {
  PriceBook book = FlatBook("1");
  book.processes[0].size_power->price = dice.Milli(20000) + Decimal::Milli(1);
  book.processes[0].margin_percent = dice.Up(2) * dice.Up(80);
  book.rounding = std::vector<const char*>{"half_even", "half_up", "up", "down"}[dice.Up(4)];
  book.tax_rounding = dice.Up(2) == 0 ? "line" : "document";
  if (dice.Up(4) > 0) book.quantity_rules = {RandomBreaks(dice)};
  const char* scopes[] = {"line", "part", "material", "order"};
  for (int64_t i = dice.Up(4); i > 0; --i) {
    SetupRule setup;
    setup.id = absl::StrCat("setup-", i);
    setup.scope = scopes[dice.Up(4)];
    setup.amount = dice.Milli(30000);
    setup.every_pieces = dice.Up(2) * dice.Up(12);
    book.setups.push_back(setup);
  }
  Finish finish;
  finish.id = "finish";
  finish.percent = dice.Up(40);
  finish.per_piece = dice.Milli(3000);
  book.finishes = {finish};
  LeadTimeTier tier;
  tier.id = "tier";
  tier.multiplier = Decimal::Milli(900 + dice.Up(1200));
  book.lead_times = {tier};
  book.minima.per_piece = dice.Up(2) * dice.Milli(2000);
  book.minima.per_line = dice.Up(2) * dice.Milli(40000);
  book.minima.per_order = dice.Up(2) * dice.Milli(90000);
  for (const char* on : {"line", "order"}) {
    Discount discount;
    discount.id = absl::StrCat("discount-", on);
    discount.reason = "random";
    discount.on = on;
    discount.percent = 1 + dice.Up(40);
    discount.cap = dice.Up(2) * dice.Milli(9000);
    book.discounts.push_back(discount);
  }
  ShippingMethod shipping;
  shipping.id = "parcel";
  shipping.price = dice.Milli(20000);
  shipping.packing = dice.Milli(2000);
  book.shipping = {shipping};
  return book;
}

OrderRequest RandomOrder(Dice& dice, int64_t lines) {
  OrderRequest order = OrderOf({});
  for (int64_t i = 0; i < lines; ++i) {
    order.lines.push_back(FlatLine(absl::StrCat("line-", i).c_str(), 1 + dice.Up(60)));
    if (dice.Up(2) == 0) order.lines.back().finishes = {"finish"};
    if (dice.Up(3) == 0) order.lines.back().part = "shared";
  }
  order.lead_time = "tier";
  order.shipping = dice.Up(2) == 0 ? "parcel" : "";
  return order;
}

TEST(PricingProperty, TreesAddUpAndLinesPlusDeliveryAreTheNet) {
  Dice dice(1);
  for (int round = 0; round < 400; ++round) {
    auto book = Compile(RandomBook(dice));
    PricedOrder priced = MustPrice(*book, RandomOrder(dice, 1 + dice.Up(6)));
    int64_t lines = 0;
    for (const PricedLine& line : priced.lines) {
      ASSERT_GE(line.net_minor, 0);
      ASSERT_EQ(FindNode(priced.tree, "lines/" + line.id)->amount_minor, line.net_minor);
      lines += line.net_minor;
    }
    const CostNode* delivery = FindNode(priced.tree, "delivery");
    ASSERT_EQ(priced.tax.net_minor, lines + (delivery == nullptr ? 0 : delivery->amount_minor)) << round;
    for (Audience audience : {Audience::kCustomer, Audience::kShop, Audience::kAuditor}) {
      CostNode view = ViewFor(priced.tree, audience);
      ASSERT_TRUE(CheckSums(view).ok());
      ASSERT_EQ(view.amount_minor, priced.tree.amount_minor);
    }
  }
}

TEST(PricingProperty, MorePiecesNeverCostLess) {
  Dice dice(2);
  for (int round = 0; round < 250; ++round) {
    PriceBook random = RandomBook(dice);
    random.discounts.clear();  // order discounts with caps are monotonic too, but the line is what is promised
    auto book = Compile(random);
    OrderRequest order = RandomOrder(dice, 1);
    int64_t last = 0;
    for (int64_t quantity = 1; quantity <= 110; ++quantity) {
      order.lines[0].quantity = quantity;
      auto priced = PriceOrder(*book, EuTaxes(), order);
      ASSERT_TRUE(priced.ok()) << priced.status();
      ASSERT_GE(priced->lines[0].net_minor, last)
          << "round " << round << ", " << quantity << " pieces " << ToJson(random);
      last = priced->lines[0].net_minor;
    }
  }
}

TEST(PricingProperty, EqualInputsGiveEqualBytesAndReprice) {
  Dice dice(3);
  for (int round = 0; round < 100; ++round) {
    PriceBook random = RandomBook(dice);
    OrderRequest order = RandomOrder(dice, 3);
    auto quote = MakeQuote(*Compile(random), EuTaxes(), order);
    ASSERT_TRUE(quote.ok()) << quote.status();
    auto reread = FromJson<Quote>(ToJson(*quote));
    ASSERT_TRUE(reread.ok()) << reread.status();
    ASSERT_EQ(ToJson(*reread), ToJson(*quote));
    auto again = Reprice(*reread, *Compile(*FromJson<PriceBook>(ToJson(random))), EuTaxes());
    ASSERT_TRUE(again.ok());
    ASSERT_TRUE(again->equal) << again->differences[0].path;
  }
}

TEST(PricingProperty, AGridCellIsThePriceOfThatLineAlone) {
  Dice dice(4);
  for (int round = 0; round < 50; ++round) {
    PriceBook random = RandomBook(dice);
    random.minima.per_order = 0;
    random.discounts.pop_back();  // order steps are not in a grid
    auto book = Compile(random);
    OrderRequest order = RandomOrder(dice, 2);
    order.shipping = "";
    auto grid = PriceGrid(*book, order, {1, 7, 30}, {});
    ASSERT_TRUE(grid.ok()) << grid.status();
    ASSERT_EQ(grid->size(), 6u);
    for (const GridCell& cell : *grid) {
      OrderRequest alone = order;
      alone.lines = {cell.line == "line-0" ? order.lines[0] : order.lines[1]};
      alone.lines[0].quantity = cell.quantity;
      ASSERT_EQ(MustPrice(*book, alone).lines[0].net_minor, cell.net_minor);
    }
  }
}

TEST(PricingProperty, OverflowIsAnErrorAnywhere) {
  PriceBook book = FlatBook("99999999999");
  auto compiled = Compile(book);
  EXPECT_EQ(ReasonOf(PriceOrder(*compiled, EuTaxes(), OrderOf({FlatLine("a", kMaxQuantity)})).status()),
            "MONEY_OVERFLOW");
  LineRequest huge = FlatLine("a", 1);
  huge.measures.volume_e3_mm3 = std::numeric_limits<int64_t>::max();
  book.processes[0].size_power->exponent = D("1.5");
  EXPECT_EQ(ReasonOf(PriceOrder(*Compile(book), EuTaxes(), OrderOf({huge})).status()), "MONEY_OVERFLOW");
}

}  // namespace
}  // namespace millwright::catalog
