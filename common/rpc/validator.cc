#include "common/rpc/validator.h"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/errors/error.h"
#include "common/ids/ids.h"
#include "google/api/field_behavior.pb.h"
#include "google/protobuf/descriptor.h"
#include "millwright/common/v1/options.pb.h"

namespace millwright {
namespace {

using common::v1::FieldRules;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What is checked of one field.
struct FieldCheck {
  const FieldDescriptor* field;
  FieldRules rules;
  bool required = false;
  bool output_only = false;
};

struct MessageChecks {
  std::vector<FieldCheck> fields;
  bool has_update_mask = false;
};

bool IsZeroAllowed(const FieldDescriptor* field, const FieldRules& rules) {
  // A proto3 number has no presence: REQUIRED can only be checked where 0 is no value of the field.
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return !rules.has_min() || rules.min() <= 0;
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return true;
    default:
      return false;
  }
}

MessageChecks Compile(const Descriptor* type) {
  MessageChecks checks;
  checks.has_update_mask = type->FindFieldByName("update_mask") != nullptr;
  for (int i = 0; i < type->field_count(); ++i) {
    FieldCheck check{type->field(i), {}, false, false};
    const auto& options = check.field->options();
    if (options.HasExtension(common::v1::rules)) check.rules = options.GetExtension(common::v1::rules);
    for (int k = 0; k < options.ExtensionSize(google::api::field_behavior); ++k) {
      auto behavior = options.GetExtension(google::api::field_behavior, k);
      check.output_only |= behavior == google::api::OUTPUT_ONLY;
      check.required |= behavior == google::api::REQUIRED && !IsZeroAllowed(check.field, check.rules);
    }
    checks.fields.push_back(std::move(check));
  }
  return checks;
}

const MessageChecks& ChecksOf(const Descriptor* type) {
  static std::shared_mutex* const mutex = new std::shared_mutex();
  static auto* const cache = new std::map<const Descriptor*, MessageChecks>();
  {
    std::shared_lock<std::shared_mutex> lock(*mutex);
    auto it = cache->find(type);
    if (it != cache->end()) return it->second;
  }
  std::unique_lock<std::shared_mutex> lock(*mutex);
  return cache->try_emplace(type, Compile(type)).first->second;
}

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

bool AllOf(absl::string_view text, bool (*test)(unsigned char)) {
  for (char c : text) {
    if (!test(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// "" if `text` has the format, else what the format is.
std::string FormatProblem(absl::string_view text, absl::string_view format) {
  if (format == "email") return IsEmailAddress(text) ? "" : "must be an e-mail address such as anna@lab.example";
  if (format == "uuid") return IsUuid(text) ? "" : "must be a UUID such as 6fa1c1b5-3a7e-4c0e-9d3b-0f1d2c3b4a59";
  if (format == "region") {
    return text.size() == 2 && AllOf(text, absl::ascii_isupper) ? "" : "must be an ISO 3166-1 code such as PL";
  }
  if (format == "currency") {
    return text.size() == 3 && AllOf(text, absl::ascii_isupper) ? "" : "must be an ISO 4217 code such as EUR";
  }
  if (format == "language") {
    bool ok = text.size() >= 2 && text.size() <= 35 && absl::ascii_isalpha(text[0]) && absl::ascii_isalpha(text[1]);
    return ok ? "" : "must be a BCP 47 language such as pl or en-GB";
  }
  if (format == "time_zone") {
    absl::TimeZone zone;
    return absl::LoadTimeZone(std::string(text), &zone) ? "" : "must be an IANA time zone such as Europe/Warsaw";
  }
  if (format == "sha256") {
    return text.size() == 64 && AllOf(text, absl::ascii_isxdigit) ? "" : "must be 64 hexadecimal digits";
  }
  if (absl::ConsumePrefix(&format, "name:")) {
    for (absl::string_view pattern : absl::StrSplit(format, '|')) {
      if (MatchesNamePattern(text, pattern)) return "";
    }
    return absl::StrCat("must be a resource name such as ", absl::StrReplaceAll(format, {{"|", " or "}}));
  }
  return absl::StrCat("has the unknown format rule `", format, "`");  // a mistake in a proto: tests meet it at once
}

class Walk {
 public:
  void Check(Message& message, const std::string& prefix, bool masked);
  absl::Status Result() const;

 private:
  void CheckText(const FieldCheck& check, const std::string& path, const std::string& text);
  void CheckNumber(const FieldCheck& check, const std::string& path, int64_t value);
  void CheckEnum(const FieldCheck& check, const std::string& path, int value);
  void CheckSingle(const FieldCheck& check, Message& message, const std::string& path, bool masked);
  void CheckRepeated(const FieldCheck& check, Message& message, const std::string& path);
  void Violation(const std::string& path, std::string text) { violations_.emplace_back(path, std::move(text)); }

  std::vector<std::pair<std::string, std::string>> violations_;
};

void Walk::CheckText(const FieldCheck& check, const std::string& path, const std::string& text) {
  const bool is_bytes = check.field->type() == FieldDescriptor::TYPE_BYTES;
  if (is_bytes && check.rules.max_bytes() == 0) return;  // the message limit bounds it
  const int max = check.rules.max_bytes() > 0 ? check.rules.max_bytes() : kDefaultMaxBytes;
  if (static_cast<int64_t>(text.size()) > max) {
    return Violation(path, absl::StrCat("has ", text.size(), " bytes; at most ", max, " are allowed"));
  }
  if (is_bytes) return;
  if (static_cast<int64_t>(text.size()) < check.rules.min_bytes()) {
    return Violation(path, absl::StrCat("has ", text.size(), " bytes; at least ", check.rules.min_bytes(), " are needed"));
  }
  for (char c : text) {
    auto u = static_cast<unsigned char>(c);
    if ((u < 0x20 && c != '\t' && c != '\n' && c != '\r') || u == 0x7F) {
      return Violation(path, "holds a control character; remove it");
    }
  }
  if (!check.rules.format().empty()) {
    std::string problem = FormatProblem(text, check.rules.format());
    if (!problem.empty()) Violation(path, problem);
  }
}

void Walk::CheckNumber(const FieldCheck& check, const std::string& path, int64_t value) {
  if (check.rules.has_min() && value < check.rules.min()) {
    Violation(path, absl::StrCat("is ", value, "; at least ", check.rules.min(), " is allowed"));
  } else if (check.rules.has_max() && value > check.rules.max()) {
    Violation(path, absl::StrCat("is ", value, "; at most ", check.rules.max(), " is allowed"));
  }
}

void Walk::CheckEnum(const FieldCheck& check, const std::string& path, int value) {
  const auto* type = check.field->enum_type();
  if (type->FindValueByNumber(value) != nullptr) return;
  std::vector<std::string> names;
  for (int i = 0; i < type->value_count() && i < 16; ++i) names.push_back(type->value(i)->name());
  Violation(path, absl::StrCat(value, " is no value of ", type->name(), "; known: ", absl::StrJoin(names, ", ")));
}

void Walk::CheckSingle(const FieldCheck& check, Message& message, const std::string& path, bool masked) {
  const Reflection* reflection = message.GetReflection();
  const FieldDescriptor* field = check.field;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      if (field->name() == "update_mask") return;
      Check(*reflection->MutableMessage(&message, field), path, masked);
      return;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return CheckText(check, path, reflection->GetStringReference(message, field, &scratch));
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return CheckNumber(check, path, reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return CheckNumber(check, path, reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return CheckEnum(check, path, reflection->GetEnumValue(message, field));
    default:
      return;
  }
}

void Walk::CheckRepeated(const FieldCheck& check, Message& message, const std::string& path) {
  const Reflection* reflection = message.GetReflection();
  const FieldDescriptor* field = check.field;
  const int size = reflection->FieldSize(message, field);
  const int max = check.rules.max_items() > 0 ? check.rules.max_items() : kDefaultMaxItems;
  if (size > max) return Violation(path, absl::StrCat("has ", size, " elements; at most ", max, " are allowed"));
  if (size < check.rules.min_items()) {
    return Violation(path, absl::StrCat("has ", size, " elements; at least ", check.rules.min_items(), " are needed"));
  }
  for (int i = 0; i < size; ++i) {
    std::string element = absl::StrCat(path, "[", i, "]");
    std::string scratch;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Check(*reflection->MutableRepeatedMessage(&message, field, i), element, /*masked=*/false);
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        CheckText(check, element, reflection->GetRepeatedStringReference(message, field, i, &scratch));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        CheckNumber(check, element, reflection->GetRepeatedInt32(message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        CheckNumber(check, element, reflection->GetRepeatedInt64(message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        CheckEnum(check, element, reflection->GetRepeatedEnumValue(message, field, i));
        break;
      default:
        break;
    }
  }
}

void Walk::Check(Message& message, const std::string& prefix, bool masked) {
  const MessageChecks& checks = ChecksOf(message.GetDescriptor());
  const Reflection* reflection = message.GetReflection();
  for (const FieldCheck& check : checks.fields) {
    const FieldDescriptor* field = check.field;
    const bool present = field->is_repeated() ? reflection->FieldSize(message, field) > 0
                                              : reflection->HasField(message, field);
    if (check.output_only) {
      if (present) reflection->ClearField(&message, field);
      continue;
    }
    if (!present) {
      if (check.required && !masked) {
        Violation(prefix.empty() ? field->name() : absl::StrCat(prefix, ".", field->name()), "is required");
      }
      continue;
    }
    std::string path = prefix.empty() ? field->name() : absl::StrCat(prefix, ".", field->name());
    if (field->is_repeated()) {
      CheckRepeated(check, message, path);
    } else {
      CheckSingle(check, message, path, masked || checks.has_update_mask);
    }
  }
}

absl::Status Walk::Result() const {
  if (violations_.empty()) return absl::OkStatus();
  Error error = Error::InvalidArgument("FIELD_INVALID", absl::StrCat(violations_[0].first, " ", violations_[0].second));
  for (const auto& [path, text] : violations_) error.Field(path, text);
  return error;
}

}  // namespace

absl::Status ValidateRequest(Message& request) {
  Walk walk;
  walk.Check(request, "", /*masked=*/false);
  return walk.Result();
}

bool MatchesNamePattern(absl::string_view name, absl::string_view pattern) {
  while (true) {
    size_t name_end = name.find('/'), pattern_end = pattern.find('/');
    absl::string_view segment = name.substr(0, name_end), wanted = pattern.substr(0, pattern_end);
    if (wanted == "*" ? !IsValidId(segment) : segment != wanted) return false;
    if (name_end == absl::string_view::npos || pattern_end == absl::string_view::npos) return name_end == pattern_end;
    name.remove_prefix(name_end + 1);
    pattern.remove_prefix(pattern_end + 1);
  }
}

bool IsEmailAddress(absl::string_view text) {
  size_t at = text.find('@');
  if (text.size() > 254 || at == absl::string_view::npos || at == 0 || at > 64) return false;
  absl::string_view domain = text.substr(at + 1);
  if (domain.empty() || domain.find('@') != absl::string_view::npos || domain.front() == '.' || domain.back() == '.') {
    return false;
  }
  for (char c : text) {
    auto u = static_cast<unsigned char>(c);
    if (u <= 0x20 || u == 0x7F || absl::StrContains("<>()[],;:\\\"", absl::string_view(&c, 1))) return false;
  }
  return true;
}

}  // namespace millwright
