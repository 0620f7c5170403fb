#include "services/files/domain/sharing/patient_names.h"

#include <glib.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/files/domain/file_name.h"

namespace millwright::files {
namespace {

using GString8 = std::unique_ptr<char, decltype(&g_free)>;

bool IsUtf8(absl::string_view text) {
  return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr);
}

std::string Normalised(absl::string_view text, GNormalizeMode mode) {
  const GString8 done(g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), mode), &g_free);
  return done.get();
}

// A text folded letter by letter, and where each byte of it came from.
struct Folded {
  std::string text;                // composed, as it is searched and replaced
  std::string folded = {};         // without case
  std::vector<size_t> from = {}, upto = {};  // per byte of `folded`: its letter's begin and end in `text`
};

Folded Fold(absl::string_view raw) {
  if (std::all_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    Folded plain{.text = std::string(raw), .folded = absl::AsciiStrToLower(raw)};
    plain.from.resize(raw.size());
    plain.upto.resize(raw.size());
    std::iota(plain.from.begin(), plain.from.end(), size_t{0});
    std::iota(plain.upto.begin(), plain.upto.end(), size_t{1});
    return plain;
  }
  Folded result{.text = Normalised(raw, G_NORMALIZE_NFC)};
  const char* const begin = result.text.data();
  for (const char* at = begin; at < begin + result.text.size();) {
    const char* next = g_utf8_next_char(at);
    const GString8 letter(g_utf8_casefold(at, next - at), &g_free);
    const size_t size = std::char_traits<char>::length(letter.get());
    result.folded.append(letter.get(), size);
    result.from.insert(result.from.end(), size, static_cast<size_t>(at - begin));
    result.upto.insert(result.upto.end(), size, static_cast<size_t>(next - begin));
    at = next;
  }
  return result;
}

// Letters that names are often written with where there are none of the language: "Müller" as "Mueller", "Muller".
std::string WithoutAccents(absl::string_view word) {
  const std::string apart = Normalised(word, G_NORMALIZE_NFD);
  std::string plain;
  for (const char* at = apart.data(); at < apart.data() + apart.size(); at = g_utf8_next_char(at)) {
    if (!g_unichar_ismark(g_utf8_get_char(at))) plain.append(at, static_cast<size_t>(g_utf8_next_char(at) - at));
  }
  return absl::StrReplaceAll(plain, {{"ł", "l"}, {"Ł", "L"}, {"ø", "o"}, {"Ø", "O"}, {"ß", "ss"}, {"đ", "d"}, {"ı", "i"},
                                     {"æ", "ae"}, {"Æ", "Ae"}, {"œ", "oe"}, {"Œ", "Oe"}, {"ð", "d"}, {"þ", "th"}});
}

std::string Transliterated(absl::string_view word) {
  return absl::StrReplaceAll(Normalised(word, G_NORMALIZE_NFC),
                             {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ä", "Ae"}, {"Ö", "Oe"}, {"Ü", "Ue"},
                              {"ß", "ss"}, {"æ", "ae"}, {"ø", "oe"}, {"å", "aa"}});
}

bool IsParticle(absl::string_view word) {
  for (absl::string_view particle : {"von", "van", "der", "den", "del", "dos", "las", "les", "the", "und", "mrs"}) {
    if (absl::EqualsIgnoreCase(word, particle)) return true;
  }
  return false;
}

}  // namespace

