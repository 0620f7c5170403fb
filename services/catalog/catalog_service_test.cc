// The handlers over a real database, with fake neighbours and the demo catalogs that scripts/run seeds.
#include <fstream>
#include <sstream>

#include "common/rpc/field_mask.h"
#include "common/storage/scratch_database.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/catalog/definition_service.h"
#include "services/catalog/domain/json.h"
#include "services/catalog/fakes_for_test.h"
#include "services/catalog/quote_service.h"

namespace millwright::catalog {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kCenter[] = "companies/center0001", kShop[] = "companies/shop000001", kLab[] = "companies/lab0000001";
constexpr char kProject[] = "companies/lab0000001/projects/p1", kPart[] = "companies/lab0000001/projects/p1/files/f1";

std::string ReadData(const std::string& name) {
  std::ifstream file(std::string(MW_SOURCE_DIR) + "/services/catalog/data/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string JsonText(const Json& json) {
  std::string out;
  switch (json.kind) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBool:
      return json.boolean ? "true" : "false";
    case Json::Kind::kNumber:
      return json.text;
    case Json::Kind::kString:
      return QuoteJson(json.text);
    case Json::Kind::kArray:
      for (const Json& item : json.items) absl::StrAppend(&out, out.empty() ? "" : ",", JsonText(item));
      return absl::StrCat("[", out, "]");
    case Json::Kind::kObject:
      for (const auto& [key, value] : json.fields)
        absl::StrAppend(&out, out.empty() ? "" : ",", QuoteJson(key), ":", JsonText(value));
      return absl::StrCat("{", out, "}");
  }
  return out;
}

CallInfo As(const std::string& company, const std::string& method = "") {
  CallInfo call;
  call.principal.company = company;
  call.principal.member = company + "/members/m1";
  call.principal.roles = {"owner"};
  call.principal.service = "gateway";
  call.method = method;
  return call;
}

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() {
    accounts_.Add(kCenter, "DE", "DE123456788", "Europe/Berlin");
    accounts_.Add(kShop, "PL", "PL1234563218", "Europe/Warsaw");
    accounts_.Add(kLab, "DE", "DE136695976", "Europe/Berlin");
    Seed(kCenter, "demo_center.json");
    Seed(kShop, "demo_shop.json");
    files_.facts.set_project(kProject);
    files_.facts.set_revision_hash("r1");
    files_.facts.set_verdict(files::v1::VERDICT_ACCEPTED);
    AddCrown("crown.stl", 36, "ZI_3ax");
    files::v1::File& part = files_.files[kPart];
    part.set_name(kPart);
    part.set_file_name("bracket.stl");
    part.set_kind(files::v1::File::STL);
    part.set_unit(files::v1::LENGTH_UNIT_MILLIMETER);
    part.set_sha256(std::string(64, 'a'));
    part.set_verdict(files::v1::VERDICT_ACCEPTED);
    auto* measurement = part.mutable_measurement();
    for (int64_t edge : {30000, 20000, 10000}) measurement->add_box_micrometers(edge);
    measurement->set_area_thousandth_mm2(2200000);
    measurement->set_volume_thousandth_mm3(6000000);
    measurement->set_closed(true);
  }

