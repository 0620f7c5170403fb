// Whole prices, digit by digit: a change of any of them is a change of kPricingEngineVersion. To accept one, run the
// test with MW_UPDATE_GOLDEN=1 and read the difference.
#include <cstdlib>

#include "services/catalog/domain/test_books.h"

namespace millwright::catalog {
namespace {

void ExpectGolden(const std::string& name, const PricedOrder& priced) {
  std::string path = "domain/testdata/" + name;
  std::string text = ToJson(priced) + "\n";
  if (std::getenv("MW_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::string(MW_SOURCE_DIR) + "/services/catalog/" + path) << text;
  }
  EXPECT_EQ(ReadData(path), text);
}

Material Stock(const char* id, const char* density, const char* price) {
  Material material;
  material.id = id;
  material.label = id;
  material.density_g_cm3 = D(density);
  material.price_per_kg = D(price);
  return material;
}

Machine Printer(const char* id, int64_t edge_um) {
  Machine machine;
  machine.id = id;
  machine.envelope_um = {edge_um, edge_um, edge_um};
  return machine;
}

std::shared_ptr<const CompiledBook> DemoShop() {
  auto book = ParseDefinition(ReadData("data/demo_shop.price_list.json"), "standard", 1, "EUR");
  EXPECT_TRUE(book.ok()) << book.status();
  AddResources({Stock("pa12", "1.01", "62"), Stock("pla", "1.24", "24"), Stock("petg", "1.27", "26"),
                Stock("tough", "1.2", "128")},
               {Printer("sls-1", 340000), Printer("fff-1", 300000), Printer("sla-1", 200000)}, *book);
  book->country = "PL";
  return Compile(*std::move(book));
}

LineRequest Part(const char* id, const char* process, const char* material, int64_t quantity) {
  LineRequest line;
  line.id = id;
  line.label = id;
  line.process = process;
  line.material = material;
  line.quantity = quantity;
  line.measures.volume_e3_mm3 = 18'437'512;
  line.measures.area_e3_mm2 = 7'912'344;
  line.measures.box_um = {61200, 40150, 22750};
  return line;
}

TEST(GoldenPrice, ShopOrderWithEveryKindOfStep) {
  LineRequest powder = Part("powder", "sls", "pa12", 25);
  powder.finishes = {"dyed-black", "smoothed"};
  LineRequest article;
  article.id = "inserts";
  article.label = "inserts";
  article.product = "insert-m3";
  article.quantity = 100;
  OrderRequest order = OrderOf({powder, Part("filament", "fff", "petg", 9), Part("resin", "sla", "tough", 1), article});
  order.lead_time = "express";
  order.coupons = {"WELCOME10"};
  order.shipping = "parcel";
  ExpectGolden("shop_order.json", MustPrice(*DemoShop(), order));
}

TEST(GoldenPrice, ShopOrderInAnotherCurrencyAtAPinnedRate) {
  OrderRequest order = OrderOf({Part("filament", "fff", "pla", 40)});
  order.lead_time = "standard";
  order.currency_rate = CurrencyRate{"JPY", D("163.27"), "ECB reference rate", 1794960000000000};
  PricedOrder priced = MustPrice(*DemoShop(), order);
  EXPECT_EQ(priced.currency, "JPY");
  ExpectGolden("shop_order_jpy.json", priced);
}

TEST(GoldenPrice, DentalBridgeOnImplants) {
  LineRequest line;
  line.id = "bridge";
  line.label = "bridge.stl";
  line.process = "dental-milling";
  line.dental = DentalPart{"ZI_3ax", "A2", {}, true, ""};
  for (int tooth : {17, 16, 15, 14, 13, 12, 11}) {
    DentalUnit unit;
    unit.tooth = tooth;
    bool implant = tooth % 3 == 2;
    unit.work_type = implant ? "AnatomicCrown" : "AnatomicPontic";
    if (implant) unit.implant_type = "WithoutAbutment";
    if (implant) unit.implant_line = "IPS_1000_MUA_DTF : DTFOEMScrew : PICNeodentHCRef106_220";
    unit.connected_to_mesial = tooth != 11;
    line.dental->units.push_back(unit);
  }
  OrderRequest order = OrderOf({line});
  order.lead_time = "standard";
  ExpectGolden("dental_bridge.json", MustPrice(*DemoCenter(), order));
}

}  // namespace
}  // namespace millwright::catalog
