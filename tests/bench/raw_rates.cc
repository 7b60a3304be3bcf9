// What the machine gives, measured beside the product in one run (scripts/bench): appends made
// durable, Ed25519 verifications and signatures. One line of JSON.
//
//   raw_rates DIR SECONDS      DIR: where the append is measured; take the ledgers' disk
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "common/sign.h"

namespace {

using namespace suyuan;  // NOLINT: a program
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// 4 KiB appended, then fdatasync; each second.
double AppendRate(const std::string& directory, double seconds) {
  std::string path = directory + "/raw-rates." + std::to_string(getpid());
  int fd = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) {
    std::perror(path.c_str());
    std::exit(1);
  }
  unlink(path.c_str());
  const std::string block(4096, 'x');
  size_t count = 0;
  Clock::time_point start = Clock::now();
  for (; SecondsSince(start) < seconds; ++count) {
    if (write(fd, block.data(), block.size()) != 4096 || fdatasync(fd) != 0) {
      std::perror("append");
      std::exit(1);
    }
  }
  double rate = static_cast<double>(count) / SecondsSince(start);
  close(fd);
  return rate;
}

// Calls of `job` a second by `threads` threads together.
template <typename Job>
double Rate(unsigned threads, double seconds, const Job& job) {
  std::atomic<uint64_t> total{0};
  std::vector<std::thread> workers;
  Clock::time_point start = Clock::now();
  for (unsigned t = 0; t < threads; ++t)
    workers.emplace_back([&] {
      uint64_t count = 0;
      while (SecondsSince(start) < seconds)
        for (int i = 0; i < 100; ++i, ++count) job();
      total += count;
    });
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(total) / SecondsSince(start);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: raw_rates DIR SECONDS\n");
    return 2;
  }
  const double seconds = std::clamp(std::atof(argv[2]), 0.1, 60.0);
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  SecretSeed seed;
  const SigningKey key(seed);
  const std::string message(45, 'm');  // as long as what a transaction's signer signs
  const Signature signature = key.Sign(message);
  auto verify = [&] {
    if (!VerifySignature(key.public_key(), message, signature)) std::abort();
  };
  std::printf("{\"cores\":%u,\"append_per_s\":%.1f,", cores, AppendRate(argv[1], seconds));
  std::printf("\"verify_one_core_per_s\":%.1f,", Rate(1, seconds, verify));
  std::printf("\"verify_all_cores_per_s\":%.1f,", Rate(cores, seconds, verify));
  std::printf("\"sign_one_core_per_s\":%.1f}\n", Rate(1, seconds, [&] { key.Sign(message); }));
  return 0;
}