  template <typename Request>
  void SeedRows(const Json& document, const char* key, const std::string& company, auto create) {
    const Json* rows = document.Find(key);
    ASSERT_NE(rows, nullptr) << key;
    for (const Json& row : rows->items) {
      Request request;
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(JsonText(row), &request).ok()) << JsonText(row);
      request.set_parent(company);
      auto made = (definitions_.*create)(As(company), request);
      ASSERT_TRUE(made.ok()) << made.status();
    }
  }
  void Seed(const std::string& company, const std::string& file) {
    auto document = ParseJson(ReadData(file));
    ASSERT_TRUE(document.ok()) << document.status();
    SeedRows<v1::CreateMaterialRequest>(*document, "materials", company, &DefinitionService::CreateMaterial);
    SeedRows<v1::CreateMachineRequest>(*document, "machines", company, &DefinitionService::CreateMachine);
    SeedRows<v1::CreatePriceListRequest>(*document, "price_lists", company, &DefinitionService::CreatePriceList);
  }

  void AddCrown(const std::string& file, int tooth, const std::string& material) {
    files::v1::PartFact& part = *files_.facts.add_parts();
    part.set_file_name(file);
    part.set_work_type("AnatomicCrown");
    part.set_material(material);
    part.add_teeth(tooth);
    part.set_unit_count(1);
    files::v1::ToothFact& fact = *part.add_tooth_facts();
    fact.set_number(tooth);
    fact.set_work_type("AnatomicCrown");
  }

  v1::CreateQuoteRequest Dental() {
    v1::CreateQuoteRequest request;
    request.set_seller(kCenter);
    request.set_project(kProject);
    return request;
  }
  v1::CreateQuoteRequest Parts(int quantity, const std::string& material = "pa12") {
    v1::CreateQuoteRequest request;
    request.set_seller(kShop);
    v1::PartRequest& part = *request.add_parts();
    part.set_file(kPart);
    part.set_material(absl::StrCat(kShop, "/materials/", material));
    part.set_quantity(quantity);
    return request;
  }
  v1::Quote MustQuote(const CallInfo& call, const v1::CreateQuoteRequest& request) {
    auto quote = quotes_.CreateQuote(call, request);
    EXPECT_TRUE(quote.ok()) << quote.status();
    return quote.value_or(v1::Quote());
  }
  absl::StatusOr<v1::Quote> Get(const CallInfo& call, const std::string& name) {
    v1::GetQuoteRequest request;
    request.set_name(name);
    return quotes_.GetQuote(call, request);
  }

  ScratchDatabase scratch_{{StorageSchema(), CatalogSchema()}};
  ManualClock clock_{absl::FromUnixSeconds(1795000000)};  // 2026-11-18T11:06:40Z
  SequentialIdGenerator ids_;
  Pager pager_{"0123456789abcdef"};
  FakeAccounts accounts_;
  FakeFiles files_;
  BookSource books_{scratch_.db(), clock_};
  DefinitionService definitions_{scratch_.db(), clock_, ids_, pager_, accounts_};
  QuoteService quotes_{scratch_.db(), clock_, ids_, pager_, books_, accounts_, files_};
};

TEST_F(CatalogTest, TheReadablePriceListsAreTheSeededOnes) {
  for (const char* name : {"demo_center", "demo_shop"}) {
    auto document = ParseJson(ReadData(absl::StrCat(name, ".json")));
    EXPECT_EQ(document->Find("price_lists")->items[0].Find("price_list")->Find("definition")->text,
              ReadData(absl::StrCat(name, ".price_list.json")));
  }
}

TEST_F(CatalogTest, DentalQuoteIsPricedByUnitAndRepricesEqually) {
  v1::Quote quote = MustQuote(As(kLab), Dental());
  ASSERT_THAT(quote.lines(), SizeIs(1));
  EXPECT_EQ(quote.lines(0).net().units(), 32);
  EXPECT_EQ(quote.lines(0).material(), "companies/center0001/materials/zi");
  EXPECT_EQ(quote.lines(0).tax_rate(), "0.07");
  EXPECT_EQ(quote.net().units(), 32);
  EXPECT_EQ(quote.gross().units(), 34);
  EXPECT_EQ(quote.gross().nanos(), 240000000);
  EXPECT_EQ(quote.project_revision_hash(), "r1");
  EXPECT_EQ(OwnerOf(LastSegment(quote.name())), "center0001");
  // 14 days, end of day in Berlin (UTC+1).
  EXPECT_EQ(quote.expire_time().seconds(), 1796252399);
  v1::RepriceQuoteRequest reprice;
  reprice.set_name(quote.name());
  auto again = quotes_.RepriceQuote(As(kCenter), reprice);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->equal());
  EXPECT_EQ(again->computed_net(), "32.00 EUR");
}

TEST_F(CatalogTest, PartQuoteShowsPricesToTheBuyerAndCostsToTheSeller) {
  v1::Quote buyer = MustQuote(As(kLab), Parts(10));
  EXPECT_EQ(buyer.lines(0).process(), "powder");
  EXPECT_EQ(buyer.cost_tree().children(0).children(0).children(0).id(), "production");
  EXPECT_EQ(buyer.cost_tree().children(0).children(0).children(0).children_size(), 0);
  auto seller = Get(As(kShop), buyer.name());
  ASSERT_TRUE(seller.ok()) << seller.status();
  EXPECT_EQ(seller->cost_tree().children(0).children(0).children(0).children_size(), 3);
  EXPECT_EQ(seller->hash(), buyer.hash());
  // PL to DE between two VAT ids.
  EXPECT_EQ(buyer.tax_totals(0).title(), "reverse charge");
  EXPECT_THAT(buyer.tax_totals(0).legal_phrase(), HasSubstr("196"));
}

