// 100,000 random commands per workflow against the typed model, and random walks over random definitions.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "common/testing/sizes.h"
#include "services/orders/domain/automatic_moves.h"
#include "services/orders/domain/displayed_status.h"
#include "services/orders/domain/lint.h"
#include "services/orders/domain/model_tables.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

constexpr int64_t kCommands = 100'000;  // MW_COMMANDS sets another number

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

// Everything a walk needs; one command is a function of its seed, so that a failing walk can be cut down.
struct Walk {
  std::shared_ptr<const Workflow> workflow;
  Model model;
  std::vector<std::string> triggers;
  std::vector<char> letters;
  int moved = 0;

  Walk(const char* id, const char* table) : workflow(Builtin(id)), model(Parse(table)) {
    triggers.assign(model.triggers.begin(), model.triggers.end());
    for (const auto& [letter, actor] : kActors) letters.push_back(letter);
  }
  static OrderFacts NewOrder() {
    OrderFacts facts = WillingFacts(kNewState);
    facts.previous_state.clear();
    return facts;
  }
  bool KnowsAutomatic(const AppliedMove& move) const {
    return std::any_of(triggers.begin(), triggers.end(), [&](const std::string& name) {
      const auto it = model.moves.find({move.from, name, 'A'});
      return it != model.moves.end() && it->second == move.to;
    });
  }
  std::string Command(OrderFacts& facts, uint64_t seed);
  std::string Settled(OrderFacts& facts, const std::string& axes) const;
};

// What automatic moves did wrong; "" if nothing.
std::string Walk::Settled(OrderFacts& facts, const std::string& axes) const {
  const SettleResult settled = Settle(*workflow, facts, kNow);
  if (settled.cut_by_loop_guard) return "the automatic moves loop";
  for (const AppliedMove& move : settled.moves) {
    if (!KnowsAutomatic(move)) return absl::StrCat("automatic ", move.from, " -> ", move.to, " is not in the table");
  }
  if (!Settle(*workflow, facts, kNow).moves.empty()) return "settling twice changes something";
  if (OtherAxes(facts) != axes) return "a move touched another axis";
  if (DisplayedId(*workflow, facts) != DisplayedByModel(*workflow, facts)) return "the displayed status is wrong";
  return "";
}

// Makes one random command on `facts`; "" or how it differs from the model.
std::string Walk::Command(OrderFacts& facts, uint64_t seed) {
  std::mt19937_64 random(seed);
  RandomFact(facts, random);
  const std::string before = facts.state, previous = facts.previous_state, axes = OtherAxes(facts);
  const std::string trigger = triggers[random() % triggers.size()];
  const char letter = letters[random() % letters.size()];
  MoveRequest request = WillingRequest(trigger, {kActors.at(letter)});
  if (random() % 4 == 0) request.reason.clear();
  const auto decision = Decide(*workflow, facts, request);
  const auto expected = model.moves.find({before, trigger, letter});
  const std::string what = absl::StrCat(before, " ", trigger, " ", std::string(1, letter), ": ");
  if (!decision.ok()) {
    if (ReasonOf(decision.status()) != "ORDER_TRANSITION_NOT_ALLOWED") return what + decision.status().ToString();
    if (facts.state != before) return what + "a refusal changed the state";
  } else {
    if (expected == model.moves.end()) return what + "allowed, but not in the table";
    if (decision->to != (expected->second == "<" ? previous : expected->second)) return what + "leads to " + decision->to;
    Apply(*workflow, facts, *decision, request);
    if (facts.state != decision->to) return what + "is in " + facts.state;
    ++moved;
  }
  if (facts.state == kNewState) return "";
  if (const std::string wrong = Settled(facts, axes); !wrong.empty()) return what + wrong;
  const bool cancelled = workflow->IsCancelled(facts.state) && before != facts.state;
  return cancelled && HasOpenHold(facts.holds) ? what + "a cancel left a hold open" : "";
}

std::string Replay(Walk& walk, const std::vector<uint64_t>& seeds) {
  OrderFacts facts = Walk::NewOrder();
  for (uint64_t seed : seeds) {
    if (std::string wrong = walk.Command(facts, seed); !wrong.empty()) return wrong;
  }
  return "";
}

// The fewest commands, by leaving out ever smaller pieces, that still go wrong.
std::vector<uint64_t> Shrink(Walk& walk, std::vector<uint64_t> seeds) {
  for (size_t piece = seeds.size() / 2; piece > 0; piece /= 2) {
    for (size_t at = 0; at + piece <= seeds.size();) {
      std::vector<uint64_t> fewer = seeds;
      fewer.erase(fewer.begin() + static_cast<long>(at), fewer.begin() + static_cast<long>(at + piece));
      if (Replay(walk, fewer).empty()) {
        at += piece;
      } else {
        seeds = std::move(fewer);
      }
    }
  }
  return seeds;
}

void RunCommands(const char* id, const char* table, uint64_t seed) {
  const int64_t commands = testing_support::TestSize("MW_COMMANDS", kCommands);
  Walk walk(id, table);
  std::mt19937_64 random(seed);
  OrderFacts facts = Walk::NewOrder();
  std::vector<uint64_t> seeds;  // since the order was made
  for (int64_t i = 0; i < commands; ++i) {
    if (random() % 64 == 0) facts = Walk::NewOrder(), seeds.clear();
    seeds.push_back(random());
    const std::string wrong = walk.Command(facts, seeds.back());
    if (wrong.empty()) continue;
    const std::vector<uint64_t> fewest = Shrink(walk, seeds);
    FAIL() << wrong << "; fewest commands: " << absl::StrJoin(fewest, " ") << " (" << Replay(walk, fewest) << ")";
  }
  EXPECT_GT(walk.moved, commands / 200) << "the walk must get somewhere";
}

// The shrinker itself: a fault that needs two of many commands is cut down to those two.
TEST(RandomCommands, AFailingWalkIsCutDownToWhatMatters) {
  Walk walk("manufacturing", kManufacturing);
  std::mt19937_64 random(9);
  std::vector<uint64_t> seeds;
  while (seeds.size() < 200) seeds.push_back(random());
  ASSERT_EQ(Replay(walk, seeds), "");
  // The model forgets a move that the walk makes: everything after it is wrong.
  OrderFacts facts = Walk::NewOrder();
  for (uint64_t seed : seeds) {
    const std::string before = facts.state;
    (void)walk.Command(facts, seed);
    if (before != kNewState && facts.state != before) {
      for (auto it = walk.model.moves.begin(); it != walk.model.moves.end();) {
        it = std::get<0>(it->first) == before ? walk.model.moves.erase(it) : std::next(it);
      }
      break;
    }
  }
  ASSERT_NE(Replay(walk, seeds), "");
  const std::vector<uint64_t> fewest = Shrink(walk, seeds);
  EXPECT_NE(Replay(walk, fewest), "");
  EXPECT_LE(fewest.size(), 4u);
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
  const int64_t rounds = testing_support::TestSize("MW_DEFINITIONS", 3000);
  for (int64_t round = 0; round < rounds; ++round) {
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
