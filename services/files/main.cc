// mw_files: projects, uploads, analysis, sharing. Flags and configuration: mw_files --help.
#include "common/rpc/server.h"
#include "millwright/internal/config/v1/config.pb.h"
#include "services/files/files_server.h"

int main(int argc, char** argv) {
  millwright::internal::config::v1::FilesConfig config;
  return millwright::ServiceMain(argc, argv, "files", config, config.mutable_server(),
                                 [&] { return millwright::files::RunFiles(config); });
}
