#include "services/orders/domain/history.h"

#include "absl/strings/str_cat.h"
#include "services/orders/domain/digest.h"

namespace millwright::orders {

std::string CanonicalEncoding(absl::string_view order_name, const HistoryEntry& entry) {
  CanonicalWriter writer;
  writer.Text("order", order_name)
      .Number("sequence", entry.sequence)
      .Number("at", absl::ToUnixMicros(entry.at))
      .Text("kind", entry.kind)
      .Text("actor", entry.actor)
      .Text("role", entry.role)
      .Text("trigger", entry.trigger)
      .Text("from_state", entry.from_state)
      .Text("to_state", entry.to_state)
      .Text("from_displayed", entry.from_displayed)
      .Text("to_displayed", entry.to_displayed)
      .Text("reason", entry.reason)
      .Text("evidence", entry.evidence)
      .Text("marks", entry.marks)
      .Text("before", entry.before)
      .Text("after", entry.after)
      .Text("request_id", entry.request_id)
      .Text("trace_id", entry.trace_id)
      .Text("previous_hash", entry.previous_hash);
  return writer.bytes();
}

void Chain(absl::string_view order_name, int64_t count, absl::string_view head, HistoryEntry& entry) {
  entry.sequence = count + 1;
  entry.previous_hash = std::string(head);
  entry.at = absl::FromUnixMicros(absl::ToUnixMicros(entry.at));
  entry.hash = Sha256Hex(CanonicalEncoding(order_name, entry));
}

namespace {

std::string ProblemOf(absl::string_view order_name, const HistoryEntry& entry, int64_t expected_sequence,
                      absl::string_view previous) {
  if (entry.sequence != expected_sequence) {
    return absl::StrCat("entry ", expected_sequence, " is missing or out of order: found ", entry.sequence);
  }
  if (entry.previous_hash != previous) return "the entry does not follow the one before it";
  if (entry.hash != Sha256Hex(CanonicalEncoding(order_name, entry))) return "the entry was changed after it was written";
  return "";
}

}  // namespace

Verification VerifyHistory(absl::string_view order_name, const std::vector<HistoryEntry>& entries,
                           int64_t expected_count, absl::string_view expected_head) {
  Verification result;
  std::string previous;
  const auto broken = [&result](int64_t sequence, std::string problem) {
    result.intact = false;
    result.first_broken = sequence;
    result.problem = std::move(problem);
    return result;
  };
  for (const HistoryEntry& entry : entries) {
    const int64_t sequence = result.checked + 1;
    std::string problem = ProblemOf(order_name, entry, sequence, previous);
    if (!problem.empty()) return broken(sequence, std::move(problem));
    previous = entry.hash;
    ++result.checked;
  }
  if (result.checked != expected_count) {
    return broken(result.checked + 1, absl::StrCat("the order counts ", expected_count, " entries, ", result.checked,
                                                   " are stored"));
  }
  if (previous != expected_head) return broken(result.checked, "the order's head hash names another entry");
  return result;
}

}  // namespace millwright::orders
