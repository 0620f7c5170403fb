// What makes a document complete. A paper that lacks something is refused, with every missing or wrong field named at
// once, because a legal paper with a hole is worse than none.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_VALIDATE_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_VALIDATE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

// FAILED_PRECONDITION, reason DOCUMENT_INCOMPLETE, with one field violation per problem: the path
// ("parts[0].lots[1].lot") and what to give.
absl::Status Validate(const Document& document);

// Years the document must be kept: 10, 15 for the statement of an implantable device.
int RetentionYears(const Document& document);

// True for members of the European Economic Area, by ISO 3166-1 alpha-2 code.
bool IsEea(absl::string_view country);

// Collects problems; used by the per-kind checks.
class FieldProblems {
 public:
  void Add(std::string path, std::string problem) { problems_.emplace_back(std::move(path), std::move(problem)); }
  void Check(bool good, absl::string_view path, absl::string_view problem);
  // Text that is more than white space.
  void Require(absl::string_view path, absl::string_view text, absl::string_view remedy);
  // Name, street, city and country are there, the country is two letters.
  void RequireParty(absl::string_view path, const Party& party);
  void RequireFiles(absl::string_view path, const std::vector<FileRef>& files);
  bool empty() const { return problems_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& list() const { return problems_; }

 private:
  std::vector<std::pair<std::string, std::string>> problems_;
};

// Currency, lines, tax rows and sums. `seller` and `buyer` are needed for reverse charge.
void CheckPrices(const Prices& prices, const Party& seller, const Party& buyer, FieldProblems& problems);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_VALIDATE_H_
