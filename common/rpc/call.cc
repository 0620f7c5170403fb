#include "common/rpc/call.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/ids/ids.h"

namespace millwright {
namespace {

bool IsHex(absl::string_view text) {
  for (char c : text) {
    if (!absl::ascii_isdigit(c) && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

}  // namespace

TraceContext TraceContext::FromHeader(absl::string_view header) {
  // version "00" - trace id - parent id - flags
  if (header.size() >= 55 && header.substr(0, 3) == "00-" && header[35] == '-' && header[52] == '-' &&
      IsHex(header.substr(3, 32)) && IsHex(header.substr(36, 16)) &&
      header.substr(3, 32).find_first_not_of('0') != absl::string_view::npos) {
    return {std::string(header.substr(3, 32)), FastHex(8)};
  }
  return {FastHex(16), FastHex(8)};
}

std::string TraceContext::ChildHeader() const { return absl::StrCat("00-", trace_id, "-", span_id, "-00"); }

CallInfo CallInfo::Background(absl::string_view service, absl::Duration timeout) {
  CallInfo call;
  call.principal.service = std::string(service);
  call.trace = TraceContext::FromHeader("");
  call.deadline = absl::Now() + timeout;
  return call;
}

}  // namespace millwright
