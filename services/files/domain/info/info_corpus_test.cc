// The corpus of info files: each has exactly its findings, in pieces of any size, cut at any byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "services/files/domain/checks/case_check.h"
#include "services/files/domain/info/info_reader.h"
#include "services/files/testing/info_corpus.h"

namespace millwright::files {
namespace {

using testing::CorpusFile;
using testing::InfoCorpus;

InfoReport Read(const CorpusFile& file, size_t size, size_t piece = SIZE_MAX) {
  InfoReader reader({.name = file.name});
  const absl::string_view bytes = absl::string_view(file.bytes).substr(0, size);
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at)) reader.Feed(bytes.substr(at, piece));
  return std::move(reader).Finish();
}

bool BrokeOff(const InfoReport& report) {
  for (const Finding& finding : report.findings) {
    if (finding.rule == Rule::kInfoTruncated || finding.rule == Rule::kInfoBrokenXml) return true;
  }
  return false;
}

// Everything that is said of the file, as the service says it.
std::set<Rule> Judge(const InfoReport& report, const std::string& name) {
  std::set<Rule> rules;
  for (const Finding& finding : report.findings) rules.insert(finding.rule);
  if (report.facts.kind != InfoKind::kUnknown && !BrokeOff(report) && !rules.contains(Rule::kInfoDoctype) &&
      !rules.contains(Rule::kInfoLimit) && !rules.contains(Rule::kInfoEncoding)) {
    std::vector<CaseFile> files;
    for (const PartFact& part : report.facts.parts) files.push_back({.name = part.filename, .kind = FileKind::kStl});
    const CaseContext context{.info_name = name, .files = files};
    const bool construction = report.facts.kind == InfoKind::kConstructionInfo;
    for (const Finding& finding :
         construction ? CheckConstruction(report.facts, context) : CheckModel(report.facts, context)) {
      rules.insert(finding.rule);
    }
  }
  rules.erase(Rule::kNotStated);
  rules.erase(Rule::kNotCheckedWithoutCenter);
  return rules;
}

std::string Ids(const std::set<Rule>& rules) {
  std::string text;
  for (const Rule rule : rules) absl::StrAppend(&text, InfoOf(rule).id, " ");
  return text;
}

TEST(InfoCorpus, EachFileHasExactlyItsFindings) {
  const std::vector<CorpusFile> corpus = InfoCorpus();
  EXPECT_GE(corpus.size(), 150u);
  for (const CorpusFile& file : corpus) {
    const InfoReport report = Read(file, SIZE_MAX);
    EXPECT_EQ(Ids(Judge(report, file.name)), Ids(file.expected)) << file.what;
    if (file.teeth >= 0) EXPECT_EQ(static_cast<int>(report.facts.teeth.size()), file.teeth) << file.what;
    if (file.parts >= 0) EXPECT_EQ(static_cast<int>(report.facts.parts.size()), file.parts) << file.what;
  }
}

TEST(InfoCorpus, PiecesOfAnySizeGiveTheSame) {
  for (const CorpusFile& file : InfoCorpus()) {
    if (file.bytes.size() > 100'000) continue;
    const std::string whole = Ids(Judge(Read(file, SIZE_MAX), file.name));
    for (const size_t piece : {size_t{1}, size_t{13}, size_t{512}}) {
      EXPECT_EQ(Ids(Judge(Read(file, SIZE_MAX, piece), file.name)), whole) << file.what << " in pieces of " << piece;
    }
  }
}

TEST(InfoCorpus, TruncationAtEveryByteBlocks) {
  int files = 0;
  for (const CorpusFile& file : InfoCorpus()) {
    if (!file.expected.empty() || file.bytes.size() > 3000 || ++files > 25) continue;
    // Behind the root's end tag only white space is left.
    const size_t end = file.bytes.find_last_of('>');
    for (size_t size = 0; size < end; ++size) {
      ASSERT_EQ(Read(file, size).verdict(), Severity::kBlocking) << file.what << " cut at " << size;
    }
  }
  EXPECT_GT(files, 10);
}

int64_t ResidentBytes() {
  long pages = 0, resident = 0;  // NOLINT: what fscanf takes
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  if (file != nullptr) std::fclose(file);
  return resident * sysconf(_SC_PAGESIZE);
}

TEST(InfoCorpus, AHundredMegabytesTakeNoMemory) {
  auto read = [](int64_t size) {
    InfoReader reader({.name = "large.constructionInfo", .limits = {.max_bytes = int64_t{200} << 20}});
    int64_t most = 0;
    testing::WriteLargeInfo(size, [&](const std::string& piece) {
      reader.Feed(piece);
      most = std::max(most, ResidentBytes());
    });
    const InfoReport report = std::move(reader).Finish();
    EXPECT_EQ(report.facts.teeth.size(), 1u);
    EXPECT_GT(report.facts.teeth[0].margin.points, size / 100);
    return most;
  };
  read(int64_t{4} << 20);  // the allocator and expat have what they need
  const int64_t before = ResidentBytes();
#if !defined(__SANITIZE_ADDRESS__)  // its shadow and quarantine are memory, too
  EXPECT_LT(read(int64_t{100} << 20) - before, int64_t{2} << 20);
#else
  read(int64_t{100} << 20);
  (void)before;
#endif
}

}  // namespace
}  // namespace millwright::files
