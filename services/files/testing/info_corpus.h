// A corpus of info files with what has to be found in each: good, damaged and hostile ones, made by this program.
#ifndef MILLWRIGHT_SERVICES_FILES_TESTING_INFO_CORPUS_H_
#define MILLWRIGHT_SERVICES_FILES_TESTING_INFO_CORPUS_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "services/files/domain/rules.h"

namespace millwright::files::testing {

struct CorpusFile {
  std::string what;   // "midline bridge 12-11-21-22"
  std::string name;   // of the file: its suffix is its claim
  std::string bytes;
  std::set<Rule> expected = {};  // every rule found by reading and judging, with all named parts present and no center;
                                 // without "not stated" and "not checked without a center"
  int teeth = -1;                // kept by the reader; -1: not looked at
  int parts = -1;
};

// At least 150 files; deterministic.
std::vector<CorpusFile> InfoCorpus();

// A construction info of about `size` bytes, given to `sink` in pieces: one crown whose margin has as many points as it
// takes. For tests of memory and speed.
void WriteLargeInfo(int64_t size, const std::function<void(const std::string&)>& sink);

}  // namespace millwright::files::testing

#endif  // MILLWRIGHT_SERVICES_FILES_TESTING_INFO_CORPUS_H_
