// Random edits of a history: every one is found, and the first broken link is named. MW_TAMPERINGS sets how many.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/testing/sizes.h"
#include "services/orders/domain/history.h"

namespace millwright::orders {
namespace {

constexpr char kOrder[] = "orders/seller0001-a";
constexpr int kEntries = 40;

std::vector<HistoryEntry> MakeHistory(std::mt19937_64& random) {
  std::vector<HistoryEntry> entries;
  std::string head;
  for (int i = 0; i < kEntries; ++i) {
    HistoryEntry entry;
    entry.at = absl::FromUnixMicros(1'800'000'000'000'000 + i * 1000);
    entry.actor = absl::StrCat("companies/c/members/m", random() % 5);
    entry.role = "shop_staff";
    entry.trigger = absl::StrCat("trigger", random() % 9);
    entry.from_state = "A";
    entry.to_state = "B";
    entry.reason = absl::StrCat("because ", random());
    entry.request_id = absl::StrCat(random());
    Chain(kOrder, i, head, entry);
    head = entry.hash;
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Changes one character, or adds one to an empty text. Answers true: it always changes something.
void EditText(std::string& text, std::mt19937_64& random) {
  if (text.empty() || random() % 4 == 0) {
    text.insert(text.begin() + static_cast<long>(random() % (text.size() + 1)), static_cast<char>('a' + random() % 26));
    return;
  }
  char& c = text[random() % text.size()];
  c = static_cast<char>(c ^ (1 + random() % 127));
}

// One random edit; answers the sequence at which the chain must break first.
int64_t Tamper(std::vector<HistoryEntry>& entries, std::mt19937_64& random) {
  const size_t at = random() % entries.size();
  const int64_t sequence = static_cast<int64_t>(at) + 1;
  HistoryEntry& entry = entries[at];
  std::string* const texts[] = {&entry.kind,         &entry.actor,        &entry.role,   &entry.trigger,  &entry.from_state,
                                &entry.to_state,     &entry.from_displayed, &entry.to_displayed, &entry.reason, &entry.evidence,
                                &entry.marks,        &entry.before,       &entry.after,  &entry.request_id, &entry.trace_id,
                                &entry.previous_hash, &entry.hash};
  switch (random() % 8) {
    case 0: entries.erase(entries.begin() + static_cast<long>(at)); return sequence;
    case 1: entries.insert(entries.begin() + static_cast<long>(at), HistoryEntry(entry)); return sequence + 1;
    case 2: {
      const size_t other = (at + 1 + random() % (entries.size() - 1)) % entries.size();
      std::swap(entries[at], entries[other]);
      return static_cast<int64_t>(std::min(at, other)) + 1;
    }
    case 3: entry.at += absl::Microseconds(1 + static_cast<int64_t>(random() % 1000)); return sequence;
    case 4: entry.sequence += 1 + static_cast<int64_t>(random() % 3); return sequence;
    default: EditText(*texts[random() % std::size(texts)], random); return sequence;
  }
}

TEST(Tampering, EveryRandomEditIsFoundAtItsFirstBrokenLink) {
  std::mt19937_64 random(11);
  const std::vector<HistoryEntry> good = MakeHistory(random);
  ASSERT_TRUE(VerifyHistory(kOrder, good, kEntries, good.back().hash).intact);
  const int64_t rounds = testing_support::TestSize("MW_TAMPERINGS", 1000);
  for (int64_t round = 0; round < rounds; ++round) {
    std::vector<HistoryEntry> edited = good;
    const int64_t wanted = Tamper(edited, random);
    const Verification found = VerifyHistory(kOrder, edited, kEntries, good.back().hash);
    ASSERT_FALSE(found.intact) << "round " << round;
    ASSERT_EQ(found.first_broken, wanted) << "round " << round << ": " << found.problem;
  }
}

TEST(Tampering, ACutOffEndAndAChainRewrittenFromAPointOnAreFoundByTheHead) {
  std::mt19937_64 random(12);
  const std::vector<HistoryEntry> good = MakeHistory(random);
  std::vector<HistoryEntry> cut(good.begin(), good.end() - 3);
  EXPECT_FALSE(VerifyHistory(kOrder, cut, kEntries, good.back().hash).intact);
  std::vector<HistoryEntry> rewritten = good;
  rewritten[20].reason = "nicer";
  std::string head = rewritten[19].hash;
  for (size_t i = 20; i < rewritten.size(); ++i) {
    Chain(kOrder, static_cast<int64_t>(i), head, rewritten[i]);
    head = rewritten[i].hash;
  }
  EXPECT_FALSE(VerifyHistory(kOrder, rewritten, kEntries, good.back().hash).intact) << "the order's row keeps the head";
  EXPECT_FALSE(VerifyHistory("orders/other", good, kEntries, good.back().hash).intact) << "bound to its order";
}

}  // namespace
}  // namespace millwright::orders
