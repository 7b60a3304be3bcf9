// The API over a small real ledger, for a load generator (tests/bench/README.md, "HTTP"):
//   build/release/tests/bench/api_server [threads] [target…]
// Prints one URL a line and serves until its standard input ends.
#include <cstdio>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "api/server.h"
#include "contracts/party.h"
#include "tests/api/test_ledger.h"

int main(int argc, char** argv) {
  using namespace suyuan;       // NOLINT: a small program
  using namespace suyuan::api;  // NOLINT
  test::TestLedger ledger;
  ledger.Join(ledger.maker, contracts::kManufacturer);
  Api api(ledger, {});
  boost::asio::io_context io;
  auto server = Server::Start(io, {}, api.MakeFace({{0, 0}, {0, 0}, 1000}));
  if (!server) return std::fprintf(stderr, "%s\n", server.error().ToString().c_str()), 1;
  std::vector<std::thread> threads;
  const int count = argc > 1 ? std::atoi(argv[1]) : 1;
  for (int i = 0; i < count; ++i) threads.emplace_back([&io] { io.run(); });
  const std::string base = "http://127.0.0.1:" + std::to_string((*server)->port());
  std::printf("%s/v1/parties/%s\n%s/v1/status\n", base.c_str(),
              ToString(ledger.maker.party).c_str(), base.c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  (*server)->Stop(1000, nullptr);
  for (auto& thread : threads) thread.join();
  return 0;
}
