// Transactions for benchmarks: one template, built and checked once, whose values each next one
// seals and signs anew (bench_seal.h). All readers that the registry names can open them.
#pragma once

#include <memory>

#include "node/cli/bench_setup.h"
#include "node/cli/devnet.h"

namespace suyuan::cli {

class BenchLoad {
 public:
  virtual ~BenchLoad() = default;
  // The body of the next POST /v1/txs; empty when what was prepared is used up. Not thread-safe.
  virtual Bytes NextBody() = 0;
};

// DOC_ANCHOR of `records` documents of ten fields each: of class REG, five of them hidden, or of
// class PUB, all in clear.
Result<std::unique_ptr<BenchLoad>> MakeDocumentLoad(const LedgerId& ledger, const Signer& signer,
                                                    const ReaderChoice& readers, uint32_t records,
                                                    bool hidden);

// BATCH_ACTIVATE of `codes` item codes, one part of one of `batches` after the other. The template
// is of batches[0]; the next body differs in batch, lot and serials, so no code comes twice.
// E_FORMAT when the template's codes do not carry the lot.
Result<std::unique_ptr<BenchLoad>> MakeCodeLoad(const LedgerId& ledger, const Signer& signer,
                                                const ReaderChoice& readers,
                                                const BenchSetup& setup,
                                                std::vector<BenchBatch> batches, uint32_t codes);

// FLOW_RECORD of `records` sales, the benchmark's record: twelve fields, eight of them hidden, each
// about one code of `batches` that no other record is about. The body is empty when `codes` of each
// batch are sold.
Result<std::unique_ptr<BenchLoad>> MakeFlowLoad(const LedgerId& ledger, const Signer& signer,
                                                const Signer& buyer, const ReaderChoice& readers,
                                                const BenchSetup& setup,
                                                std::vector<BenchBatch> batches, uint64_t codes,
                                                uint32_t records);

}  // namespace suyuan::cli
