// Tax, VAT ids, business days, fit, dental prices and availability.
#include "common/errors/error.h"
#include "services/catalog/domain/availability.h"
#include "services/catalog/domain/fit.h"
#include "services/catalog/domain/test_books.h"
#include "services/catalog/domain/vat_id.h"

namespace millwright::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(VatIdTest, PublishedExamples) {
  for (const char* id :
       {"PL1234563218", "PL 526-025-09-95", "DE136695976", "ATU13585627",    "BE0428759497",  "DK13585628",
        "EE100931558",  "EL094259216",      "FI20774740",  "FR83404833048",  "HR33392005961", "HU12892312",
        "IE6433435F",   "IT00743110157",    "LU15027442",  "NL004495445B01", "PT501964843",   "SE123456789701",
        "SI50223054",   "SK2022749619",     "CZ25123891",  "ESA13585625"}) {
    EXPECT_TRUE(ParseVatId(id).ok()) << ParseVatId(id).status();
  }
  EXPECT_EQ(ParseVatId("EL094259216")->member_state, "GR");
}

TEST(VatIdTest, EverySingleWrongDigitIsFound) {
  for (std::string id : {"PL1234563218", "DE136695976", "ATU13585627", "HR33392005961", "SK2022749619", "FI20774740"}) {
    for (size_t i = 3; i < id.size(); ++i) {
      std::string wrong = id;
      wrong[i] = static_cast<char>('0' + (wrong[i] - '0' + 1) % 10);
      EXPECT_EQ(ReasonOf(ParseVatId(wrong).status()), "INVALID_VAT_ID") << wrong;
    }
  }
  for (const char* bad : {"", "PL", "PL123", "US123456789", "12345", "DE13669597X"})
    EXPECT_FALSE(ParseVatId(bad).ok()) << bad;
}

TaxParties Sale(const char* to, const char* buyer) { return {"PL", "PL1234563218", to, buyer, "", 0}; }

TEST(TaxTest, Decisions) {
  struct Case {
    const char *to, *buyer, *tax_class, *treatment, *percent;
  };
  for (const Case& c :
       {Case{"PL", "", "standard", "domestic", "23"}, Case{"PL", "DE136695976", "standard", "domestic", "23"},
        Case{"DE", "DE136695976", "standard", "reverse_charge", "0"}, Case{"DE", "", "standard", "domestic", "23"},
        Case{"DE", "PL5260250995", "standard", "domestic", "23"}, Case{"US", "", "standard", "export", "0"},
        Case{"CH", "DE136695976", "standard", "export", "0"}, Case{"PL", "", "dental_prosthesis", "exempt", "0"}}) {
    auto decision = DecideTax(EuTaxes(), Sale(c.to, c.buyer), c.tax_class, "2026-11-22");
    ASSERT_TRUE(decision.ok()) << decision.status();
    EXPECT_EQ(decision->treatment, c.treatment) << c.to << c.buyer;
    EXPECT_EQ(decision->percent, D(c.percent));
    EXPECT_EQ(decision->phrase.empty(), decision->treatment == "domestic");
  }
  TaxParties refused = Sale("DE", "DE136695976");
  refused.vat_check = "invalid";
  EXPECT_EQ(DecideTax(EuTaxes(), refused, "standard", "2026-11-22")->percent, Decimal(23));
}

TEST(TaxTest, RatesHaveDatesAndAMissingOneIsAnError) {
  TaxParties estonia = {"EE", "", "EE", "", "", 0};
  EXPECT_EQ(DecideTax(EuTaxes(), estonia, "standard", "2025-06-30")->percent, Decimal(22));
  EXPECT_EQ(DecideTax(EuTaxes(), estonia, "standard", "2025-07-01")->percent, Decimal(24));
  absl::Status missing = DecideTax(EuTaxes(), estonia, "dental_prosthesis", "2026-01-01").status();
  EXPECT_EQ(ReasonOf(missing), "TAX_RATE_MISSING");
  EXPECT_EQ(MetaOf(missing, "country"), "EE");
}

TEST(TaxTest, RoundingPerLineAndPerDocumentDiffer) {
  TaxDecision decision{"domestic", Decimal(23), ""};
  std::vector<TaxableAmount> lines(3, TaxableAmount{"a", 111, decision});  // 25.53 each
  EXPECT_EQ(ComputeTax(lines, "line")->tax_minor, 78);
  EXPECT_EQ(ComputeTax(lines, "document")->tax_minor, 77);
  lines.push_back({"b", 100, {"domestic", Decimal(8), ""}});
  auto mixed = ComputeTax(lines, "document");
  ASSERT_THAT(mixed->rows, SizeIs(2));
  EXPECT_EQ(mixed->rows[0].gross_minor + mixed->rows[1].gross_minor, mixed->gross_minor);
}

