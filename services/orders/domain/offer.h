// What a customer accepts: one hash over everything that was agreed. A change of a single note gives another
// revision, so a stale acceptance is impossible.
//
// Thread-safety: plain values and pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_OFFER_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_OFFER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::orders {

struct OfferFile {
  std::string name;
  std::string sha256;
};

struct OfferLine {
  std::string id;
  std::string description;            // process, material, product
  std::string configuration;          // canonical text of the quote's configuration
  int64_t quantity = 0;
  int64_t unit_price_minor = 0;
  int64_t net_minor = 0;
  int64_t tax_minor = 0;
  bool priced = true;                 // false: TBD
  std::vector<OfferFile> files;       // models
  std::vector<OfferFile> drawings;
  std::string notes;
  std::string tolerances;
};

struct OfferContent {
  std::string order;                  // "orders/...": the same goods on another order are another agreement
  std::string currency;
  std::vector<OfferLine> lines;
  std::string delivery_terms;         // method, incoterm, address
  absl::Time promised_at = absl::InfiniteFuture();
  int64_t shipping_minor = 0;
  int64_t discount_minor = 0;
  int64_t tax_minor = 0;
  int64_t total_minor = 0;
  std::string terms_version;          // of the shop's general terms
  std::string notes;
};

// 64 hexadecimal characters.
std::string RevisionHash(const OfferContent& content);

struct Offer {
  std::string id;
  int revision = 1;
  std::string hash;
  absl::Time sent_at;
  absl::Time expires_at = absl::InfiniteFuture();
  bool superseded = false;
};

// Checks an acceptance. FAILED_PRECONDITION OFFER_SUPERSEDED with the current hash in the metadata, OFFER_EXPIRED with
// the remedy; INVALID_ARGUMENT OFFER_REVISION_REQUIRED without a hash. The last valid instant is `expires_at` itself.
absl::Status CheckAcceptance(const Offer& current, absl::string_view accepted_hash, absl::Time now);

// What differs between two revisions, one line each: "line 2: quantity 10 -> 12". Empty if nothing does.
std::vector<std::string> CompareOffers(const OfferContent& before, const OfferContent& after);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_OFFER_H_
