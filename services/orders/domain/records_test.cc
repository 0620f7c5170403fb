// Records that must not change unnoticed: the history chain and the hash of what was accepted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/digest.h"
#include "services/orders/domain/history.h"
#include "services/orders/domain/offer.h"

namespace millwright::orders {
namespace {

constexpr char kOrder[] = "orders/shop000001-x";

std::vector<HistoryEntry> MakeHistory(int count) {
  std::vector<HistoryEntry> entries;
  std::string head;
  for (int i = 0; i < count; ++i) {
    HistoryEntry entry;
    entry.at = absl::FromUnixSeconds(1'800'000'000 + i);
    entry.kind = "move";
    entry.actor = absl::StrCat("companies/a/members/", i % 3);
    entry.from_state = "A";
    entry.to_state = "B";
    entry.reason = absl::StrCat("reason ", i);
    Chain(kOrder, i, head, entry);
    head = entry.hash;
    entries.push_back(entry);
  }
  return entries;
}

TEST(Digest, IsSha256AndUnambiguous) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(CanonicalWriter().Text("a", "bc").Text("d", "").bytes(), CanonicalWriter().Text("a", "b").Text("d", "c").bytes());
  EXPECT_NE(CanonicalWriter().Text("a", "1:x\nb=0:").bytes(), CanonicalWriter().Text("a", "1:x").Text("b", "").bytes());
}

TEST(History, IntactChainVerifies) {
  const auto entries = MakeHistory(20);
  const Verification verified = VerifyHistory(kOrder, entries, 20, entries.back().hash);
  EXPECT_TRUE(verified.intact);
  EXPECT_EQ(verified.checked, 20);
  EXPECT_TRUE(VerifyHistory(kOrder, {}, 0, "").intact);
}

// One random edit: a flipped bit in a random text, a shifted number, a removed, doubled or swapped entry. Answers the
// sequence at which verification must complain.
int64_t Tamper(std::vector<HistoryEntry>& entries, std::mt19937_64& random) {
  const size_t at = random() % entries.size();
  HistoryEntry& entry = entries[at];
  const auto sequence = static_cast<int64_t>(at) + 1;
  static constexpr std::string HistoryEntry::*kTexts[] = {
      &HistoryEntry::kind,       &HistoryEntry::actor,        &HistoryEntry::role,           &HistoryEntry::trigger,
      &HistoryEntry::from_state, &HistoryEntry::to_state,     &HistoryEntry::from_displayed, &HistoryEntry::to_displayed,
      &HistoryEntry::reason,     &HistoryEntry::evidence,     &HistoryEntry::marks,          &HistoryEntry::before,
      &HistoryEntry::after,      &HistoryEntry::request_id,   &HistoryEntry::trace_id,       &HistoryEntry::previous_hash,
      &HistoryEntry::hash};
  switch (random() % 6) {
    case 0: entry.at += absl::Microseconds(1 + random() % 1000); return sequence;
    case 1: entry.sequence += 1 + static_cast<int64_t>(random() % 5); return sequence;
    case 2: entries.erase(entries.begin() + static_cast<int64_t>(at)); return sequence;
    case 3: {
      const HistoryEntry copy = entry;
      entries.insert(entries.begin() + static_cast<int64_t>(at), copy);
      return sequence + 1;
    }
    case 4:
      if (at + 1 == entries.size()) return entries.pop_back(), sequence;
      std::swap(entries[at], entries[at + 1]);
      return sequence;
    default: {
      std::string& text = entry.*kTexts[random() % std::size(kTexts)];
      if (text.empty()) {
        text = "x";
      } else {
        text[random() % text.size()] ^= static_cast<char>(1 << (random() % 7));
      }
      return sequence;
    }
  }
}

TEST(History, EveryOfAThousandRandomEditsIsFoundAtItsPlace) {
  std::mt19937_64 random(42);
  const auto original = MakeHistory(25);
  for (int i = 0; i < 1000; ++i) {
    auto entries = original;
    const int64_t broken_at = Tamper(entries, random);
    const Verification verified = VerifyHistory(kOrder, entries, 25, original.back().hash);
    ASSERT_FALSE(verified.intact) << i;
    ASSERT_EQ(verified.first_broken, broken_at) << i << " " << verified.problem;
    ASSERT_FALSE(verified.problem.empty());
  }
}

TEST(History, ARewrittenTailIsFoundByTheHead) {
  auto entries = MakeHistory(5);
  const std::string head = entries.back().hash;
  entries.back().reason = "forged";
  Chain(kOrder, 4, entries[3].hash, entries.back());
  EXPECT_EQ(VerifyHistory(kOrder, entries, 5, head).first_broken, 5);
  EXPECT_FALSE(VerifyHistory("orders/other", MakeHistory(5), 5, head).intact) << "moved to another order";
}

OfferContent SampleOffer() {
  OfferContent offer;
  offer.order = kOrder;
  offer.currency = "EUR";
  offer.total_minor = 11900;
  offer.terms_version = "2026-01";
  offer.promised_at = absl::FromUnixSeconds(1'800'500'000);
  OfferLine line;
  line.id = "1";
  line.quantity = 10;
  line.unit_price_minor = 1000;
  line.files = {{"bracket.stl", "aa"}};
  line.drawings = {{"bracket.pdf", "bb"}};
  offer.lines = {line};
  return offer;
}

TEST(OfferHash, EveryAgreedFieldCountsAndIsNamedByTheComparison) {
  const std::vector<std::function<void(OfferContent&)>> changes = {
      [](OfferContent& o) { o.currency = "PLN"; },
      [](OfferContent& o) { o.delivery_terms = "EXW"; },
      [](OfferContent& o) { o.promised_at += absl::Seconds(1); },
      [](OfferContent& o) { o.shipping_minor = 1; },
      [](OfferContent& o) { o.discount_minor = 1; },
      [](OfferContent& o) { o.tax_minor = 1; },
      [](OfferContent& o) { o.total_minor += 1; },
      [](OfferContent& o) { o.terms_version = "2026-02"; },
      [](OfferContent& o) { o.notes = "x"; },
      [](OfferContent& o) { o.lines[0].description = "PA12"; },
      [](OfferContent& o) { o.lines[0].configuration = "{}"; },
      [](OfferContent& o) { o.lines[0].quantity = 11; },
      [](OfferContent& o) { o.lines[0].unit_price_minor = 999; },
      [](OfferContent& o) { o.lines[0].net_minor = 1; },
      [](OfferContent& o) { o.lines[0].tax_minor = 1; },
      [](OfferContent& o) { o.lines[0].priced = false; },
      [](OfferContent& o) { o.lines[0].notes = "polish"; },
      [](OfferContent& o) { o.lines[0].tolerances = "ISO 2768-m"; },
      [](OfferContent& o) { o.lines[0].files[0].sha256 = "ab"; },
      [](OfferContent& o) { o.lines[0].files[0].name = "b.stl"; },
      [](OfferContent& o) { o.lines[0].drawings.clear(); },
      [](OfferContent& o) { o.lines.push_back(OfferLine()); },
      [](OfferContent& o) { o.lines.clear(); },
  };
  std::set<std::string> hashes = {RevisionHash(SampleOffer())};
  EXPECT_TRUE(CompareOffers(SampleOffer(), SampleOffer()).empty());
  for (const auto& change : changes) {
    OfferContent offer = SampleOffer();
    change(offer);
    EXPECT_TRUE(hashes.insert(RevisionHash(offer)).second) << "a change left the hash as it was";
    EXPECT_EQ(CompareOffers(SampleOffer(), offer).size(), 1u);
  }
}

TEST(OfferAcceptance, NeedsTheCurrentHashInTime) {
  Offer offer;
  offer.id = "orders/x/offers/2";
  offer.revision = 2;
  offer.hash = "h2";
  offer.expires_at = absl::FromUnixSeconds(1000);
  EXPECT_TRUE(CheckAcceptance(offer, "h2", absl::FromUnixSeconds(1000)).ok()) << "the last instant counts";
  EXPECT_EQ(ReasonOf(CheckAcceptance(offer, "h2", absl::FromUnixSeconds(1000) + absl::Microseconds(1))), "OFFER_EXPIRED");
  EXPECT_EQ(ReasonOf(CheckAcceptance(offer, "", absl::FromUnixSeconds(1))), "OFFER_REVISION_REQUIRED");
  const absl::Status stale = CheckAcceptance(offer, "h1", absl::FromUnixSeconds(1));
  EXPECT_EQ(ReasonOf(stale), "OFFER_SUPERSEDED");
  EXPECT_EQ(MetaOf(stale, "currentRevision"), "h2");
}

}  // namespace
}  // namespace millwright::orders
