// Writes construction and model infos for tests: a case is described tooth by tooth, then written in any of the ways
// that programs write it.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_INFO_WRITER_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_INFO_WRITER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/files/domain/mesh/triangle.h"

namespace millwright::files::testing {

struct TestTooth {
  std::string number = "36";
  std::string type = "AnatomicCrown";
  std::optional<bool> connected = false;
  std::string implant_type = "None";
  bool screw_channel = false;
  std::string implant_target = {};
  std::string implant_library = {};
  std::vector<Vec3> margin = {};
  std::optional<Vec3> axis = Vec3{0, 0, 1};
  std::string shade = "---";
  std::vector<std::pair<std::string, std::string>> parameters = {};  // type, value
  std::string extra = {};                                            // raw XML inside the element
};

struct TestPart {
  std::string filename = "part_cad.stl";
  std::string material = "ZI";
  std::vector<std::string> teeth = {"36"};
  std::string part_type = "AnatomicCrown";
  std::string color = "A2";
  std::string height = "10.5";
  std::string sha1 = {}, sha256 = {};
  std::optional<bool> screw_retained = std::nullopt;
  std::string extra = {};
};

struct TestCase {
  std::vector<TestTooth> teeth = {TestTooth{}};
  std::vector<TestPart> parts = {TestPart{}};
  std::vector<std::string> scans = {};
  std::optional<std::string> count = std::nullopt;  // ConstructionFileCount; by default the true one
  bool encrypted = false;
  std::string save_time = "202001021030";
  std::string project_guid = "00000000-0000-4000-8000-000000000010";
  std::string extra = {};  // raw XML at the end of the root
};

// How the file is written.
struct InfoStyle {
  std::string root = "ConstuctionInfo";
  bool byte_order_mark = false;
  std::string line_end = "\n";
  std::string declaration = R"(<?xml version="1.0" encoding="utf-8"?>)";
  std::string root_attributes = R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")";
};

std::string ConstructionInfoXml(const TestCase& c, const InfoStyle& style = {});

struct TestModelPart {
  std::string filename, part_type, jaw;
};
std::string ModelInfoXml(const std::vector<TestModelPart>& parts, const std::string& root = "ModelInfo");

// UTF-8 to UTF-16 with byte-order mark; only for characters below U+10000.
std::string Utf16(const std::string& utf8, bool big_endian);

// A bridge over `teeth` (FDI, in arch order, distal to distal): crowns, with pontics where named, joined throughout,
// one part of `material`.
TestCase Bridge(const std::vector<int>& teeth, const std::vector<int>& pontics, const std::string& material = "ZI");

// `points` on a circle, a usual margin.
std::vector<Vec3> RoundMargin(int points, double radius = 4);

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_INFO_WRITER_H_
