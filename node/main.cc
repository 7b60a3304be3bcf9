// The one binary: node and command line.
#include "node/cli/commands.h"

int main(int argc, char** argv) { return suyuan::cli::Main(argc, argv); }