void PatientNames::AddNeedle(const std::string& word) {
  const std::string folded = Fold(word).folded;
  if (folded.size() < kMinPatientNameBytes || IsParticle(word)) return;
  const std::string composed = Normalised(word, G_NORMALIZE_NFC);
  if (std::find(words_.begin(), words_.end(), composed) == words_.end()) words_.push_back(composed);
  if (std::find(needles_.begin(), needles_.end(), folded) != needles_.end()) return;
  needles_.push_back(folded);
  std::stable_sort(needles_.begin(), needles_.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

void PatientNames::Add(absl::string_view name) {
  if (!IsUtf8(name)) return;
  std::string word;
  bool letter = false;
  auto end_word = [&] {
    if (letter) {
      AddNeedle(word);
      AddNeedle(WithoutAccents(word));
      AddNeedle(Transliterated(word));
    }
    word.clear();
    letter = false;
  };
  for (const char* at = name.data(); at < name.data() + name.size(); at = g_utf8_next_char(at)) {
    const gunichar c = g_utf8_get_char(at);
    if (!g_unichar_isalnum(c) && !g_unichar_ismark(c)) {
      end_word();
      continue;
    }
    letter = letter || g_unichar_isalpha(c);
    word.append(at, static_cast<size_t>(g_utf8_next_char(at) - at));
  }
  end_word();
}

void PatientNames::AddProjectName(absl::string_view name) {
  // yyyy-MM-dd_
  auto digit = [&](size_t i) { return absl::ascii_isdigit(static_cast<unsigned char>(name[i])); };
  if (name.size() < 12 || name[4] != '-' || name[7] != '-' || name[10] != '_') return;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!digit(i)) return;
  }
  Add(name.substr(11));
}

bool PatientNames::HeldInSomeCodePage(absl::string_view raw) const {
  const std::string plain = absl::StrReplaceAll(raw, {{absl::string_view("\0", 1), " "}});
  for (const char* code_page : {"ISO-8859-1", "CP1250", "CP1251", "CP1254", "CP949"}) {
    const GString8 text(g_convert_with_fallback(plain.data(), static_cast<gssize>(plain.size()), "UTF-8", code_page,
                                                nullptr, nullptr, nullptr, nullptr),
                        &g_free);
    if (text != nullptr && Find(text.get()).found) return true;
  }
  return false;
}

PatientNames::Match PatientNames::Find(absl::string_view raw, absl::string_view replacement) const {
  Match match;
  if (!IsUtf8(raw)) {
    // In a code page, then; which one nobody says.
    match.found = HeldInSomeCodePage(raw);
    match.replaced = match.found ? std::string(replacement) : std::string(raw);
    return match;
  }
  const Folded text = Fold(raw);
  size_t copied = 0;
  for (size_t at = 0; at < text.folded.size();) {
    const auto hit = std::find_if(needles_.begin(), needles_.end(), [&](const std::string& needle) {
      return text.folded.compare(at, needle.size(), needle) == 0;
    });
    if (hit == needles_.end()) {
      ++at;
      continue;
    }
    match.found = true;
    const size_t last = at + hit->size() - 1;
    if (text.from[at] >= copied) {
      absl::StrAppend(&match.replaced, text.text.substr(copied, text.from[at] - copied), replacement);
    }
    copied = text.upto[last];
    at = last + 1;
  }
  if (!match.found) {
    match.replaced = std::string(raw);
  } else {
    absl::StrAppend(&match.replaced, text.text.substr(copied));
  }
  return match;
}

std::string PatientNames::Replace(absl::string_view text, absl::string_view replacement) const {
  return needles_.empty() ? std::string(text) : Find(text, replacement).replaced;
}

std::string SharedCaseCode(absl::string_view case_code, const PatientNames& names) {
  if (case_code.empty() || names.Holds(case_code)) return std::string(kNoCaseCode);
  return std::string(case_code);
}

std::string SharedFileName(absl::string_view name, const PatientNames& names, absl::string_view case_code) {
  if (!names.Holds(name)) return std::string(name);
  std::string code = SharedCaseCode(case_code, names);
  if (WhyNameRefused(code).has_value()) code = std::string(kNoCaseCode);
  std::string shared = names.Replace(name, code);
  if (!WhyNameRefused(shared).has_value() && !names.Holds(shared)) return shared;
  const std::string suffix = SuffixOf(shared);
  return names.Holds(suffix) || suffix.empty() ? std::string(kNoCaseCode) : absl::StrCat(kNoCaseCode, ".", suffix);
}

}  // namespace millwright::files
