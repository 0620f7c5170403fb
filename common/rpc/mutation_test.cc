#include "common/rpc/mutation.h"

#include "common/errors/error.h"
#include "common/storage/scratch_database.h"
#include "gtest/gtest.h"
#include "millwright/accounts/v1/company.pb.h"

namespace millwright {
namespace {

using accounts::v1::Member;

class MutationTest : public ::testing::Test {
 protected:
  MutationTest() {
    call_.method = "/Members/Create";
    call_.principal.member = "companies/c/members/m";
    call_.request_id = "6fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59";
    call_.request_hash = "hash of the request";
  }
  // Adds one row and answers with the number of rows.
  absl::StatusOr<Member> Add() {
    return Mutate<Member>(call_, scratch_.db(), absl::Now(), [](Transaction& tx) -> absl::StatusOr<Member> {
      MW_RETURN_IF_ERROR(tx.Run("CREATE TABLE IF NOT EXISTS t(n INTEGER)"));
      MW_RETURN_IF_ERROR(tx.Run("INSERT INTO t VALUES (1)"));
      Member member;
      MW_ASSIGN_OR_RETURN(int64_t count, tx.Query("SELECT count(*) FROM t").Int());
      member.set_display_name(std::to_string(count));
      return member;
    });
  }
  ScratchDatabase scratch_{{StorageSchema()}};
  CallInfo call_;
};

TEST_F(MutationTest, ARepeatedRequestHasOneEffectAndTheSameAnswer) {
  EXPECT_EQ(Add()->display_name(), "1");
  EXPECT_EQ(Add()->display_name(), "1");
  EXPECT_EQ((*FindReplay<Member>(call_, scratch_.db()))->display_name(), "1");
  scratch_.Reopen();
  EXPECT_EQ(Add()->display_name(), "1") << "also after a restart";
  call_.request_id = "7fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59";
  EXPECT_FALSE(FindReplay<Member>(call_, scratch_.db())->has_value());
  EXPECT_EQ(Add()->display_name(), "2");
}

TEST_F(MutationTest, AnotherBodyOrMemberIsAnotherMatter) {
  ASSERT_TRUE(Add().ok());
  call_.request_hash = "another";
  EXPECT_EQ(ReasonOf(Add().status()), "REQUEST_ID_REUSED");
  call_.principal.member = "companies/c/members/n";
  EXPECT_EQ(Add()->display_name(), "2");
}

TEST_F(MutationTest, ValidateOnlyAnswersAndLeavesNothing) {
  ASSERT_TRUE(Add().ok());
  call_.request_id = "8fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59";
  call_.validate_only = true;
  EXPECT_EQ(Add()->display_name(), "2");
  EXPECT_EQ(Add()->display_name(), "2") << "the row of the dry run is gone";
  call_.validate_only = false;
  EXPECT_EQ(Add()->display_name(), "2");
}

TEST_F(MutationTest, WithoutARequestIdEveryCallCounts) {
  call_.request_id.clear();
  EXPECT_EQ(Add()->display_name(), "1");
  EXPECT_EQ(Add()->display_name(), "2");
}

}  // namespace
}  // namespace millwright
