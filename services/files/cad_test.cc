// CAD models through the real worker program: exact facts, findings, and everything that may go wrong in it.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <numbers>
#include <sstream>

#include "services/files/fixture_for_test.h"

namespace millwright::files {
namespace {

using namespace ::testing;  // NOLINT

constexpr double kPi = std::numbers::pi;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class CadTest : public FilesServiceTest {
 protected:
  CadTest() {
    house_->context.cad = &worker_;
    house_->context.limits.company_quota_bytes = 100'000'000;
  }

  // A model made by the same geometry kernel.
  std::string Make(const std::string& shape, const std::string& format = "step", const std::string& unit = "mm") {
    const std::string path = folder_.File("made.cad");
    const std::string command =
        std::string(MW_MAKE_CAD) + " " + shape + " " + format + " " + unit + " " + path + " > /dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return ReadAll(path);
  }
  v1::File UploadModel(const std::string& name, const std::string& bytes,
                       v1::LengthUnit unit = v1::LENGTH_UNIT_UNSPECIFIED) {
    project_ = NewProject();
    v1::StartUploadRequest request;
    request.set_parent(project_);
    request.set_file_name(name);
    request.set_size_bytes(static_cast<int64_t>(bytes.size()));
    request.set_unit(unit);
    auto upload = house_->uploads.StartUpload(As(kLab), request);
    EXPECT_TRUE(upload.ok()) << upload.status();
    auto file = Send(Chunks(upload->name(), bytes, 0, 500'000));
    EXPECT_TRUE(file.ok()) << file.status();
    return file.value_or(v1::File());
  }
  // What the background does with a file that was not judged at once.
  v1::File Judge(const v1::File& file) {
    const std::string id(file.name().substr(file.name().rfind('/') + 1));
    auto record = house_->uploads.Analyse(id);
    EXPECT_TRUE(record.ok()) << record.status();
    EXPECT_TRUE(house_->db->Write(*record).ok());
    v1::GetFileRequest request;
    request.set_name(file.name());
    return *house_->downloads.GetFile(As(kLab), request);
  }
  static std::vector<std::string> RulesOf(const v1::File& file) {
    std::vector<std::string> rules;
    for (const auto& finding : file.findings()) rules.push_back(finding.rule());
    return rules;
  }

  CadWorker worker_{MW_CAD_WORKER};
  std::string project_;
};

struct Body {
  const char* shape;
  double volume, area;  // mm³, mm²
  int solids, shells;
};

TEST_F(CadTest, ExactFactsOfSteps) {
  const Body bodies[] = {
      {"box", 6000, 2200, 1, 1},
      {"cylinder", kPi * 25 * 20, 2 * kPi * 5 * 25, 1, 1},
      {"tube", kPi * 16 * 20, 2 * kPi * 8 * 20 + 2 * kPi * 16, 1, 1},
      {"sphere", 4000 * kPi / 3, 400 * kPi, 1, 1},
      {"two", 6000 + kPi * 500, 2200 + 2 * kPi * 5 * 25, 2, 2},
      {"hollow", 5992, 2224, 1, 2},
  };
  for (const Body& body : bodies) {
    for (const char* unit : {"mm", "inch", "m"}) {
      SCOPED_TRACE(std::string(body.shape) + " in " + unit);
      const v1::File file = UploadModel("part.step", Make(body.shape, "step", unit));
      EXPECT_EQ(file.kind(), v1::File::STEP);
      EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED) << file.ShortDebugString();
      EXPECT_EQ(file.unit(), std::string(unit) == "mm"     ? v1::LENGTH_UNIT_MILLIMETER
                             : std::string(unit) == "inch" ? v1::LENGTH_UNIT_INCH
                                                           : v1::LENGTH_UNIT_METER);
      const v1::Measurement& m = file.measurement();
      EXPECT_NEAR(static_cast<double>(m.volume_thousandth_mm3()), body.volume * 1000, 1);
      EXPECT_NEAR(static_cast<double>(m.area_thousandth_mm2()), body.area * 1000, 1);
      EXPECT_EQ(m.solid_count(), body.solids);
      EXPECT_EQ(m.shell_count(), body.shells);
      EXPECT_TRUE(m.closed());
    }
  }
}

TEST_F(CadTest, ExactFactsOfIges) {
  for (const char* format : {"iges", "iges-brep"}) {
    for (const char* unit : {"mm", "inch"}) {
      for (const Body& body : {Body{"box", 6000, 2200, 1, 1}, Body{"cylinder", kPi * 500, kPi * 250, 1, 1},
                               Body{"sphere", 4000 * kPi / 3, 400 * kPi, 1, 1}}) {
        SCOPED_TRACE(std::string(body.shape) + " " + format + " " + unit);
        const v1::File file = UploadModel("part.igs", Make(body.shape, format, unit));
        EXPECT_EQ(file.kind(), v1::File::IGES);
        EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED) << file.ShortDebugString();
        const v1::Measurement& m = file.measurement();
        // IGES is written with ten digits.
        EXPECT_NEAR(static_cast<double>(m.volume_thousandth_mm3()), body.volume * 1000, 5);
        EXPECT_NEAR(static_cast<double>(m.area_thousandth_mm2()), body.area * 1000, 5);
        EXPECT_EQ(m.solid_count(), 1);
        const bool sewn = std::string(format) == "iges";
        EXPECT_EQ(RulesOf(file), sewn ? std::vector<std::string>{"cad.sewn"} : std::vector<std::string>{});
      }
    }
  }
}

TEST_F(CadTest, BoxCentreHullAndWalls) {
  const v1::Measurement box = UploadModel("box.step", Make("box", "step", "inch")).measurement();
  EXPECT_THAT(box.box_micrometers(), ElementsAre(10'000, 20'000, 30'000));
  EXPECT_THAT(box.oriented_box_micrometers(), ElementsAre(30'000, 20'000, 10'000));
  EXPECT_THAT(box.center_of_mass_micrometers(), ElementsAre(5'000, 10'000, 15'000));
  EXPECT_EQ(box.hull_volume_thousandth_mm3(), 6'000'000);
  EXPECT_EQ(box.thinnest_wall_micrometers(), 10'000);
  EXPECT_THAT(box.method(), HasSubstr("exact surfaces of 1 solid of STEP"));
  EXPECT_THAT(box.method(), HasSubstr("from a mesh within 0.019 mm"));

  const v1::Measurement tube = UploadModel("tube.step", Make("tube")).measurement();
  EXPECT_THAT(tube.box_micrometers(), ElementsAre(10'000, 10'000, 20'000));
  EXPECT_NEAR(static_cast<double>(tube.thinnest_wall_micrometers()), 2'000, 30);
  EXPECT_NEAR(static_cast<double>(tube.hull_volume_thousandth_mm3()), kPi * 500 * 1000, kPi * 500 * 1000 * 0.005);
}

// A mesh inside of the round body has less volume; the hull is never smaller than what it is around.
TEST_F(CadTest, HullIsNotSmallerThanTheBody) {
  const v1::Measurement sphere = UploadModel("sphere.step", Make("sphere")).measurement();
  EXPECT_GE(sphere.hull_volume_thousandth_mm3(), sphere.volume_thousandth_mm3());
}

TEST_F(CadTest, WhatIsNoSolid) {
  const v1::File open = UploadModel("open.step", Make("open"));
  EXPECT_EQ(open.verdict(), v1::VERDICT_BLOCKING);
  EXPECT_THAT(RulesOf(open), ElementsAre("cad.not_closed"));
  EXPECT_EQ(open.findings(0).measured(), "4");
  EXPECT_EQ(open.measurement().volume_thousandth_mm3(), 0);
  EXPECT_EQ(open.measurement().area_thousandth_mm2(), 1'600'000);

  const v1::File faces = UploadModel("faces.step", Make("faces"));
  EXPECT_THAT(RulesOf(faces), ElementsAre("cad.sewn"));
  EXPECT_EQ(faces.measurement().volume_thousandth_mm3(), 6'000'000);

  const v1::File beside = UploadModel("beside.step", Make("solid_and_face"));
  EXPECT_EQ(beside.verdict(), v1::VERDICT_NEEDS_CONFIRMATION);
  EXPECT_THAT(RulesOf(beside), ElementsAre("cad.loose_faces"));
  EXPECT_EQ(beside.measurement().volume_thousandth_mm3(), 6'000'000);

  EXPECT_THAT(RulesOf(UploadModel("curve.step", Make("curve"))), ElementsAre("cad.no_geometry"));
}

TEST_F(CadTest, SeveralSolidsAreSaid) {
  EXPECT_THAT(RulesOf(UploadModel("two.step", Make("two"))), ElementsAre("cad.several_solids"));
}

TEST_F(CadTest, UnitOfTheFileCounts) {
  const v1::File file = UploadModel("box.step", Make("box", "step", "inch"), v1::LENGTH_UNIT_MILLIMETER);
  EXPECT_EQ(file.unit(), v1::LENGTH_UNIT_INCH);
  EXPECT_THAT(RulesOf(file), ElementsAre("mesh.unit_differs"));
  EXPECT_THAT(file.measurement().box_micrometers(), ElementsAre(10'000, 20'000, 30'000));
}

// Every prefix of a model is refused, none is measured as a smaller part.
TEST_F(CadTest, TruncatedFilesAreNoSmallerParts) {
  for (const char* format : {"step", "iges", "iges-brep"}) {
    const std::string name = std::string(format) == "step" ? "part.step" : "part.igs";
    const std::string bytes = Make("box", format);
    for (int eighth = 1; eighth < 8; ++eighth) {
      const v1::File file = UploadModel(name, bytes.substr(0, bytes.size() * static_cast<size_t>(eighth) / 8));
      EXPECT_THAT(RulesOf(file), Contains("cad.not_read")) << format << eighth;
      EXPECT_EQ(file.verdict(), v1::VERDICT_BLOCKING);
      EXPECT_EQ(file.measurement().volume_thousandth_mm3(), 0);
    }
  }
}

TEST_F(CadTest, GarbageBehindAHeader) {
  std::string bytes = "ISO-10303-21;\nHEADER;\n";
  for (int i = 0; i < 50'000; ++i) bytes.push_back(static_cast<char>(i * 7919));
  EXPECT_THAT(RulesOf(UploadModel("part.step", bytes)), Contains("cad.not_read"));
  // Entities that contain themselves.
  EXPECT_THAT(RulesOf(UploadModel("self.step",
                                  "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n"
                                  "FILE_NAME('','',(''),(''),'','','');\nFILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\n"
                                  "DATA;\n#1=MANIFOLD_SOLID_BREP('',#1);\n#2=CLOSED_SHELL('',(#2,#1));\nENDSEC;\n"
                                  "END-ISO-10303-21;\n")),
              Contains("cad.no_geometry"));
}

// A solid that can't be read is not left out in silence.
TEST_F(CadTest, WhatIsNotReadIsSaid) {
  std::string bytes = Make("two");
  const size_t at = bytes.find(",5.)", bytes.find("CYLINDRICAL_SURFACE"));
  const v1::File file = UploadModel("part.step", bytes.replace(at, 4, ",-5.)"));
  EXPECT_THAT(RulesOf(file), Contains("cad.not_all_read"));
  EXPECT_NE(file.verdict(), v1::VERDICT_ACCEPTED);
}

// Real memory and time bombs: a radius without bounds makes the kernel divide without end.
class CadBombTest : public CadTest {
 protected:
  std::string Bomb() {
    std::string bytes = Make("tube");
    const size_t at = bytes.find(",5.)", bytes.find("CYLINDRICAL_SURFACE"));
    return bytes.replace(at, 4, ",1.E400)");
  }
  CadResult::Outcome OutcomeWith(const std::string& bytes, const CadLimits& limits) {
    return ResultWith(bytes, limits).outcome;
  }
  CadResult ResultWith(const std::string& bytes, const CadLimits& limits) {
    const std::string path = folder_.File("bomb.step");
    std::ofstream(path, std::ios::binary) << bytes;
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    auto result = worker_.Run(FileKind::kStep, fd, static_cast<int64_t>(bytes.size()), /*mesh=*/true, limits);
    close(fd);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
};

// Too little memory is never a smaller part: either the whole model is measured or nothing.
TEST_F(CadBombTest, MemoryIsBounded) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer reserves more address space than any limit";
#endif
  const std::string model = Make("fine:60");
  int measured = 0, refused = 0;
  for (int64_t mib = 50; mib <= 100; mib += 5) {
    const CadResult result = ResultWith(model, {.memory_mib = mib});
    if (result.outcome == CadResult::Outcome::kOutOfMemory) {
      ++refused;
      continue;
    }
    ASSERT_EQ(result.outcome, CadResult::Outcome::kMeasured) << mib;
    EXPECT_EQ(result.facts.solids, 60) << mib;
    ++measured;
  }
  EXPECT_GT(measured, 0);
  EXPECT_GT(refused, 0);
}

TEST_F(CadBombTest, CpuTimeIsBounded) {
  EXPECT_EQ(OutcomeWith(Bomb(), {.memory_mib = 8192, .cpu_seconds = 1}), CadResult::Outcome::kOutOfTime);
}

TEST_F(CadBombTest, TheWallClockEndsIt) {
  EXPECT_EQ(OutcomeWith(Bomb(), {.memory_mib = 8192, .cpu_seconds = 60, .wall = absl::Milliseconds(300)}),
            CadResult::Outcome::kOutOfTime);
}

TEST_F(CadBombTest, TheServiceGoesOnAndSaysSo) {
  CadWorker strict(MW_CAD_WORKER, {.memory_mib = 8192, .cpu_seconds = 1, .wall = absl::Seconds(4)});
  house_->context.cad = &strict;
  const std::string bytes = Bomb();
  const v1::File bomb = UploadModel("part.step", bytes);
  EXPECT_THAT(RulesOf(bomb), ElementsAre("cad.not_measured"));
  EXPECT_EQ(bomb.verdict(), v1::VERDICT_ACCEPTED);  // never a refusal: the shop looks at it
  EXPECT_THAT(bomb.findings(0).message(), HasSubstr("more time than allowed"));
  EXPECT_TRUE(*Download(kLab, bomb.name()) == bytes);
  EXPECT_EQ(UploadModel("part.step", Make("box")).measurement().volume_thousandth_mm3(), 6'000'000);
}

// What takes longer than a first look is judged in the background.
TEST_F(CadBombTest, SlowModelsAreJudgedLater) {
  CadWorker patient(MW_CAD_WORKER, {.memory_mib = 8192, .cpu_seconds = 6, .wall = absl::Seconds(60)});
  house_->context.cad = &patient;
  const v1::File bomb = UploadModel("part.step", Bomb());
  EXPECT_EQ(bomb.verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_TRUE(bomb.findings().empty());
  auto facts = Check(project_);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->verdict(), v1::VERDICT_BLOCKING);
  EXPECT_EQ(facts->findings(0).rule(), "mesh.not_judged_yet");
  EXPECT_THAT(RulesOf(Judge(bomb)), ElementsAre("cad.not_measured"));
}

TEST_F(CadTest, LargeModelsAreJudgedLater) {
  const std::string large = Make("box") + "\n/*" + std::string(kInlineCadBytes, ' ') + "*/\n";
  const v1::File file = UploadModel("part.step", large);
  EXPECT_EQ(file.verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_FALSE(file.has_measurement());
  EXPECT_EQ(Judge(file).measurement().volume_thousandth_mm3(), 6'000'000);
}

TEST_F(CadTest, WithoutTheProgramFilesAreStoredAndSayso) {
  CadWorker missing(folder_.File("no_such_program"));
  house_->context.cad = &missing;
  const std::string bytes = Make("box");
  const v1::File file = UploadModel("part.step", bytes);
  EXPECT_EQ(file.verdict(), v1::VERDICT_ACCEPTED);
  EXPECT_THAT(RulesOf(file), ElementsAre("cad.not_measured"));
  EXPECT_THAT(file.findings(0).message(), HasSubstr("not installed"));
  EXPECT_TRUE(*Download(kLab, file.name()) == bytes);
}

// A program that answers nonsense, hangs with its output closed, or writes without end.
TEST_F(CadTest, ProgramsThatMisbehave) {
  const std::string path = folder_.File("misbehave");
  const struct {
    const char* script;
    CadResult::Outcome outcome;
  } kinds[] = {
      {"printf 'no report'", CadResult::Outcome::kCrashed},
      {"exit 4", CadResult::Outcome::kCrashed},
      {"exit 3", CadResult::Outcome::kOutOfMemory},
      {"kill -SEGV $$", CadResult::Outcome::kCrashed},
      {"exec 1>&-; exec sleep 60", CadResult::Outcome::kOutOfTime},
      {"exec cat /dev/zero", CadResult::Outcome::kOutOfTime},
  };
  for (const auto& kind : kinds) {
    std::ofstream(path) << "#!/bin/sh\nPATH=/usr/bin:/bin\n" << kind.script << "\n";
    ASSERT_EQ(chmod(path.c_str(), 0700), 0);
    CadWorker worker(path, {.wall = absl::Milliseconds(700)});
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    auto result = worker.Run(FileKind::kStep, fd, 1, /*mesh=*/false, worker.limits());
    close(fd);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->outcome, kind.outcome) << kind.script;
  }
}

TEST_F(CadTest, TooLargeIsNotTried) {
  auto result = worker_.Run(FileKind::kStep, -1, kMaxCadBytes + 1, false, worker_.limits());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->outcome, CadResult::Outcome::kTooLarge);
}

TEST_F(CadTest, Previews) {
  const v1::File file = UploadModel("part.step", Make("tube"));
  auto picture = Preview(kLab, file.name());
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->content_type(), "image/png");
  EXPECT_EQ(picture->data().substr(1, 3), "PNG");
  const v1::File broken = UploadModel("part.step", Make("tube").substr(0, 3000));
  EXPECT_EQ(ReasonOf(Preview(kLab, broken.name()).status()), "PREVIEW_NOT_POSSIBLE");
}

TEST_F(CadTest, AModelIsAPartThatCanBeOrdered) {
  const v1::File file = UploadModel("part.step", Make("tube"));
  auto facts = Check(project_);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->verdict(), v1::VERDICT_ACCEPTED) << facts->ShortDebugString();
  ASSERT_EQ(facts->parts_size(), 1);
  EXPECT_EQ(facts->parts(0).file(), file.name());
}

}  // namespace
}  // namespace millwright::files
