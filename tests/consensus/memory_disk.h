// A disk for tests: what is durable, and nothing else. Writes in flight belong to TestNode.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "consensus/log_storage.h"

namespace suyuan::consensus::testing {

// A hash that depends on the place and the bytes; fast, and no digest.
Hash TestHash(Index index, Term term, ByteView data);
Entry MakeEntry(uint64_t index, uint64_t term, ByteView data);
// The hash before the first entry, i.e. which ledger this is.
Hash GenesisHash(ByteView ledger = "test ledger");

class MemoryDisk : public LogStorage {
 public:
  MemoryDisk() : genesis_(GenesisHash()) {}

  HardState InitialHardState() const override { return state_; }
  Index LastIndex() const override { return Index(dropped_ + entries_.size()); }
  Index FirstIndex() const override { return Index(dropped_ + 1); }
  Result<Term> TermAt(Index index) const override;
  Result<Hash> HashAt(Index index) const override;
  Result<std::vector<Entry>> Entries(Index from, Index to, size_t bytes_max) const override;

  // One atomic batch; the entries replace any suffix.
  void Write(const std::optional<HardState>& state, const std::vector<Entry>& entries);
  // Prepares a history: one entry a term given, rising index from 1.
  void Preload(const std::vector<uint64_t>& terms, HardState state);
  // Forgets the entries up to `index`, as if they had never been fetched.
  void DropUpTo(Index index);
  // A snapshot: the log is empty and goes on behind `base`.
  void RestartAt(Index index, Term term, const Hash& hash);
  void set_genesis(const Hash& hash) { genesis_ = hash; }
  // From now on reads fail.
  void Break() { broken_ = true; }

  const HardState& state() const { return state_; }
  // nullptr when it is not here.
  const Entry* Find(Index index) const;

 private:
  HardState state_;
  Hash genesis_;
  Entry base_;  // the last dropped entry
  uint64_t dropped_ = 0;
  std::vector<Entry> entries_;
  bool broken_ = false;
};

}  // namespace suyuan::consensus::testing
