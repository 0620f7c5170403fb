// The ZIP around a 3MF model (Open Packaging Conventions), read with limits.
//
// Refused as findings: entry names that leave the archive (absolute, "..", a drive, a backslash) or are there twice,
// encrypted entries, sizes that lie, more than kMaxEntries entries, and entries that unpack to more than kUnpackedBase +
// kUnpackedRatio times the size of the file, or than kUnpackedMost, in sum, counted as they unpack, whatever the archive
// announces.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_PACKAGE_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_PACKAGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/random_access.h"

struct zip;

namespace millwright::files {

class Package {
 public:
  static constexpr int64_t kMaxEntries = 10'000;
  static constexpr int64_t kUnpackedBase = int64_t{64} << 20;  // bytes
  static constexpr int64_t kUnpackedRatio = 100;
  static constexpr int64_t kUnpackedMost = int64_t{2} << 30;  // bytes; so much memory may a model take

  // `source` must outlive the package.
  explicit Package(const RandomAccess& source);
  ~Package();
  Package(const Package&) = delete;
  Package& operator=(const Package&) = delete;

  // Reads and judges the table of contents. False if nothing can be read.
  bool Open(FindingList& findings);
  // Part names begin with "/" and are compared ignoring case.
  bool Has(absl::string_view part) const { return entries_.contains(Folded(part)); }
  // Hands the bytes of a part to `take` until it answers false. False if the part is absent or can't be unpacked to its
  // end; a finding says why.
  bool ReadPart(absl::string_view part, const std::function<bool(absl::string_view)>& take, FindingList& findings);
  int64_t unpacked_bytes() const { return unpacked_; }

  // "/3D/3dmodel.model" of "3D/3dmodel.model", "%20" and the like resolved; "" for a name that leaves the package.
  static std::string PartName(absl::string_view target, absl::string_view base_folder);

 private:
  static std::string Folded(absl::string_view part);
  bool JudgeEntries(int64_t count, FindingList& findings);
  bool IsAnnouncedSize(uint64_t entry, absl::string_view part, int64_t size, FindingList& findings);

  const RandomAccess& source_;
  struct zip* zip_ = nullptr;
  int64_t at_ = 0;  // of the reading library
  std::map<std::string, uint64_t> entries_;
  int64_t unpacked_ = 0;

  struct Callback;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_THREEMF_PACKAGE_H_
