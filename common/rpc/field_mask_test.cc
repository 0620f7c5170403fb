#include "common/rpc/field_mask.h"

#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "millwright/accounts/v1/company.pb.h"

namespace millwright {
namespace {

using accounts::v1::Company;
using google::protobuf::FieldMask;

FieldMask Mask(std::initializer_list<const char*> paths) {
  FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

Company Stored() {
  Company c;
  c.set_name("companies/a");
  c.set_display_name("Old");
  c.set_vat_id("PL1");
  c.set_kind(Company::LAB);
  c.mutable_create_time()->set_seconds(1);
  return c;
}

TEST(FieldMaskTest, EmptyMaskChangesWhatIsSet) {
  Company from, into = Stored();
  from.set_display_name("New");
  ASSERT_TRUE(ApplyUpdateMask(from, {}, into).ok());
  EXPECT_EQ(into.display_name(), "New");
  EXPECT_EQ(into.vat_id(), "PL1");
}

TEST(FieldMaskTest, NamedPathsCanClear) {
  Company from, into = Stored();
  ASSERT_TRUE(ApplyUpdateMask(from, Mask({"vat_id"}), into).ok());
  EXPECT_EQ(into.vat_id(), "");
  EXPECT_EQ(into.display_name(), "Old");
}

TEST(FieldMaskTest, OutputOnlyAndIdentifiersAreLeftAlone) {
  Company from, into = Stored();
  from.set_name("companies/evil");
  from.mutable_create_time()->set_seconds(99);
  from.set_display_name("New");
  from.set_kind(Company::LAB);
  ASSERT_TRUE(ApplyUpdateMask(from, Mask({"*"}), into).ok());
  EXPECT_EQ(into.name(), "companies/a");
  EXPECT_EQ(into.create_time().seconds(), 1);
  EXPECT_EQ(into.display_name(), "New");
  EXPECT_EQ(into.vat_id(), "") << "* replaces everything else";
}

TEST(FieldMaskTest, UnknownPathsAndImmutableChangesAreRefused) {
  Company from, into = Stored();
  EXPECT_EQ(ReasonOf(ApplyUpdateMask(from, Mask({"nope"}), into)), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(ApplyUpdateMask(from, Mask({"address.nope"}), into)), "FIELD_INVALID");
  from.set_kind(Company::CENTER);
  EXPECT_EQ(ReasonOf(ApplyUpdateMask(from, Mask({"kind"}), into)), "FIELD_IMMUTABLE");
  from.set_kind(Company::LAB);
  EXPECT_TRUE(ApplyUpdateMask(from, Mask({"kind"}), into).ok()) << "the same value is no change";
}

TEST(EtagTest, MismatchIsAbortedAndAnswersTheCurrentOne) {
  EXPECT_TRUE(CheckEtag("", 3, "orders/a").ok());
  EXPECT_TRUE(CheckEtag(EtagOf(3), 3, "orders/a").ok());
  absl::Status status = CheckEtag(EtagOf(2), 3, "orders/a");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(MetaOf(status, "etag"), EtagOf(3));
}

}  // namespace
}  // namespace millwright
