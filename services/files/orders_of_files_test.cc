// What orders do to files: waivers, pins, grants, locks, and what revokes them.
#include <filesystem>
#include <limits>
#include <thread>

#include "common/events/scheduler.h"
#include "services/files/fixture_for_test.h"
#include "services/files/testing/zip_writer.h"

namespace millwright::files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FilesServiceTest, WaiversHoldForTheBytesTheyWereGivenFor) {
  const std::string project = NewProject();
  TestCase c;
  c.teeth[0].parameters = {{"MinThickness", "0.3"}};
  Upload(project, "case.constructionInfo", ConstructionInfoXml(c));
  Upload(project, "part_cad.stl", BinaryStl(MakeBox({8, 8, 8})));
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_EQ(ReasonOf(Pin(project).status()), "FINDINGS_BLOCK");
  v1::WaiveFindingRequest waive;
  waive.set_name(project);
  waive.set_rule("limit.wall");
  waive.set_file_name("case.constructionInfo");
  waive.set_tooth(36);
  waive.set_reason("agreed with the dentist");
  auto facts = house_->projects.WaiveFinding(As(kLab), waive);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_TRUE(Pin(project).ok());
  waive.set_tooth(37);
  EXPECT_TRUE(absl::IsNotFound(house_->projects.WaiveFinding(As(kLab), waive).status()));
  // Another content under the same name needs another waiver.
  OrderIs("CANCELLED");
  c.parts[0].height = "11";
  Upload(project, "case.constructionInfo", ConstructionInfoXml(c));
  EXPECT_EQ(Check(project)->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
}

TEST_F(FilesServiceTest, BlockingFindingsAreNotWaived) {
  const std::string project = NewProject();
  Upload(project, "case.constructionInfo", ConstructionInfoXml(TestCase{}));
  v1::WaiveFindingRequest waive;
  waive.set_name(project);
  waive.set_rule("part.file_absent");
  waive.set_file_name("case.constructionInfo");
  waive.set_reason("please");
  EXPECT_EQ(ReasonOf(house_->projects.WaiveFinding(As(kLab), waive).status()), "FINDING_NOT_WAIVABLE");
}

TEST_F(FilesServiceTest, GrantsLiveAndDieWithTheirOrder) {
  const std::string project = Case();
  auto pin = Pin(project);
  ASSERT_TRUE(pin.ok()) << pin.status();
  EXPECT_THAT(pin->shared_files(), SizeIs(2));
  EXPECT_TRUE(absl::IsNotFound(Download(kCenter, part_.name()).status())) << "pending grants open nothing";
  EXPECT_TRUE(Project(project).locked());
  EXPECT_EQ(ReasonOf(Start(project, "part_cad.stl", "x").status()), "FILE_LOCKED");
  EXPECT_EQ(MetaOf(Start(project, "part_cad.stl", "x").status(), "order"), "orders/o1");

  OrderIs("SUBMITTED");
  EXPECT_TRUE(Download(kCenter, part_.name()).ok());
  EXPECT_EQ(Project(project).state(), v1::Project::ORDERED);
  v1::ListSharedFilesRequest shared;
  shared.set_order("orders/o1");
  EXPECT_THAT(house_->projects.ListSharedFiles(As(kCenter), shared)->files(), SizeIs(2));
  EXPECT_THAT(house_->projects.ListSharedFiles(As("companies/other00000"), shared)->files(), IsEmpty());
  EXPECT_EQ(*house_->db->Read([](Reader& r) { return r.Query("SELECT COUNT(*) FROM accesses").Int(); }), 1);

  OrderIs("IN_PRODUCTION");
  EXPECT_EQ(Project(project).state(), v1::Project::IN_PRODUCTION);
  OrderIs("REWORK");
  EXPECT_TRUE(absl::IsNotFound(Download(kCenter, part_.name()).status()));
  EXPECT_THAT(house_->projects.ListSharedFiles(As(kCenter), shared)->files(), IsEmpty());
  EXPECT_EQ(Project(project).state(), v1::Project::REWORK);
  EXPECT_FALSE(Project(project).locked());
  EXPECT_TRUE(Start(project, "part_cad.stl", "x").ok());
  v1::ListGrantsRequest grants;
  grants.set_parent(project);
  EXPECT_EQ(house_->projects.ListGrants(As(kLab), grants)->grants(0).state(), "REVOKED");
}

TEST_F(FilesServiceTest, RevocationBeatsALateEvent) {
  const std::string project = Case();
  ASSERT_TRUE(Pin(project).ok());
  internal::files::v1::RevokeOrderGrantsRequest revoke;
  revoke.set_order("orders/o1");
  EXPECT_EQ(house_->pinning.RevokeOrderGrants(AsOrders(), revoke)->revoked_count(), 2);
  OrderIs("SUBMITTED");
  EXPECT_TRUE(absl::IsNotFound(Download(kCenter, part_.name()).status()));
}

TEST_F(FilesServiceTest, StaleNewsStopDownloadsOfGranteesOnly) {
  const std::string project = Case();
  ASSERT_TRUE(Pin(project).ok());
  OrderIs("SUBMITTED");
  house_->news = house_->clock.Now() - absl::Seconds(30);
  EXPECT_TRUE(Download(kCenter, part_.name()).ok());
  house_->news -= absl::Seconds(1);
  const auto status = Download(kCenter, part_.name()).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(ReasonOf(status), "ORDERS_NEWS_TOO_OLD");
  EXPECT_TRUE(Download(kLab, part_.name()).ok());
}

TEST_F(FilesServiceTest, AnUnconfirmedPinExpires) {
  const std::string project = Case();
  ASSERT_TRUE(Pin(project).ok());
  Scheduler scheduler(*house_->db, house_->due, {.clock = &house_->clock});
  scheduler.Handle(kPinExpires, [&](Transaction& tx, const DueRow& row) {
    return house_->orders.ExpirePin(tx, row.key, house_->news);
  });
  scheduler.Handle(kUploadExpires,
                   [&](Transaction& tx, const DueRow& row) { return house_->uploads.Expire(tx, row.key); });
  house_->clock.Advance(kPinLifetime - absl::Seconds(1));
  EXPECT_EQ(*scheduler.RunDue(), 0);
  EXPECT_TRUE(Project(project).locked());
  house_->clock.Advance(absl::Seconds(1));
  EXPECT_EQ(*scheduler.RunDue(), 1);
  EXPECT_FALSE(Project(project).locked());
  // The order stands after all: its news were late.
  OrderIs("SUBMITTED");
  EXPECT_TRUE(Download(kCenter, part_.name()).ok());
  EXPECT_TRUE(Project(project).locked());
}

TEST_F(FilesServiceTest, APartIsInOneOpenOrderAndNeededFilesAreShared) {
  const std::string project = Case();
  EXPECT_EQ(ReasonOf(Pin(project, "orders/o1", {"part_cad.stl"}).status()), "NEEDED_FILE_NOT_SHARED");
  ASSERT_TRUE(Pin(project).ok());
  auto other = Pin(project, "orders/o2");
  EXPECT_EQ(ReasonOf(other.status()), "PARTS_IN_OPEN_ORDER");
  EXPECT_TRUE(Pin(project).ok()) << "the same order may pin again";
  OrderIs("WITHDRAWN");
  EXPECT_EQ(Project(project).state(), v1::Project::DESIGNED);
  EXPECT_TRUE(Pin(project, "orders/o2").ok());
}

TEST_F(FilesServiceTest, PinsAnswerTheSameForTheSameRequest) {
  const std::string project = Case();
  internal::files::v1::PinProjectRevisionRequest request;
  request.set_order("orders/o1");
  request.set_project(project);
  request.set_seller(kCenter);
  request.set_request_id("r1");
  auto first = house_->pinning.PinProjectRevision(As(kLab), request);
  ASSERT_TRUE(first.ok()) << first.status();
  house_->clock.Advance(absl::Seconds(5));
  auto again = house_->pinning.PinProjectRevision(As(kLab), request);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  v1::ListGrantsRequest grants;
  grants.set_parent(project);
  EXPECT_THAT(house_->projects.ListGrants(As(kLab), grants)->grants(), SizeIs(2));
  request.set_order("orders/dry");
  request.set_validate_only(true);
  EXPECT_EQ(ReasonOf(house_->pinning.PinProjectRevision(As(kLab), request).status()), "PARTS_IN_OPEN_ORDER");
}

TEST_F(FilesServiceTest, MachinedPartsArePinnedByName) {
  const std::string project = NewProject();
  const v1::File part = Upload(project, "bracket.stl", BinaryStl(MakeAngleBracket()));
  Upload(project, "broken.stl", BinaryStl(MakeBox({1, 1, 1}), {.count = 99}));
  internal::files::v1::PinProjectRevisionRequest request;
  request.set_order("orders/o1");
  request.set_project(project);
  request.set_seller(kCenter);
  request.add_part_file_names("bracket.stl");
  auto pin = house_->pinning.PinProjectRevision(As(kLab), request);
  ASSERT_TRUE(pin.ok()) << pin.status();
  EXPECT_THAT(pin->shared_files(), SizeIs(1));
  request.set_order("orders/o2");
  EXPECT_TRUE(house_->pinning.PinProjectRevision(As(kLab), request).ok()) << "a part can be ordered again";
  request.set_part_file_names(0, "broken.stl");
  EXPECT_EQ(ReasonOf(house_->pinning.PinProjectRevision(As(kLab), request).status()), "FINDINGS_BLOCK");
  request.set_part_file_names(0, "absent.stl");
  EXPECT_THAT(std::string(house_->pinning.PinProjectRevision(As(kLab), request).status().message()),
              HasSubstr("absent.stl"));
}

}  // namespace
}  // namespace millwright::files
