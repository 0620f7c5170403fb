#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/orders/domain/builtin_definitions.h"
#include "services/orders/domain/lint.h"

namespace millwright::orders {
namespace {

// Keeps the first complaint of the parser, which is the one that helps.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    if (text.empty()) text = absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message);
  }
  std::string text;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Workflow>> LoadWorkflow(absl::string_view textproto) {
  v1::WorkflowDefinition definition;
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(std::string(textproto), &definition)) {
    return Error::InvalidArgument("WORKFLOW_SYNTAX", "the text is no workflow definition").Field("workflow", error.text);
  }
  MW_ASSIGN_OR_RETURN(std::shared_ptr<const Workflow> workflow, Workflow::Compile(std::move(definition)));
  MW_RETURN_IF_ERROR(LintStatus(*workflow));
  return workflow;
}

}  // namespace millwright::orders
