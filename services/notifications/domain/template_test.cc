#include "services/notifications/domain/template.h"

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace millwright::notifications {
namespace {

using ::testing::ElementsAre;

TemplateContext Context() {
  TemplateContext context, first, second;
  context.Set("name", "Żaneta");
  context.Set("empty", "");
  first.Set("part", "cube");
  second.Set("part", "{{name}}");
  context.SetList("parts", {first, second});
  context.SetList("none", {});
  return context;
}

std::string Render(absl::string_view text, const Partials& partials = {}) {
  auto parsed = Template::Parse(text, partials);
  if (!parsed.ok()) return absl::StrCat("PARSE ", parsed.status().message());
  auto out = parsed->Render(Context());
  return out.ok() ? *out : absl::StrCat(ReasonOf(out.status()), " ", MetaOf(out.status(), "variable"));
}

TEST(TemplateTest, Renders) {
  struct Case {
    const char *text, *want;
  };
  const Case cases[] = {
      {"", ""},
      {"plain } { text", "plain } { text"},
      {"Hello {{name}}!", "Hello Żaneta!"},
      {"{{ name }}", "Żaneta"},
      {"{{#name}}yes{{/name}}{{^name}}no{{/name}}", "yes"},
      {"{{#empty}}yes{{/empty}}{{^empty}}no{{/empty}}", "no"},
      {"{{#parts}}[{{part}} for {{name}}]{{/parts}}", "[cube for Żaneta][{{name}} for Żaneta]"},
      {"{{#none}}x{{/none}}{{^none}}nothing{{/none}}", "nothing"},
      {"a\n{{#name}}\nb\n{{/name}}\nc\n", "a\nb\nc\n"},
      {"a\n  {{#empty}}  \nb\n{{/empty}}\nc", "a\nc"},
      {"x {{#name}}\ny{{/name}}", "x \ny"},
      {"{{#name}}{{#parts}}{{part}};{{/parts}}{{/name}}", "cube;{{name}};"},
  };
  for (const Case& test : cases) EXPECT_EQ(Render(test.text), test.want) << test.text;
}

TEST(TemplateTest, AMissingOrEmptyVariableIsAnErrorNeverAGap) {
  EXPECT_EQ(Render("{{nome}}"), "TEMPLATE_VARIABLE_MISSING nome");
  EXPECT_EQ(Render("{{empty}}"), "TEMPLATE_VARIABLE_MISSING empty");
  EXPECT_EQ(Render("{{#nome}}x{{/nome}}"), "TEMPLATE_VARIABLE_MISSING nome");
  EXPECT_EQ(Render("{{^nome}}x{{/nome}}"), "TEMPLATE_VARIABLE_MISSING nome");
  EXPECT_EQ(Render("{{#parts}}{{nome}}{{/parts}}"), "TEMPLATE_VARIABLE_MISSING nome");
  EXPECT_EQ(Render("{{parts}}"), "TEMPLATE_VARIABLE_MISSING parts") << "a list is no value";
  EXPECT_EQ(Render("{{part}}"), "TEMPLATE_VARIABLE_MISSING part") << "only inside its list";
}

TEST(TemplateTest, RefusesWhatDoesNotParse) {
  for (const char* bad : {"{{", "{{name", "{{#name}}", "{{/name}}", "{{#name}}{{/empty}}", "{{Name}}", "{{}}", "{{#}}",
                          "{{a b}}", "{{{name}}}", "{{>nowhere}}", "{{#a}}{{#b}}{{/a}}{{/b}}"}) {
    EXPECT_EQ(ReasonOf(Template::Parse(bad).status()), "TEMPLATE_INVALID") << bad;
  }
}

TEST(TemplateTest, ErrorsNameTheLine) {
  EXPECT_THAT(std::string(Template::Parse("a\nb\n{{name}} {{oops").status().message()),
              ::testing::HasSubstr("near line 3"));
}

TEST(TemplateTest, Partials) {
  EXPECT_EQ(Render("a\n{{>p}}\nb", {{"p", "{{name}}\n"}}), "a\nŻaneta\nb");
  EXPECT_THAT(Render("{{>p}}", {{"p", "{{>p}}"}}), ::testing::StartsWith("PARSE")) << "a partial in itself ends";
}

TEST(TemplateTest, LimitsOfSizeAndDepth) {
  std::string deep, close;
  for (int i = 0; i < kMaxTemplateDepth; ++i) {
    deep += "{{#name}}";
    close += "{{/name}}";
  }
  EXPECT_TRUE(Template::Parse(deep + close).ok());
  EXPECT_FALSE(Template::Parse(deep + "{{#name}}{{/name}}" + close).ok());
  EXPECT_TRUE(Template::Parse(std::string(kMaxTemplateBytes, 'x')).ok());
  EXPECT_FALSE(Template::Parse(std::string(kMaxTemplateBytes + 1, 'x')).ok());
}

TEST(TemplateTest, CheckNamesEveryUnknownVariable) {
  auto parsed = Template::Parse("{{a}}{{#b}}{{c}}{{/b}}{{^d}}{{/d}}");
  ASSERT_TRUE(parsed.ok());
  EXPECT_THAT(parsed->Variables(), ElementsAre("a", "b", "c", "d"));
  EXPECT_TRUE(CheckTemplate(*parsed, {"a", "b", "c", "d"}).ok());
  EXPECT_THAT(FieldViolationsOf(CheckTemplate(*parsed, {"a", "b"})),
              ElementsAre("template: `c` is no variable of this mail", "template: `d` is no variable of this mail"));
}

}  // namespace
}  // namespace millwright::notifications
