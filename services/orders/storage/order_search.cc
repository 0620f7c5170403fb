#include "services/orders/storage/order_search.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"

namespace millwright::orders {
namespace {

constexpr size_t kMinWordBytes = 3;  // shorter words of a file name find nothing that anybody looks for

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80; }

class Terms {
 public:
  void Add(absl::string_view text) {
    std::string term = NormalizeTerm(text);
    if (!term.empty() && terms_.size() < kMaxSearchTerms) terms_.insert(std::move(term));
  }
  // The whole name, and each word in it but the first, which the whole name begins with, and the extension.
  void AddFileName(absl::string_view name) {
    Add(name);
    const absl::string_view stem = name.substr(0, name.rfind('.'));
    for (size_t at = 0; at < stem.size();) {
      size_t end = at;
      while (end < stem.size() && IsWordByte(stem[end])) ++end;
      if (at > 0 && end - at >= kMinWordBytes) Add(stem.substr(at, end - at));
      at = end + 1;
    }
  }
  std::set<std::string> Take() { return std::move(terms_); }

 private:
  std::set<std::string> terms_;
};

bool SameMetadata(const v1::Order& a, const v1::Order& b) {
  if (a.metadata_size() != b.metadata_size()) return false;
  for (const auto& [key, value] : a.metadata()) {
    const auto it = b.metadata().find(key);
    if (it == b.metadata().end() || it->second != value) return false;
  }
  return true;
}

}  // namespace

std::string NormalizeTerm(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
}

std::string PrefixEnd(absl::string_view prefix) { return absl::StrCat(prefix, "\xff"); }  // no UTF-8 text holds 0xFF

std::set<std::string> SearchTermsOf(const v1::Order& order) {
  Terms terms;
  terms.Add(order.po_number());
  terms.Add(order.external_id());
  terms.Add(order.buyer_reference());
  terms.Add(order.prescription().case_code());
  for (const v1::Shipment& shipment : order.shipments()) terms.Add(shipment.tracking_number());
  for (const v1::OrderLine& line : order.lines()) terms.AddFileName(line.file_name());
  for (const v1::SharedFile& file : order.shared_files()) terms.AddFileName(file.file_name());
  return terms.Take();
}

absl::Status UpdateSearch(Transaction& tx, const v1::Order& before, const v1::Order& after) {
  const std::string id(LastSegment(after.name()));
  const std::set<std::string> old_terms = SearchTermsOf(before), new_terms = SearchTermsOf(after);
  for (const std::string& company : std::set<std::string>{after.buyer(), after.seller()}) {
    for (const std::string& term : old_terms) {
      if (new_terms.contains(term)) continue;
      MW_RETURN_IF_ERROR(
          tx.Run("DELETE FROM order_terms WHERE company = $1 AND term = $2 AND order_id = $3", company, term, id));
    }
    for (const std::string& term : new_terms) {
      if (old_terms.contains(term)) continue;
      MW_RETURN_IF_ERROR(tx.Run("INSERT INTO order_terms (company, term, order_id) VALUES ($1, $2, $3)", company, term, id));
    }
  }
  if (SameMetadata(before, after)) return absl::OkStatus();
  MW_RETURN_IF_ERROR(tx.Run("DELETE FROM order_metadata WHERE order_id = $1", id));
  for (const auto& [key, value] : after.metadata()) {
    MW_RETURN_IF_ERROR(tx.Run("INSERT INTO order_metadata (order_id, key, value) VALUES ($1, $2, $3)", id, key, value));
  }
  return absl::OkStatus();
}

}  // namespace millwright::orders
