// A case in sentences: what it is and what stands against it, in English, German or Polish.
//
// Deterministic: the same facts, findings, language and notation give the same sentences.
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/info/fdi.h"
#include "services/files/domain/info/info_facts.h"

namespace millwright::files {

enum class Language { kEnglish, kGerman, kPolish };
// By the primary subtag of BCP 47 ("de-AT" is German); English for everything else.
Language LanguageOf(absl::string_view tag);

struct Explanation {
  std::vector<std::string> sentences;  // what the case is
  std::vector<std::string> findings;   // one sentence per finding, in the order given
  std::string conclusion;
};

Explanation Explain(const InfoFacts& facts, std::span<const Finding> findings, Language language, Notation notation);

// A case as a person types it: teeth and how they are joined.
struct TypedTooth {
  int number = 0;  // FDI
  std::string work_type = "AnatomicCrown";
  bool joined_to_mesial = false;
  std::string implant_type, implant_line;
  bool screw_channel = false;
  std::optional<double> wall_mm, connector_mm2;
};
// The info file that a CAD program would write of it: teeth that are joined are one part. Part files are called
// "part 1.stl" and so on.
InfoFacts FactsOfTyped(const std::vector<TypedTooth>& teeth, const std::string& material);

// The tooth that people of a notation call so ("36", "19", "LL6", "T"); 0 if none.
int ToothNamed(absl::string_view name, Notation notation);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_H_
