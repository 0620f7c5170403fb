#include "services/files/domain/sharing/name_bytes.h"

#include <glib.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

namespace millwright::files {
namespace {

using GString8 = std::unique_ptr<char, decltype(&g_free)>;

// Western, Central European, Cyrillic, Greek, Turkish; Korean, Japanese, Chinese.
constexpr const char* kEncodings[] = {"UTF-8",  "UTF-16LE", "UTF-16BE", "CP1252", "CP1250", "CP1251",   "CP1253",
                                      "CP1254", "CP850",    "CP949",    "CP932",  "GB18030", "BIG5"};

const GIConv kNoConverter = reinterpret_cast<GIConv>(-1);

// Opened once a thread: that costs more than all their letters.
class Converters {
 public:
  ~Converters() {
    for (const auto& [encoding, converter] : opened_) {
      if (converter != kNoConverter) g_iconv_close(converter);
    }
  }
  GIConv For(const char* encoding) {
    const auto found = opened_.find(encoding);
    if (found != opened_.end()) return found->second;
    return opened_.emplace(encoding, g_iconv_open(encoding, "UTF-8")).first->second;
  }

 private:
  std::map<std::string, GIConv, std::less<>> opened_;
};

// "" if the encoding has no such letter.
std::string Encoded(gunichar letter, const char* encoding) {
  thread_local Converters converters;
  const GIConv converter = converters.For(encoding);
  if (converter == kNoConverter) return "";
  char utf8[6], bytes[16];
  char *in = utf8, *out = bytes;
  gsize in_left = static_cast<gsize>(g_unichar_to_utf8(letter, utf8)), out_left = sizeof(bytes);
  g_iconv(converter, nullptr, nullptr, nullptr, nullptr);  // to its beginning
  // What can't be written as it is would be something else's name.
  if (g_iconv(converter, &in, &in_left, &out, &out_left) != 0 || in_left != 0) return "";
  return std::string(bytes, sizeof(bytes) - out_left);
}

bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

NameBytes::NameBytes(const PatientNames& names) {
  for (const std::string& word : names.words()) {
    for (const char* encoding : kEncodings) AddWord(word, encoding);
    const GString8 apart(g_utf8_normalize(word.data(), static_cast<gssize>(word.size()), G_NORMALIZE_NFD), &g_free);
    if (word != apart.get()) AddWord(apart.get(), "UTF-8");
  }
  for (size_t i = 0; i < patterns_.size(); ++i) {
    const Pattern& pattern = patterns_[i];
    longest_ = std::max(longest_, pattern.size());
    for (const uint8_t first : pattern[0]) {
      std::vector<uint16_t>& known = by_first_[first];
      if (known.empty() || known.back() != i) known.push_back(static_cast<uint16_t>(i));
      for (const uint8_t second : pattern[1]) pairs_.set(first | static_cast<size_t>(second) << 8);
    }
  }
}

void NameBytes::AddWord(const std::string& word, const char* encoding) {
  Pattern pattern;
  for (const char* at = word.data(); at < word.data() + word.size(); at = g_utf8_next_char(at)) {
    const gunichar letter = g_utf8_get_char(at);
    const std::string small = Encoded(g_unichar_tolower(letter), encoding);
    std::string capital = Encoded(g_unichar_toupper(letter), encoding);
    if (small.empty() && capital.empty()) return;
    // What has a size of its own in one case is looked for in the other.
    if (capital.size() != small.size()) capital = small.empty() ? capital : small;
    const std::string& other = small.empty() ? capital : small;
    for (size_t i = 0; i < other.size(); ++i) {
      pattern.push_back({static_cast<uint8_t>(other[i]), static_cast<uint8_t>(capital[i])});
    }
  }
  if (pattern.size() < kMinPatientNameBytes || patterns_.size() >= UINT16_MAX) return;
  if (std::find(patterns_.begin(), patterns_.end(), pattern) != patterns_.end()) return;
  patterns_.push_back(std::move(pattern));
}

bool NameBytes::IsReadable(absl::string_view bytes, size_t at, size_t size) {
  size_t begin = at, end = at + size;
  while (begin > 0 && IsPrintable(bytes[begin - 1]) && end - begin < kMinReadableRun) --begin;
  while (end < bytes.size() && IsPrintable(bytes[end]) && end - begin < kMinReadableRun) ++end;
  return end - begin >= kMinReadableRun;
}

bool NameBytes::Fits(const Pattern& pattern, absl::string_view bytes, size_t at) const {
  if (pattern.size() > bytes.size() - at) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[at + i]);
    if (byte != pattern[i][0] && byte != pattern[i][1]) return false;
  }
  return pattern.size() >= kMinBareNameBytes || IsReadable(bytes, at, pattern.size());
}

bool NameBytes::Search(absl::string_view bytes, size_t from, size_t upto) const {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  upto = std::min(upto, bytes.empty() ? 0 : bytes.size() - 1);
  for (size_t at = from; at < upto; ++at) {
    if (!pairs_.test(data[at] | static_cast<size_t>(data[at + 1]) << 8)) continue;
    for (const uint16_t index : by_first_[data[at]]) {
      if (Fits(patterns_[index], bytes, at)) return true;
    }
  }
  return false;
}

void NameBytes::Feed(absl::string_view bytes) {
  if (found_ || patterns_.empty() || bytes.empty()) return;
  // A hit is decided once the word and a readable run behind it are there.
  const size_t border = longest_ + kMinReadableRun;
  const size_t joined = std::min(bytes.size(), 2 * border);
  kept_.append(bytes.data(), joined);
  const size_t decided = kept_.size() > border ? kept_.size() - border : 0;
  if (decided > searched_) {
    found_ = Search(kept_, searched_, decided);
    searched_ = decided;
  }
  if (joined < bytes.size() && !found_) {
    // Everything that begins before this is in kept_ and was looked at; begin where that ended.
    const size_t begin = joined - (kept_.size() - searched_);
    const size_t end = std::max(begin, bytes.size() - border);
    found_ = Search(bytes, begin, end);
    const size_t from = end > kMinReadableRun ? end - kMinReadableRun : 0;
    kept_.assign(bytes.data() + from, bytes.size() - from);
    searched_ = end - from;
  } else if (searched_ > kMinReadableRun) {
    kept_.erase(0, searched_ - kMinReadableRun);
    searched_ = kMinReadableRun;
  }
}

void NameBytes::Finish() {
  if (!found_ && !patterns_.empty()) found_ = Search(kept_, searched_, kept_.size());
  kept_.clear();
  searched_ = 0;
}

bool NameBytes::In(absl::string_view bytes) const { return !patterns_.empty() && Search(bytes, 0, bytes.size()); }

}  // namespace millwright::files
