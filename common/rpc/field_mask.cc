#include "common/rpc/field_mask.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/crypto/crypto.h"
#include "common/errors/error.h"
#include "google/api/field_behavior.pb.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/message_differencer.h"

namespace millwright {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

bool Has(const FieldDescriptor* field, google::api::FieldBehavior behavior) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

bool Writable(const FieldDescriptor* field) {
  return !Has(field, google::api::OUTPUT_ONLY) && !Has(field, google::api::IDENTIFIER) && field->name() != "etag";
}

// The top-level fields that the caller means.
std::vector<std::string> Paths(const Message& from, const FieldMask& mask) {
  std::vector<std::string> paths;
  if (mask.paths_size() == 0) {
    std::vector<const FieldDescriptor*> set;
    from.GetReflection()->ListFields(from, &set);
    for (const auto* field : set) paths.push_back(field->name());
  } else if (std::find(mask.paths().begin(), mask.paths().end(), "*") != mask.paths().end()) {
    for (int i = 0; i < from.GetDescriptor()->field_count(); ++i) paths.push_back(from.GetDescriptor()->field(i)->name());
  } else {
    paths.assign(mask.paths().begin(), mask.paths().end());
  }
  return paths;
}

bool SameValue(const FieldDescriptor* field, const Message& a, const Message& b) {
  google::protobuf::util::MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, {field}, {field});
}

}  // namespace

absl::Status ApplyUpdateMask(const Message& from, const FieldMask& mask, Message& into) {
  FieldMask writable;
  for (const std::string& path : Paths(from, mask)) {
    std::pair<std::string, std::string> parts = absl::StrSplit(path, absl::MaxSplits('.', 1));
    const FieldDescriptor* field = from.GetDescriptor()->FindFieldByName(parts.first);
    if (field == nullptr || !FieldMaskUtil::GetFieldDescriptors(from.GetDescriptor(), path, nullptr)) {
      return Error::InvalidArgument("FIELD_INVALID", absl::StrCat("update_mask has an unknown path `", path, "`"))
          .Field("update_mask", absl::StrCat("`", path, "` is no field of ", from.GetDescriptor()->name()));
    }
    if (!Writable(field)) continue;
    if (Has(field, google::api::IMMUTABLE)) {
      if (SameValue(field, from, into)) continue;
      return Error::InvalidArgument("FIELD_IMMUTABLE", absl::StrCat("`", path, "` can't be changed"))
          .Field(path, "is fixed at creation; leave it out of the mask");
    }
    writable.add_paths(path);
  }
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(from, writable, options, &into);
  return absl::OkStatus();
}

std::string EtagOf(int64_t version) { return absl::StrCat("\"", Base64UrlEncode(absl::StrCat("v", version)), "\""); }

absl::Status CheckEtag(absl::string_view etag, int64_t version, absl::string_view resource_name) {
  if (etag.empty() || etag == EtagOf(version)) return absl::OkStatus();
  return Error::Aborted("ETAG_MISMATCH", absl::StrCat(resource_name, " has changed since you read it; read it again"))
      .Meta("resource", resource_name)
      .Meta("etag", EtagOf(version));
}

}  // namespace millwright
