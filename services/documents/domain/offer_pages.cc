// Invoice, pro forma and offer.
#include "absl/strings/str_cat.h"
#include "services/documents/domain/format.h"
#include "services/documents/domain/pages.h"

namespace millwright::documents {

void LayOut(const Invoice& invoice, Layout& layout) {
  Language language = invoice.meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  bool pro_forma = invoice.kind == InvoiceKind::kProForma;
  layout.Title(label(pro_forma ? Label::kProForma : Label::kInvoice), invoice.seller.name,
               {{label(Label::kNumber), invoice.meta.number},
                {label(Label::kDate), FormatDate(invoice.meta.issued_at, invoice.meta.time_zone, language)},
                {label(Label::kSupplyDate), FormatStoredDate(invoice.supply_date, language)},
                {label(Label::kDueDate), FormatStoredDate(invoice.due_date, language)},
                {label(Label::kOrder), invoice.meta.order_number},
                {label(Label::kPoNumber), invoice.po_number}});
  layout.Blocks({PartyBlock(Label::kSeller, invoice.seller, language),
                 PartyBlock(Label::kBuyer, invoice.buyer, language)});
  if (pro_forma) layout.Paragraph(label(Label::kProFormaNotice), true);
  std::vector<KeyValue> extra;
  if (invoice.paid > 0) {
    extra.emplace_back(label(Label::kPaid), Money(invoice.paid, invoice.prices, language));
    extra.emplace_back(label(Label::kPayable), Money(invoice.prices.gross - invoice.paid, invoice.prices, language));
  }
  PriceTables(invoice.prices, true, extra, language, layout);
  layout.Heading(label(Label::kPayment));
  std::vector<KeyValue> payment = {{label(Label::kDueDate), FormatStoredDate(invoice.due_date, language)},
                                   {label(Label::kPaymentTerms), invoice.payment_terms}};
  for (const NamedValue& detail : invoice.payment_details) payment.emplace_back(detail.name, detail.value);
  payment.emplace_back(label(Label::kRounding), invoice.rounding);
  layout.KeyValues(payment);
  if (invoice.notes.empty()) return;
  layout.Heading(label(Label::kNotes));
  layout.Paragraph(invoice.notes);
}

void LayOut(const Offer& offer, Layout& layout) {
  Language language = offer.meta.language;
  auto label = [&](Label id) { return LabelText(id, language); };
  layout.Title(label(offer.firm ? Label::kFirmOffer : Label::kBudgetOffer), offer.seller.name,
               {{label(Label::kNumber), offer.meta.number},
                {label(Label::kDate), FormatDate(offer.meta.issued_at, offer.meta.time_zone, language)},
                {label(Label::kValidUntil), FormatDateTime(offer.valid_until, offer.meta.time_zone, language)},
                {label(Label::kOrder), offer.meta.order_number},
                {label(Label::kRevision), absl::StrCat(offer.revision)}});
  layout.Blocks({PartyBlock(Label::kSeller, offer.seller, language), PartyBlock(Label::kBuyer, offer.buyer, language)});
  if (!offer.firm) layout.Paragraph(label(Label::kBudgetNotice), true);
  if (!offer.changes.empty()) {
    layout.Heading(label(Label::kChanges));
    for (const std::string& change : offer.changes) layout.Paragraph(absl::StrCat("• ", change));
  }
  PriceTables(offer.prices, offer.show_tax, {}, language, layout);
  layout.Heading(label(Label::kTerms));
  layout.KeyValues({{label(Label::kDelivery), offer.delivery},
                    {label(Label::kPaymentTerms), offer.payment_terms},
                    {label(Label::kValidUntil), FormatDateTime(offer.valid_until, offer.meta.time_zone, language)},
                    {label(Label::kRevisionHash), offer.revision_hash}});
  FileTable(Label::kFiles, offer.files, language, layout);
  if (offer.notes.empty()) return;
  layout.Heading(label(Label::kNotes));
  layout.Paragraph(offer.notes);
}

}  // namespace millwright::documents
