#include "node/cli/bench_setup.h"

#include "node/cli/bench_data.h"

namespace suyuan::cli {
namespace {

constexpr const char* kCategory = "0303";
constexpr const char* kProduct = "ebike";
constexpr size_t kPerRequest = 64;

json::Object& FieldsOf(json::Value& transaction) {
  json::Object& record = *transaction.if_object()->at("records").if_array()->front().if_object();
  return *record.at("fields").if_object();
}

Status CheckApplied(const json::Value& result) {
  if (result.Text("state") == "applied") return {};
  const json::Value* problem = result.Find("problem");
  if (problem != nullptr) return ProblemError(0, json::Canonical(*problem));
  return Error{ErrorCode::kInternal, "a transaction of the set-up was not applied"};
}

bool Missing(const Error& error) { return error.code == ErrorCode::kNotFound; }

}  // namespace

Status BenchSetup::ReadData() {
  ByteView text(kExampleData);
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) {
      SUYUAN_ASSIGN_OR_RETURN(contracts::DataLine line,
                              contracts::ParseDataLine(text.substr(0, end)));
      lines_.push_back(std::move(line));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  SUYUAN_ASSIGN_OR_RETURN(references_, ring_.References());
  SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line, ActivationLine());
  const std::string activation = json::Canonical(line->transaction);
  const size_t quote = activation.find("\"01/"), lot = activation.find("/10/");
  if (quote >= lot || lot == std::string::npos)
    return Error{ErrorCode::kInternal, "the example data's item codes carry no lot"};
  lot_prefix_ = activation.substr(quote + 1, lot + 4 - (quote + 1));
  return {};
}

Result<const contracts::DataLine*> BenchSetup::Find(const std::string& type,
                                                    const std::string& what) const {
  for (const contracts::DataLine& line : lines_) {
    if (line.transaction.Text("type") != type) continue;
    if (line.name == what || json::Canonical(line.transaction).find(what) != std::string::npos)
      return &line;
  }
  return Error{ErrorCode::kInternal, "the example data has no " + type + " of " + what};
}

Result<const contracts::DataLine*> BenchSetup::ActivationLine() const {
  return Find("BATCH_ACTIVATE", std::string("$ref:") + kProduct + "-batch");
}

Result<std::vector<TxId>> BenchSetup::File(const std::string& signer,
                                           const json::Array& transactions) {
  SUYUAN_ASSIGN_OR_RETURN(const Signer* key, ring_.Get(signer));
  std::vector<TxId> ids;
  for (size_t start = 0; start < transactions.size(); start += kPerRequest) {
    std::vector<ledger::Parcel> parcels;
    for (size_t i = start; i < std::min(start + kPerRequest, transactions.size()); ++i) {
      SUYUAN_ASSIGN_OR_RETURN(
          json::Value resolved,
          contracts::ResolveReferences(transactions[i], references_, WallClockMs()));
      SUYUAN_ASSIGN_OR_RETURN(
          SignedTransaction tx,
          BuildAndSign(resolved, ledger_, *key, RegistryReaders(directory_, *key), WallClockMs()));
      ids.push_back(tx.id);
      parcels.push_back(std::move(tx.parcel));
    }
    SUYUAN_ASSIGN_OR_RETURN(HttpReply reply, client_.Post("/v1/txs", EncodeSubmissionList(parcels),
                                                          "application/x-protobuf"));
    SUYUAN_ASSIGN_OR_RETURN(json::Value answer, json::Parse(reply.body));
    const json::Value* results = answer.Find("results");
    if (results == nullptr || results->if_array() == nullptr)
      return Error{ErrorCode::kInternal, "the node's answer has no results"};
    for (const json::Value& result : *results->if_array())
      SUYUAN_RETURN_IF_ERROR(CheckApplied(result));
    directory_.Forget();  // these may have changed the registry
  }
  return ids;
}

Status BenchSetup::FileLine(const std::string& type, const std::string& what) {
  SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line, Find(type, what));
  SUYUAN_ASSIGN_OR_RETURN(std::vector<TxId> ids, File(line->signer, {line->transaction}));
  const json::Array& records = *line->transaction.Find("records")->if_array();
  if (!line->name.empty())
    contracts::AddReferences(line->name, ids.front(), static_cast<uint32_t>(records.size()),
                             references_);
  return {};
}

Status BenchSetup::PrepareParty(const std::string& name) {
  SUYUAN_RETURN_IF_ERROR(ring_.Get(name));  // a devnet of one node has no manufacturer
  auto party = client_.GetJson("/v1/parties/" + references_.at("party:" + name));
  if (!party.ok() && !Missing(party.error())) return party.error();
  if (!party.ok()) SUYUAN_RETURN_IF_ERROR(FileLine("PARTY_REGISTER", name + "-registration"));
  if (party.ok() && party->Text("state") == "ACTIVE") return {};
  return FileLine("PARTY_REVIEW", "$party:" + name);
}

Status BenchSetup::PrepareBuyer() { return PrepareParty(kBuyer); }

Status BenchSetup::PrepareCategory() {
  auto category = client_.GetJson(std::string("/v1/catalog/") + kCategory);
  if (category.ok()) return {};
  if (!Missing(category.error())) return category.error();
  return FileLine("CATALOG_PUT", std::string("\"category_code\":\"") + kCategory + "\"");
}

