#include "common/filter/filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/errors/error.h"

namespace millwright {
namespace {

struct Token {
  enum class Kind { kWord, kText, kOperator, kOpen, kClose, kMinus, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
  size_t at = 0;  // byte offset, for errors
};

absl::Status Bad(size_t at, absl::string_view what) {
  return Error::InvalidArgument("FILTER_INVALID", absl::StrCat("the filter can't be read: ", what))
      .Field("filter", absl::StrCat("at byte ", at, ": ", what));
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' || c == ':' ||
         c == '+' || c == '-' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
      MW_ASSIGN_OR_RETURN(Token token, Next());
      tokens.push_back(token);
      if (token.kind == Token::Kind::kEnd) return tokens;
    }
  }

 private:
  absl::StatusOr<Token> Next() {
    const size_t start = at_;
    if (at_ >= text_.size()) return Token{Token::Kind::kEnd, "", start};
    const char c = text_[at_];
    if (c == '(') return ++at_, Token{Token::Kind::kOpen, "(", start};
    if (c == ')') return ++at_, Token{Token::Kind::kClose, ")", start};
    if (c == '"' || c == '\'') return Quoted(c);
    if (c == '=' || c == '!' || c == '<' || c == '>') return Operator();
    if (c == '-') return ++at_, Token{Token::Kind::kMinus, "-", start};
    if (!IsWordByte(c)) return Bad(start, "unexpected character; texts with special characters need quotes");
    while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
    return Token{Token::Kind::kWord, std::string(text_.substr(start, at_ - start)), start};
  }

  absl::StatusOr<Token> Quoted(char quote) {
    const size_t start = at_++;
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out.push_back(text_[at_++]);
    }
    if (at_ >= text_.size()) return Bad(start, "the quoted text has no end");
    ++at_;
    return Token{Token::Kind::kText, std::move(out), start};
  }

  absl::StatusOr<Token> Operator() {
    const size_t start = at_++;
    std::string text(1, text_[start]);
    if (at_ < text_.size() && text_[at_] == '=' && text != "=") text.push_back(text_[at_++]);
    if (text == "!") return Bad(start, "expected one of = != < <= > >=");
    return Token{Token::Kind::kOperator, text, start};
  }

  absl::string_view text_;
  size_t at_ = 0;
};

class Parser {
 public:
  Parser(std::vector<Token> tokens, const FilterSchema& schema, const FilterTranslate& translate)
      : tokens_(std::move(tokens)), schema_(schema), translate_(translate) {}

  absl::StatusOr<FilterSql> Run() {
    MW_ASSIGN_OR_RETURN(sql_.condition, Or(0));
    if (Peek().kind != Token::Kind::kEnd) return Bad(Peek().at, "expected AND, OR or the end");
    return std::move(sql_);
  }

 private:
  const Token& Peek() const { return tokens_[next_]; }
  Token Take() { return tokens_[std::min(next_++, tokens_.size() - 1)]; }
  bool TakeKeyword(absl::string_view keyword) {
    const bool found = Peek().kind == Token::Kind::kWord && absl::EqualsIgnoreCase(Peek().text, keyword);
    if (found) ++next_;
    return found;
  }

  absl::StatusOr<std::string> Or(int depth) {
    return Chain("OR", depth, [this](int d) { return And(d); });
  }

  absl::StatusOr<std::string> And(int depth) {
    return Chain("AND", depth, [this](int d) { return Not(d); });
  }

  // One pair of parentheses around all of a chain: SQLite's parser has a stack of 100, and each open one takes of it.
  template <typename Part>
  absl::StatusOr<std::string> Chain(absl::string_view keyword, int depth, const Part& part) {
    MW_ASSIGN_OR_RETURN(std::string condition, part(depth));
    bool several = false;
    while (TakeKeyword(keyword)) {
      MW_ASSIGN_OR_RETURN(const std::string next, part(depth));
      absl::StrAppend(&condition, " ", keyword, " ", next);
      several = true;
    }
    return several ? absl::StrCat("(", condition, ")") : condition;
  }

