#include "common/config/config.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/errors/error.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace millwright {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class Collector : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message);
  }
  std::string text_;
};

absl::Status ParseFile(const std::string& path, Message& config) {
  MW_ASSIGN_OR_RETURN(std::string text, ReadFile(path));
  google::protobuf::TextFormat::Parser parser;
  Collector errors;
  parser.RecordErrorsTo(&errors);
  if (!parser.MergeFromString(text, &config)) {
    return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat(path, ": ", errors.text_)).Field("config", errors.text_);
  }
  return absl::OkStatus();
}

bool SetScalar(const FieldDescriptor* field, absl::string_view value, Message* message) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->SetString(message, field, std::string(value));
      return true;
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number;
      if (!absl::SimpleAtoi(value, &number)) return false;
      reflection->SetInt32(message, field, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number;
      if (!absl::SimpleAtoi(value, &number)) return false;
      reflection->SetInt64(message, field, number);
      return true;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool flag;
      if (value.empty()) value = "true";  // --server.insecure
      if (!absl::SimpleAtob(value, &flag)) return false;
      reflection->SetBool(message, field, flag);
      return true;
    }
    default:
      return false;
  }
}

absl::Status SetFlag(absl::string_view path, absl::string_view value, Message& config) {
  Message* message = &config;
  std::vector<std::string> parts = absl::StrSplit(path, '.');
  for (size_t i = 0; i < parts.size(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(parts[i]);
    bool last = i + 1 == parts.size();
    if (field == nullptr || field->is_repeated() ||
        (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) == last) {
      return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat("unknown flag --", path, "; --help lists all"));
    }
    if (!last) {
      message = message->GetReflection()->MutableMessage(message, field);
    } else if (!SetScalar(field, value, message)) {
      return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat("--", path, ": `", value, "` is no ",
                                                                   field->cpp_type_name()));
    }
  }
  return absl::OkStatus();
}

void ListFlags(const google::protobuf::Descriptor* type, const std::string& prefix, std::string& out) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ListFlags(field->message_type(), absl::StrCat(prefix, field->name(), "."), out);
    } else {
      absl::StrAppend(&out, "  --", prefix, field->name(), "=", field->cpp_type_name(), "\n");
    }
  }
}

}  // namespace

absl::Status LoadConfig(int argc, const char* const* argv, Message& config) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (int i = 1; i < argc; ++i) {
    absl::string_view arg = argv[i];
    if (!absl::ConsumePrefix(&arg, "--")) {
      return Error::InvalidArgument("CONFIG_INVALID", absl::StrCat("`", argv[i], "` is no flag; flags are --path=value"));
    }
    std::pair<std::string, std::string> flag = absl::StrSplit(arg, absl::MaxSplits('=', 1));
    if (flag.first == "config") {
      MW_RETURN_IF_ERROR(ParseFile(flag.second, config));  // the file first, whatever the order of the flags
    } else {
      flags.push_back(std::move(flag));
    }
  }
  for (const auto& [path, value] : flags) MW_RETURN_IF_ERROR(SetFlag(path, value, config));
  return absl::OkStatus();
}

std::string ConfigHelp(const Message& config) {
  std::string out = "  --config=FILE (text proto)\n";
  ListFlags(config.GetDescriptor(), "", out);
  return out;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("can't read ", path));
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  auto text = ReadFile(path);
  if (!text.ok()) return absl::FailedPreconditionError(absl::StrCat("the secret's file ", path, " can't be read"));
  absl::StripTrailingAsciiWhitespace(&*text);
  return text;
}

}  // namespace millwright
