// Domain and rows to the messages of the API, and back.
#ifndef MILLWRIGHT_SERVICES_FILES_CONVERT_H_
#define MILLWRIGHT_SERVICES_FILES_CONVERT_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "millwright/common/v1/types.pb.h"
#include "millwright/files/v1/files_service.pb.h"
#include "millwright/files/v1/project.pb.h"
#include "services/files/domain/drawing/drawing_analysis.h"
#include "services/files/domain/file_kind.h"
#include "services/files/domain/mesh/early_pass.h"
#include "services/files/domain/mesh/quantised.h"
#include "services/files/domain/project_check.h"
#include "services/files/storage/rows.h"

namespace millwright::files {

void SetTime(absl::Time time, google::protobuf::Timestamp* out);

v1::Verdict VerdictOf(Severity severity);
common::v1::FindingClass ClassOf(Severity severity);
Notation NotationOf(v1::ToothNotation notation);
common::v1::Finding ToProto(const Finding& finding, Notation notation = Notation::kFdi);
v1::Rule ToProto(const RuleInfo& rule);

v1::File::Kind KindOf(FileKind kind);
LengthUnit UnitOf(int unit);  // from v1::LengthUnit
v1::Measurement ToProto(const MeshReport& report, LengthUnit unit);
v1::EarlyMeasurement ToProto(const EarlyState& state, LengthUnit unit);
v1::DrawingFacts ToProto(const DrawingReport& report);

v1::Project ToProto(const ProjectRow& row, v1::Verdict verdict);
v1::Upload ToProto(const UploadRow& row, int64_t committed);
v1::File ToProto(const FileRow& row);
v1::Grant ToProto(const GrantRow& row, const std::string& owner);
v1::PartFact ToProto(const ProjectPart& part);

// The content type that a file is downloaded as.
absl::string_view ContentTypeOf(FileKind kind);

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_CONVERT_H_
