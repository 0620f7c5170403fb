// 100,000 random commands per workflow against the typed model, and random walks over random definitions.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/automatic_moves.h"
#include "services/orders/domain/displayed_status.h"
#include "services/orders/domain/lint.h"
#include "services/orders/domain/model_tables.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

constexpr int kCommands = 100'000;

// Everything of the facts that no move may touch.
std::string OtherAxes(const OrderFacts& facts) {
  return absl::StrCat(static_cast<int>(facts.payment.state), "/", facts.payment.balance_minor, "/", facts.po_due, "/",
                      facts.fact_count, "/", facts.holds.size());
}

// Section 1 again, in other words than the code's.
std::string DisplayedByModel(const Workflow& workflow, const OrderFacts& facts) {
  const v1::State& state = *workflow.FindState(facts.state);
  const bool open = state.kind() == v1::State::OPEN || state.kind() == v1::State::DRAFT;
  bool held = false;
  for (const Hold& hold : facts.holds) held |= hold.lifted_at == absl::InfiniteFuture();
  if (state.kind() != v1::State::TERMINAL_CANCELLED) {
    if (open && held) return "ON_HOLD";
    if (facts.po_due && facts.payment.balance_minor > 0) return "PO_PAYMENT_DUE";
  }
  return facts.state;
}

// Shakes one fact.
void RandomFact(OrderFacts& facts, std::mt19937_64& random) {
  switch (random() % 12) {
    case 0: facts.payment.balance_minor = random() % 2 ? 0 : 10000; CountFact(facts); break;
    case 1: facts.payment.net_minor = 10000 - facts.payment.balance_minor; break;
    case 2: (void)OpenHold(facts.holds, MakeHold(absl::StrCat(facts.holds.size()), "x")); break;
    case 3: if (!facts.holds.empty()) (void)LiftHold(facts.holds, facts.holds[random() % facts.holds.size()].id, "me", kNow); break;
    case 4: facts.po_due = random() % 2; break;
    case 5: facts.po.accepted = random() % 4 == 0; CountFact(facts); break;
    case 6: facts.payment_demanded_first = random() % 2; break;
    case 7: facts.offer_expires_at = kNow + absl::Hours(random() % 2 ? 1 : -1); break;
    case 8: facts.offer_lapsed = random() % 8 == 0; break;
    case 9: facts.delivery_reported = random() % 4 == 0; break;
    case 10: facts.missing_quantities.assign(random() % 2, "line 1"); break;
    default: facts.release_automatic = random() % 2;
  }
}

void RunCommands(const char* id, const char* table, uint64_t seed) {
  const auto workflow = Builtin(id);
  const Model model = Parse(table);
  std::vector<std::string> triggers(model.triggers.begin(), model.triggers.end());
  std::vector<char> letters;
  for (const auto& [letter, actor] : kActors) letters.push_back(letter);
  std::mt19937_64 random(seed);
  OrderFacts facts = WillingFacts(kNewState);
  int moved = 0, orders = 1;
  for (int i = 0; i < kCommands; ++i) {
    if (random() % 64 == 0) facts = WillingFacts(kNewState), facts.previous_state.clear(), ++orders;
    RandomFact(facts, random);
    const std::string before = facts.state, previous = facts.previous_state, axes = OtherAxes(facts);
    const std::string trigger = triggers[random() % triggers.size()];
    const char letter = letters[random() % letters.size()];
    MoveRequest request = WillingRequest(trigger, {kActors.at(letter)});
    if (random() % 4 == 0) request.reason.clear();
    const auto decision = Decide(*workflow, facts, request);
    const auto expected = model.moves.find({before, trigger, letter});
    if (!decision.ok()) {
      ASSERT_EQ(ReasonOf(decision.status()), "ORDER_TRANSITION_NOT_ALLOWED");
      ASSERT_EQ(facts.state, before);
    } else {
      ASSERT_NE(expected, model.moves.end()) << before << " " << trigger << " " << letter;
      ASSERT_EQ(decision->to, expected->second == "<" ? previous : expected->second);
      Apply(*workflow, facts, *decision, request);
      ASSERT_EQ(facts.state, decision->to);
      ++moved;
    }
    if (facts.state == kNewState) continue;
    const SettleResult settled = Settle(*workflow, facts, kNow);
    ASSERT_FALSE(settled.cut_by_loop_guard);
    for (const AppliedMove& move : settled.moves) {
      bool known = false;
      for (const std::string& name : triggers) {
        const auto it = model.moves.find({move.from, name, 'A'});
        known |= it != model.moves.end() && it->second == move.to;
      }
      ASSERT_TRUE(known) << move.from << " -> " << move.to;
    }
    ASSERT_TRUE(Settle(*workflow, facts, kNow).moves.empty()) << "settling twice changes nothing";
    ASSERT_EQ(OtherAxes(facts), axes) << "a move touched another axis";
    ASSERT_EQ(DisplayedId(*workflow, facts), DisplayedByModel(*workflow, facts));
    if (workflow->IsCancelled(facts.state) && before != facts.state) {
      ASSERT_FALSE(HasOpenHold(facts.holds));
    }
  }
  EXPECT_GT(moved, kCommands / 200) << "the walk must get somewhere";
}

