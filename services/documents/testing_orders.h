// Events of orders for tests: a dental and a manufacturing order with every fact that papers need.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_ORDERS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_ORDERS_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "millwright/internal/orders/v1/order_event.pb.h"

namespace millwright::documents {

inline constexpr char kSeller[] = "companies/seller0001";
inline constexpr char kBuyer[] = "companies/buyer00001";
inline constexpr char kOrder[] = "orders/seller0001-0000000000000000000000000a";

inline google::type::Money Euros(int64_t cents) {
  google::type::Money money;
  money.set_currency_code("EUR");
  money.set_units(cents / 100);
  money.set_nanos(static_cast<int32_t>(cents % 100) * 10'000'000);
  return money;
}

inline millwright::common::v1::Party TestParty(const std::string& company, const std::string& name,
                                               const std::string& country, const std::string& language) {
  millwright::common::v1::Party party;
  party.set_company(company);
  party.set_display_name(name);
  party.mutable_address()->add_street_lines("Hafenstraße 12");
  party.mutable_address()->set_postal_code("20457");
  party.mutable_address()->set_locality("Hamburg");
  party.mutable_address()->set_region_code(country);
  party.set_vat_id(country + "136695976");
  party.set_email("desk@" + name + ".example");
  party.set_language_code(language);
  party.set_time_zone("Europe/Berlin");
  party.set_bank_account("DE89370400440532013000");
  return party;
}

inline millwright::orders::v1::Order TestOrder(const std::string& workflow) {
  millwright::orders::v1::Order order;
  order.set_name(kOrder);
  order.set_order_number("2026-000017");
  order.set_seller(kSeller);
  order.set_buyer(kBuyer);
  order.set_ordered_by(absl::StrCat(kBuyer, "/members/jane"));
  order.set_workflow(workflow);
  *order.mutable_seller_party() = TestParty(kSeller, "center", "DE", "de");
  *order.mutable_buyer_party() = TestParty(kBuyer, "lab", "DE", "en");
  auto& line = *order.add_lines();
  line.set_number(1);
  line.set_title("Anatomic crown 11");
  line.set_quantity(2);
  *line.mutable_net() = Euros(10'000);
  line.set_unit_price("50.0000");
  line.set_tax_rate("0.19");
  line.set_material_title("Zirconia ML");
  line.set_file("companies/buyer00001/projects/p/files/f");
  line.set_file_name("crown.stl");
  line.set_file_sha256(std::string(64, 'a'));
  line.mutable_part()->add_teeth(11);
  line.mutable_part()->set_work_type("AnatomicCrown");
  line.mutable_part()->set_shade("A3,5");
  auto& shared = *order.add_shared_files();
  shared.set_file_name("crown.stl");
  shared.set_sha256(std::string(64, 'a'));
  shared.set_size_bytes(123'456);
  *order.mutable_net() = Euros(10'000);
  *order.mutable_tax() = Euros(1'900);
  *order.mutable_gross() = *order.mutable_balance() = Euros(11'900);
  auto& tax = *order.add_tax_totals();
  tax.set_rate("0.19");
  tax.set_title("19%");
  *tax.mutable_net() = Euros(10'000);
  *tax.mutable_tax() = Euros(1'900);
  *tax.mutable_gross() = Euros(11'900);
  if (workflow == "dental") {
    order.mutable_prescription()->set_prescriber("Dr. Ina Sommer");
    order.mutable_prescription()->set_case_code("C-2026-001");
  }
  return order;
}

// The order after it moved from `before` to `after`.
inline internal::orders::v1::OrderEvent Moved(millwright::orders::v1::Order order, const std::string& before,
                                              const std::string& after) {
  internal::orders::v1::OrderEvent event;
  order.set_state(after);
  *event.mutable_order() = order;
  event.mutable_entry()->set_state_before(before);
  event.mutable_entry()->set_state_after(after);
  event.mutable_entry()->mutable_time()->set_seconds(1'795'000'000);
  event.set_state_entry_count(1);
  return event;
}

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_TESTING_ORDERS_H_
