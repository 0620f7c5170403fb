#include "services/documents/domain/canonical.h"

#include <glib.h>

#include <type_traits>

#include "absl/strings/str_cat.h"
#include "common/time/clock.h"

namespace millwright::documents {
namespace {

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

// Walks all fields and gives each leaf to `sink` with its path.
template <typename Sink>
class Walker {
 public:
  explicit Walker(Sink& sink) : sink_(sink) {}

  template <typename T>
  void operator()(const char* name, const T& value) {
    size_t length = path_.size();
    absl::StrAppend(&path_, path_.empty() ? "" : ".", name);
    Visit(value);
    path_.resize(length);
  }

 private:
  template <typename T>
  void Visit(const T& value) {
    if constexpr (IsVector<T>::value) {
      sink_.List(path_, value.size());
      for (size_t i = 0; i < value.size(); ++i) {
        size_t length = path_.size();
        absl::StrAppend(&path_, "[", i, "]");
        Visit(value[i]);
        path_.resize(length);
      }
    } else if constexpr (IsOptional<T>::value) {
      sink_.List(path_, value.has_value() ? 1 : 0);
      if (value.has_value()) Visit(*value);
    } else if constexpr (std::is_same_v<T, std::string>) {
      sink_.Text(path_, value);
    } else if constexpr (std::is_same_v<T, absl::Time>) {
      sink_.Number(path_, MicrosOf(value));
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      sink_.Number(path_, static_cast<int64_t>(value));
    } else {
      T::Fields(value, *this);
    }
  }

  Sink& sink_;
  std::string path_;
};

template <typename Sink>
void Walk(const Document& document, Sink& sink) {
  Walker<Sink> walker(sink);
  std::visit([&](const auto& d) { std::decay_t<decltype(d)>::Fields(d, walker); }, document);
}

struct Serializer {
  std::string bytes;
  void List(absl::string_view path, size_t size) { absl::StrAppend(&bytes, path, "#", size, "\n"); }
  void Number(absl::string_view path, int64_t value) { absl::StrAppend(&bytes, path, "=", value, "\n"); }
  void Text(absl::string_view path, absl::string_view value) {
    absl::StrAppend(&bytes, path, "=", value.size(), ":", value, "\n");
  }
};

const char* ProblemOf(absl::string_view text) {
  if (text.size() > kMaxTextBytes) return "is longer than 16 KiB; shorten it";
  if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr)) {
    return "is not valid UTF-8; send the text as UTF-8 without NUL";
  }
  const char* end = text.data() + text.size();
  for (const char* p = text.data(); p < end; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    if ((c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0)) return "holds a control character; remove it";
    // Overrides and isolates can make a printed name read differently from what was hashed.
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
      return "holds a bidirectional override character; remove it";
    }
  }
  return nullptr;
}

struct TextChecker {
  std::vector<std::pair<std::string, std::string>> problems;
  void List(absl::string_view path, size_t size) {
    if (size > kMaxListEntries) {
      problems.emplace_back(path, absl::StrCat("has ", size, " entries, at most ", kMaxListEntries, " are allowed"));
    }
  }
  void Number(absl::string_view, int64_t) {}
  void Text(absl::string_view path, absl::string_view value) {
    if (const char* problem = ProblemOf(value)) problems.emplace_back(path, problem);
  }
};

}  // namespace

std::string CanonicalBytes(const Document& document) {
  Serializer serializer;
  absl::StrAppend(&serializer.bytes, "millwright.document.v1/", document.index(), "\n");
  Walk(document, serializer);
  return std::move(serializer.bytes);
}

std::vector<std::pair<std::string, std::string>> TextProblems(const Document& document) {
  TextChecker checker;
  Walk(document, checker);
  return std::move(checker.problems);
}

}  // namespace millwright::documents
