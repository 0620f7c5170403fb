// The XML readers: info files, their shared copy, order files. Beside not crashing: a file read in pieces says what it
// says as a whole, and a copy is a fixed point that holds no patient's name.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/domain/info/order_file.h"
#include "services/files/domain/order_facts.h"
#include "services/files/domain/sharing/shared_copy.h"

namespace millwright::files {
namespace {

constexpr absl::string_view kNames[] = {"a.constructionInfo", "a.modelInfo", "a.dentalProject", "a.3ox",
                                        "ImplantDirectionPosition_1.xml"};
// A letter sequence that fuzzers come across by dictionary, and that stands for the patient.
constexpr absl::string_view kPatient = "Tooth Quirin";

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Judge(absl::string_view bytes, const std::string& name, size_t piece) {
  // Small limits, so that small inputs come to them.
  InfoReader reader({.name = name, .limits = {.max_bytes = 1 << 20, .max_depth = 16, .max_attributes = 16}});
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) reader.Feed(bytes.substr(at, piece));
  const InfoReport report = std::move(reader).Finish();
  const CaseContext context{.info_name = name, .files = {}, .patient_names = PatientNames({std::string(kPatient)})};
  std::string said;
  for (const Finding& finding : report.findings) absl::StrAppend(&said, InfoOf(finding.rule).id, finding.message, "\n");
  const bool model = report.facts.kind == InfoKind::kModelInfo;
  for (const Finding& finding : model ? CheckModel(report.facts, context) : CheckConstruction(report.facts, context)) {
    absl::StrAppend(&said, InfoOf(finding.rule).id, MessageIn(finding, Notation::kPalmer), "\n");
  }
  for (const PartOrderFacts& part : PartsToOrder(report.facts)) absl::StrAppend(&said, part.filename, part.units);
  return said;
}

std::pair<std::string, bool> Copy(absl::string_view bytes, const std::string& name) {
  std::string copy;
  SharedCopyWriter writer({.name = name, .case_code = "C-1", .patient_names = PatientNames({std::string(kPatient)})},
                          [&](absl::string_view piece) { absl::StrAppend(&copy, piece); });
  writer.Feed(bytes);
  const bool complete = std::move(writer).Finish().complete();
  return {std::move(copy), complete};
}

}  // namespace
}  // namespace millwright::files

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millwright::files;  // NOLINT
  if (size == 0) return 0;
  const std::string name(kNames[data[0] % 5]);
  // Seeds are plain files: they begin with '<', or a mark.
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  Require(Judge(bytes, name, SIZE_MAX) == Judge(bytes, name, 7));
  const auto [copy, complete] = Copy(bytes, name);
  if (complete) {
    Require(!PatientNames({"Quirin"}).Holds(copy));
    const auto again = Copy(copy, name);
    Require(again.second && again.first == copy);
  }
  OrderFileReader order(name);
  order.Feed(bytes);
  const OrderFileReport report = std::move(order).Finish();
  CheckOrderFile(report.facts, name, {}, {});
  return 0;
}
