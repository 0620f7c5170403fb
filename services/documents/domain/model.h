// What a document says, as plain structs: everything that appears on the paper is in here and nothing else is read
// while rendering. So a document's input can be stored, hashed and rendered again years later to the same bytes.
//
// Conventions
//   - Text is UTF-8. Control characters (other than line feed) and bidirectional overrides are refused by Validate().
//   - Amounts are int64 minor units (cents) of the document's one ISO 4217 currency.
//   - Tax rates are basis points: 2300 is 23 %.
//   - Instants are absl::Time, printed in `Meta::time_zone`; civil dates are "YYYY-MM-DD".
//   - Patients appear as the code that the lab chose. There is no field for a date of birth.
//   - Each struct lists its fields once more in `Fields`; the canonical bytes (canonical.h) and the text checks use
//     that list, so a field that is missing there is missing from the hash.
#ifndef MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_MODEL_H_
#define MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace millwright::documents {

// Inside a struct: MW_FIELDS { MW_FIELD(a) MW_FIELD(b) } lets a visitor see every field with its name.
#define MW_FIELD(a) visitor(#a, self.a);
#define MW_FIELDS                        \
  template <typename Self, typename Visitor>   \
  static void Fields(Self& self, Visitor& visitor)

enum class Language { kUnset = 0, kEnglish = 1, kGerman = 2, kPolish = 3 };

// What every paper has.
struct Meta {
  std::string number;  // of the series, never reused: numbering.h
  Language language = Language::kUnset;
  absl::Time issued_at = absl::InfinitePast();
  std::string time_zone;  // IANA name of the issuer's zone: "Europe/Warsaw"
  std::string order_number;

  MW_FIELDS {
    MW_FIELD(number) MW_FIELD(language) MW_FIELD(issued_at) MW_FIELD(time_zone) MW_FIELD(order_number)
  }
};

// A company or practice as it is addressed.
struct Party {
  std::string name;
  std::string street;
  std::string postal_code;
  std::string city;
  std::string country;  // ISO 3166-1 alpha-2
  std::string vat_id;
  std::string contact;  // person, e-mail or phone, as the company wants it printed

  MW_FIELDS {
    MW_FIELD(name) MW_FIELD(street) MW_FIELD(postal_code) MW_FIELD(city) MW_FIELD(country)
    MW_FIELD(vat_id) MW_FIELD(contact)
  }
};

struct FileRef {
  std::string name;
  int64_t size_bytes = 0;
  std::string sha256;  // 64 lower-case hexadecimal digits

  MW_FIELDS { MW_FIELD(name) MW_FIELD(size_bytes) MW_FIELD(sha256) }
};

// The dentist, as the national law authorises them.
struct Prescriber {
  std::string name;
  std::string licence_id;  // licence or practice id
  std::string institution;
  std::string address;
  std::string contact;

  MW_FIELDS {
    MW_FIELD(name) MW_FIELD(licence_id) MW_FIELD(institution) MW_FIELD(address) MW_FIELD(contact)
  }
};

struct NamedValue {
  std::string name;
  std::string value;

  MW_FIELDS { MW_FIELD(name) MW_FIELD(value) }
};

// ---- prices -------------------------------------------------------------------------------------------------

enum class TaxCategory {
  kUnset = 0,
  kStandard = 1,       // a rate above or at 0 that needs no phrase
  kExempt = 2,         // needs `reason`: which provision exempts it
  kReverseCharge = 3,  // the recipient accounts for the tax; both VAT ids must be there
  kExport = 4,         // outside the union, rate 0
};

struct PricedLine {
  std::string description;
  int64_t quantity = 0;
  std::string unit;  // "pcs", "h"
  std::string unit_price;  // decimal ("12.3456"), derived; "" where there is none
  int64_t net = 0;  // after discounts and setup; need not equal quantity x unit_price
  int32_t tax_rate_bp = 0;
  TaxCategory tax_category = TaxCategory::kUnset;

  MW_FIELDS {
    MW_FIELD(description) MW_FIELD(quantity) MW_FIELD(unit) MW_FIELD(unit_price) MW_FIELD(net)
    MW_FIELD(tax_rate_bp) MW_FIELD(tax_category)
  }
};

// One row of the tax summary: all lines of one category and rate.
struct TaxTotal {
  TaxCategory category = TaxCategory::kUnset;
  int32_t rate_bp = 0;
  int64_t net = 0;
  int64_t tax = 0;
  std::string reason;  // legal basis, printed; required for kExempt

