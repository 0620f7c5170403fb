// A case that names its patient everywhere, for tests of what leaves the owner's company.
#ifndef MILLWRIGHT_SERVICES_FILES_SHARING_FIXTURE_FOR_TEST_H_
#define MILLWRIGHT_SERVICES_FILES_SHARING_FIXTURE_FOR_TEST_H_

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "services/files/fixture_for_test.h"

namespace millwright::files {

inline constexpr char kCanary[] = "Kanarienvogel";

inline bool HoldsCanary(const std::string& text) {
  return PatientNames({kCanary}).Holds(text);
}

class SharingTest : public FilesServiceTest {
 protected:
  // A case whose order file, info file, part file and texts name the patient. Sound but for the part's name.
  std::string CanaryCase() {
    const std::string k = kCanary;
    const std::string project = NewProject();
    TestCase c;
    c.teeth[0].parameters = {{"MinThickness", "0.6"}};
    c.parts[0].filename = k + "-36_cad.stl";
    c.parts[0].extra = "<MaterialName>Zirconia for " + k + "</MaterialName>";
    c.extra = "<Notes>" + k + "</Notes><ProjectName>2020-01-02_" + k + "</ProjectName><!-- " + k + " -->";
    c.scans = {k + "-upperjaw.stl"};
    info_ = Upload(project, k + ".constructionInfo", ConstructionInfoXml(c));
    part_ = Upload(project, c.parts[0].filename, BinaryStl(MakeBox({8, 8, 8})));
    order_ = Upload(project, k + ".dentalProject",
                    "<Treatment><Teeth><Tooth><Number>36</Number><ReconstructionType>AnatomicCrown</ReconstructionType>"
                    "</Tooth></Teeth><Patient><PatientName>" + k + "</PatientName></Patient></Treatment>");
    Upload(project, "photo of " + k + ".txt", "hello");
    return project;
  }
  absl::StatusOr<v1::ProjectFacts> Waive(const std::string& project, const std::string& rule, const std::string& file,
                                         int tooth = 0, const std::string& center = "") {
    v1::WaiveFindingRequest waive;
    waive.set_name(project);
    waive.set_rule(rule);
    waive.set_file_name(file);
    waive.set_tooth(tooth);
    waive.set_reason("agreed");
    waive.set_center(center);
    return house_->projects.WaiveFinding(As(kLab), waive);
  }
  static const common::v1::Finding* FindingOf(const v1::ProjectFacts& facts, const std::string& rule) {
    for (const common::v1::Finding& finding : facts.findings()) {
      if (finding.rule() == rule) return &finding;
    }
    return nullptr;
  }
  // All bytes below the folder but those of the blobs in `originals`.
  std::string EverythingElse(const std::set<std::string>& originals) {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.File("blobs"))) {
      if (!entry.is_regular_file() || originals.contains(entry.path().filename().string())) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return all;
  }
  std::string Events() {
    std::string all;
    const auto payloads = house_->db->Read([](Reader& reader) {
      return reader.Query("SELECT after FROM outbox").All([](const Row& row) { return row.String(0); });
    });
    EXPECT_TRUE(payloads.ok()) << payloads.status();
    for (const std::string& payload : *payloads) all += payload;
    return all;
  }

  v1::File order_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_SHARING_FIXTURE_FOR_TEST_H_
