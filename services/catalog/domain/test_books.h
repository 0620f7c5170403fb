// Small price books for tests: one process, nothing else, so that a fixture shows only its own numbers.
#ifndef MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TEST_BOOKS_H_
#define MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TEST_BOOKS_H_

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/catalog/domain/book_assembly.h"
#include "services/catalog/domain/fields.h"
#include "services/catalog/domain/quote.h"

namespace millwright::catalog {

inline Decimal D(const char* text) {
  auto value = Decimal::Parse(text);
  EXPECT_TRUE(value.ok()) << text;
  return value.value_or(Decimal::Invalid());
}

inline std::string ReadData(const std::string& name) {
  std::ifstream file(std::string(MW_SOURCE_DIR) + "/services/catalog/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::shared_ptr<const CompiledBook> Compile(PriceBook book) {
  auto compiled = CompiledBook::Compile(std::move(book));
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return compiled.ok() ? *compiled : nullptr;
}

// The price list that the demo's center uploads, with the country that accounts would tell.
inline std::shared_ptr<const CompiledBook> DemoCenter() {
  auto book = ParseDefinition(ReadData("data/demo_center.price_list.json"), "standard", 1, "EUR");
  EXPECT_TRUE(book.ok()) << book.status();
  book->country = "DE";
  book->time_zone = "Europe/Berlin";
  return Compile(*std::move(book));
}

inline const TaxTable& EuTaxes() {
  static const TaxTable& table = *new TaxTable(*FromJson<TaxTable>(ReadData("data/tax_eu.json")));
  return table;
}

// One process whose unit price is exactly `price` for a part of 1 mm³.
inline PriceBook FlatBook(const char* price, const char* currency = "EUR") {
  PriceBook book;
  book.id = "flat";
  book.currency = currency;
  book.country = "PL";
  book.vat_id = "PL1234563218";
  book.time_zone = "Europe/Warsaw";
  Material material;
  material.id = "M";
  material.density_g_cm3 = 1;
  material.price_per_kg = 1;
  book.materials = {material};
  ProcessRule rule;
  rule.id = "flat";
  rule.size_power = SizePowerRates{"volume", Decimal(0), D(price)};
  book.processes = {rule};
  return book;
}

inline LineRequest FlatLine(const char* id, int64_t quantity) {
  LineRequest line;
  line.id = id;
  line.process = "flat";
  line.material = "M";
  line.quantity = quantity;
  line.measures.volume_e3_mm3 = 1000;
  return line;
}

inline OrderRequest OrderOf(std::vector<LineRequest> lines) {
  OrderRequest request;
  request.at_us = 1795000000LL * 1000000;  // 2026-11-18T11:06:40Z
  request.lines = std::move(lines);
  return request;
}

inline PricedOrder MustPrice(const CompiledBook& book, const OrderRequest& request) {
  auto priced = PriceOrder(book, EuTaxes(), request);
  EXPECT_TRUE(priced.ok()) << priced.status();
  if (!priced.ok()) return {};
  EXPECT_TRUE(CheckSums(priced->tree).ok()) << CheckSums(priced->tree);
  EXPECT_EQ(priced->tree.amount_minor, priced->tax.gross_minor);
  return *priced;
}

}  // namespace millwright::catalog

#endif  // MILLWRIGHT_SERVICES_CATALOG_DOMAIN_TEST_BOOKS_H_
