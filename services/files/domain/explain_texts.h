// The sentences of explain.cc in three languages. Not for use outside explain.cc and its tests.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_TEXTS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_TEXTS_H_

#include "absl/strings/string_view.h"
#include "services/files/domain/checks/vocabulary.h"
#include "services/files/domain/explain.h"
#include "services/files/domain/rules.h"

namespace millwright::files {

enum class Phrase {
  kSingle,    // $work, $teeth, $material
  kBridge,    // $units, $teeth, $material, $pontics
  kSplinted,  // $units, $teeth, $material
  kImplant,   // $teeth, $line
  kImplantWithChannel,
  kNothing,
  kTooth,
  kAllowed,
  kBlocks,
  kConfirm,
  kInform,
  kVerdictAccepted,
  kVerdictConfirm,
  kVerdictBlocking,
  kCount,
};

absl::string_view TextOf(Phrase phrase, Language language);
absl::string_view WorkTextOf(WorkGroup group, Language language);
// "" where only the rule's English title exists: rules that a typed case can't break.
absl::string_view RuleTextOf(Rule rule, Language language);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_EXPLAIN_TEXTS_H_
