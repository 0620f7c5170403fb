// The texts of definitions/*.textproto, as the build found them.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DEFINITIONS_EMBEDDED_H_
#define MILLWRIGHT_SERVICES_ORDERS_DEFINITIONS_EMBEDDED_H_

#include <span>

#include "absl/strings/string_view.h"

namespace millwright::orders {

std::span<const absl::string_view> EmbeddedDefinitions();

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DEFINITIONS_EMBEDDED_H_