TEST_F(CatalogTest, AQuoteIsSeenByItsPartiesOnly) {
  std::string name = MustQuote(As(kLab), Dental()).name();
  EXPECT_TRUE(Get(As(kLab), name).ok());
  EXPECT_EQ(Get(As(kShop), name).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get(As(kLab), "quotes/center0001-none").status().code(), absl::StatusCode::kNotFound);
  CallInfo orders;
  orders.principal.service = "orders";
  auto seen = Get(orders, name);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(seen->cost_tree().rule(), "");
  v1::ListQuotesRequest list;
  list.set_parent(kLab);
  MustQuote(As(kLab), Parts(1));
  list.set_page_size(1);
  auto first = quotes_.ListQuotes(As(kLab), list);
  ASSERT_TRUE(first.ok()) << first.status();
  list.set_page_token(first->next_page_token());
  auto second = quotes_.ListQuotes(As(kLab), list);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->quotes(0).name(), name);
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(quotes_.ListQuotes(As(kCenter), list).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CatalogTest, ARequestIdAnswersTheSameQuote) {
  CallInfo call = As(kLab, "/millwright.catalog.v1.CatalogService/CreateQuote");
  call.request_id = "3f0c7b0e-0000-4000-8000-000000000001";
  call.request_hash = "h1";
  v1::Quote first = MustQuote(call, Dental());
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(MustQuote(call, Dental()).SerializeAsString(), first.SerializeAsString());
  call.request_hash = "h2";
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(call, Dental()).status()), "REQUEST_ID_REUSED");
  CallInfo dry = As(kLab);
  dry.validate_only = true;
  EXPECT_EQ(Get(As(kLab), MustQuote(dry, Dental()).name()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CatalogTest, RefusesWithReasonAndRemedy) {
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kCenter), Dental()).status()), "INVALID_PARTIES");
  v1::CreateQuoteRequest foreign = Dental();
  foreign.set_buyer(kLab);
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kShop), foreign).status()), "INVALID_PARTIES");
  EXPECT_TRUE(quotes_.CreateQuote(As(kCenter), foreign).ok());  // an internal quotation
  v1::CreateQuoteRequest empty;
  empty.set_seller(kShop);
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), empty).status()), "INVALID_LINE");
  EXPECT_THAT(FieldViolationsOf(quotes_.CreateQuote(As(kLab), Parts(1, "zi")).status()),
              ElementsAre(HasSubstr("parts[0].material")));
  v1::CreateQuoteRequest coupon = Parts(100);
  coupon.set_coupon("NOPE");
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), coupon).status()), "COUPON_NOT_VALID");
  accounts_.contacts = false;
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), Dental()).status()), "NOT_A_CONTACT");
  accounts_.contacts = true;
  v1::CreateQuoteRequest none = Parts(1);
  none.set_seller(kLab);
  none.set_buyer(kShop);
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), none).status()), "NO_PRICE_LIST");
  accounts_.down = Error::Unavailable("PEER_UNAVAILABLE", "accounts is down");
  EXPECT_EQ(quotes_.CreateQuote(As(kLab), Dental()).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(CatalogTest, ContentFaultsAndMissingProductsComeInOneAnswer) {
  AddCrown("gold.stl", 11, "AU");
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), Dental()).status()), "PRODUCT_NOT_AVAILABLE");
  files_.facts.set_verdict(files::v1::VERDICT_BLOCKING);
  common::v1::Finding& finding = *files_.facts.add_findings();
  finding.set_rule("part.missing");
  finding.set_finding_class(common::v1::FINDING_CLASS_BLOCKING);
  finding.set_file_name("crown.stl");
  finding.set_tooth(36);
  absl::Status status = quotes_.CreateQuote(As(kLab), Dental()).status();
  EXPECT_EQ(ReasonOf(status), "FILES_BLOCKING");
  EXPECT_THAT(PreconditionsOf(status),
              ElementsAre(HasSubstr("part.missing crown.stl tooth 36"), HasSubstr("gold.stl tooth 11")));
}