Result<std::string> BenchSetup::FindProduct() {
  SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line, Find("PRODUCT_REGISTER", kProduct));
  json::Value wanted = line->transaction;
  const std::string gtin = *FieldsOf(wanted).at("gtin").if_string();
  std::string cursor;
  do {
    SUYUAN_ASSIGN_OR_RETURN(
        json::Value page,
        client_.GetJson(
            "/v1/products?limit=200&owner=" + references_.at(std::string("party:") + kMaker) +
            (cursor.empty() ? "" : "&cursor=" + UrlEncode(cursor, false))));
    const json::Value* items = page.Find("items");
    if (items == nullptr || items->if_array() == nullptr) break;
    for (const json::Value& item : *items->if_array()) {
      const json::Value* fields = item.Find("fields");
      if (fields != nullptr && fields->Text("gtin") == gtin) return item.Text("id");
    }
    cursor = page.Text("next");
  } while (!cursor.empty());
  return Error{ErrorCode::kNotFound, "the product is not registered"};
}

Status BenchSetup::PrepareProduct() {
  auto found = FindProduct();
  if (!found.ok() && !Missing(found.error())) return found.error();
  if (found.ok()) {
    references_[std::string("ref:") + kProduct] = *found;
    return {};
  }
  SUYUAN_RETURN_IF_ERROR(FileLine("DOC_ANCHOR", std::string(kProduct) + "-docs"));
  SUYUAN_RETURN_IF_ERROR(FileLine("PRODUCT_REGISTER", kProduct));
  return FileLine("PRODUCT_REVIEW", std::string("$ref:") + kProduct);
}

Status BenchSetup::Prepare() {
  SUYUAN_RETURN_IF_ERROR(ReadData());
  SUYUAN_RETURN_IF_ERROR(PrepareParty(kMaker));
  SUYUAN_RETURN_IF_ERROR(PrepareCategory());
  return PrepareProduct();
}

Result<std::vector<BenchBatch>> BenchSetup::NewBatches(uint32_t count, uint64_t quantity) {
  SUYUAN_RETURN_IF_ERROR(FileLine("DOC_ANCHOR", std::string(kProduct) + "-batch-docs"));
  SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line,
                          Find("BATCH_SUBMIT", std::string(kProduct) + "-batch"));
  const std::string run = HexEncode(RandomFixed<Nonce16>().view()).substr(0, 10);
  std::vector<BenchBatch> batches;
  json::Array transactions;
  for (uint32_t i = 0; i < count; ++i) {
    json::Value transaction = line->transaction;
    json::Object& fields = FieldsOf(transaction);
    batches.push_back({EntityId(), "B" + run + "-" + std::to_string(100'000 + i)});
    fields["unit_no"] = batches.back().lot;
    (*fields.at("product_quantity").if_object())["value"] = std::to_string(quantity);
    transactions.push_back(std::move(transaction));
  }
  SUYUAN_ASSIGN_OR_RETURN(std::vector<TxId> ids, File(line->signer, transactions));
  for (uint32_t i = 0; i < count; ++i) batches[i].id = ledger::EntityIdOf(ids[i], 0);
  return batches;
}

Status BenchSetup::Circulate(const std::vector<BenchBatch>& batches, uint32_t parts,
                             uint32_t codes) {
  const std::string example = std::string("$ref:") + kProduct + "-batch";
  for (const BenchBatch& batch : batches) {
    // One a request: they are large.
    for (uint32_t part = 0; part < parts; ++part) {
      SUYUAN_ASSIGN_OR_RETURN(json::Value activation,
                              Activation(batch, uint64_t{part} * codes + 1, codes));
      SUYUAN_RETURN_IF_ERROR(File(kMaker, {std::move(activation)}));
    }
    for (const char* type : {"CODE_PRINT", "BATCH_RELEASE"}) {
      SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line, Find(type, example));
      json::Value transaction = line->transaction;
      (*transaction.if_object())["subject"] = json::Object{{"batch", ToString(batch.id)}};
      SUYUAN_RETURN_IF_ERROR(File(line->signer, {std::move(transaction)}));
    }
  }
  return {};
}

std::string BenchSetup::CodeOf(const BenchBatch& batch, uint64_t serial) const {
  std::string digits = std::to_string(serial);
  digits.insert(0, kSerialDigits - digits.size(), '0');
  return SerialPrefix(batch) + digits;
}

std::string BenchSetup::SerialPrefix(const BenchBatch& batch) const {
  return lot_prefix_ + batch.lot + "/21/";
}

Result<json::Value> BenchSetup::Activation(const BenchBatch& batch, uint64_t first,
                                           uint32_t codes) const {
  SUYUAN_ASSIGN_OR_RETURN(const contracts::DataLine* line, ActivationLine());
  json::Value transaction = line->transaction;
  (*transaction.if_object())["subject"] = json::Object{{"batch", ToString(batch.id)}};
  json::Object& fields = FieldsOf(transaction);
  fields["item_no"] = batch.lot;  // of the list; each unit's own number is its serial
  json::Object& range =
      *fields.at("code_value").if_array()->front().if_object()->at("range").if_object();
  range["prefix"] = SerialPrefix(batch);
  range["count"] = codes;
  range["digits"] = kSerialDigits;
  range["first"] = first;
  return contracts::ResolveReferences(transaction, references_, WallClockMs());
}

}  // namespace suyuan::cli
