// What the owner is told beforehand of how files travel to other companies.
#include "absl/strings/match.h"
#include "services/files/sharing_fixture_for_test.h"

namespace millwright::files {
namespace {

class HowFilesTravel : public SharingTest {
 protected:
  // The rules of CheckProject that say how `file` travels.
  std::string Told(const std::string& project, const std::string& file) {
    const auto facts = Check(project);
    EXPECT_TRUE(facts.ok()) << facts.status();
    std::string rules;
    for (const common::v1::Finding& finding : facts->findings()) {
      if (finding.file_name() != file || !absl::StartsWith(finding.rule(), "sharing.")) continue;
      EXPECT_EQ(finding.finding_class(), common::v1::FINDING_CLASS_INFORMATION);
      EXPECT_FALSE(finding.remedy().empty());
      rules += finding.rule();
    }
    return rules;
  }
};

TEST_F(HowFilesTravel, TheOwnerIsToldBeforehand) {
  const std::string project = CanaryCase();
  std::string stl = BinaryStl(MakeBox({8, 8, 8}));
  Upload(project, "clean.stl", stl);
  stl.replace(10, 13, "KANARIENVOGEL");
  Upload(project, "header.stl", stl);
  Upload(project, "body.ply", "ply\nformat ascii 1.0\nelement Kanarienvogel 0\nend_header\n");
  Upload(project, "model.igs", "Kanarienvogel" + std::string(59, ' ') + "S      1\n");
  Upload(project, "drawing.pdf", "%PDF-1.4\nstream of compressed bytes\n");
  Upload(project, "named.pdf", "%PDF-1.4\n/Author (K\\141narienvogel)\n");
  Upload(project, "case.zip", "PK\x03\x04 what is in it is not looked through");
  EXPECT_EQ(Told(project, "clean.stl"), "");
  EXPECT_EQ(Told(project, "header.stl"), "sharing.copy");
  EXPECT_EQ(Told(project, "body.ply"), "sharing.refused");
  EXPECT_EQ(Told(project, "model.igs"), "sharing.refused");
  EXPECT_EQ(Told(project, "drawing.pdf"), "sharing.unread");
  EXPECT_EQ(Told(project, "named.pdf"), "sharing.refused");
  EXPECT_EQ(Told(project, "case.zip"), "sharing.refused");
  // A new revision is looked at anew.
  Upload(project, "header.stl", BinaryStl(MakeBox({8, 8, 8})));
  EXPECT_EQ(Told(project, "header.stl"), "");
}

TEST_F(HowFilesTravel, WithoutAPatientNothingIsSaid) {
  const std::string project = Case();
  Upload(project, "drawing.pdf", "%PDF-1.4\n");
  EXPECT_EQ(Told(project, "drawing.pdf"), "");
}

TEST_F(HowFilesTravel, TheViewOfTheOthersSaysWhatWasNotSearched) {
  const std::string project = Case();
  auto look = [&](const v1::File& file) {
    v1::PreviewSharedFileRequest request;
    request.set_name(file.name());
    auto seen = house_->journal.PreviewSharedFile(As(kLab), request);
    EXPECT_TRUE(seen.ok()) << seen.status();
    std::string rules;
    for (const common::v1::Finding& finding : seen->findings()) {
      if (absl::StartsWith(finding.rule(), "sharing.")) rules += finding.rule();
    }
    return rules;
  };
  EXPECT_EQ(look(Upload(project, "drawing.pdf", "%PDF-1.4\n")), "sharing.unread");
  EXPECT_EQ(look(part_), "");
}

TEST_F(HowFilesTravel, ItIsBetweenTheOwnerAndThisService) {
  const std::string project = CanaryCase();
  std::string stl = BinaryStl(MakeBox({9, 9, 9}));
  stl.replace(10, 13, "KANARIENVOGEL");
  Upload(project, part_.file_name(), stl);
  EXPECT_EQ(Told(project, part_.file_name()), "sharing.copy");
  ASSERT_TRUE(Waive(project, "part.patient_name", info_.file_name()).ok());
  auto pin = Pin(project);
  ASSERT_TRUE(pin.ok()) << pin.status();
  for (const common::v1::Finding& finding : pin->facts().findings()) {
    EXPECT_FALSE(absl::StartsWith(finding.rule(), "sharing.")) << finding.rule();
  }
}

}  // namespace
}  // namespace millwright::files