TEST(LeadTimeTest, BusinessDays) {
  Calendar calendar;
  calendar.holidays = {"2026-12-24", "2026-12-25"};
  calendar.cutoff_minute = 12 * 60;
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Warsaw", &zone));
  struct Case {
    const char* from;
    int days;
    const char* promised;
  };
  for (const Case& c : {Case{"2026-11-23T10:59:00Z", 3, "2026-11-26"}, Case{"2026-11-23T11:00:00Z", 3, "2026-11-27"},
                        Case{"2026-11-21T08:00:00Z", 0, "2026-11-23"}, Case{"2026-12-23T08:00:00Z", 1, "2026-12-28"},
                        Case{"2026-11-27T23:30:00Z", 1, "2026-12-01"}}) {
    absl::Time from;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, c.from, &from, nullptr));
    EXPECT_EQ(absl::FormatCivilTime(PromiseDay(calendar, zone, from, c.days)), c.promised) << c.from;
  }
  calendar.holidays = {"2026-2-30"};
  EXPECT_EQ(ReasonOf(CheckCalendar(calendar)), "INVALID_PRICE_RULE");
  calendar = Calendar();
  calendar.working_weekdays.clear();
  EXPECT_FALSE(CheckCalendar(calendar).ok());
}

TEST(LeadTimeTest, AFullTierIsRefusedAndSaysWhy) {
  LeadTimeTier tier;
  tier.id = "rush";
  tier.capacity_hours = 10;
  EXPECT_TRUE(CheckCapacity(tier, {{"rush", Decimal(8)}}, Decimal(2)).ok());
  absl::Status full = CheckCapacity(tier, {{"rush", Decimal(8)}, {"other", Decimal(99)}}, D("2.01"));
  EXPECT_EQ(ReasonOf(full), "LEAD_TIME_FULL");
  EXPECT_THAT(PreconditionsOf(full), ElementsAre(HasSubstr("8.00 of 10.00")));
}

TEST(FitTest, NamesTheAxisAndTheClosestMachine) {
  Machine small, large;
  small.id = "small";
  small.envelope_um = {100000, 100000, 100000};
  large.id = "large";
  large.envelope_um = {300000, 200000, 100000};
  large.allowance_um = {5000, 0, 0};
  PartMeasures part;
  part.box_um = {50000, 100000, 295000};
  EXPECT_EQ((*ChooseMachine({&small, &large}, part, nullptr, {}))->id, "large");
  part.box_um[2] = 295001;
  absl::Status status = ChooseMachine({&small, &large}, part, nullptr, {}).status();
  EXPECT_EQ(ReasonOf(status), "PART_DOES_NOT_FIT");
  EXPECT_EQ(MetaOf(status, "closest_machine"), "large");
  EXPECT_EQ(MetaOf(status, "rule"), "AXIS_LONGEST");
  large.fixed_orientation = true;
  EXPECT_THAT(CheckFit(large, part, nullptr, {}), ElementsAre(testing::Field(&Misfit::rule, "AXIS_Z")));
  part.box_um = {1000, 1000, 1000};
  part.min_wall_um = 399;
  large.min_wall_um = 400;
  EXPECT_THAT(CheckFit(large, part, nullptr, {}), ElementsAre(testing::Field(&Misfit::rule, "MIN_WALL")));
}

LineRequest DentalLine(std::vector<DentalUnit> units, const char* material) {
  LineRequest line;
  line.id = "part";
  line.process = "dental-milling";
  line.dental = DentalPart{material, "A2", std::move(units), false, ""};
  return line;
}

DentalUnit Unit(int tooth, const char* type, bool joined = false) {
  DentalUnit unit;
  unit.tooth = tooth;
  unit.work_type = type;
  unit.connected_to_mesial = joined;
  return unit;
}

int64_t DentalNet(const LineRequest& line) {
  OrderRequest order = OrderOf({line});
  order.lead_time = "standard";
  PricedOrder priced = MustPrice(*DemoCenter(), order);
  const CostNode* production = FindNode(priced.tree, "lines/part/production");
  return production == nullptr ? -1 : production->amount_minor;
}

