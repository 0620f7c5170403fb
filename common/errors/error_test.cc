#include "common/errors/error.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;

TEST(ErrorTest, CarriesReasonMetadataAndViolations) {
  absl::Status status = Error::FailedPrecondition("ORDER_TRANSITION_NOT_ALLOWED", "no")
                            .Precondition("STATE", "orders/a-1", "Delivered has no `ship`")
                            .Meta("from", "Delivered");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "ORDER_TRANSITION_NOT_ALLOWED");
  EXPECT_EQ(MetaOf(status, "from"), "Delivered");
  EXPECT_EQ(MetaOf(status, "to"), "");
  EXPECT_THAT(PreconditionsOf(status), ElementsAre("STATE orders/a-1: Delivered has no `ship`"));
}

TEST(ErrorTest, PlainStatusHasNoReason) { EXPECT_EQ(ReasonOf(absl::NotFoundError("x")), ""); }

TEST(ErrorTest, ManyViolationsStayUnderTheLimitAndSayHowManyWereLeftOut) {
  Error error = Error::InvalidArgument("FIELD_INVALID", "bad");
  for (int i = 0; i < 1000; ++i) error.Field(absl::StrCat("lines[", i, "]"), std::string(5000, 'x'));
  absl::Status status = error;
  size_t total = 0;
  status.ForEachPayload([&](absl::string_view, const absl::Cord& bytes) { total += bytes.size(); });
  EXPECT_LE(total, kMaxErrorDetailBytes);
  auto fields = FieldViolationsOf(status);
  EXPECT_LE(fields.size(), kMaxViolations + 1);
  EXPECT_THAT(fields.back(), ::testing::HasSubstr("more"));
}

TEST(ErrorTest, ClippingNeverCutsInsideACharacter) {
  std::string umlauts;
  for (int i = 0; i < 400; ++i) umlauts += "ü";
  absl::Status status = Error::InvalidArgument("R", "m").Field("f", umlauts);
  google::rpc::BadRequest bad;
  auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  ASSERT_TRUE(payload.has_value());
  // proto3 strings refuse broken UTF-8 when parsing is strict; a cut character would fail here.
  ASSERT_TRUE(bad.ParseFromString(std::string(*payload)));
  std::string text = bad.field_violations(0).description();
  ASSERT_GE(text.size(), 5u);
  EXPECT_EQ(text.substr(text.size() - 5), "ü...");
}

}  // namespace
}  // namespace millwright
