#include "services/catalog/domain/json.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Json> Parse() {
    Json out;
    MW_RETURN_IF_ERROR(Value(out, 0));
    Space();
    if (at_ != text_.size()) return Bad("nothing may follow the value");
    return out;
  }

 private:
  absl::Status Bad(absl::string_view rule) const {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      ++column;
      if (text_[i] == '\n') ++line, column = 1;
    }
    return Error::InvalidArgument("INVALID_JSON", absl::StrCat("line ", line, ", column ", column, ": ", rule));
  }
  void Space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool Take(char c) {
    Space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(absl::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  absl::Status Value(Json& out, int depth) {
    if (depth > kMaxJsonDepth) return Bad(absl::StrCat("nested deeper than ", kMaxJsonDepth));
    Space();
    if (at_ >= text_.size()) return Bad("a value is missing");
    switch (text_[at_]) {
      case '{':
        return Object(out, depth);
      case '[':
        return Array(out, depth);
      case '"':
        out.kind = Json::Kind::kString;
        return String(out.text);
      default:
        break;
    }
    if (TakeWord("null")) return absl::OkStatus();
    if (TakeWord("true") || TakeWord("false")) {
      out.kind = Json::Kind::kBool;
      out.boolean = text_[at_ - 2] == 'u';
      return absl::OkStatus();
    }
    return Number(out);
  }

  absl::Status Object(Json& out, int depth) {
    out.kind = Json::Kind::kObject;
    Take('{');
    if (Take('}')) return absl::OkStatus();
    do {
      Space();
      if (at_ >= text_.size() || text_[at_] != '"') return Bad("a field name in quotes is missing");
      std::string key;
      MW_RETURN_IF_ERROR(String(key));
      if (out.Find(key) != nullptr) return Bad(absl::StrCat("the field `", key, "` stands here twice"));
      if (!Take(':')) return Bad("a colon is missing");
      out.fields.emplace_back(std::move(key), Json());
      MW_RETURN_IF_ERROR(Value(out.fields.back().second, depth + 1));
    } while (Take(','));
    return Take('}') ? absl::OkStatus() : Bad("a comma or } is missing");
  }

  absl::Status Array(Json& out, int depth) {
    out.kind = Json::Kind::kArray;
    Take('[');
    if (Take(']')) return absl::OkStatus();
    do {
      out.items.emplace_back();
      MW_RETURN_IF_ERROR(Value(out.items.back(), depth + 1));
    } while (Take(','));
    return Take(']') ? absl::OkStatus() : Bad("a comma or ] is missing");
  }

  absl::Status Number(Json& out) {
    size_t start = at_;
    auto digits = [&] {
      size_t from = at_;
      while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
      return at_ - from;
    };
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    size_t first = at_, count = digits();
    if (count == 0) return Bad("this is no value");
    if (count > 1 && text_[first] == '0') return Bad("a number may not begin with 0");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (digits() == 0) return Bad("digits must follow the point");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) return Bad("write numbers without exponent");
    out.kind = Json::Kind::kNumber;
    out.text = std::string(text_.substr(start, at_ - start));
    return absl::OkStatus();
  }

  absl::Status String(std::string& out) {
    ++at_;
    while (true) {
      if (at_ >= text_.size()) return Bad("the closing quote is missing");
      char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return Bad("control characters must be escaped");
      if (c != '\\') {
        out.push_back(c);
        ++at_;
        continue;
      }
      ++at_;
      MW_RETURN_IF_ERROR(Escape(out));
    }
    ++at_;
    return absl::OkStatus();
  }

  absl::Status Escape(std::string& out) {
    if (at_ >= text_.size()) return Bad("the escape is not complete");
    static constexpr absl::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    char c = text_[at_++];
    if (size_t i = kFrom.find(c); i != absl::string_view::npos) {
      out.push_back(kTo[i]);
      return absl::OkStatus();
    }
    if (c != 'u') return Bad("an unknown escape");
    uint32_t code = 0, low = 0;
    if (!Hex(code)) return Bad("\\u needs four hexadecimal digits");
    if (code >= 0xD800 && code < 0xE000) {
      if (code >= 0xDC00 || !TakeWord("\\u") || !Hex(low) || low < 0xDC00 || low >= 0xE000)
        return Bad("a lone surrogate");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(code, out);
    return absl::OkStatus();
  }

  bool Hex(uint32_t& code) {
    if (at_ + 4 > text_.size()) return false;
    for (int i = 0; i < 4; ++i) {
      char c = absl::ascii_tolower(text_[at_++]);
      if (!absl::ascii_isxdigit(c)) return false;
      code = code * 16 + (IsDigit(c) ? c - '0' : c - 'a' + 10);
    }
    return true;
  }

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

const Json* Json::Find(absl::string_view key) const {
  for (const auto& [name, value] : fields) {
    if (name == key) return &value;
  }
  return nullptr;
}

absl::StatusOr<Json> ParseJson(absl::string_view text) { return Parser(text).Parse(); }

std::string QuoteJson(absl::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<int>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

}  // namespace millwright::catalog
