// orders_definition_check FILE...: loads and lints workflow definitions; the build runs it on the built-in ones.
// orders_definition_check --dot FILE, --svg FILE: prints the drawing.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "common/errors/error.h"
#include "services/orders/domain/builtin_definitions.h"
#include "services/orders/domain/diagram.h"

int main(int argc, char** argv) {
  int failures = 0;
  std::string mode;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--dot" || argument == "--svg") {
      mode = argument;
      continue;
    }
    std::ifstream in(argument, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto workflow = millwright::orders::LoadWorkflow(text);
    if (!workflow.ok()) {
      ++failures;
      std::cerr << argument << ": " << workflow.status().message() << "\n";
      for (const std::string& violation : millwright::FieldViolationsOf(workflow.status())) {
        std::cerr << "  " << violation << "\n";
      }
      continue;
    }
    if (mode == "--dot") std::cout << millwright::orders::DrawDot(**workflow, "en");
    if (mode == "--svg") std::cout << millwright::orders::DrawSvg(**workflow, "en");
  }
  return failures == 0 ? 0 : 1;
}
