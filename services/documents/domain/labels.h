// Every fixed word on a paper, in every language. A new label is one row of labels.def.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LABELS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LABELS_H_

#include "services/documents/domain/model.h"

namespace millwright::documents {

enum class Label {
#define MW_LABEL(id, en, de, pl) id,
#include "services/documents/domain/labels.def"
#undef MW_LABEL
};

// English for Language::kUnset. The text is UTF-8 and lives forever.
const char* LabelText(Label label, Language language);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_LABELS_H_
