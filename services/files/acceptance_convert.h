// Limits of centers between protos, rows and the domain.
#ifndef MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_CONVERT_H_
#define MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_CONVERT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "millwright/files/v1/acceptance_profile.pb.h"
#include "services/files/domain/checks/acceptance.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

// As it was stated: without defaults and name.
AcceptanceProfile FromProto(const v1::AcceptanceProfile& proto);
v1::AcceptanceProfile ToProto(const AcceptanceProfile& profile);

// "companies/c/acceptanceProfiles/3"
std::string AcceptanceName(const std::string& company, int64_t version);
// A stored version as the API shows it.
absl::StatusOr<v1::AcceptanceProfile> ToProto(const AcceptanceRow& row);
// What to judge by: the row's limits with the defaults filled in; without a row the defaults, with an empty name.
absl::StatusOr<AcceptanceProfile> ProfileOf(const std::optional<AcceptanceRow>& row);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_ACCEPTANCE_CONVERT_H_