  MW_FIELDS { MW_FIELD(category) MW_FIELD(rate_bp) MW_FIELD(net) MW_FIELD(tax) MW_FIELD(reason) }
};

// Validate() proves: line nets sum to the tax rows' nets per category and rate, these to `net`, their taxes to `tax`,
// and net + tax = gross.
struct Prices {
  std::string currency;  // ISO 4217
  std::vector<PricedLine> lines;
  std::vector<TaxTotal> taxes;
  int64_t net = 0;
  int64_t tax = 0;
  int64_t gross = 0;

  MW_FIELDS {
    MW_FIELD(currency) MW_FIELD(lines) MW_FIELD(taxes) MW_FIELD(net) MW_FIELD(tax) MW_FIELD(gross)
  }
};

// ---- documents ----------------------------------------------------------------------------------------------

// One tooth or span of the prescription.
struct WorkItem {
  std::string teeth;  // FDI (ISO 3950): "11" or "11-13"
  std::string type;   // "Anatomic crown"
  std::string material;
  std::string shade_system;
  std::string shade;
  std::string stump_shade;
  std::string connections;    // bridge connections
  std::string pontic_design;
  std::string implant;        // system, platform, scan body, library
  std::string retention;      // screw or cement

  MW_FIELDS {
    MW_FIELD(teeth) MW_FIELD(type) MW_FIELD(material) MW_FIELD(shade_system) MW_FIELD(shade)
    MW_FIELD(stump_shade) MW_FIELD(connections) MW_FIELD(pontic_design) MW_FIELD(implant) MW_FIELD(retention)
  }
};

struct Service {
  std::string name;    // mill, print, sinter, polish, or an add-on product
  std::string source;  // whose material: center or customer
  int64_t quantity = 0;
  bool add_on = false;

  MW_FIELDS { MW_FIELD(name) MW_FIELD(source) MW_FIELD(quantity) MW_FIELD(add_on) }
};

// Prescription and lab order. Needs at least one work item, service or add-on product.
struct OrderForm {
  Meta meta;
  std::string requested_delivery;  // civil date, optionally with time
  std::string appointment_date;
  Prescriber prescriber;
  Party customer;
  Party center;
  std::string patient_code;
  std::vector<WorkItem> work;
  std::vector<NamedValue> occlusion;  // antagonist, bite registration, contacts
  std::vector<Service> services;
  std::vector<FileRef> files;  // those shared with the center
  std::string notes;
  std::vector<FileRef> attachments;
  std::string offer_number;
  std::string terms;
  Prices prices;
  std::string ordered_by;
  absl::Time ordered_at = absl::InfinitePast();
  std::string accepted_by;  // empty while nobody accepted
  std::optional<absl::Time> accepted_at;

  MW_FIELDS {
    MW_FIELD(meta) MW_FIELD(requested_delivery) MW_FIELD(appointment_date) MW_FIELD(prescriber)
    MW_FIELD(customer) MW_FIELD(center) MW_FIELD(patient_code) MW_FIELD(work) MW_FIELD(occlusion)
    MW_FIELD(services) MW_FIELD(files) MW_FIELD(notes) MW_FIELD(attachments) MW_FIELD(offer_number)
    MW_FIELD(terms) MW_FIELD(prices) MW_FIELD(ordered_by) MW_FIELD(ordered_at) MW_FIELD(accepted_by)
    MW_FIELD(accepted_at)
  }
};

// A batch of material that went into a device; what a recall is traced by.
struct MaterialLot {
  std::string article;
  std::string manufacturer;
  std::string lot;
  std::string udi;     // of the purchased material, where it has one
  std::string expiry;  // civil date

  MW_FIELDS {
    MW_FIELD(article) MW_FIELD(manufacturer) MW_FIELD(lot) MW_FIELD(udi) MW_FIELD(expiry)
  }
};

struct DevicePart {
  std::string teeth;
  std::string type;
  int64_t quantity = 0;
  std::vector<MaterialLot> lots;

  MW_FIELDS { MW_FIELD(teeth) MW_FIELD(type) MW_FIELD(quantity) MW_FIELD(lots) }
};

// Whether an item of the law applies. Silence is not an answer: kUnset is refused.
enum class Applies { kUnset = 0, kNotApplicable = 1, kApplies = 2 };

