// Which papers an order gets, and that each is issued once, whatever happens in between.
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/documents/domain/order_papers.h"
#include "services/documents/testing_desk.h"

namespace millwright::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void AddLot(millwright::orders::v1::Order& order) {
  auto& lot = *order.mutable_lines(0)->add_lots();
  lot.set_article("disc 98x18");
  lot.set_manufacturer("Ceramica AG");
  lot.set_lot("LOT-1");
}

TEST(PapersTest, OrderFormAtSubmitted) {
  Desk desk;
  ASSERT_TRUE(desk.Apply("order.state_changed", Moved(TestOrder("dental"), "DRAFT", "SUBMITTED")).ok());
  ASSERT_THAT(desk.Papers(), SizeIs(1));
  EXPECT_EQ(desk.Papers()[0].state, v1::Document::RENDERING);
  desk.Work();
  DocumentRecord paper = desk.Papers()[0];
  EXPECT_EQ(paper.kind, v1::Document::ORDER_FORM);
  EXPECT_EQ(paper.state, v1::Document::ISSUED) << ::testing::PrintToString(paper.missing);
  EXPECT_EQ(FormatNumber(paper.number), "OF/2026/000001");
  EXPECT_EQ(paper.issuer, "buyer00001");
  auto bytes = desk.archive.Get(paper.sha256);
  ASSERT_TRUE(bytes.ok());
  EXPECT_TRUE(absl::StartsWith(*bytes, "%PDF-"));
  EXPECT_EQ(static_cast<int64_t>(bytes->size()), paper.size_bytes);
  std::vector<Event> events = desk.Emitted();
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].type, "document.issued");
  EXPECT_EQ(events[0].aggregate, kOrder);
  v1::Document payload;
  ASSERT_TRUE(payload.ParseFromString(events[0].after));
  EXPECT_EQ(payload.document_number(), "OF/2026/000001");
}

