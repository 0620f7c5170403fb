// Every mesh of the corpus: volume, edges, verdict, the rule that must speak; and each cut off somewhere.
#include "services/files/testing/mesh_corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "services/files/domain/mesh/analysis.h"

namespace millwright::files {
namespace {

MeshReport Analyse(absl::string_view bytes, const std::string& file) {
  MeshAnalysis analysis(
      {.size = static_cast<int64_t>(bytes.size()), .name = file, .exact = true, .solid_facts = false});
  EXPECT_TRUE(analysis.Read(MemoryAccess(bytes)));
  return std::move(analysis).Finish();
}

std::string Text(const MeshReport& report) {
  std::string text;
  for (const Finding& f : report.findings) text += std::string(InfoOf(f.rule).id) + ": " + f.message + "\n";
  return text;
}

TEST(MeshCorpus, IsMeasuredAndJudgedAsItMust) {
  const std::vector<testing::CorpusMesh> corpus = testing::MeshCorpus();
  EXPECT_GE(corpus.size(), 200u);
  for (const testing::CorpusMesh& mesh : corpus) {
    const MeshReport report = Analyse(mesh.bytes, mesh.file);
    SCOPED_TRACE(mesh.name + "\n" + Text(report));
    EXPECT_EQ(report.verdict(), mesh.verdict);
    ASSERT_EQ(report.volume().has_value(), mesh.volume.has_value());
    // Binary STL rounds coordinates to 24 bits.
    if (mesh.volume.has_value()) {
      EXPECT_NEAR(*report.volume() / *mesh.volume, 1, report.format == MeshFormat::kStlBinary ? 1e-6 : 1e-12);
    }
    EXPECT_EQ(report.topology->open_edges, mesh.open_edges);
    EXPECT_EQ(report.topology->non_manifold_edges, mesh.non_manifold_edges);
    EXPECT_EQ(report.topology->inconsistent_edges, mesh.inconsistent_edges);
    // At an edge of three triangles there is no telling which of them is flipped.
    if (mesh.non_manifold_edges == 0) EXPECT_EQ(report.topology->flipped_triangles, mesh.flipped);
    if (!mesh.rule.has_value()) continue;
    EXPECT_TRUE(std::any_of(report.findings.begin(), report.findings.end(),
                            [&](const Finding& finding) { return finding.rule == *mesh.rule; }));
  }
}

TEST(MeshCorpus, CutOffAnywhereIsNeverAcceptedAsTheWhole) {
  std::mt19937 random(11);
  for (const testing::CorpusMesh& mesh : testing::MeshCorpus()) {
    if (!mesh.volume.has_value()) continue;
    std::uniform_int_distribution<size_t> cut(1, mesh.bytes.size() - 24);  // "endsolid part" may lack its end
    const MeshReport report = Analyse(absl::string_view(mesh.bytes).substr(0, cut(random)), mesh.file);
    EXPECT_EQ(report.verdict(), Severity::kBlocking) << mesh.name << "\n" << Text(report);
  }
}

}  // namespace
}  // namespace millwright::files
