#include "common/rpc/validator.h"

#include "absl/strings/match.h"
#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "millwright/accounts/v1/accounts_service.pb.h"
#include "millwright/catalog/v1/catalog_service.pb.h"
#include "millwright/files/v1/files_service.pb.h"

namespace millwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Violations(google::protobuf::Message& request) {
  return FieldViolationsOf(ValidateRequest(request));
}

TEST(ValidatorTest, NamesEveryMissingRequiredField) {
  catalog::v1::CreateQuoteRequest request;
  request.add_parts();
  EXPECT_THAT(Violations(request), UnorderedElementsAre("seller: is required", "parts[0].file: is required",
                                                        "parts[0].material: is required",
                                                        "parts[0].quantity: is required"));
}

TEST(ValidatorTest, LimitsAndFormats) {
  files::v1::StartUploadRequest request;
  request.set_parent("companies/a/projects/../b");
  request.set_file_name(std::string(256, 'x'));
  request.set_size_bytes(4294967297);
  request.set_sha256("12");
  request.set_unit(static_cast<files::v1::LengthUnit>(77));
  request.set_request_id("nope");
  auto found = Violations(request);
  ASSERT_EQ(found.size(), 6u);
  EXPECT_THAT(found, ::testing::Contains(HasSubstr("size_bytes: is 4294967297; at most 4294967296")));
  EXPECT_THAT(found, ::testing::Contains(HasSubstr("file_name: has 256 bytes; at most 255")));
  EXPECT_THAT(found, ::testing::Contains(HasSubstr("unit: 77 is no value of LengthUnit")));
}

TEST(ValidatorTest, AtTheLimitIsFine) {
  files::v1::StartUploadRequest request;
  request.set_parent("companies/a/projects/b");
  request.set_file_name(std::string(255, 'x'));
  request.set_size_bytes(4294967296);
  EXPECT_THAT(Violations(request), IsEmpty());
  request.set_size_bytes(0);
  EXPECT_THAT(Violations(request), IsEmpty()) << "an empty file is an upload; the finding comes later";
}

TEST(ValidatorTest, OutputOnlyFieldsAreCleared) {
  accounts::v1::CreateMemberRequest request;
  request.set_parent("companies/a");
  request.set_password("0123456789");
  request.mutable_member()->set_display_name("Anna");
  request.mutable_member()->set_email("anna@lab.example");
  request.mutable_member()->set_state(accounts::v1::Member::DISABLED);
  EXPECT_THAT(Violations(request), IsEmpty());
  EXPECT_EQ(request.member().state(), accounts::v1::Member::STATE_UNSPECIFIED);
}

TEST(ValidatorTest, UpdatesNeedNotRepeatRequiredFields) {
  accounts::v1::UpdateCompanyRequest request;
  request.mutable_company()->set_name("companies/a");
  request.mutable_company()->set_vat_id("PL5260250274");
  EXPECT_THAT(Violations(request), IsEmpty());
  accounts::v1::SignUpRequest sign_up;
  sign_up.mutable_company()->set_vat_id("PL5260250274");
  EXPECT_THAT(Violations(sign_up), ::testing::Contains("company.display_name: is required"));
}

TEST(ValidatorTest, ControlCharactersAreRefusedButLineBreaksAreNot) {
  accounts::v1::CreateInvitationRequest request;
  request.set_parent("companies/a");
  request.set_message("line\r\n\tline");
  EXPECT_THAT(Violations(request), IsEmpty());
  request.set_message(std::string("a\0b", 3));
  EXPECT_THAT(Violations(request), ElementsAre("message: holds a control character; remove it"));
}

TEST(ValidatorTest, NamePatterns) {
  EXPECT_TRUE(MatchesNamePattern("companies/a/projects/b", "companies/*/projects/*"));
  for (const char* bad : {"", "companies", "companies/", "companies/a", "companies/a/projects/", "companies/a/projects/b/",
                          "companies/A/projects/b", "companies/a/files/b", "/companies/a/projects/b",
                          "companies/a/projects/b/files/c"}) {
    EXPECT_FALSE(MatchesNamePattern(bad, "companies/*/projects/*")) << bad;
  }
}

TEST(ValidatorTest, EmailAddresses) {
  for (const char* good : {"a@b", "anna.nowak+lab@zahn-labor.example", "jürgen@labor.example"}) {
    EXPECT_TRUE(IsEmailAddress(good)) << good;
  }
  for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@.c", "a@c.", "a\r\nBcc:x@y", "<a@b>", "a,b@c"}) {
    EXPECT_FALSE(IsEmailAddress(bad)) << bad;
  }
}

}  // namespace
}  // namespace millwright
