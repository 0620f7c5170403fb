// The fixtures of the pricing specification, each by its own sentence.
#include "common/errors/error.h"
#include "services/catalog/domain/test_books.h"

namespace millwright::catalog {
namespace {

PartMeasures Cube() {
  PartMeasures cube;
  cube.volume_e3_mm3 = 10'000'000;
  cube.area_e3_mm2 = 2'784'953;
  cube.box_um = {21544, 21544, 21544};
  return cube;
}

PriceBook CubeBook(const char* margin) {
  PriceBook book = FlatBook("1");
  book.materials[0].density_g_cm3 = D("1.29");
  book.materials[0].price_per_kg = 70;
  book.processes[0].size_power.reset();
  book.processes[0].additive = AdditiveRates();
  book.processes[0].additive->wall_mm = 1;
  book.processes[0].additive->infill = D("0.7");
  book.processes[0].margin_percent = D(margin);
  return book;
}

Decimal ExactUnit(const CompiledBook& book, const PartMeasures& part) {
  OrderRequest order = OrderOf({FlatLine("a", 1)});
  order.lines[0].measures = part;
  auto line = PrepareLine(book, order, order.lines[0], "lines[0]");
  EXPECT_TRUE(line.ok()) << line.status();
  Decimal sum;
  for (const CostItem& item : line->production) sum += item.AmountFor(1);
  return sum;
}

TEST(PricingFixture, CubeWithWallAndInfill) {
  auto book = Compile(CubeBook("0"));
  EXPECT_EQ(ExactUnit(*book, Cube()).ToFixed(5), "0.70754");
  OrderRequest order = OrderOf({FlatLine("a", 1)});
  order.lines[0].measures = Cube();
  PricedOrder priced = MustPrice(*book, order);
  const CostNode* material = FindNode(priced.tree, "lines/a/production/material");
  ASSERT_NE(material, nullptr);
  EXPECT_EQ(material->amount_minor, 71);
  // shell 2784.953 + core 5050.5329: the 7835.486 mm³ of the specification, before its own rounding
  EXPECT_EQ(D("2784.953") + (D("10000") - D("2784.953")) * D("0.7"), D("7835.4859"));
}

TEST(PricingFixture, CubeTimesThree) { EXPECT_EQ(ExactUnit(*Compile(CubeBook("200")), Cube()).ToFixed(5), "2.12263"); }

PriceBook PowderBook() {
  PriceBook book = FlatBook("1");
  book.materials[0].price_per_kg = 0;
  book.processes[0].size_power.reset();
  PowderRates powder;
  powder.fill = 1;
  powder.build_x_mm = powder.build_y_mm = 10;
  powder.build_z_mm = D("8.3");
  powder.growth_mm_h = 1;
  powder.machine_rate_h = D("2.54");
  book.processes[0].powder = powder;
  return book;
}

TEST(PricingFixture, PowderBatch) {
  // 830 mm³ of room, 10 mm³ a piece: 83 in a job of 10 mm at 2.54/h = 25.40.
  auto book = Compile(PowderBook());
  for (auto [quantity, net] : {std::pair<int64_t, int64_t>{1, 2540}, {83, 2540}, {84, 5080}, {100, 5080}}) {
    LineRequest line = FlatLine("a", quantity);
    line.measures.volume_e3_mm3 = 10'000;
    line.measures.box_um = {1000, 1000, 10000};
    PricedOrder priced = MustPrice(*book, OrderOf({line}));
    EXPECT_EQ(priced.lines[0].net_minor, net) << quantity;
    if (quantity == 100) {
      EXPECT_EQ(priced.lines[0].unit_price, "0.5080");
    }
  }
}

TEST(PricingFixture, SetupIsSharedByTheOrder) {
  PriceBook book = FlatBook("5.16");  // 7.66 - 2.50
  SetupRule setup;
  setup.id = "setup";
  setup.label = "Set-up";
  setup.amount = D("2.50");
  book.setups = {setup};
  auto compiled = Compile(book);
  EXPECT_EQ(MustPrice(*compiled, OrderOf({FlatLine("a", 1)})).tax.net_minor, 766);
  EXPECT_EQ(MustPrice(*compiled, OrderOf({FlatLine("a", 10)})).tax.net_minor, 5410);
  EXPECT_EQ(MustPrice(*compiled, OrderOf({FlatLine("a", 4), FlatLine("b", 6)})).tax.net_minor, 5410);
}

TEST(PricingFixture, AllocationOverThreeEqualLines) {
  PriceBook book = FlatBook("10");
  SetupRule setup;
  setup.id = "setup";
  setup.amount = 100;
  book.setups = {setup};
  PricedOrder priced = MustPrice(*Compile(book), OrderOf({FlatLine("a", 1), FlatLine("b", 1), FlatLine("c", 1)}));
  EXPECT_EQ(priced.lines[0].net_minor, 1000 + 3334);
  EXPECT_EQ(priced.lines[1].net_minor, 1000 + 3333);
  EXPECT_EQ(priced.lines[2].net_minor, 1000 + 3333);
}

PriceBook BreakBook() {
  PriceBook book = FlatBook("5");
  QuantityRule rule;
  rule.id = "ten";
  rule.points = {{1, Decimal(1)}, {10, D("0.8")}};
  book.quantity_rules = {rule};
  return book;
}

TEST(PricingFixture, TheTenthPieceIsFree) {
  auto book = Compile(BreakBook());
  PricedOrder nine = MustPrice(*book, OrderOf({FlatLine("a", 9)}));
  EXPECT_EQ(nine.lines[0].net_minor, 4000);
  EXPECT_EQ(nine.lines[0].free_pieces, 1);
  EXPECT_EQ(FindNode(nine.tree, "lines/a/quantity_break")->note, "10 pieces cost the same as 9: 1 more piece is free");
  EXPECT_EQ(MustPrice(*book, OrderOf({FlatLine("a", 8)})).lines[0].net_minor, 4000);
  EXPECT_EQ(MustPrice(*book, OrderOf({FlatLine("a", 7)})).lines[0].net_minor, 3500);
  EXPECT_EQ(MustPrice(*book, OrderOf({FlatLine("a", 10)})).lines[0].free_pieces, 0);
}

TEST(PricingFixture, TheMonotonicGuaranteeCanBeSwitchedOff) {
  PriceBook book = BreakBook();
  book.quantity_rules[0].allow_cheaper_more = true;
  EXPECT_EQ(MustPrice(*Compile(book), OrderOf({FlatLine("a", 9)})).lines[0].net_minor, 4500);
}

TEST(PricingFixture, RoundingModes) {
  for (auto [mode, minor] :
       {std::pair<const char*, int64_t>{"half_even", 1000}, {"half_up", 1001}, {"up", 1001}, {"down", 1000}}) {
    PriceBook book = FlatBook("10.005");
    book.rounding = mode;
    EXPECT_EQ(MustPrice(*Compile(book), OrderOf({FlatLine("a", 1)})).lines[0].net_minor, minor) << mode;
  }
  EXPECT_EQ(MustPrice(*Compile(FlatBook("10.4", "JPY")), OrderOf({FlatLine("a", 1)})).lines[0].net_minor, 10);
}

TEST(PricingFixture, ReverseCharge) {
  auto book = Compile(FlatBook("100"));
  OrderRequest order = OrderOf({FlatLine("a", 1)});
  order.parties.ship_to_country = "DE";
  order.parties.buyer_vat_id = "DE123456788";
  PricedOrder b2b = MustPrice(*book, order);
  EXPECT_EQ(b2b.tax.tax_minor, 0);
  EXPECT_THAT(b2b.tax.rows[0].phrase, testing::HasSubstr("Reverse charge"));
  order.parties.buyer_vat_id = "";
  PricedOrder without = MustPrice(*book, order);
  EXPECT_EQ(without.tax.tax_minor, 2300);
  EXPECT_EQ(without.tax.rows[0].percent, Decimal(23));
  order.parties.buyer_vat_id = "DE123456789";
  EXPECT_EQ(ReasonOf(PriceOrder(*book, EuTaxes(), order).status()), "INVALID_VAT_ID");
}

}  // namespace
}  // namespace millwright::catalog
