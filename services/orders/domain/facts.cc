#include "services/orders/domain/facts.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace millwright::orders {

std::string DescribeActors(const ActorSet& actors) {
  std::vector<std::string> names;
  for (int i = v1::Transition::Actor_MIN; i <= v1::Transition::Actor_MAX; ++i) {
    if (!v1::Transition::Actor_IsValid(i) || !actors.Has(static_cast<Actor>(i))) continue;
    if (i == v1::Transition::ERP) {
      names.push_back("the ERP");
    } else if (i == v1::Transition::AUTOMATIC) {
      names.push_back("an automatic move");
    } else {
      names.push_back(absl::AsciiStrToLower(
          absl::StrReplaceAll(v1::Transition::Actor_Name(static_cast<Actor>(i)), {{"_", " "}})));
    }
  }
  return names.empty() ? "nobody" : absl::StrJoin(names, " or ");
}

}  // namespace millwright::orders
