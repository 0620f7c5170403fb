#include "services/catalog/domain/vat_id.h"

#include <array>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"

namespace millwright::catalog {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
int At(absl::string_view text, size_t i) { return text[i] - '0'; }

int Weighted(absl::string_view digits, std::initializer_list<int> weights) {
  int sum = 0;
  size_t i = 0;
  for (int weight : weights) sum += weight * At(digits, i++);
  return sum;
}

int64_t Number(absl::string_view digits) {
  int64_t out = 0;
  for (char c : digits) out = out * 10 + (c - '0');
  return out;
}

bool Luhn(absl::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    int d = At(digits, digits.size() - 1 - i) * (i % 2 == 1 ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return sum % 10 == 0;
}

// ISO 7064 MOD 11,10.
bool Mod11And10(absl::string_view digits) {
  int product = 10;
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    int sum = (At(digits, i) + product) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (product + At(digits, digits.size() - 1)) % 10 == 1;
}

bool CheckAt(absl::string_view n) {  // U and eight digits
  int sum = 4;
  for (size_t i = 1; i <= 7; ++i) {
    int d = At(n, i) * (i % 2 == 0 ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return (10 - sum % 10) % 10 == At(n, 8);
}
bool CheckBe(absl::string_view n) { return 97 - Number(n.substr(0, 8)) % 97 == Number(n.substr(8)); }
bool CheckDk(absl::string_view n) { return Weighted(n, {2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0; }
bool CheckEe(absl::string_view n) { return Weighted(n, {3, 7, 1, 3, 7, 1, 3, 7, 1}) % 10 == 0; }
bool CheckEl(absl::string_view n) { return Weighted(n, {256, 128, 64, 32, 16, 8, 4, 2}) % 11 % 10 == At(n, 8); }
bool CheckFi(absl::string_view n) { return Weighted(n, {7, 9, 10, 5, 8, 4, 2, 1}) % 11 == 0; }
bool CheckFr(absl::string_view n) { return (Number(n.substr(2)) * 100 + 12) % 97 == Number(n.substr(0, 2)); }
bool CheckHu(absl::string_view n) { return Weighted(n, {9, 7, 3, 1, 9, 7, 3, 1}) % 10 == 0; }
bool CheckIe(absl::string_view n) {
  int sum = Weighted(n, {8, 7, 6, 5, 4, 3, 2});
  if (n.size() == 9 && n[8] != 'W') sum += 9 * (n[8] - 'A' + 1);
  return "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23] == n[7];
}
bool CheckLu(absl::string_view n) { return Number(n.substr(0, 6)) % 89 == Number(n.substr(6)); }
bool CheckNl(absl::string_view n) {
  int rest = Weighted(n, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  if (rest == At(n, 8)) return true;
  // Sole traders since 2020: letters as 10..35 in front, the whole modulo 97 is 1.
  int64_t value = 0;
  for (char c : absl::StrCat("NL", n)) {
    value = IsDigit(c) ? (value * 10 + (c - '0')) % 97 : (value * 100 + (c - 'A' + 10)) % 97;
  }
  return value == 1;
}
bool CheckPl(absl::string_view n) { return Weighted(n, {6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11 == At(n, 9); }
bool CheckPt(absl::string_view n) {
  int check = 11 - Weighted(n, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return (check > 9 ? 0 : check) == At(n, 8);
}
bool CheckSe(absl::string_view n) { return Luhn(n.substr(0, 10)) && n.substr(10) != "00"; }
bool CheckSi(absl::string_view n) {
  int check = 11 - Weighted(n, {8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 11 && check % 10 == At(n, 7);
}
bool CheckSk(absl::string_view n) { return Number(n) % 11 == 0; }

struct State {
  const char* prefix;
  const char* patterns;  // "|" between them; 9 a digit, A a letter, * either, others stand for themselves
  bool (*check)(absl::string_view number);
};

constexpr State kStates[] = {
    {"AT", "U99999999", CheckAt},
    {"BE", "0999999999|1999999999", CheckBe},
    {"BG", "999999999|9999999999", nullptr},
    {"CY", "99999999A", nullptr},
    {"CZ", "99999999|999999999|9999999999", nullptr},
    {"DE", "999999999", Mod11And10},
    {"DK", "99999999", CheckDk},
    {"EE", "999999999", CheckEe},
    {"EL", "999999999", CheckEl},
    {"ES", "*9999999*", nullptr},
    {"FI", "99999999", CheckFi},
    {"FR", "**999999999", CheckFr},
    {"HR", "99999999999", Mod11And10},
    {"HU", "99999999", CheckHu},
    {"IE", "9999999A|9999999AA", CheckIe},
    {"IT", "99999999999", Luhn},
    {"LT", "999999999|999999999999", nullptr},
    {"LU", "99999999", CheckLu},
    {"LV", "99999999999", nullptr},
    {"MT", "99999999", nullptr},
    {"NL", "999999999B99", CheckNl},
    {"PL", "9999999999", CheckPl},
    {"PT", "999999999", CheckPt},
    {"RO", "99|999|9999|99999|999999|9999999|99999999|999999999|9999999999", nullptr},
    {"SE", "999999999999", CheckSe},
    {"SI", "99999999", CheckSi},
    {"SK", "9999999999", CheckSk},
    {"XI", "999999999|999999999999", nullptr},
};

bool Matches(absl::string_view number, absl::string_view pattern) {
  if (number.size() != pattern.size()) return false;
  for (size_t i = 0; i < number.size(); ++i) {
    char c = number[i];
    bool fits = pattern[i] == '9'   ? IsDigit(c)
                : pattern[i] == 'A' ? absl::ascii_isupper(c)
                : pattern[i] == '*' ? IsDigit(c) || absl::ascii_isupper(c)
                                    : c == pattern[i];
    if (!fits) return false;
  }
  return true;
}

absl::Status Bad(absl::string_view text, absl::string_view rule) {
  return Error::InvalidArgument("INVALID_VAT_ID", absl::StrCat("`", text.substr(0, 40), "` is no VAT id: ", rule))
      .Field("vat_id", rule);
}

}  // namespace

absl::StatusOr<VatId> ParseVatId(absl::string_view text) {
  VatId out;
  for (char c : text) {
    if (c != ' ' && c != '.' && c != '-') out.number.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
  }
  absl::string_view prefix = absl::string_view(out.number).substr(0, 2);
  for (const State& state : kStates) {
    if (prefix != state.prefix) continue;
    absl::string_view number = absl::string_view(out.number).substr(2);
    bool matches = false;
    for (absl::string_view pattern : absl::StrSplit(state.patterns, '|')) matches = matches || Matches(number, pattern);
    if (!matches)
      return Bad(text, absl::StrCat("numbers of ", prefix, " look like ", state.patterns, " (9 is a digit)"));
    bool letters_in_key = prefix == "FR" && (!IsDigit(number[0]) || !IsDigit(number[1]));
    out.checksum_verified = state.check != nullptr && !letters_in_key;
    if (out.checksum_verified && !state.check(number))
      return Bad(text, "its check digit is wrong; look for a typing error");
    out.member_state = prefix == "EL" ? "GR" : std::string(prefix);
    return out;
  }
  return Bad(text, "it must begin with the two letters of an EU member state, such as PL or DE");
}

}  // namespace millwright::catalog