TEST(PapersTest, WorkTypesAreSpelledForPeople) {
  auto paper = BuildPaper(v1::Document::ORDER_FORM, Moved(TestOrder("dental"), "DRAFT", "SUBMITTED"), "OF/2026/000001",
                          absl::FromUnixSeconds(1'795'000'000));
  ASSERT_TRUE(paper.ok());
  EXPECT_EQ(std::get<OrderForm>(*paper).work[0].type, "Anatomic crown");
}

TEST(PapersTest, StatementWaitsForItsLotsAndNamesThem) {
  Desk desk;
  millwright::orders::v1::Order order = TestOrder("dental");
  ASSERT_TRUE(desk.Apply("order.state_changed", Moved(order, "IN_PRODUCTION", "READY_FOR_SHIPPING")).ok());
  desk.Work();
  DocumentRecord paper = desk.Papers()[0];
  EXPECT_EQ(paper.state, v1::Document::INCOMPLETE);
  EXPECT_THAT(paper.missing, ElementsAre(HasSubstr("parts[0].lots")));
  ASSERT_THAT(desk.Emitted(), SizeIs(1));
  EXPECT_EQ(desk.Emitted()[0].type, "document.incomplete");

  ASSERT_TRUE(desk.Apply("order.updated", Moved(order, "READY_FOR_SHIPPING", "READY_FOR_SHIPPING")).ok());
  desk.Work();
  EXPECT_THAT(desk.Emitted(), SizeIs(1)) << "nothing new, nothing said";

  AddLot(order);
  ASSERT_TRUE(desk.Apply("order.lots_recorded", Moved(order, "READY_FOR_SHIPPING", "READY_FOR_SHIPPING")).ok());
  desk.Work();
  paper = desk.Papers()[0];
  EXPECT_EQ(paper.state, v1::Document::ISSUED) << ::testing::PrintToString(paper.missing);
  EXPECT_EQ(FormatNumber(paper.number), "ST/2026/000001") << "waiting took no number";
  EXPECT_EQ(desk.Emitted().back().type, "document.issued");
}

TEST(PapersTest, ModelPartsNeedNeitherToothNorMaterial) {
  Desk desk;
  millwright::orders::v1::Order order = TestOrder("dental");
  AddLot(order);
  auto& model = *order.add_lines();
  model = order.lines(0);
  model.set_number(2);
  model.set_title("Model part: ModelBase");
  model.clear_material_title();
  model.clear_part();
  model.mutable_part()->set_model_part(true);
  *model.mutable_net() = Euros(0);
  for (auto [before, after] : {std::pair("DRAFT", "SUBMITTED"), std::pair("IN_PRODUCTION", "READY_FOR_SHIPPING")}) {
    ASSERT_TRUE(desk.Apply("order.state_changed", Moved(order, before, after)).ok());
    desk.Work();
  }
  ASSERT_THAT(desk.Papers(), SizeIs(2));
  for (const DocumentRecord& paper : desk.Papers()) {
    EXPECT_EQ(paper.state, v1::Document::ISSUED) << ::testing::PrintToString(paper.missing);
  }
}

TEST(PapersTest, RetentionIsLongerForImplants) {
  for (bool implant : {false, true}) {
    Desk desk;
    millwright::orders::v1::Order order = TestOrder("dental");
    AddLot(order);
    order.mutable_lines(0)->mutable_part()->set_implant_count(implant ? 1 : 0);
    ASSERT_TRUE(desk.Apply("order.state_changed", Moved(order, "IN_PRODUCTION", "READY_FOR_SHIPPING")).ok());
    desk.Work();
    absl::TimeZone zone;
    absl::LoadTimeZone("Europe/Berlin", &zone);
    EXPECT_EQ(absl::ToCivilDay(desk.Papers()[0].retain_until, zone), absl::CivilDay(implant ? 2042 : 2037, 1, 1));
  }
}

TEST(PapersTest, TheLabsOwnStatementIsNotOurs) {
  Desk desk;
  millwright::orders::v1::Order order = TestOrder("dental");
  order.set_lab_issues_statement(true);
  ASSERT_TRUE(desk.Apply("order.state_changed", Moved(order, "IN_PRODUCTION", "READY_FOR_SHIPPING")).ok());
  EXPECT_THAT(desk.Papers(), IsEmpty());
}

TEST(PapersTest, OneInvoiceHoweverOftenItsStatesAreEntered) {
  Desk desk;
  for (const char* state : {"SHIPPED", "READY_FOR_SHIPPING", "SHIPPED", "DELIVERED"}) {
    ASSERT_TRUE(desk.Apply("order.shipment_recorded", Moved(TestOrder("dental"), "X", state)).ok());
    desk.Work();
  }
  int invoices = 0;
  for (const DocumentRecord& paper : desk.Papers()) invoices += paper.kind == v1::Document::INVOICE ? 1 : 0;
  EXPECT_EQ(invoices, 1);
}

TEST(PapersTest, ManufacturingInvoiceAtPlaced) {
  Desk desk;
  ASSERT_TRUE(desk.Apply("order.created", Moved(TestOrder("manufacturing"), "NEW", "PLACED")).ok());
  desk.Work();
  ASSERT_THAT(desk.Papers(), SizeIs(1));
  EXPECT_EQ(desk.Papers()[0].state, v1::Document::ISSUED) << ::testing::PrintToString(desk.Papers()[0].missing);
  EXPECT_EQ(FormatNumber(desk.Papers()[0].number), "INV/2026/000001");
}

TEST(PapersTest, OneOfferPerRevision) {
  Desk desk;
  for (int revision : {1, 2, 2}) {
    millwright::orders::v1::Order order = TestOrder("manufacturing");
    order.set_offer_revision(revision);
    order.set_revision_hash(std::string(64, 'b'));
    order.mutable_offer_expire_time()->set_seconds(1'796'000'000);
    ASSERT_TRUE(desk.Apply("order.offer_sent", Moved(order, "FIRM_OFFER_SENT", "FIRM_OFFER_SENT")).ok());
  }
  desk.Work();
  ASSERT_THAT(desk.Papers(), SizeIs(2));
  for (const DocumentRecord& paper : desk.Papers()) {
    EXPECT_EQ(paper.state, v1::Document::ISSUED) << ::testing::PrintToString(paper.missing);
  }
}

TEST(PapersTest, SurchargesOfTheWholeOrderAreALineOfTheirOwn) {
  Desk desk;
  millwright::orders::v1::Order order = TestOrder("manufacturing");
  *order.mutable_tax_totals(0)->mutable_net() = Euros(12'000);
  *order.mutable_tax_totals(0)->mutable_tax() = Euros(2'280);
  *order.mutable_net() = Euros(12'000);
  *order.mutable_tax() = Euros(2'280);
  *order.mutable_gross() = *order.mutable_balance() = Euros(14'280);
  ASSERT_TRUE(desk.Apply("order.created", Moved(order, "NEW", "PLACED")).ok());
  desk.Work();
  EXPECT_EQ(desk.Papers()[0].state, v1::Document::ISSUED) << ::testing::PrintToString(desk.Papers()[0].missing);
}

TEST(PapersTest, ReverseChargeAndExemptOrders) {
  for (const char* title : {"reverse charge", "exempt", "export", "0%"}) {
    Desk desk;
    millwright::orders::v1::Order order = TestOrder("manufacturing");
    order.mutable_lines(0)->set_tax_rate("0");
    auto& tax = *order.mutable_tax_totals(0);
    tax.set_rate("0");
    tax.set_title(title);
    tax.set_legal_phrase("a phrase");
    *tax.mutable_tax() = *order.mutable_tax() = Euros(0);
    *tax.mutable_gross() = *order.mutable_gross() = *order.mutable_balance() = Euros(10'000);
    ASSERT_TRUE(desk.Apply("order.created", Moved(order, "NEW", "PLACED")).ok());
    desk.Work();
    EXPECT_EQ(desk.Papers()[0].state, v1::Document::ISSUED) << title << ::testing::PrintToString(desk.Papers()[0].missing);
  }
}

TEST(PapersTest, ACrashBetweenAnyTwoStepsIssuesOneNumber) {
  Desk desk;
  ASSERT_TRUE(desk.Apply("order.created", Moved(TestOrder("manufacturing"), "NEW", "PLACED")).ok());
  desk.Restart();  // before rendering
  // Archived, but the process died before the number was taken: the archive has bytes that nobody refers to.
  ASSERT_TRUE(desk.archive.Put("%PDF-orphan").ok());
  desk.Restart();
  desk.Work();
  DocumentRecord issued = desk.Papers()[0];
  EXPECT_EQ(issued.number.sequence, 1);
  desk.Restart();  // after the number was taken, before the due row went: it runs again
  auto again = desk.issuer->Issue(issued.id);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->sha256, issued.sha256);
  EXPECT_EQ(again->number.sequence, 1);
  EXPECT_THAT(desk.Emitted(), SizeIs(1));
}

TEST(PapersTest, AFailingArchiveTakesNoNumber) {
  Desk desk;
  std::ofstream(desk.folder.File("archive")) << "a file where the folder should be";
  ASSERT_TRUE(desk.Apply("order.created", Moved(TestOrder("manufacturing"), "NEW", "PLACED")).ok());
  desk.Work();
  DocumentRecord paper = desk.Papers()[0];
  EXPECT_EQ(paper.state, v1::Document::RENDERING);
  EXPECT_EQ(ReasonOf(desk.issuer->Issue(paper.id).status()), "ARCHIVE_UNAVAILABLE");
  std::filesystem::remove(desk.folder.File("archive"));
  desk.clock.Advance(absl::Hours(1));
  desk.Work();
  EXPECT_EQ(desk.Papers()[0].number.sequence, 1);
}

TEST(PapersTest, NumbersAreGaplessUnderConcurrency) {
  Desk desk;
  constexpr int kPapers = 24;
  std::vector<std::string> ids;
  for (int i = 0; i < kPapers; ++i) {
    millwright::orders::v1::Order order = TestOrder("manufacturing");
    order.set_name(absl::StrCat("orders/seller0001-000000000000000000000000", i + 10));
    ASSERT_TRUE(desk.Apply("order.created", Moved(order, "NEW", "PLACED")).ok());
    ids.push_back(desk.Papers(order.name())[0].id);
  }
  // Two issuers race for the numbers as two processes would; each paper is asked for twice.
  PaperIssuer other(desk.scratch.db(), *desk.outbox, desk.archive, desk.clock);
  auto run = [&](PaperIssuer& issuer, int from) {
    for (int i = 0; i < kPapers; ++i) EXPECT_TRUE(issuer.Issue(ids[(from + i) % kPapers]).ok());
  };
  std::thread first(run, std::ref(*desk.issuer), 0), second(run, std::ref(other), kPapers / 2);
  first.join();
  second.join();
  std::set<int64_t> numbers;
  for (const std::string& id : ids) {
    auto record = desk.scratch.db().Read([&](Reader& reader) { return FindDocument(reader, id); });
    numbers.insert((*record)->number.sequence);
    auto intact = desk.scratch.db().Read([&](Reader& reader) { return ChainIntact(reader, **record); });
    EXPECT_TRUE(*intact);
  }
  EXPECT_EQ(numbers.size(), static_cast<size_t>(kPapers));
  EXPECT_EQ(*numbers.rbegin(), kPapers);
  EXPECT_THAT(desk.Emitted(), SizeIs(kPapers));
}

TEST(PapersTest, AChangedHashBreaksTheChain) {
  Desk desk;
  for (int i = 0; i < 3; ++i) {
    millwright::orders::v1::Order order = TestOrder("manufacturing");
    order.set_name(absl::StrCat("orders/seller0001-0000000000000000000000000", i));
    ASSERT_TRUE(desk.Apply("order.created", Moved(order, "NEW", "PLACED")).ok());
    desk.Work();
  }
  auto last = desk.Papers("orders/seller0001-00000000000000000000000002")[0];
  auto intact = [&] { return *desk.scratch.db().Read([&](Reader& reader) { return ChainIntact(reader, last); }); };
  EXPECT_TRUE(intact());
  ASSERT_TRUE(desk.scratch.db()
                  .Write([](Transaction& tx) {
                    return tx.Run("UPDATE documents SET sha256 = $1 WHERE series_sequence = 2", std::string(64, '0'));
                  })
                  .ok());
  EXPECT_FALSE(intact());
}

TEST(PapersTest, AnEventWithoutAnOrderIsRefused) {
  Desk desk;
  EXPECT_EQ(ReasonOf(desk.Apply("order.created", {})), "EVENT_INVALID");
  EXPECT_TRUE(desk.Apply("document.issued", {}).ok()) << "events of others are skipped";
}

TEST(ArchiveTest, RefusesForgedNamesAndChangedBytes) {
  ScratchFolder folder;
  Archive archive(folder.File("archive"));
  auto hash = archive.Put("hello");
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_EQ(*archive.Get(*hash), "hello");
  EXPECT_TRUE(absl::IsNotFound(archive.Get("../../etc/passwd").status()));
  EXPECT_TRUE(absl::IsNotFound(archive.Get(std::string(64, '0')).status()));
  std::ofstream(folder.File("archive/" + hash->substr(0, 2) + "/" + *hash)) << "hellO";
  EXPECT_TRUE(absl::IsDataLoss(archive.Get(*hash).status()));
}

}  // namespace
}  // namespace millwright::documents