TEST_F(CatalogTest, AMeshWithoutVolumeIsRefusedAndAStepFileGoesToReview) {
  files_.files[kPart].mutable_measurement()->set_closed(false);
  EXPECT_THAT(PreconditionsOf(quotes_.CreateQuote(As(kLab), Parts(1)).status()),
              ElementsAre(HasSubstr("mesh.closed bracket.stl")));
  files_.files[kPart].set_kind(files::v1::File::STEP);
  files_.files[kPart].clear_measurement();
  v1::Quote quote = MustQuote(As(kLab), Parts(3));
  EXPECT_TRUE(quote.needs_review());
  EXPECT_TRUE(quote.lines(0).to_be_determined());
  EXPECT_FALSE(quote.lines(0).has_net());
}

TEST_F(CatalogTest, APartThatIsTooLargeNamesAxisAndMachine) {
  files_.files[kPart].mutable_measurement()->set_box_micrometers(0, 700000);
  absl::Status status = quotes_.CreateQuote(As(kLab), Parts(1)).status();
  EXPECT_EQ(ReasonOf(status), "PART_DOES_NOT_FIT");
  EXPECT_EQ(MetaOf(status, "closest_machine"), "sls-1");
  EXPECT_EQ(MetaOf(status, "rule"), "AXIS_LONGEST");
}

TEST_F(CatalogTest, AnUpdateMakesAVersionAndLeavesQuotesAlone) {
  v1::Quote old = MustQuote(As(kLab), Parts(10));
  v1::UpdateMaterialRequest update;
  update.mutable_material()->set_name("companies/shop000001/materials/pa12");
  update.mutable_material()->set_price_per_kg("620");
  update.mutable_material()->set_etag(EtagOf(1));
  update.mutable_update_mask()->add_paths("price_per_kg");
  EXPECT_EQ(definitions_.UpdateMaterial(As(kLab), update).status().code(), absl::StatusCode::kNotFound);
  auto updated = definitions_.UpdateMaterial(As(kShop), update);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->version(), 2);
  EXPECT_EQ(updated->display_name(), "Nylon PA12, powder");
  EXPECT_EQ(definitions_.UpdateMaterial(As(kShop), update).status().code(), absl::StatusCode::kAborted);
  EXPECT_GT(MustQuote(As(kLab), Parts(10)).net().units(), old.net().units());
  v1::RepriceQuoteRequest reprice;
  reprice.set_name(old.name());
  EXPECT_TRUE(quotes_.RepriceQuote(As(kShop), reprice)->equal());
  reprice.set_current_rules(true);
  auto changed = quotes_.RepriceQuote(As(kShop), reprice);
  EXPECT_FALSE(changed->equal());
  EXPECT_THAT(changed->differences(),
              Contains(testing::Property(&v1::QuoteDifference::node, "lines/1/production/material")));
  auto as_buyer = quotes_.RepriceQuote(As(kLab), reprice);
  EXPECT_THAT(as_buyer->differences(),
              Not(Contains(testing::Property(&v1::QuoteDifference::node, HasSubstr("material")))));
}

