// The linter names the culprit of each fault; Compile keeps the published limits; the drawing is deterministic.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/errors/error.h"
#include "services/orders/domain/diagram.h"
#include "services/orders/domain/lint.h"
#include "services/orders/domain/test_facts.h"

namespace millwright::orders {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// new -> A -> B -> DONE, both may be cancelled.
constexpr char kSmall[] = R"pb(
  id: "small" version: 1
  display_names { language_code: "en" text: "Small" }
  states { id: "A" kind: OPEN display_names { language_code: "en" text: "Ay" } }
  states { id: "B" kind: OPEN display_names { language_code: "en" text: "Be" } }
  states { id: "DONE" kind: TERMINAL_SUCCESS display_names { language_code: "en" text: "Done" } }
  states { id: "GONE" kind: TERMINAL_CANCELLED display_names { language_code: "en" text: "Gone" } }
  transitions { from: "NEW" to: "A" trigger: "start" actors: CUSTOMER }
  transitions { from: "A" to: "B" trigger: "go" actors: SHOP_STAFF }
  transitions { from: "B" to: "DONE" trigger: "finish" actors: SHOP_STAFF }
  transitions { from: [ "A", "B" ] to: "GONE" trigger: "cancel" actors: CUSTOMER }
)pb";

v1::WorkflowDefinition Parse(absl::string_view extra) {
  v1::WorkflowDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(absl::StrCat(kSmall, extra), &definition));
  return definition;
}

std::vector<std::string> Found(absl::string_view extra) {
  const auto workflow = Workflow::Compile(Parse(extra));
  EXPECT_TRUE(workflow.ok()) << workflow.status();
  std::vector<std::string> found;
  for (const LintFinding& finding : Lint(**workflow)) found.push_back(absl::StrCat(finding.rule, " ", finding.culprit));
  return found;
}

constexpr char kStateC[] = R"(states { id: "C" kind: OPEN display_names { text: "Ce" language_code: "en" } )";

TEST(Lint, BuiltinWorkflowsAndTheSmallOneAreClean) {
  EXPECT_THAT(Found(""), IsEmpty());
  for (const char* id : {"manufacturing", "dental", "erp"}) EXPECT_THAT(Lint(*Builtin(id)), IsEmpty());
}

TEST(Lint, NamesTheCulprit) {
  EXPECT_THAT(Found(absl::StrCat(kStateC, "}", R"(transitions { from: "C" to: "GONE" trigger: "x" actors: OWNER })")),
              testing::ElementsAre("UNREACHABLE_STATE C"));
  EXPECT_THAT(Found(absl::StrCat(kStateC, R"(cancel_refusal: "no" })",
                                 R"(transitions { from: "A" to: "C" trigger: "x" actors: OWNER })")),
              testing::ElementsAre("DEAD_END C"));
  EXPECT_THAT(Found(absl::StrCat(kStateC, "}", R"(transitions { from: "A" to: "C" trigger: "x" actors: OWNER })",
                                 R"(transitions { from: "C" to: "DONE" trigger: "y" actors: OWNER })")),
              testing::ElementsAre("NO_CANCEL C"));
  EXPECT_THAT(Found(R"(transitions { from: "A" to: "DONE" trigger: "go" actors: [OWNER, SHOP_STAFF] })"),
              testing::ElementsAre("AMBIGUOUS_TRIGGER A/go"));
  EXPECT_THAT(Found(R"(transitions { from: "A" to: "DONE" trigger: "go" actors: OWNER })"), IsEmpty())
      << "different callers are no ambiguity";
  const char* loop = R"(
    transitions { from: "A" to: "B" trigger: "on" actors: AUTOMATIC }
    transitions { from: "B" to: "A" trigger: "back" actors: AUTOMATIC }
    automatic_moves { from: "A" trigger: "on" } automatic_moves { from: "B" trigger: "back" TIMER })";
  EXPECT_THAT(Found(absl::StrReplaceAll(loop, {{"TIMER", ""}})), testing::ElementsAre("AUTOMATIC_LOOP A -> B -> A"));
  EXPECT_THAT(Found(absl::StrReplaceAll(loop, {{"TIMER", "timer: true"}})), IsEmpty()) << "a timer is a new fact";
}

TEST(Lint, AnAutomaticWayOutCountsOnlyIfSomethingTakesIt) {
  const std::string way = absl::StrCat(kStateC, R"(cancel_refusal: "no" })",
                                       R"(transitions { from: "A" to: "C" trigger: "x" actors: OWNER }
                                          transitions { from: "C" to: "DONE" trigger: "end" actors: AUTOMATIC })");
  EXPECT_THAT(Found(way), testing::ElementsAre("DEAD_END C"));
  EXPECT_THAT(Found(absl::StrCat(way, R"(automatic_moves { from: "C" trigger: "end" })")), IsEmpty());
}

TEST(Lint, StatusCarriesEveryFinding) {
  const auto workflow = Workflow::Compile(Parse(absl::StrCat(kStateC, "}")));
  const absl::Status status = LintStatus(**workflow);
  EXPECT_EQ(ReasonOf(status), "WORKFLOW_LINT");
  EXPECT_THAT(FieldViolationsOf(status), Contains(HasSubstr("UNREACHABLE_STATE")));
  EXPECT_THAT(FieldViolationsOf(status), Contains(HasSubstr("NO_CANCEL")));
}

