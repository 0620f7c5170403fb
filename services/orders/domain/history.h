// The history of an order: append-only entries, each chained to the one before by SHA-256.
//
//   hash(n) = SHA-256( canonical encoding of entry n, which contains hash(n-1) and the order's name )
//
// Whoever edits, removes, inserts or reorders an entry breaks the chain from there on; whoever cuts the end is found
// by the count and the head hash that the order's own row keeps.
//
// Thread-safety: plain values and pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HISTORY_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace millwright::orders {

struct HistoryEntry {
  int64_t sequence = 0;          // counts from 1 per order
  absl::Time at;                 // whole microseconds
  std::string kind;              // "move", "hold_opened", "payment", "offer", "note"...
  std::string actor;             // "companies/x/members/y", "automatic", "link:..."
  std::string role;              // role in which the actor acted
  std::string trigger;
  std::string from_state, to_state;
  std::string from_displayed, to_displayed;
  std::string reason;
  std::string evidence;
  std::string marks;             // "override", "automatic", "step_back", comma separated
  std::string before, after;     // what changed besides the state, as JSON text
  std::string request_id;
  std::string trace_id;
  std::string previous_hash;     // hash of entry sequence-1; "" for the first
  std::string hash;
};

// The bytes that are hashed: every field but `hash`.
std::string CanonicalEncoding(absl::string_view order_name, const HistoryEntry& entry);

// Fills sequence, previous_hash and hash so that `entry` follows the head of the chain. `count` and `head` are the
// order's number of entries and last hash.
void Chain(absl::string_view order_name, int64_t count, absl::string_view head, HistoryEntry& entry);

struct Verification {
  bool intact = true;
  int64_t checked = 0;           // entries that were found good before the first broken link
  int64_t first_broken = 0;      // sequence of the first broken link; 0 if intact
  std::string problem;           // what is wrong there
};

// Checks entries in the order in which they are stored. `expected_count` and `expected_head` come from the order's row.
Verification VerifyHistory(absl::string_view order_name, const std::vector<HistoryEntry>& entries,
                           int64_t expected_count, absl::string_view expected_head);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_HISTORY_H_