TEST_F(CatalogTest, WhatIsWithdrawnIsNotAvailableAnyMore) {
  const v1::Quote part = MustQuote(As(kLab), Parts(10)), dental = MustQuote(As(kLab), Dental());
  auto check = [&](const CallInfo& call, const v1::Quote& quote) {
    internal::catalog::v1::CheckAvailabilityRequest request;
    request.set_quote(quote.name());
    return quotes_.CheckAvailability(call, request);
  };
  for (const v1::Quote& quote : {part, dental}) {
    for (const char* company : {kLab, quote.seller() == kShop ? kShop : kCenter}) {
      const auto fine = check(As(company), quote);
      ASSERT_TRUE(fine.ok()) << fine.status();
      EXPECT_EQ(fine->unavailable_size(), 0) << fine->DebugString();
    }
  }
  for (const auto& [company, material] : {std::pair(kShop, "pa12"), std::pair(kCenter, "zi")}) {
    v1::UpdateMaterialRequest update;
    update.mutable_material()->set_name(absl::StrCat(company, "/materials/", material));
    update.mutable_material()->set_available(false);
    update.mutable_update_mask()->add_paths("available");
    const auto updated = definitions_.UpdateMaterial(As(company), update);
    ASSERT_TRUE(updated.ok()) << material << updated.status();
  }
  EXPECT_EQ(check(As(kLab), part)->unavailable(0).product(), "material pa12");
  EXPECT_EQ(check(As(kLab), dental)->unavailable(0).tooth(), 36);
  EXPECT_EQ(check(As(kLab), dental)->unavailable(0).part(), dental.lines(0).title());
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), Dental()).status()), "PRODUCT_NOT_AVAILABLE");
  EXPECT_EQ(check(As("companies/other00001"), part).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CatalogTest, APriceListTakesEffectWhenItSays) {
  v1::GetPriceListRequest get;
  get.set_name("companies/shop000001/priceLists/standard");
  v1::UpdatePriceListRequest update;
  *update.mutable_price_list() = *definitions_.GetPriceList(As(kShop), get);
  std::string text = update.price_list().definition();
  size_t at = text.find("\"per_order\": \"25.00\"");
  ASSERT_NE(at, std::string::npos);
  update.mutable_price_list()->set_definition(text.replace(at, 20, "\"per_order\": \"99.00\""));
  update.mutable_price_list()->mutable_effective_time()->set_seconds(1795000000 + 3600);
  ASSERT_TRUE(definitions_.UpdatePriceList(As(kShop), update).ok());
  EXPECT_LT(MustQuote(As(kLab), Parts(1)).net().units(), 99);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(MustQuote(As(kLab), Parts(1)).net().units(), 99);
}

TEST_F(CatalogTest, APriceListIsCheckedWhenItIsSaved) {
  auto save = [&](const std::string& definition) {
    v1::CreatePriceListRequest request;
    request.set_parent(kShop);
    request.mutable_price_list()->set_display_name("draft");
    request.mutable_price_list()->set_currency_code("EUR");
    request.mutable_price_list()->set_definition(definition);
    return definitions_.CreatePriceList(As(kShop), request).status();
  };
  EXPECT_THAT(std::string(save("{\n  \"minima\": }").message()), HasSubstr("line 2"));
  EXPECT_EQ(ReasonOf(save(R"({"minimum": {}})")), "INVALID_DOCUMENT");
  EXPECT_EQ(ReasonOf(save(R"({"currency": "PLN"})")), "INVALID_PRICE_RULE");
  EXPECT_THAT(
      std::string(
          save(R"({"processes": [{"id": "x", "materials": ["gold"], "size_power": {"price": "1"}}]})").message()),
      HasSubstr("`gold`, which is no material"));
  EXPECT_TRUE(save(R"({"processes": [{"id": "x", "materials": ["pa12"], "size_power": {"price": "1"}}]})").ok());
}

TEST_F(CatalogTest, ContactsSeeMaterialsWithoutTheirCost) {
  v1::ListMaterialsRequest list;
  list.set_parent(kShop);
  auto seen = definitions_.ListMaterials(As(kLab), list);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_THAT(seen->materials(), SizeIs(4));
  EXPECT_EQ(seen->materials(0).price_per_kg(), "");
  accounts_.contacts = false;
  EXPECT_EQ(definitions_.ListMaterials(As(kLab), list).status().code(), absl::StatusCode::kNotFound);
  v1::ListMachinesRequest machines;
  machines.set_parent(kShop);
  EXPECT_EQ(definitions_.ListMachines(As(kLab), machines).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(definitions_.ListMachines(As(kShop), machines)->machines(), SizeIs(3));
}

TEST_F(CatalogTest, AddOnsArePriced) {
  v1::CreateQuoteRequest request = Parts(50);
  v1::AddOnRequest& add_on = *request.add_add_ons();
  add_on.set_product("insert-m3");
  add_on.set_quantity(4);
  v1::Quote quote = MustQuote(As(kLab), request);
  ASSERT_THAT(quote.lines(), SizeIs(2));
  EXPECT_EQ(quote.lines(1).process(), "addon");
  EXPECT_EQ(quote.lines(1).unit_price(), "1.2500");  // the list's minimum per line is 5.00
  request.mutable_add_ons(0)->set_product("none");
  EXPECT_EQ(ReasonOf(quotes_.CreateQuote(As(kLab), request).status()), "UNKNOWN_PRODUCT");
}

}  // namespace
}  // namespace millwright::catalog
