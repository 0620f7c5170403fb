// How large a randomised test is: small in every build, large where somebody asks for it.
//
//   const int64_t commands = TestSize("MW_COMMANDS", 100'000);   // MW_COMMANDS=1000000 ctest -R RandomCommands
//
// `scripts/test --full` sets MW_TEST_SCALE=10, which multiplies every size that is not set by its own variable.
#ifndef MILLWRIGHT_COMMON_TESTING_SIZES_H_
#define MILLWRIGHT_COMMON_TESTING_SIZES_H_

#include <cstdint>
#include <cstdlib>

namespace millwright::testing_support {

inline int64_t TestSize(const char* variable, int64_t usual) {
  const auto positive = [](const char* name) -> int64_t {
    const char* text = std::getenv(name);
    const int64_t value = text == nullptr ? 0 : std::strtoll(text, nullptr, 10);
    return value > 0 ? value : 0;
  };
  if (const int64_t own = positive(variable)) return own;
  const int64_t scale = positive("MW_TEST_SCALE");
  return usual * (scale > 0 ? scale : 1);
}

}  // namespace millwright::testing_support

#endif  // MILLWRIGHT_COMMON_TESTING_SIZES_H_
