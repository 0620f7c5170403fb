// Patients' names planted in the texts of meshes, models, drawings and packages: the center finds them nowhere.
#include <cstring>

#include "absl/strings/str_cat.h"
#include "services/files/sharing_fixture_for_test.h"
#include "services/files/testing/mesh_formats.h"
#include "services/files/testing/zip_writer.h"

namespace millwright::files {
namespace {

using namespace ::testing;  // NOLINT

class CanaryTest : public FilesServiceTest {
 protected:
  std::string PatientsProject() {
    v1::CreateProjectRequest request;
    request.set_parent(kLab);
    request.mutable_project()->set_display_name("Case");
    request.mutable_project()->set_case_code("C-1");
    request.mutable_project()->add_patient_names(kCanary);
    return house_->projects.CreateProject(As(kLab), request)->name();
  }
  // Orders one file and answers how the center sees it.
  absl::StatusOr<v1::File> Share(const std::string& project, const std::string& file, const std::string& order) {
    internal::files::v1::PinProjectRevisionRequest request;
    request.set_order(order);
    request.set_project(project);
    request.set_seller(kCenter);
    request.add_part_file_names(file);
    auto pin = house_->pinning.PinProjectRevision(As(kLab), request);
    if (!pin.ok()) return pin.status();
    EXPECT_FALSE(HoldsCanary(pin->SerializeAsString())) << pin->DebugString();
    OrderIs("SUBMITTED", order);
    return pin->shared_files(0);
  }
  void ExpectCleanCopy(const std::string& name, const std::string& bytes, const std::string& expected) {
    SCOPED_TRACE(name);
    const std::string project = PatientsProject();
    const v1::File file = Upload(project, name, bytes);
    const std::string order = absl::StrCat("orders/o", ++orders_);
    auto shared = Share(project, name, order);
    ASSERT_TRUE(shared.ok()) << shared.status();
    EXPECT_TRUE(shared->shared_copy());
    EXPECT_EQ(shared->left_out(0).what(), "texts of the file");
    auto seen = Download(kCenter, file.name());
    ASSERT_TRUE(seen.ok()) << seen.status();
    EXPECT_EQ(*seen, expected);
    EXPECT_EQ(Sha256Hex(*seen), shared->sha256());
    EXPECT_EQ(static_cast<int64_t>(seen->size()), shared->size_bytes());
    EXPECT_EQ(*Download(kLab, file.name()), bytes) << "the original keeps every byte";
    v1::GetFileRequest get;
    get.set_name(file.name());
    auto facts = house_->downloads.GetFile(As(kCenter), get);
    ASSERT_TRUE(facts.ok());
    EXPECT_FALSE(HoldsCanary(facts->SerializeAsString())) << facts->DebugString();
    EXPECT_EQ(facts->measurement().volume_thousandth_mm3(), file.measurement().volume_thousandth_mm3());
  }
  void ExpectRefused(const std::string& name, const std::string& bytes) {
    SCOPED_TRACE(name);
    const std::string project = PatientsProject();
    Upload(project, name, bytes);
    const absl::Status refused = Share(project, name, absl::StrCat("orders/o", ++orders_)).status();
    EXPECT_EQ(ReasonOf(refused), "NOT_SHAREABLE") << refused;
    EXPECT_FALSE(HoldsCanary(refused.ToString()));
  }

  int orders_ = 0;
};

std::string Drawing(const std::string& name) {
  return absl::StrCat("999\n", name, "\n0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n4\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nCIRCLE\n8\n",
                      name, " plate\n10\n0\n20\n0\n40\n5\n0\nTEXT\n8\n0\n1\nfor ", name, "\n0\nMTEXT\n8\n0\n3\n", name,
                      "\n1\n36\n0\nENDSEC\n0\nEOF\n");
}

TEST_F(CanaryTest, TextsOfMeshesAndDrawings) {
  std::string stl = BinaryStl(MakeBox({8, 8, 8}));
  std::string clean = stl;
  std::memcpy(stl.data(), "Kanarienvogel, 36", 17);
  std::memset(clean.data(), 0, 80);
  ExpectCleanCopy("binary.stl", stl, clean);
  const std::string obj = Obj(MakeBox({8, 8, 8}));
  ExpectCleanCopy("part.obj", "# of Kanarienvogel\n" + obj, obj.substr(obj.find("v ")));
  const std::string ply = Ply(MakeBox({8, 8, 8}), PlyForm::kLittleEndian);
  const size_t second = ply.find("element");
  ExpectCleanCopy("part.ply", std::string(ply).insert(second, "comment Kanarienvogel\n"), ply);
  ExpectCleanCopy("plate.dxf", Drawing(kCanary), Drawing("C-1"));
}

// Nothing to hide: the file's own bytes and hash.
TEST_F(CanaryTest, FilesWithoutTheNameTravelAsTheyAre) {
  const std::string project = PatientsProject();
  const v1::File file = Upload(project, "part.stl", BinaryStl(MakeBox({8, 8, 8})));
  auto shared = Share(project, "part.stl", "orders/o1");
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_FALSE(shared->shared_copy());
  EXPECT_EQ(shared->sha256(), file.sha256());
}

TEST_F(CanaryTest, WhatCantBeCleanedIsNotShared) {
  ExpectRefused("note.pdf", "%PDF-1.4\n/Title (Kanarienvogel)\n");
  ExpectRefused("case.zip", MakeZip({{.name = "Kanarienvogel.txt", .content = "x"}}));
  auto model = [](const std::string& metadata) {
    return ThreeMfOf("<?xml version=\"1.0\"?><model unit=\"millimeter\" "
                     "xmlns=\"http://schemas.microsoft.com/3dmanufacturing/core/2015/02\">" + metadata +
                     "<resources><object id=\"1\" type=\"model\">" + MeshXml(MakeBox({8, 8, 8})) +
                     "</object></resources><build><item objectid=\"1\"/></build></model>");
  };
  ExpectRefused("part.3mf", model("<metadata name=\"Title\">Kanarienvogel</metadata>"));
  const std::string project = PatientsProject();
  const v1::File plain = Upload(project, "plain.3mf", model(""));
  auto shared = Share(project, "plain.3mf", "orders/plain");
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_EQ(shared->sha256(), plain.sha256());
}

}  // namespace
}  // namespace millwright::files
