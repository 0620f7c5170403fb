// How long the disk takes to make an append durable: `mw_disk DIR COUNT` appends 4 KiB and calls fdatasync COUNT times and
// prints {"p50_ms":...,"p99_ms":...}. The floor that benchmark P5 is measured against.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mw_disk DIR COUNT\n");
    return 2;
  }
  const std::string path = std::string(argv[1]) + "/mw_disk.scratch";
  const int count = std::atoi(argv[2]);
  int fd = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_APPEND, 0600);
  if (fd < 0 || count < 10) {
    std::perror("mw_disk");
    return 2;
  }
  const std::string block(4096, 'x');
  std::vector<double> millis;
  for (int i = 0; i < count; ++i) {
    absl::Time start = absl::Now();
    if (write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || fdatasync(fd) != 0) {
      std::perror("mw_disk");
      return 1;
    }
    millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
  }
  close(fd);
  unlink(path.c_str());
  std::sort(millis.begin(), millis.end());
  std::printf("{\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n", millis[millis.size() / 2], millis[millis.size() * 99 / 100]);
  return 0;
}
