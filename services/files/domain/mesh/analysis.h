// The analysis of a mesh file, in two steps that share everything:
//
//   MeshAnalysis analysis({.size = announced_size, .name = "bracket.stl"});          // while the upload arrives
//   for (each piece) analysis.Feed(piece);
//   MeshReport early = std::move(analysis).Finish();       // box, area, volume so far; "proved open" if it is
//
//   MeshAnalysis analysis({.size = size, .name = name, .exact = true});               // later, over the stored file
//   analysis.Read(file);
//   MeshReport report = std::move(analysis).Finish();
//
// 3MF has its table of contents at the end: it is only measured by Read.
//
// The early step needs constant memory, and that of the vertices where faces name them (OBJ, PLY); the exact one what
// edge_index.h says. Both judge by file-rules, section 5, and
// report every content fault as a finding. Neither ever fails.
//
// Thread-safety: one thread at a time.
#ifndef MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ANALYSIS_H_
#define MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ANALYSIS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/files/domain/finding.h"
#include "services/files/domain/mesh/edge_index.h"
#include "services/files/domain/mesh/measurer.h"
#include "services/files/domain/mesh/mesh_reader.h"
#include "services/files/domain/mesh/solid_facts.h"
#include "services/files/domain/random_access.h"

namespace millwright::files {

struct MeshReport {
  MeshFormat format = MeshFormat::kNone;
  MeshMeasurement measured = {};                    // in the unit of the file
  std::optional<Topology> topology = std::nullopt;  // only after the exact pass
  SolidFacts facts = {};                            // only after the exact pass, unless they were not asked for
  // Millimetres per unit of the file, if it states its unit. All that was measured is in millimetres then.
  std::optional<double> own_unit_mm = std::nullopt;
  std::vector<std::string> solids = {};  // names, if the format has them; at most 100
  std::vector<Finding> findings = {};    // worst first

  Severity verdict() const { return VerdictOf(findings); }
  // The volume, positive, in the cube of the file's unit; nullopt unless the exact pass found the mesh closed and
  // consistently oriented and every shell in order. A wholly inverted mesh is measured flipped.
  std::optional<double> volume() const;
  // Of uniform density, in the coordinates of the file; stated where the volume is and is not zero.
  std::optional<Vec3> centre_of_mass() const;
};

// Published: how much memory one exact pass takes before it goes on on disk.
inline constexpr int64_t kExactMemoryBytes = int64_t{512} << 20;

struct MeshAnalysisOptions {
  int64_t size = 0;       // of the whole file, in bytes; counts in the file are checked against it
  std::string name = {};  // for findings, and for what a file without a recognisable content claims to be
  bool exact = false;
  bool solid_facts = true;  // with the exact pass: hull, oriented box, walls
  // Published cap of the exact pass: the size of the file (of 3MF, which is packed, sixteen times that) and this much
  // more (quality-bars P6).
  int64_t memory_allowance = int64_t{64} << 20;
  // Where the exact pass goes on beyond that, or beyond `exact_memory_bytes`; null: it gives up. Must outlive it.
  ScratchSpace* scratch = nullptr;
  int64_t exact_memory_bytes = kExactMemoryBytes;
  std::optional<HashKey> key = std::nullopt;  // random if not set
};

class MeshAnalysis {
 public:
  explicit MeshAnalysis(MeshAnalysisOptions options);
  void Feed(absl::string_view bytes);
  // The whole file in one go, instead of Feed. False if the disk failed.
  bool Read(const RandomAccess& file);
  // At any time: of all triangles so far. Up to the first kMeshDetectionBytes there are none.
  MeshMeasurement Measured() const { return measurer_.Result(); }
  // What its reader keeps of what it read (mesh_reader.h).
  int64_t held_bytes() const { return reader_ == nullptr ? 0 : reader_->held_bytes(); }
  // Once, after the last byte.
  MeshReport Finish() &&;

 private:
  class Sinks;
  void Start();
  void Begin();
  void ReadPackage(const RandomAccess& file);

  MeshAnalysisOptions options_;
  HashKey key_;
  std::string head_;  // until the format is known
  bool started_ = false;
  int64_t received_ = 0;
  MeshFormat format_ = MeshFormat::kNone;
  FindingList findings_;
  std::unique_ptr<MeshReader> reader_;
  MeshMeasurer measurer_;
  std::unique_ptr<EdgeIndex> index_;
  std::optional<double> own_unit_mm_;
  std::vector<std::string> solids_;
};

}  // namespace millwright::files

#endif  // MILLWRIGHT_SERVICES_FILES_DOMAIN_MESH_ANALYSIS_H_
