// What each kind of paper shows, in order. Internal to RenderPdf: the documents are valid here.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGES_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGES_H_

#include <string>
#include <vector>

#include "services/documents/domain/labels.h"
#include "services/documents/domain/layout.h"
#include "services/documents/domain/model.h"

namespace millwright::documents {

void LayOut(const OrderForm& form, Layout& layout);
void LayOut(const CustomMadeStatement& statement, Layout& layout);
void LayOut(const Invoice& invoice, Layout& layout);
void LayOut(const Offer& offer, Layout& layout);

// The word a document is called by, in its language.
Label TitleOf(const Document& document);

// Pieces that several papers share.
Block PartyBlock(Label title, const Party& party, Language language);
Block PrescriberBlock(Label title, const Prescriber& prescriber, Language language);
void FileTable(Label title, const std::vector<FileRef>& files, Language language, Layout& layout);
// Positions, tax summary, legal phrases and sums. `extra` rows follow the total (paid, amount due).
void PriceTables(const Prices& prices, bool show_tax, const std::vector<KeyValue>& extra, Language language,
                 Layout& layout);
// "1,234.50 EUR".
std::string Money(int64_t minor, const Prices& prices, Language language);

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_PAGES_H_
