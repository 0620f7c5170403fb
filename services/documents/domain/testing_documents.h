// Complete, valid documents for tests: each is minimal enough to read and full enough to print every block.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_TESTING_DOCUMENTS_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_TESTING_DOCUMENTS_H_

#include "absl/strings/string_view.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

OrderForm SampleOrderForm(Language language = Language::kEnglish);
CustomMadeStatement SampleStatement(Language language = Language::kEnglish);
Invoice SampleInvoice(Language language = Language::kEnglish);
// `lines` positions: 60 make it three pages.
Offer SampleOffer(Language language = Language::kEnglish, int lines = 3);
// By the names that render_sample takes: order_form, statement, invoice, pro_forma, offer, long_offer.
Document SampleDocument(absl::string_view name, Language language);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_TESTING_DOCUMENTS_H_
