// What one seed decides about a run. Everything random in a simulation comes from here.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace suyuan::simulation {

// Small whole numbers only: chances are per thousand, times are virtual milliseconds.
struct Options {
  uint64_t seed = 0;
  int nodes = 3;
  int duration_ms = 3000;    // of trouble; then everything heals and must come to rest
  int heal_ms_max = 20'000;  // within which it must
  int transactions = 24;
  int tick_ms = 10;
  int loss_permille = 0;
  int duplicate_permille = 0;
  int delay_ms_min = 1, delay_ms_max = 5;
  int crash_permille_per_tick = 0;
  int crash_in_write_permille = 0;  // at each step of making a Ready durable
  int restart_ms_min = 20, restart_ms_max = 800;
  int partition_permille_per_tick = 0;
  int one_way = 0;  // partitions cut one direction only
  int block_transactions_max = 4;
  int clock_skew_ms = 0;
};

// Draws a mixture of troubles: some runs have one, some have all.
inline Options DrawOptions(uint64_t seed) {
  std::mt19937_64 random(seed * 0x9E3779B97F4A7C15ull + 1);
  auto upto = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n + 1)); };
  auto sometimes = [&](int n) { return random() % 2 == 0 ? upto(n) : 0; };
  Options o;
  o.seed = seed;
  o.duration_ms = 600 + upto(1800);
  o.transactions = 4 + upto(16);
  o.loss_permille = sometimes(150);
  o.duplicate_permille = sometimes(100);
  o.delay_ms_min = 1;
  o.delay_ms_max = 1 + upto(random() % 4 == 0 ? 200 : 15);
  o.crash_permille_per_tick = sometimes(8);
  o.crash_in_write_permille = sometimes(15);
  o.partition_permille_per_tick = sometimes(6);
  o.one_way = static_cast<int>(random() % 2);
  o.block_transactions_max = 1 + upto(5);
  o.clock_skew_ms = sometimes(2000);
  return o;
}

inline std::string Describe(const Options& o) {
  return "seed " + std::to_string(o.seed) + ": " + std::to_string(o.duration_ms) + " ms, " +
         std::to_string(o.transactions) + " transactions, loss " + std::to_string(o.loss_permille) +
         "‰, duplicates " + std::to_string(o.duplicate_permille) + "‰, delay " +
         std::to_string(o.delay_ms_min) + "–" + std::to_string(o.delay_ms_max) + " ms, crashes " +
         std::to_string(o.crash_permille_per_tick) + "‰ a tick, in writes " +
         std::to_string(o.crash_in_write_permille) + "‰, partitions " +
         std::to_string(o.partition_permille_per_tick) + "‰" + (o.one_way ? " one way" : "") +
         ", skew " + std::to_string(o.clock_skew_ms) + " ms";
}

}  // namespace suyuan::simulation
