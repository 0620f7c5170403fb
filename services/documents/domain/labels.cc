#include "services/documents/domain/labels.h"

namespace millwright::documents {
namespace {

struct Row {
  const char* en;
  const char* de;
  const char* pl;
};

constexpr Row kRows[] = {
#define MW_LABEL(id, en, de, pl) {en, de, pl},
#include "services/documents/domain/labels.def"
#undef MW_LABEL
};

}  // namespace

const char* LabelText(Label label, Language language) {
  const Row& row = kRows[static_cast<int>(label)];
  switch (language) {
    case Language::kGerman: return row.de;
    case Language::kPolish: return row.pl;
    default: return row.en;
  }
}

}  // namespace millwright::documents
