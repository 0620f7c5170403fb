// The verdict of an order: as its files are pinned, and once more at its approval.
#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

using namespace ::testing;  // NOLINT

class VerdictsTest : public FilesServiceTest {
 protected:
  void CenterAccepts(double min_wall_mm) {
    v1::CreateAcceptanceProfileRequest request;
    request.set_parent(kCenter);
    v1::MaterialLimits& limits = *request.mutable_acceptance_profile()->add_materials();
    limits.add_materials("ZI");
    limits.set_min_wall_mm(min_wall_mm);
    auto made = house_->acceptance.CreateAcceptanceProfile(As(kCenter), request);
    ASSERT_TRUE(made.ok()) << made.status();
  }
  // What the background does about an order that was approved; how often there was something to do.
  int JudgeDue() {
    const auto due = house_->db->Read([](Reader& reader) {
      return reader.Query("SELECT key FROM due_rows WHERE kind = 'order.judge'").All([](const Row& row) { return row.String(0); });
    });
    EXPECT_TRUE(due.ok()) << due.status();
    for (const std::string& order : *due) {
      auto record = house_->verdicts.Judge(order);
      EXPECT_TRUE(record.ok()) << record.status();
      EXPECT_TRUE(house_->db->Write([&](Transaction& tx) -> absl::Status {
        MW_RETURN_IF_ERROR((*record)(tx));
        return house_->due.Cancel(tx, kJudgeOrder, order).status();
      }).ok());
    }
    return static_cast<int>(due->size());
  }
  absl::StatusOr<v1::ListOrderVerdictsResponse> Verdicts(const std::string& company) {
    v1::ListOrderVerdictsRequest request;
    request.set_order("orders/o1");
    return house_->verdicts.ListOrderVerdicts(As(company), request);
  }
};

TEST_F(VerdictsTest, AChangedProfileChangesTheVerdictAtApproval) {
  const std::string project = Case();  // walls of 0.6 mm
  CenterAccepts(0.5);
  ASSERT_TRUE(Pin(project).ok());
  OrderIs("SUBMITTED");
  CenterAccepts(0.8);
  EXPECT_EQ(JudgeDue(), 0) << "not before its approval";
  OrderIs("APPROVED");
  EXPECT_EQ(JudgeDue(), 1);

  for (const char* company : {kLab, kCenter}) {
    auto verdicts = Verdicts(company);
    ASSERT_TRUE(verdicts.ok()) << company << verdicts.status();
    ASSERT_THAT(verdicts->verdicts(), SizeIs(2)) << company;
    const v1::OrderVerdict& approved = verdicts->verdicts(0);
    const v1::OrderVerdict& pinned = verdicts->verdicts(1);
    EXPECT_EQ(pinned.occasion(), v1::OrderVerdict::PINNED);
    EXPECT_EQ(pinned.verdict(), v1::VERDICT_ACCEPTED);
    EXPECT_THAT(pinned.acceptance_profile(), HasSubstr("/1"));
    EXPECT_EQ(approved.occasion(), v1::OrderVerdict::APPROVED);
    EXPECT_EQ(approved.verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
    EXPECT_THAT(approved.acceptance_profile(), HasSubstr("/2"));
    EXPECT_EQ(approved.findings(0).rule(), "limit.wall");
    EXPECT_EQ(approved.revision_hash(), pinned.revision_hash());
    EXPECT_EQ(approved.project(), project);
  }
  EXPECT_TRUE(absl::IsNotFound(Verdicts("companies/other00000").status()));
}

TEST_F(VerdictsTest, OrdersAsksBeforeItApproves) {
  internal::files::v1::JudgeOrderRequest request;
  request.set_order("orders/o1");
  auto judge = [&](const CallInfo& call) { return house_->verdicts.JudgeOrder(call, request); };
  const std::string project = Case();
  EXPECT_TRUE(absl::IsNotFound(judge(As(kLab)).status())) << "nothing is pinned";
  ASSERT_TRUE(Pin(project).ok());
  EXPECT_TRUE(judge(As(kLab)).ok());
  EXPECT_TRUE(absl::IsNotFound(judge(As(kCenter)).status())) << "a seller knows of submitted orders only";
  OrderIs("SUBMITTED");
  CenterAccepts(0.8);
  for (const char* company : {kLab, kCenter}) {
    const auto verdict = judge(As(company));
    ASSERT_TRUE(verdict.ok()) << company << verdict.status();
    EXPECT_EQ(verdict->verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
    EXPECT_EQ(verdict->findings(0).rule(), "limit.wall");
  }
  EXPECT_TRUE(absl::IsNotFound(judge(As("companies/other00000")).status()));
  EXPECT_EQ(JudgeDue(), 0);
  EXPECT_THAT(Verdicts(kLab)->verdicts(), SizeIs(1)) << "asking writes nothing";
}

TEST_F(VerdictsTest, AnApprovalIsJudgedOnce) {
  const std::string project = Case();
  ASSERT_TRUE(Pin(project).ok());
  EXPECT_TRUE(absl::IsNotFound(Verdicts(kCenter).status())) << "a seller knows of submitted orders only";
  OrderIs("SUBMITTED");
  OrderIs("APPROVED");
  EXPECT_EQ(JudgeDue(), 1);
  OrderIs("APPROVED");  // a payment, say
  EXPECT_EQ(JudgeDue(), 0);
  EXPECT_THAT(Verdicts(kLab)->verdicts(), SizeIs(2));
}

}  // namespace
}  // namespace millwright::files