TEST(DentalTest, UnitPricesSurchargesAndBridges) {
  EXPECT_EQ(DentalNet(DentalLine({Unit(36, "AnatomicCrown")}, "ZI_3ax")), 3200);
  LineRequest bleach = DentalLine({Unit(11, "AnatomicCrown")}, "ZI");
  bleach.dental->shade = "0M1";
  EXPECT_EQ(DentalNet(bleach), 3500);
  // 14-15-16 and 17 apart: three units have no rule, four joined ones get 5 % off.
  std::vector<DentalUnit> bridge = {Unit(14, "AnatomicCrown"), Unit(15, "AnatomicPontic", true),
                                    Unit(16, "AnatomicCrown", true)};
  EXPECT_EQ(DentalNet(DentalLine(bridge, "ZI")), 9600);
  bridge.push_back(Unit(17, "AnatomicCrown", true));
  EXPECT_EQ(DentalNet(DentalLine(bridge, "ZI")), 12800 - 640);
  bridge.push_back(Unit(18, "MissingTooth"));
  EXPECT_EQ(DentalNet(DentalLine(bridge, "ZI")), 12160);
  LineRequest implant = DentalLine({Unit(46, "AnatomicCrown")}, "ZI");
  implant.dental->units[0].implant_type = "CustomAbutment";
  implant.dental->units[0].implant_line = "conical-4.3";
  implant.dental->units[0].abutment_material = "TI";
  EXPECT_EQ(DentalNet(implant), 3200 + 1400 + 5800);
  implant.dental->units[0].implant_type = "WithoutAbutment";
  implant.dental->screw_retained = true;
  EXPECT_EQ(DentalNet(implant), 3200 + 1400 + 600);
  LineRequest model = DentalLine({}, "");
  model.dental->model_kind = "die";
  EXPECT_EQ(DentalNet(model), 350);
  model.dental->model_kind = "unheard of";
  EXPECT_EQ(DentalNet(model), 800);
}

TEST(DentalTest, BridgesJoinAcrossTheMidlineOnce) {
  auto bridges = BridgesOf({Unit(11, "AnatomicCrown", true), Unit(21, "AnatomicCrown", true),
                            Unit(22, "AnatomicCrown", true), Unit(24, "Veneer")});
  ASSERT_THAT(bridges, SizeIs(2));
  EXPECT_THAT(bridges[0], SizeIs(3));
  EXPECT_EQ(MesialNeighbour(31), 41);
  EXPECT_FALSE(IsFdiTooth(19) || IsFdiTooth(49) || IsFdiTooth(56) || IsFdiTooth(0) || IsFdiTooth(91));
  EXPECT_TRUE(IsFdiTooth(48) && IsFdiTooth(85));
}

std::vector<std::string> Rules(const LineRequest& line, const char* partner = "lab") {
  auto found = FindUnavailable(*DemoCenter(), {}, "dental-milling", partner, {{"x.stl", *line.dental}});
  EXPECT_TRUE(found.ok());
  std::vector<std::string> out;
  for (const UnavailableProduct& u : *found) out.push_back(absl::StrCat(u.tooth, " ", u.rule));
  return out;
}

TEST(AvailabilityTest, NamesToothAndRule) {
  EXPECT_THAT(Rules(DentalLine({Unit(36, "AnatomicCrown")}, "ZI")), ElementsAre());
  EXPECT_THAT(Rules(DentalLine({Unit(36, "AnatomicCrown")}, "C&B Zirconia IO")), ElementsAre());
  EXPECT_THAT(Rules(DentalLine({Unit(36, "AnatomicCrown")}, "AU")), ElementsAre("36 MATERIAL"));
  EXPECT_THAT(Rules(DentalLine({Unit(36, "BiteSplint")}, "ZI")), ElementsAre("36 PRODUCT"));
  EXPECT_THAT(Rules(DentalLine({Unit(36, "Eggshell")}, "ZI")), ElementsAre("36 WORK_TYPE"));
  EXPECT_THAT(Rules(DentalLine({Unit(19, "AnatomicCrown")}, "ZI")), ElementsAre("19 TOOTH"));
  EXPECT_THAT(Rules(DentalLine({Unit(14, "AnatomicCrown"), Unit(15, "AnatomicCrown", true)}, "LS1")),
              ElementsAre("14 BRIDGE_MATERIAL"));
  LineRequest implant = DentalLine({Unit(46, "AnatomicCrown")}, "ZI");
  implant.dental->units[0].implant_type = "CustomAbutment";
  implant.dental->units[0].implant_line = "exotic";
  implant.dental->units[0].abutment_material = "PEEK";
  EXPECT_THAT(Rules(implant), ElementsAre("46 IMPLANT_LINE", "46 ABUTMENT"));
  absl::Status status =
      AvailabilityError(*FindUnavailable(*DemoCenter(), {}, "dental-milling", "lab", {{"x.stl", *implant.dental}}));
  EXPECT_EQ(ReasonOf(status), "PRODUCT_NOT_AVAILABLE");
  EXPECT_THAT(PreconditionsOf(status), ElementsAre(HasSubstr("x.stl tooth 46"), HasSubstr("abutment in PEEK")));
}

}  // namespace
}  // namespace millwright::catalog
