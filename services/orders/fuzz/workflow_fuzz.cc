// Definitions of workflows as text: a text that compiles can be checked, drawn and played without a crash, the drawing is
// a function of the definition, and one that passes the linter settles from every state; what does not compile is
// INVALID_ARGUMENT with a reason.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/errors/error.h"
#include "services/orders/domain/builtin_definitions.h"
#include "services/orders/domain/diagram.h"
#include "services/orders/domain/lint.h"
#include "services/orders/domain/simulation.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace millwright;          // NOLINT
  using namespace millwright::orders;  // NOLINT
  const auto workflow = LoadWorkflow({reinterpret_cast<const char*>(data), size});
  if (!workflow.ok()) {
    Require(absl::IsInvalidArgument(workflow.status()) && !ReasonOf(workflow.status()).empty());
    return 0;
  }
  const Workflow& good = **workflow;
  Require(Lint(good).empty());
  Require(DrawDot(good, "de") == DrawDot(good, "de"));
  Require(!DrawSvg(good, "").empty());
  SimulateAutomaticMoves(good, absl::UnixEpoch());
  const auto again = Workflow::Compile(good.definition());
  Require(again.ok() && (*again)->pin() == good.pin());
  return 0;
}
