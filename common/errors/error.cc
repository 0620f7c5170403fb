#include "common/errors/error.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace millwright {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";
// One violation's text; longer ones are clipped so that twenty of them fit into kMaxErrorDetailBytes.
constexpr size_t kMaxViolationBytes = 240;

std::string Clip(absl::string_view text, size_t max) {
  if (text.size() <= max) return std::string(text);
  size_t end = max - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a UTF-8 sequence
  return absl::StrCat(text.substr(0, end), "...");
}

template <typename Message>
size_t Attach(absl::Status& status, const Message& message) {
  std::string bytes = message.SerializeAsString();
  size_t size = bytes.size();
  status.SetPayload(absl::StrCat(kTypePrefix, Message::descriptor()->full_name()), absl::Cord(std::move(bytes)));
  return size;
}

template <typename Message>
bool Extract(const absl::Status& status, Message& message) {
  auto payload = status.GetPayload(absl::StrCat(kTypePrefix, Message::descriptor()->full_name()));
  return payload.has_value() && message.ParseFromString(std::string(*payload));
}

}  // namespace

Error::Error(absl::StatusCode code, absl::string_view reason, absl::string_view message)
    : code_(code), reason_(reason), message_(Clip(message, 1024)) {}

Error Error::InvalidArgument(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kInvalidArgument, r, m);
}
Error Error::FailedPrecondition(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kFailedPrecondition, r, m);
}
Error Error::NotFound(absl::string_view resource_type, absl::string_view name) {
  Error error(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND",
              absl::StrCat(resource_type, " `", Clip(name, 200), "` does not exist or is not visible to you"));
  error.Resource(resource_type, name);
  return error;
}
Error Error::AlreadyExists(absl::string_view resource_type, absl::string_view name, absl::string_view message) {
  Error error(absl::StatusCode::kAlreadyExists, "RESOURCE_ALREADY_EXISTS", message);
  error.Resource(resource_type, name);
  return error;
}
Error Error::PermissionDenied(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kPermissionDenied, r, m);
}
Error Error::Unauthenticated(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kUnauthenticated, r, m);
}
Error Error::Aborted(absl::string_view r, absl::string_view m) { return Error(absl::StatusCode::kAborted, r, m); }
Error Error::OutOfRange(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kOutOfRange, r, m);
}
Error Error::ResourceExhausted(absl::string_view r, absl::string_view m) {
  return Error(absl::StatusCode::kResourceExhausted, r, m);
}
Error Error::Unavailable(absl::string_view r, absl::string_view m, absl::Duration retry_after) {
  Error error(absl::StatusCode::kUnavailable, r, m);
  error.RetryAfter(retry_after);
  return error;
}

Error& Error::Field(absl::string_view field, absl::string_view description) {
  fields_.push_back({"", Clip(field, kMaxViolationBytes), Clip(description, kMaxViolationBytes)});
  return *this;
}
Error& Error::Precondition(absl::string_view type, absl::string_view subject, absl::string_view description) {
  preconditions_.push_back({Clip(type, 63), Clip(subject, 200), Clip(description, kMaxViolationBytes)});
  return *this;
}
Error& Error::Resource(absl::string_view type, absl::string_view name, absl::string_view description) {
  resource_ = {Clip(type, 63), Clip(name, 300), Clip(description, kMaxViolationBytes)};
  return *this;
}
Error& Error::Quota(absl::string_view subject, absl::string_view description) {
  quotas_.push_back({"", Clip(subject, 200), Clip(description, kMaxViolationBytes)});
  return *this;
}
Error& Error::Meta(absl::string_view key, absl::string_view value) {
  metadata_[std::string(key)] = Clip(value, kMaxViolationBytes);
  return *this;
}
Error& Error::RetryAfter(absl::Duration delay) {
  retry_after_ = delay;
  return *this;
}

absl::Status Error::Build() const {
  absl::Status status(code_, message_);
  size_t used = 0;

  google::rpc::ErrorInfo info;
  info.set_reason(reason_);
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : metadata_) (*info.mutable_metadata())[key] = value;
  used += Attach(status, info);

  if (!resource_.type.empty()) {
    google::rpc::ResourceInfo resource;
    resource.set_resource_type(resource_.type);
    resource.set_resource_name(resource_.subject);
    resource.set_description(resource_.description);
    used += Attach(status, resource);
  }
  if (retry_after_ > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    int64_t nanos = absl::ToInt64Nanoseconds(retry_after_);
    retry.mutable_retry_delay()->set_seconds(nanos / 1000000000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1000000000));
    used += Attach(status, retry);
  }

  // The lists share what room is left; each stops at kMaxViolations and says how many it left out.
  auto fill = [&used](const std::vector<Violation>& from, auto add) {
    size_t kept = 0;
    for (const Violation& violation : from) {
      size_t size = violation.type.size() + violation.subject.size() + violation.description.size() + 16;
      if (kept == kMaxViolations || used + size > kMaxErrorDetailBytes - 128) break;
      add(violation);
      used += size;
      ++kept;
    }
    if (kept < from.size()) add(Violation{"", "", absl::StrCat("and ", from.size() - kept, " more")});
  };
  if (!fields_.empty()) {
    google::rpc::BadRequest bad;
    fill(fields_, [&](const Violation& v) {
      auto* out = bad.add_field_violations();
      out->set_field(v.subject);
      out->set_description(v.description);
    });
    Attach(status, bad);
  }
  if (!preconditions_.empty()) {
    google::rpc::PreconditionFailure failure;
    fill(preconditions_, [&](const Violation& v) {
      auto* out = failure.add_violations();
      out->set_type(v.type);
      out->set_subject(v.subject);
      out->set_description(v.description);
    });
    Attach(status, failure);
  }
  if (!quotas_.empty()) {
    google::rpc::QuotaFailure quota;
    fill(quotas_, [&](const Violation& v) {
      auto* out = quota.add_violations();
      out->set_subject(v.subject);
      out->set_description(v.description);
    });
    Attach(status, quota);
  }
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return Extract(status, info) ? info.reason() : "";
}

std::string MetaOf(const absl::Status& status, absl::string_view key) {
  google::rpc::ErrorInfo info;
  if (!Extract(status, info)) return "";
  auto it = info.metadata().find(std::string(key));
  return it == info.metadata().end() ? "" : it->second;
}

std::vector<std::string> FieldViolationsOf(const absl::Status& status) {
  google::rpc::BadRequest bad;
  std::vector<std::string> out;
  if (!Extract(status, bad)) return out;
  for (const auto& v : bad.field_violations()) out.push_back(absl::StrCat(v.field(), ": ", v.description()));
  return out;
}

std::vector<std::string> PreconditionsOf(const absl::Status& status) {
  google::rpc::PreconditionFailure failure;
  std::vector<std::string> out;
  if (!Extract(status, failure)) return out;
  for (const auto& v : failure.violations()) {
    out.push_back(absl::StrCat(v.type(), " ", v.subject(), ": ", v.description()));
  }
  return out;
}

}  // namespace millwright