  absl::StatusOr<std::string> Not(int depth) {
    if (depth > kMaxFilterDepth) return Bad(Peek().at, absl::StrCat("nested deeper than ", kMaxFilterDepth));
    const bool minus = Peek().kind == Token::Kind::kMinus;
    if (minus) ++next_;
    if (minus || TakeKeyword("NOT")) {
      MW_ASSIGN_OR_RETURN(const std::string inner, Not(depth + 1));
      return absl::StrCat("NOT ", inner);
    }
    if (Peek().kind != Token::Kind::kOpen) return Comparison();
    ++next_;
    MW_ASSIGN_OR_RETURN(std::string inner, Or(depth + 1));
    if (Take().kind != Token::Kind::kClose) return Bad(tokens_[next_ - 1].at, "expected `)`");
    return inner;  // a comparison or a chain, which has its parentheses, or NOT of one, which binds closer than a chain
  }

  absl::StatusOr<std::string> Comparison() {
    const Token name = Take();
    if (name.kind != Token::Kind::kWord) return Bad(name.at, "expected a field");
    const auto field = std::find_if(schema_.begin(), schema_.end(),
                                    [&](const FilterField& f) {
                                      return f.keyed ? absl::StartsWith(name.text, f.name) && name.text.size() > f.name.size()
                                                     : f.name == name.text;
                                    });
    if (field == schema_.end()) {
      return Bad(name.at, absl::StrCat("unknown field; known: ", absl::StrJoin(schema_, ", ", [](std::string* out, const FilterField& f) {
                                         absl::StrAppend(out, f.name, f.keyed ? "KEY" : "");
                                       })));
    }
    const Token op = Take();
    if (op.kind != Token::Kind::kOperator) return Bad(op.at, "expected one of = != < <= > >=");
    const Token value = Take();
    if (value.kind != Token::Kind::kWord && value.kind != Token::Kind::kText) return Bad(value.at, "expected a value");
    if (sql_.fields.size() >= kMaxFilterComparisons) {
      return Bad(name.at, absl::StrCat("more than ", kMaxFilterComparisons, " comparisons"));
    }
    MW_ASSIGN_OR_RETURN(FilterValue bound, ValueOf(*field, value));
    if (field->keyed) {
      FilterValue key;
      key.text = name.text.substr(field->name.size());
      sql_.values.push_back(std::move(key));
    }
    sql_.values.push_back(std::move(bound));
    sql_.fields.push_back(field->name);
    return absl::StrCat("(", field->column, " ", op.text == "!=" ? "<>" : op.text, " ?)");
  }

  absl::StatusOr<FilterValue> ValueOf(const FilterField& field, const Token& token) {
    FilterValue value;
    value.text = token.text;
    value.is_number = field.type != FilterType::kText;
    if (field.type == FilterType::kTime) {
      absl::Time time;
      std::string error;
      if (!absl::ParseTime(absl::RFC3339_full, token.text, &time, &error)) {
        return Bad(token.at, "expected a time such as \"2026-01-31T00:00:00Z\"");
      }
      value.number = absl::ToUnixMicros(time);
    } else if (field.type == FilterType::kNumber) {
      if (!absl::SimpleAtoi(token.text, &value.number)) return Bad(token.at, "expected a whole number");
    } else if (translate_ != nullptr) {
      MW_ASSIGN_OR_RETURN(value.text, translate_(field.name, token.text));
    }
    return value;
  }

  std::vector<Token> tokens_;
  const FilterSchema& schema_;
  const FilterTranslate& translate_;
  size_t next_ = 0;
  FilterSql sql_;
};

}  // namespace

bool FilterSql::Names(absl::string_view field) const {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

std::string FilterSql::Render(int first) const {
  std::string sql;
  for (char c : condition) {
    if (c == '?') {
      absl::StrAppend(&sql, "$", first++);
    } else {
      sql.push_back(c);
    }
  }
  return sql;
}

absl::StatusOr<FilterSql> CompileFilter(absl::string_view filter, const FilterSchema& schema,
                                        const FilterTranslate& translate) {
  if (filter.size() > kMaxFilterBytes) {
    return Bad(kMaxFilterBytes, absl::StrCat("longer than ", kMaxFilterBytes, " bytes"));
  }
  if (absl::StripAsciiWhitespace(filter).empty()) return FilterSql();
  MW_ASSIGN_OR_RETURN(std::vector<Token> tokens, Lexer(filter).Run());
  return Parser(std::move(tokens), schema, translate).Run();
}

}  // namespace millwright