void ExpectFault(v1::WorkflowDefinition definition, const char* words) {
  const absl::Status status = Workflow::Compile(std::move(definition)).status();
  EXPECT_EQ(ReasonOf(status), "WORKFLOW_INVALID") << words;
  EXPECT_THAT(FieldViolationsOf(status), Contains(HasSubstr(words)));
}

TEST(Compile, RefusesBadShapesAndNamesTheField) {
  ExpectFault(Parse(R"(transitions { from: "A" to: "X" trigger: "t" actors: OWNER })"), "`X` is no state");
  ExpectFault(Parse(R"(transitions { from: "X" to: "A" trigger: "t" actors: OWNER })"), "transitions[4].from");
  ExpectFault(Parse(R"(transitions { from: "A" to: "B" trigger: "" actors: OWNER })"), "trigger: must not be empty");
  ExpectFault(Parse(R"(transitions { from: "A" to: "B" trigger: "t" })"), "who may ask");
  ExpectFault(Parse(R"(transitions { from: "A" to: "B" trigger: "t" actors: OWNER guards: "luck" })"), "`luck` is no guard");
  ExpectFault(Parse(R"(automatic_moves { from: "A" trigger: "go" })"), "allowed to AUTOMATIC");
  ExpectFault(Parse(R"(states { id: "A" kind: OPEN display_names { language_code: "en" text: "x" } })"), "used twice");
  ExpectFault(Parse(R"(states { id: "NEW" kind: OPEN display_names { language_code: "en" text: "x" } })"), "reserved");
  ExpectFault(Parse(R"(states { id: "Q" display_names { language_code: "en" text: "x" } })"), "states[4].kind");
  ExpectFault(Parse(R"(states { id: "Q" kind: OPEN })"), "at least one name");
  ExpectFault(v1::WorkflowDefinition(), "states: must hold at least one");
}

TEST(Compile, KeepsTheLimits) {
  v1::WorkflowDefinition definition = Parse("");
  const auto grow = [&definition](int states) {
    while (definition.states_size() < states) {
      v1::State& state = *definition.add_states();
      state.set_id(absl::StrCat("S", definition.states_size()));
      state.set_kind(v1::State::OPEN);
      state.add_display_names()->set_text("s");
      state.mutable_display_names(0)->set_language_code("en");
    }
  };
  grow(kMaxStates);
  EXPECT_TRUE(Workflow::Compile(definition).ok());
  grow(kMaxStates + 1);
  ExpectFault(definition, "states: has 201 entries, at most 200");
  grow(10'000);
  ExpectFault(definition, "states: has 10000 entries");
  definition = Parse("");
  definition.mutable_states(0)->mutable_display_names(0)->set_text(std::string(kMaxNameBytes, 'n'));
  EXPECT_TRUE(Workflow::Compile(definition).ok());
  definition.mutable_states(0)->mutable_display_names(0)->set_text(std::string(1 << 20, 'n'));
  ExpectFault(definition, "1048576 bytes long, at most 255");
}

TEST(Load, SyntaxErrorsNameLineAndColumn) {
  const absl::Status status = LoadWorkflow("id: \"x\"\nverzion: 1\n").status();
  EXPECT_EQ(ReasonOf(status), "WORKFLOW_SYNTAX");
  EXPECT_THAT(FieldViolationsOf(status), Contains(HasSubstr("line 2")));
}

TEST(Diagram, ShowsEveryStateAndEscapesNames) {
  for (const char* id : {"manufacturing", "dental", "erp"}) {
    const auto workflow = Builtin(id);
    const std::string dot = DrawDot(*workflow, "en"), svg = DrawSvg(*workflow, "pl");
    EXPECT_EQ(dot, DrawDot(*workflow, "en"));
    for (const v1::State& state : workflow->definition().states()) {
      EXPECT_THAT(dot, HasSubstr(TextFor(state.display_names(), "en")));
      EXPECT_THAT(svg, HasSubstr(TextFor(state.display_names(), "pl")));
    }
  }
  v1::WorkflowDefinition hostile = Parse("");
  hostile.mutable_states(0)->mutable_display_names(0)->set_text("<script>\"&");
  const auto workflow = Workflow::Compile(hostile);
  EXPECT_THAT(DrawSvg(**workflow, "en"), HasSubstr("&lt;script&gt;&quot;&amp;"));
  EXPECT_THAT(DrawDot(**workflow, "en"), HasSubstr("<script>\\\"&"));
}

TEST(Diagram, TheDrawingsInTheDocsAreCurrent) {
  for (const char* id : {"manufacturing", "dental", "erp"}) {
    const std::string path = absl::StrCat(MW_SOURCE_DIR, "/docs/workflows/", id, ".svg");
    std::ifstream in(path, std::ios::binary);
    const std::string drawn((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_TRUE(drawn == DrawSvg(*Builtin(id), "en"))
        << path << " is not what its definition says: orders_definition_check --svg services/orders/definitions/" << id
        << ".textproto > " << path;
  }
}

}  // namespace
}  // namespace millwright::orders
