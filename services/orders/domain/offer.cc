#include "services/orders/domain/offer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/digest.h"

namespace millwright::orders {
namespace {

void WriteFiles(CanonicalWriter& writer, absl::string_view name, const std::vector<OfferFile>& files) {
  writer.List(name, files.size());
  for (const OfferFile& file : files) writer.Text("name", file.name).Text("sha256", file.sha256);
}

void WriteLine(CanonicalWriter& writer, const OfferLine& line) {
  writer.Text("id", line.id)
      .Text("description", line.description)
      .Text("configuration", line.configuration)
      .Number("quantity", line.quantity)
      .Number("unit_price", line.unit_price_minor)
      .Number("net", line.net_minor)
      .Number("tax", line.tax_minor)
      .Number("priced", line.priced)
      .Text("notes", line.notes)
      .Text("tolerances", line.tolerances);
  WriteFiles(writer, "files", line.files);
  WriteFiles(writer, "drawings", line.drawings);
}

std::string TimeText(absl::Time time) {
  return time == absl::InfiniteFuture() ? "none" : absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

std::string FilesText(const std::vector<OfferFile>& files) {
  CanonicalWriter writer;
  WriteFiles(writer, "files", files);
  return writer.bytes();
}

// Collects "subject: what before -> after".
class Differences {
 public:
  void Text(absl::string_view subject, absl::string_view what, absl::string_view before, absl::string_view after) {
    if (before != after) found.push_back(absl::StrCat(subject, ": ", what, " ", before, " -> ", after));
  }
  void Number(absl::string_view subject, absl::string_view what, int64_t before, int64_t after) {
    Text(subject, what, absl::StrCat(before), absl::StrCat(after));
  }
  void Changed(absl::string_view subject, absl::string_view what, bool changed) {
    if (changed) found.push_back(absl::StrCat(subject, ": ", what, " changed"));
  }
  std::vector<std::string> found;
};

void CompareLines(Differences& differences, const OfferLine& before, const OfferLine& after) {
  const std::string subject = absl::StrCat("line ", before.id);
  differences.Text(subject, "description", before.description, after.description);
  differences.Changed(subject, "configuration", before.configuration != after.configuration);
  differences.Number(subject, "quantity", before.quantity, after.quantity);
  differences.Number(subject, "unit price", before.unit_price_minor, after.unit_price_minor);
  differences.Number(subject, "net", before.net_minor, after.net_minor);
  differences.Number(subject, "tax", before.tax_minor, after.tax_minor);
  differences.Text(subject, "price is", before.priced ? "set" : "TBD", after.priced ? "set" : "TBD");
  differences.Text(subject, "notes", before.notes, after.notes);
  differences.Text(subject, "tolerances", before.tolerances, after.tolerances);
  differences.Changed(subject, "files", FilesText(before.files) != FilesText(after.files));
  differences.Changed(subject, "drawings", FilesText(before.drawings) != FilesText(after.drawings));
}

const OfferLine* FindLine(const OfferContent& content, absl::string_view id) {
  const auto it =
      std::find_if(content.lines.begin(), content.lines.end(), [&](const OfferLine& line) { return line.id == id; });
  return it == content.lines.end() ? nullptr : &*it;
}

}  // namespace

std::string RevisionHash(const OfferContent& content) {
  CanonicalWriter writer;
  writer.Text("order", content.order)
      .Text("currency", content.currency)
      .Text("delivery_terms", content.delivery_terms)
      .Number("promised_at", absl::ToUnixMicros(content.promised_at))
      .Number("shipping", content.shipping_minor)
      .Number("discount", content.discount_minor)
      .Number("tax", content.tax_minor)
      .Number("total", content.total_minor)
      .Text("terms_version", content.terms_version)
      .Text("notes", content.notes)
      .List("lines", content.lines.size());
  for (const OfferLine& line : content.lines) WriteLine(writer, line);
  return Sha256Hex(writer.bytes());
}

absl::Status CheckAcceptance(const Offer& current, absl::string_view accepted_hash, absl::Time now) {
  if (accepted_hash.empty()) {
    return Error::InvalidArgument("OFFER_REVISION_REQUIRED", "an acceptance names the revision that was read")
        .Field("revision_hash", "must be the hash that GetOffer answers");
  }
  if (accepted_hash != current.hash || current.superseded) {
    return Error::FailedPrecondition("OFFER_SUPERSEDED", "a newer revision of the offer is on the table")
        .Precondition("offer_accepted", current.id,
                      absl::StrCat("review revision ", current.revision, " and accept ", current.hash))
        .Meta("currentRevision", current.hash);
  }
  if (now > current.expires_at) {
    return Error::FailedPrecondition("OFFER_EXPIRED", "the offer has expired")
        .Precondition("offer_not_expired", current.id, "ask for a renewal, which is priced anew")
        .Meta("expiredAt", absl::FormatTime(absl::RFC3339_sec, current.expires_at, absl::UTCTimeZone()));
  }
  return absl::OkStatus();
}

std::vector<std::string> CompareOffers(const OfferContent& before, const OfferContent& after) {
  Differences differences;
  for (const OfferLine& line : before.lines) {
    const OfferLine* other = FindLine(after, line.id);
    if (other == nullptr) {
      differences.found.push_back(absl::StrCat("line ", line.id, ": removed"));
    } else {
      CompareLines(differences, line, *other);
    }
  }
  for (const OfferLine& line : after.lines) {
    if (FindLine(before, line.id) == nullptr) differences.found.push_back(absl::StrCat("line ", line.id, ": added"));
  }
  differences.Text("offer", "currency", before.currency, after.currency);
  differences.Text("offer", "delivery terms", before.delivery_terms, after.delivery_terms);
  differences.Text("offer", "promised date", TimeText(before.promised_at), TimeText(after.promised_at));
  differences.Number("offer", "shipping", before.shipping_minor, after.shipping_minor);
  differences.Number("offer", "discount", before.discount_minor, after.discount_minor);
  differences.Number("offer", "tax", before.tax_minor, after.tax_minor);
  differences.Number("offer", "total", before.total_minor, after.total_minor);
  differences.Text("offer", "version of the terms", before.terms_version, after.terms_version);
  differences.Text("offer", "notes", before.notes, after.notes);
  return differences.found;
}

}  // namespace millwright::orders
