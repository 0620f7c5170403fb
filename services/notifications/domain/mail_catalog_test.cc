#include "services/notifications/domain/mail_catalog.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/domain/mail_matrix.h"
#include "services/notifications/domain/mail_variables.h"

namespace millwright::notifications {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

OrderSnapshot FullOrder() {
  OrderSnapshot order;
  order.order = "orders/aaaaaaaaaa-1";
  order.number = "2026-000017";
  order.status = "Displayed now";
  order.title = "Gehäuse <A&B>";
  order.customer_name = "Kunde GmbH";
  order.shop_name = "Frezarnia Łódź";
  order.lines = {{"25", "Bracket", "308.50 EUR"}, {"1", "Drawing check", ""}};
  order.total = "498.86 EUR";
  order.balance = "398.86 EUR";
  order.due_date = "2026-12-02";
  order.promised_date = "2026-12-01";
  order.valid_until = "2026-12-02";
  order.po_number = "PO-8812";
  return order;
}

MailEvent FullEvent() {
  MailEvent event;
  event.id = "ev1";
  event.steps = {{.from = "Status before", .to = "Status after", .cause = Cause::kOverride}};
  event.from_displayed = "Shown before";
  event.reason = "public reason";
  event.internal_reason = "internal reason";
  event.comment = "a comment";
  event.actor_name = "Olga Owner";
  event.changes = "the changes";
  event.teeth = "11, 12";
  event.amount = "100.00 EUR";
  event.tracking = "DHL 42";
  event.contents = "25 x Bracket";
  event.answer = "accepted";
  event.deadline = "2026-11-30";
  return event;
}

MailCatalog BuiltIn() {
  auto catalog = MailCatalog::BuiltIn();
  EXPECT_TRUE(catalog.ok()) << catalog.status();
  return *std::move(catalog);
}

TEST(MailCatalogTest, EveryMailOfTheMatrixExistsInEveryLanguage) {
  MailCatalog catalog = BuiltIn();
  std::vector<std::string> wanted = MatrixTemplates();
  wanted.insert(wanted.end(), {"invitation_accepted", "invitation_received"});
  std::sort(wanted.begin(), wanted.end());
  for (const char* language : {"en", "de", "pl"}) EXPECT_EQ(catalog.Names(language), wanted) << language;
}

TEST(MailCatalogTest, EveryMailRendersWithOrderNumberAndCurrentStatus) {
  MailCatalog catalog = BuiltIn();
  MailEvent event = FullEvent();
  TemplateContext full = MailVariables(event, event.steps[0], FullOrder(), Side::kShop);
  full.Set("recipient_name", "Żaneta Żak");
  for (const char* language : {"en", "de", "pl"}) {
    for (const std::string& name : MatrixTemplates()) {
      auto mail = catalog.Render(name, language, full);
      ASSERT_TRUE(mail.ok()) << language << " " << name << mail.status();
      EXPECT_THAT(mail->subject, HasSubstr("2026-000017"));
      EXPECT_THAT(mail->text, HasSubstr("2026-000017"));
      EXPECT_THAT(mail->text, Not(HasSubstr("{{")));
      EXPECT_THAT(mail->html, Not(HasSubstr("<A&B>")));
      if (name == "dental_withdrawn_center") continue;  // the number only
      EXPECT_THAT(mail->text, HasSubstr("Displayed now")) << language << " " << name;
      EXPECT_THAT(mail->text, HasSubstr("25 x Bracket")) << language << " " << name;
      EXPECT_THAT(mail->text, HasSubstr("498.86 EUR")) << language << " " << name;
    }
  }
}

TEST(MailCatalogTest, OptionalFactsMayBeAbsent) {
  MailCatalog catalog = BuiltIn();
  OrderSnapshot order;
  order.number = "2026-000017";
  order.status = "Placed";
  MailEvent event;
  event.steps = {{.from = "Waiting for review", .to = "Placed"}};
  event.amount = "1.00 EUR";  // every payment has one
  event.answer = "no";        // and every answer
  TemplateContext bare = MailVariables(event, event.steps[0], order, Side::kCustomer);
  for (const char* language : {"en", "de", "pl"}) {
    for (const std::string& name : MatrixTemplates()) {
      auto mail = catalog.Render(name, language, bare);
      EXPECT_TRUE(mail.ok()) << language << " " << name << " " << mail.status();
      if (!mail.ok()) continue;
      EXPECT_THAT(mail->text, Not(HasSubstr("\n\n\n"))) << name;
    }
  }
}

TEST(MailCatalogTest, TheCenterLearnsTheNumberOnlyOfAWithdrawnOrder) {
  MailEvent event = FullEvent();
  TemplateContext full = MailVariables(event, event.steps[0], FullOrder(), Side::kShop);
  auto mail = BuiltIn().Render("dental_withdrawn_center", "en", full);
  ASSERT_TRUE(mail.ok());
  EXPECT_EQ(mail->text, "Hello,\n\nOrder 2026-000017 has been withdrawn by the lab.\n");
}

TEST(MailCatalogTest, StatusMailNamesBothStatuses) {
  MailEvent event = FullEvent();
  auto mail = BuiltIn().Render("status_changed", "en", MailVariables(event, event.steps[0], FullOrder(), Side::kShop));
  ASSERT_TRUE(mail.ok());
  EXPECT_THAT(mail->text, HasSubstr("from \"Status before\" to \"Status after\""));
  EXPECT_THAT(mail->text, HasSubstr("set by Olga Owner"));
  EXPECT_THAT(mail->text, HasSubstr("public reason"));
  EXPECT_THAT(mail->text, Not(HasSubstr("internal reason")));
}

TEST(MailCatalogTest, LinksAppearOnlyOnceThereAreAny) {
  MailEvent event = FullEvent();
  OrderSnapshot order = FullOrder();
  auto without = BuiltIn().Render("order_received", "de", MailVariables(event, event.steps[0], order, Side::kCustomer));
  ASSERT_TRUE(without.ok());
  EXPECT_THAT(without->text, Not(HasSubstr("bezahlen:")));
  order.pay_link = "https://pay.example/x?a=1&b=2";
  auto with = BuiltIn().Render("order_received", "de", MailVariables(event, event.steps[0], order, Side::kCustomer));
  EXPECT_THAT(with->text, HasSubstr("https://pay.example/x?a=1&b=2"));
  EXPECT_THAT(with->html, HasSubstr("<a href=\"https://pay.example/x?a=1&amp;b=2\">"));
}

TEST(MailCatalogTest, OwnTemplatesAreCheckedWhenTheyAreSaved) {
  MailCatalog catalog = BuiltIn();
  EXPECT_EQ(ReasonOf(catalog.Load("en", "[paid]\nno subject")), "TEMPLATE_INVALID");
  EXPECT_EQ(ReasonOf(catalog.Load("en", "[paid]\nsubject: x {{nonsense}}\n\ny")), "TEMPLATE_INVALID");
  EXPECT_EQ(ReasonOf(catalog.Load("en", "[paid]\nsubject: x\n\n{{#lines}}")), "TEMPLATE_INVALID");
  EXPECT_TRUE(catalog.Render("status_changed", "en", {}).status().message().find("order_number") != std::string::npos)
      << "what was there before is unharmed";
  ASSERT_TRUE(catalog.Load("en", "[paid]\nsubject: Paid {{order_number}}\n\nThanks").ok());
  TemplateContext context;
  context.Set("order_number", "7\r\nBcc: x@y.example");
  EXPECT_EQ(catalog.Render("paid", "en", context)->subject, "Paid 7  Bcc: x@y.example");
}

TEST(MailCatalogTest, UnknownLanguageFallsBackUnknownTemplateDoesNot) {
  MailCatalog catalog = BuiltIn();
  TemplateContext context;
  context.Set("order_number", "7");
  context.Set("recipient_name", "");
  EXPECT_EQ(catalog.Render("dental_withdrawn_center", "fr", context)->subject, "Order 7 withdrawn");
  EXPECT_TRUE(absl::IsNotFound(catalog.Render("nothing", "en", context).status()));
}

TEST(MailCatalogTest, Invitations) {
  MailCatalog catalog = BuiltIn();
  for (const char* language : {"en", "de", "pl"}) {
    auto mail = catalog.Render("invitation_received", language, InvitationVariables("Lab", "Center", "Hello there"));
    ASSERT_TRUE(mail.ok()) << mail.status();
    EXPECT_THAT(mail->text, HasSubstr("Hello there"));
    EXPECT_TRUE(catalog.Render("invitation_accepted", language, InvitationVariables("Lab", "Center", "")).ok());
  }
}

TEST(TextToHtmlTest, EscapesAndStructures) {
  EXPECT_THAT(TextToHtml("a <b>\nc\n\n- x\n- y\n\nz\n"),
              HasSubstr("<p>a &lt;b&gt;<br>\nc</p>\n<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n<p>z</p>\n"));
  EXPECT_THAT(TextToHtml("see javascript:alert(1) \"https://x.example\""), Not(HasSubstr("<a ")));
  EXPECT_THAT(TextToHtml("https://x.example/\"onclick=\"y"), HasSubstr("href=\"https://x.example/&quot;onclick=&quot;y\""));
}

}  // namespace
}  // namespace millwright::notifications