TEST(RandomCommands, Manufacturing) { RunCommands("manufacturing", kManufacturing, 1); }
TEST(RandomCommands, Dental) { RunCommands("dental", kDental, 2); }
TEST(RandomCommands, Erp) { RunCommands("erp", kErp, 3); }

// A random definition, often faulty.
v1::WorkflowDefinition RandomDefinition(std::mt19937_64& random) {
  v1::WorkflowDefinition definition;
  definition.set_id("random");
  definition.set_version(1);
  const int states = 3 + static_cast<int>(random() % 6);
  const auto name = [](int i) { return absl::StrCat("S", i); };
  for (int i = 0; i < states; ++i) {
    v1::State& state = *definition.add_states();
    state.set_id(name(i));
    state.set_kind(i == 0 ? v1::State::TERMINAL_CANCELLED : i == 1 ? v1::State::TERMINAL_SUCCESS : v1::State::OPEN);
    auto& text = *state.add_display_names();
    text.set_language_code("en");
    text.set_text(name(i));
  }
  const auto add = [&](const std::string& from, const std::string& to) {
    v1::Transition& transition = *definition.add_transitions();
    transition.add_from(from);
    transition.set_to(to);
    transition.set_trigger(absl::StrCat("t", definition.transitions_size()));
    transition.add_actors(random() % 5 == 0 ? v1::Transition::AUTOMATIC : v1::Transition::OWNER);
    if (transition.actors(0) != v1::Transition::AUTOMATIC || from == kNewState || random() % 2) return;
    v1::AutomaticMove& move = *definition.add_automatic_moves();
    move.add_from(from);
    move.set_trigger(transition.trigger());
  };
  add(kNewState, name(2));
  for (int i = 2; i < states; ++i) {
    if (random() % 8) add(name(i), name(0));
    for (int k = static_cast<int>(random() % 4); k > 0; --k) add(name(i), name(1 + static_cast<int>(random() % (states - 1))));
  }
  return definition;
}

TEST(RandomDefinitions, WalksOverThoseThatPassTheLinterNeverGetStuck) {
  std::mt19937_64 random(5);
  int passed = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto workflow = Workflow::Compile(RandomDefinition(random));
    ASSERT_TRUE(workflow.ok()) << workflow.status();
    if (!Lint(**workflow).empty()) continue;
    ++passed;
    OrderFacts facts = WillingFacts("S2");
    for (int step = 0; step < 200 && !(*workflow)->IsTerminal(facts.state); ++step) {
      const SettleResult settled = Settle(**workflow, facts, kNow);
      ASSERT_FALSE(settled.cut_by_loop_guard);
      std::vector<Decision> open;
      for (Decision& decision : ListAvailable(**workflow, facts, {v1::Transition::OWNER}, kNow)) {
        if (decision.allowed()) open.push_back(decision);
      }
      if ((*workflow)->IsTerminal(facts.state)) break;
      ASSERT_FALSE(open.empty()) << "stuck in " << facts.state;
      Apply(**workflow, facts, open[random() % open.size()], WillingRequest("", {v1::Transition::OWNER}));
    }
  }
  EXPECT_GT(passed, 100) << "too few random definitions pass to prove anything";
}

}  // namespace
}  // namespace millwright::orders
