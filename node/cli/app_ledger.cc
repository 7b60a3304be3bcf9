// submit, trace, query, proof, disclose, rewrap, verify, export, bench.
#include "node/cli/app_command.h"

namespace suyuan::cli {
namespace {

void AddSubmit(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<SubmitOptions>();
  CLI::App* submit =
      AddCommand(root, "submit", "Build, sign and send transactions from JSON or JSON Lines",
                 "suyuan submit data/01-parties.jsonl --keys devnet/devnet.json");
  submit->add_option("file", options->input, "Transactions; - for standard input")
      ->required()
      ->type_name("FILE");
  AddTargetOptions(submit, options->target);
  submit
      ->add_option("--keys", options->keys,
                   "Key files for the transactions' \"signer\": a directory, or devnet.json")
      ->envname("SUYUAN_KEYS")
      ->type_name("DIR");
  submit->add_option("--party", options->party, "Party code of --key, when there is no --keys")
      ->envname("SUYUAN_PARTY")
      ->type_name("CODE");
  submit
      ->add_option("--genesis", options->genesis,
                   "Sign for this ledger; without it the node is asked for its genesis file")
      ->envname("SUYUAN_GENESIS")
      ->type_name("FILE");
  submit
      ->add_option("--references", options->references,
                   "Keep the names given to new entities here, for later runs")
      ->type_name("FILE");
  submit->add_option("--wait", options->wait, "When a transaction counts as done")
      ->check(CLI::IsMember({"accepted", "committed"}))
      ->capture_default_str();
  Runs(submit, invocation, options, Submit);
}

void AddTrace(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* trace =
      AddCommand(root, "trace", "Where a product code came from, where it went, who answers for it",
                 "suyuan trace 01/06901234567892/21/000001");
  trace->add_option("code", options->code, "Canonical code, or the URI of a QR code")
      ->required()
      ->type_name("CODE");
  trace->add_option("--depth", options->depth, "How many links away from the code")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  trace->add_option("--direction", options->direction, "Towards origin, whereabouts, or both")
      ->check(CLI::IsMember({"backward", "forward", "both"}))
      ->capture_default_str();
  AddTargetOptions(trace, options->target);
  Runs(trace, invocation, options, Trace);
}

void AddQuery(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<QueryOptions>();
  CLI::App* query = AddCommand(root, "query", "Read entities, transactions and blocks",
                               "suyuan query products --filter party=91440101MA5EXAMP0G -o csv");
  query->add_option("what", options->what, "What to read")
      ->required()
      ->check(CLI::IsMember({"parties", "catalog", "products", "batches", "codes", "documents",
                             "flows", "findings", "alerts", "members", "txs", "blocks"}));
  query->add_option("id", options->id, "One of them; without it a list");
  query->add_option("--filter", options->filters, "name=value, may be repeated")
      ->type_name("NAME=VALUE");
  query->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  AddTargetOptions(query, options->target);
  Runs(query, invocation, options, Query);
}

void AddProof(CLI::App& root, Invocation& invocation) {
  CLI::App* group = AddGroup(root, "proof", "Proofs that a transaction is in the ledger",
                             "suyuan proof verify tx.tlog-proof --genesis genesis.json");
  auto get = std::make_shared<ProofGetOptions>();
  CLI::App* get_command = AddCommand(
      *group, "get", "Fetch the proof of a transaction as a file",
      "suyuan proof get "
      "3f0c6a1be2d94785a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718 -o tx.tlog-proof");
  get_command->add_option("tx", get->tx, "Transaction id, 64 hex digits")
      ->required()
      ->type_name("TX");
  get_command->add_option("-o,--out", get->out, "The proof file")->required()->type_name("FILE");
  AddTargetOptions(get_command, get->target);
  Runs(get_command, invocation, get, ProofGet);

  auto verify = std::make_shared<ProofVerifyOptions>();
  CLI::App* verify_command =
      AddCommand(*group, "verify", "Check a proof file, offline, from the genesis file alone",
                 "suyuan proof verify tx.tlog-proof --genesis genesis.json");
  verify_command->add_option("file", verify->file, "The proof file")->required()->type_name("FILE");
  verify_command->add_option("--genesis", verify->genesis, "The ledger's genesis file")
      ->required()
      ->envname("SUYUAN_GENESIS")
      ->type_name("FILE");
  Runs(verify_command, invocation, verify, ProofVerify);
}

void AddDisclose(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<DiscloseOptions>();
  CLI::App* disclose = AddCommand(
      root, "disclose", "Show some fields of a transaction to others, provably and nothing else",
      "suyuan disclose 3f0c6a1be2d94785a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718 "
      "--fields buyer_name,sale_time --key party.key -o sale.tlog-proof");
  disclose->add_option("tx", options->tx, "Transaction id, 64 hex digits")
      ->required()
      ->type_name("TX");
  disclose->add_option("--fields", options->fields, "Their identifiers, with commas between")
      ->required()
      ->delimiter(',')
      ->type_name("NAME,…");
  disclose->add_option("--record", options->record, "Only of this record, from 0 on");
  disclose
      ->add_option("-o,--out", options->out, "The file; check it with suyuan proof verify, offline")
      ->required()
      ->type_name("FILE");
  AddTargetOptions(disclose, options->target);
  Runs(disclose, invocation, options, Disclose);
}

void AddRewrap(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<RewrapOptions>();
  CLI::App* rewrap = AddCommand(
      root, "rewrap", "Answer a claim that your sealed values do not open: wrap their key anew",
      "suyuan rewrap 3f0c6a1be2d94785a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718 "
      "--key party.key");
  rewrap
      ->add_option("finding", options->finding,
                   "Id of the FINDING that claims \"cannot_open\", 64 hex digits")
      ->required()
      ->type_name("TX");
  AddTargetOptions(rewrap, options->target);
  Runs(rewrap, invocation, options, Rewrap);
}

void AddVerify(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verify =
      AddCommand(root, "verify", "Check a whole ledger: every hash, signature, root and outcome",
                 "suyuan verify --data devnet/node-0/data --genesis devnet/genesis.json");
  LedgerPlace& place = options->place;
  CLI::Option* data = verify->add_option(
      "--data", place.data, "Data directory of a node that is not running: checks all of it");
  data->type_name("DIR");
  CLI::Option* backup =
      verify->add_option("--backup", place.backup, "Directory of `suyuan backup`");
  backup->type_name("DIR")->excludes(data);
  AddTargetOptions(verify, place.target);
  place.target.url.clear();
  verify->get_option("--node")
      ->description("A running node; needs --key, because whole blocks are for registered parties")
      ->excludes(data)
      ->excludes(backup)
      ->default_str("");
  verify->add_option("--genesis", options->genesis, "The ledger's genesis file")
      ->required()
      ->envname("SUYUAN_GENESIS")
      ->type_name("FILE");
  verify->add_flag("--log-only", options->log_only,
                   "Hashes, signatures and the log; no execution of contracts");
  verify->parse_complete_callback([options] {
    if (options->place.data.empty() && options->place.backup.empty() &&
        options->place.target.url.empty())
      throw CLI::RequiredError("--data DIR or --node URL or --backup DIR");
  });
  Runs(verify, invocation, options, Verify);
}

void AddExport(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* export_command = AddCommand(
      root, "export", "Write the ledger's transactions as JSON Lines",
      "suyuan export --transactions out --data devnet/node-0/data --genesis devnet/genesis.json");
  export_command
      ->add_option("--transactions", options->directory, "Directory that gets transactions.jsonl")
      ->required()
      ->type_name("DIR");
  export_command
      ->add_option("--data", options->data, "Data directory of a node that is not running")
      ->required()
      ->type_name("DIR");
  export_command->add_option("--genesis", options->genesis, "The ledger's genesis file")
      ->required()
      ->envname("SUYUAN_GENESIS")
      ->type_name("FILE");
  Runs(export_command, invocation, options, ExportTransactions);
}

void AddBench(CLI::App& root, Invocation& invocation) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* bench =
      AddCommand(root, "bench", "Measure a devnet: transactions/s, latency, CPU per transaction",
                 "suyuan bench --devnet devnet/devnet.json --clients 64 --seconds 10 -o json");
  bench->add_option("--devnet", options->devnet, "devnet.json of a running devnet")
      ->required()
      ->type_name("FILE");
  bench->add_option("--clients", options->clients, "Connections, spread over the nodes")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  bench->add_option("--seconds", options->seconds, "How long to measure")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  bench
      ->add_option("--records", options->records,
                   "Records or codes a transaction (default 1, codes 10000)")
      ->check(CLI::Range(1, 10'000));
  bench
      ->add_option(
          "--type", options->type,
          "What is filed: flow is FLOW_RECORD, a sale of 12 fields, 8 of them hidden; doc is "
          "DOC_ANCHOR of 10, 5 hidden; public is the same with none hidden; code is "
          "BATCH_ACTIVATE of item codes")
      ->check(CLI::IsMember({"flow", "doc", "public", "code"}))
      ->capture_default_str();
  bench
      ->add_option("--rate", options->rate,
                   "Open loop at so many transactions/s, latency from the planned time; without it "
                   "each client waits for its answer")
      ->check(CLI::PositiveNumber);
  Runs(bench, invocation, options, Bench);
}

}  // namespace

void AddLedgerCommands(CLI::App& root, Invocation& invocation) {
  AddSubmit(root, invocation);
  AddTrace(root, invocation);
  AddQuery(root, invocation);
  AddProof(root, invocation);
  AddDisclose(root, invocation);
  AddRewrap(root, invocation);
  AddVerify(root, invocation);
  AddExport(root, invocation);
  AddBench(root, invocation);
}

}  // namespace suyuan::cli
