// What codes need before they can be activated and sold: registered parties, a category, a product
// with its documents, and fresh batches. All are real transactions, taken from the example data
// and filed over the API; what the ledger holds already is reused.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/cli/http_client.h"
#include "node/cli/key_ring.h"
#include "node/cli/remote_readers.h"

namespace suyuan::cli {

struct BenchBatch {
  EntityId id;
  std::string lot;  // in this batch's codes; at most 20 characters, and of one length
};

class BenchSetup {
 public:
  // `ring` and `client` outlive this.
  BenchSetup(KeyRing& ring, NodeClient& client, const LedgerId& ledger)
      : ring_(ring), client_(client), ledger_(ledger), directory_(client) {}

  // Manufacturer, category and product of the example data's electric bicycle (per_item).
  Status Prepare();
  // The example data's distributor, registered and approved.
  Status PrepareBuyer();
  // `count` approved batches of `quantity` pieces each, under lots that no earlier run used.
  Result<std::vector<BenchBatch>> NewBatches(uint32_t count, uint64_t quantity);
  // The example data's activation of item codes, about `batch` and with codes
  // 01/<gtin>/10/<lot>/21/<kSerialDigits digits> from `first` on: its data line's transaction.
  Result<json::Value> Activation(const BenchBatch& batch, uint64_t first, uint32_t codes) const;
  // One of these codes.
  std::string CodeOf(const BenchBatch& batch, uint64_t serial) const;
  // Activates codes 1 to `parts` × `codes` of each batch, prints and releases them.
  Status Circulate(const std::vector<BenchBatch>& batches, uint32_t parts, uint32_t codes);

  static constexpr uint32_t kSerialDigits = 9;
  static constexpr const char* kMaker = "manufacturer";
  static constexpr const char* kBuyer = "distributor";

 private:
  Status ReadData();
  Status PrepareParty(const std::string& name);
  Status PrepareCategory();
  Status PrepareProduct();
  // The id of the product with the data line's GTIN. E_NOT_FOUND.
  Result<std::string> FindProduct();
  // The first line of this type and, where given, subject or name.
  Result<const contracts::DataLine*> Find(const std::string& type, const std::string& what) const;
  Result<const contracts::DataLine*> ActivationLine() const;
  // Up to the serial number.
  std::string SerialPrefix(const BenchBatch& batch) const;
  // Files transactions of one signer in one request and waits until they are committed.
  Result<std::vector<TxId>> File(const std::string& signer, const json::Array& transactions);
  Status FileLine(const std::string& type, const std::string& what);

  KeyRing& ring_;
  NodeClient& client_;
  const LedgerId ledger_;
  RemoteReaders directory_;
  std::vector<contracts::DataLine> lines_;
  contracts::ReferenceMap references_;
  std::string lot_prefix_;  // of the example data's item codes: "01/<gtin>/10/"
};

}  // namespace suyuan::cli
