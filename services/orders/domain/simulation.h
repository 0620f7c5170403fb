// Plays events on an order that exists nowhere else: how people try a definition out before it is saved.
//
// The order begins as NEW, priced, valid, available, with one line of 10 pieces, unpaid and without the papers that guard
// states. Each event is a move that somebody asks for, a fact, or time; automatic moves follow each accepted one exactly
// as they do for live orders (the same Decide, Apply and Settle).
//
// Thread-safety: pure functions.
#ifndef MILLWRIGHT_SERVICES_ORDERS_DOMAIN_SIMULATION_H_
#define MILLWRIGHT_SERVICES_ORDERS_DOMAIN_SIMULATION_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "millwright/orders/v1/workflows.pb.h"
#include "services/orders/domain/automatic_moves.h"

namespace millwright::orders {

// One step per event. An event that names nothing, or more than one thing, is refused (SIMULATION_EVENT_INVALID) like a
// move that guards refuse; the simulation goes on.
std::vector<v1::SimulatedStep> Simulate(const Workflow& workflow,
                                        const google::protobuf::RepeatedPtrField<v1::SimulatedEvent>& events,
                                        absl::Time start);

struct ChainReport {
  std::vector<v1::AutomaticChain> chains;  // from every state that has automatic moves, under each set of facts
  std::string loop;                        // "A -> B -> A": a chain that came back or grew too long; "" if none did
};

// Settles from every state under several sets of facts: what CreateWorkflow does before it saves.
ChainReport SimulateAutomaticMoves(const Workflow& workflow, absl::Time now);

}  // namespace millwright::orders

#endif  // MILLWRIGHT_SERVICES_ORDERS_DOMAIN_SIMULATION_H_
