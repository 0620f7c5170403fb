#include "services/documents/domain/render.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/documents/domain/canonical.h"
#include "services/documents/domain/pages.h"
#include "services/documents/domain/validate.h"

namespace millwright::documents {
namespace {

struct IssuerName {
  std::string operator()(const OrderForm& form) const { return form.customer.name; }
  std::string operator()(const CustomMadeStatement& statement) const { return statement.manufacturer.name; }
  std::string operator()(const Invoice& invoice) const { return invoice.seller.name; }
  std::string operator()(const Offer& offer) const { return offer.seller.name; }
};

}  // namespace

Label TitleOf(const Document& document) {
  if (std::holds_alternative<OrderForm>(document)) return Label::kOrderForm;
  if (std::holds_alternative<CustomMadeStatement>(document)) return Label::kStatement;
  if (const auto* invoice = std::get_if<Invoice>(&document)) {
    return invoice->kind == InvoiceKind::kProForma ? Label::kProForma : Label::kInvoice;
  }
  return std::get<Offer>(document).firm ? Label::kFirmOffer : Label::kBudgetOffer;
}

absl::StatusOr<RenderedPdf> RenderPdf(const Document& document) {
  MW_RETURN_IF_ERROR(Validate(document));
  const Meta& meta = MetaOf(document);
  RenderedPdf pdf;
  pdf.input_sha256 = InputHash(document);
  Layout layout;
  std::visit([&](const auto& d) { LayOut(d, layout); }, document);
  Layout::FileFacts facts;
  facts.title = absl::StrCat(LabelText(TitleOf(document), meta.language), " ", meta.number);
  facts.author = std::visit(IssuerName(), document);
  facts.subject = absl::StrCat(LabelText(Label::kOrder, meta.language), " ", meta.order_number);
  facts.created_at = meta.issued_at;
  facts.footer = absl::StrCat(facts.title, "\n", LabelText(Label::kInputHash, meta.language), " ", pdf.input_sha256);
  facts.page = LabelText(Label::kPage, meta.language);
  facts.of = LabelText(Label::kOf, meta.language);
  MW_ASSIGN_OR_RETURN(pdf.bytes, layout.Finish(facts));
  pdf.sha256 = Sha256Hex(pdf.bytes);
  return pdf;
}

}  // namespace millwright::documents
