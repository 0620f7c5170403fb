// Patients' names in bytes of which nobody says what they are: metadata of pictures and PDFs, headers, what follows the
// data of a mesh. PatientNames looks in texts; this looks for the same words as they would stand in memory: in UTF-8
// (composed or not), UTF-16 of either order, and the 8-bit code pages that CAD programs write, in any case.
//
// It is the last look at whatever leaves: what it finds can't be cleaned, only refused. Words of three and four bytes
// occur in any geometry by chance; they count only within a run of readable text.
//
// About 1 GB/s, memory as large as the words. The pieces that bytes come in make no difference.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_NAME_BYTES_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_NAME_BYTES_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/sharing/patient_names.h"

namespace millwright::files {

// Shorter words have to stand in a run of readable text of kMinReadableRun bytes.
inline constexpr size_t kMinBareNameBytes = 5;
inline constexpr size_t kMinReadableRun = 8;

class NameBytes {
 public:
  explicit NameBytes(const PatientNames& names);

  void Feed(absl::string_view bytes);
  // Once, after the last byte.
  void Finish();
  bool found() const { return found_; }

  // All of `bytes` at once, without a word to what was fed.
  bool In(absl::string_view bytes) const;

 private:
  // A word in one encoding: the byte of the small and of the capital letter at each place.
  using Pattern = std::vector<std::array<uint8_t, 2>>;

  void AddWord(const std::string& word, const char* encoding);
  // The first hit that begins in [from, upto) of `bytes`.
  bool Search(absl::string_view bytes, size_t from, size_t upto) const;
  bool Fits(const Pattern& pattern, absl::string_view bytes, size_t at) const;
  static bool IsReadable(absl::string_view bytes, size_t at, size_t size);

  std::vector<Pattern> patterns_;
  std::array<std::vector<uint16_t>, 256> by_first_;  // indices of the patterns that may begin with a byte
  std::bitset<65536> pairs_;                         // pairs of bytes that some pattern begins with
  size_t longest_ = 0;
  std::string kept_;      // the last bytes, for hits over a border
  size_t searched_ = 0;   // bytes of kept_ at which hits were looked for
  bool found_ = false;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_SHARING_NAME_BYTES_H_