struct UnmetRequirement {
  std::string requirement;  // of Annex I
  std::string grounds;

  MW_FIELDS { MW_FIELD(requirement) MW_FIELD(grounds) }
};

// Statement for a custom-made device: Regulation (EU) 2017/745, Annex XIII section 1. The numbers are its items.
struct CustomMadeStatement {
  Meta meta;
  Party manufacturer;                            // 1
  std::vector<Party> sites;                      // 1: all manufacturing sites
  Applies representative_applies = Applies::kUnset;  // 2: applies to makers outside the EEA
  std::optional<Party> representative;           // 2
  std::vector<DevicePart> parts;                 // 3
  std::vector<FileRef> files;                    // 3: the design files that were made
  std::string patient;                           // 4: name, acronym or numerical code; a code between companies
  Prescriber prescriber;                         // 5
  std::vector<NamedValue> characteristics;       // 6
  Applies unmet_applies = Applies::kUnset;       // 7: kNotApplicable = fully met
  std::vector<UnmetRequirement> unmet;           // 7
  Applies substances_apply = Applies::kUnset;    // 8
  std::vector<NamedValue> substances;            // 8: kind and description
  bool implantable = false;                      // kept 15 years instead of 10
  std::string place;
  std::string signed_by;
  std::string function;

  MW_FIELDS {
    MW_FIELD(meta) MW_FIELD(manufacturer) MW_FIELD(sites) MW_FIELD(representative_applies)
    MW_FIELD(representative) MW_FIELD(parts) MW_FIELD(files) MW_FIELD(patient) MW_FIELD(prescriber)
    MW_FIELD(characteristics) MW_FIELD(unmet_applies) MW_FIELD(unmet) MW_FIELD(substances_apply)
    MW_FIELD(substances) MW_FIELD(implantable) MW_FIELD(place) MW_FIELD(signed_by) MW_FIELD(function)
  }
};

enum class InvoiceKind { kUnset = 0, kInvoice = 1, kProForma = 2 };

struct Invoice {
  Meta meta;
  InvoiceKind kind = InvoiceKind::kUnset;
  Party seller;
  Party buyer;
  std::string supply_date;  // civil date of supply or delivery; optional on a pro forma
  std::string due_date;     // civil date in the seller's zone
  std::string po_number;
  std::string payment_terms;
  std::vector<NamedValue> payment_details;  // bank, IBAN, reference
  std::string rounding;  // "per line" or "per document", as the price list declares it; printed if given
  Prices prices;
  int64_t paid = 0;  // received before issue; gross - paid is payable
  std::string notes;

  MW_FIELDS {
    MW_FIELD(meta) MW_FIELD(kind) MW_FIELD(seller) MW_FIELD(buyer) MW_FIELD(supply_date)
    MW_FIELD(due_date) MW_FIELD(po_number) MW_FIELD(payment_terms) MW_FIELD(payment_details)
    MW_FIELD(rounding) MW_FIELD(prices) MW_FIELD(paid) MW_FIELD(notes)
  }
};

// Budget or firm offer. What the customer accepts is `revision_hash`.
struct Offer {
  Meta meta;
  bool firm = false;
  int64_t revision = 0;  // from 1
  std::string revision_hash;
  Party seller;
  Party buyer;
  absl::Time valid_until = absl::InfinitePast();
  std::string delivery;  // promised date or lead time, and delivery terms
  std::string payment_terms;
  bool show_tax = true;
  Prices prices;
  std::vector<std::string> changes;  // against the revision before
  std::vector<FileRef> files;
  std::string notes;

  MW_FIELDS {
    MW_FIELD(meta) MW_FIELD(firm) MW_FIELD(revision) MW_FIELD(revision_hash) MW_FIELD(seller)
    MW_FIELD(buyer) MW_FIELD(valid_until) MW_FIELD(delivery) MW_FIELD(payment_terms) MW_FIELD(show_tax)
    MW_FIELD(prices) MW_FIELD(changes) MW_FIELD(files) MW_FIELD(notes)
  }
};

using Document = std::variant<OrderForm, CustomMadeStatement, Invoice, Offer>;

inline const Meta& MetaOf(const Document& document) {
  return std::visit([](const auto& d) -> const Meta& { return d.meta; }, document);
}

#undef MW_FIELDS
#undef MW_FIELD

}  // namespace millwright::documents

#endif  // MILLWRIGHT_SERVICES_DOCUMENTS_DOMAIN_MODEL_H_
