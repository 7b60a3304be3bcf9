// Every command of `suyuan` as a plain function: options in, data on stdout, messages on stderr, an
// error as a value. Parsing arguments is app.cc's business; README.md says how to add a command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "node/cli/console.h"

namespace suyuan::cli {

// Where the passphrase of a key file comes from: this file, else SUYUAN_PASSPHRASE, else a prompt.
struct PassphraseSource {
  std::string file;
};

// A node to talk to and, optionally, the key that signs requests to it.
struct NodeTarget {
  std::string url = "http://127.0.0.1:7600";
  std::string key_file;  // empty: anonymous, as a consumer
  PassphraseSource passphrase;
};

struct GenesisNewOptions {
  std::string spec, out_directory;
};
Status GenesisNew(const GenesisNewOptions& options, const Console& console);
Status GenesisShow(const std::string& file, const Console& console);

struct KeyNewOptions {
  std::string out;
  std::string kind = "party";  // party, node
  std::string recovery_out;    // party: also make a recovery key, its secret in this file
  PassphraseSource passphrase;
};
Status KeyNew(const KeyNewOptions& options, const Console& console);
Status KeyShow(const std::vector<std::string>& files, const Console& console);

struct NodeRunOptions {
  std::string config;
  PassphraseSource passphrase;
};
Status NodeRun(const NodeRunOptions& options, const Console& console);

struct NodeInitOptions {
  std::string config;
};
Status NodeInit(const NodeInitOptions& options, const Console& console);
Status NodeStatus(const NodeTarget& target, const Console& console);

struct DevnetUpOptions {
  std::string directory;
  uint32_t nodes = 3;
  uint32_t base_port = 7600;
};
Status DevnetUp(const DevnetUpOptions& options, const Console& console);
Status DevnetDown(const std::string& directory, const Console& console);
Status DevnetStatus(const std::string& directory, const Console& console);

struct SubmitOptions {
  std::string input;  // a file, or "-"
  NodeTarget target;
  std::string keys;        // a directory of key files, or devnet.json
  std::string party;       // whose key --key is, when there is no --keys
  std::string genesis;     // its ledger id is signed; empty: asked from the node
  std::string references;  // where names given to entities are kept between runs
  std::string wait = "committed";
};
Status Submit(const SubmitOptions& options, const Console& console);
// The same with the transactions themselves in place of `input`, which messages name.
Status SubmitText(const std::string& text, const SubmitOptions& options, const Console& console);

struct MemberAddOptions {
  std::string node_key_file;  // of the new node; its public half is read
  std::string party, name, peer_address, api_address;
  std::string signer;  // name in --keys
  SubmitOptions submit;
};
Status MemberAdd(const MemberAddOptions& options, const Console& console);
struct MemberChangeOptions {
  std::string node;    // "<party>/<name>", or the id of its key
  std::string action;  // promote, replace, remove, withdraw
  std::string signer;
  SubmitOptions submit;
};
Status MemberChange(const MemberChangeOptions& options, const Console& console);
Status MemberList(const NodeTarget& target, const Console& console);

struct TraceOptions {
  std::string code;
  uint32_t depth = 1;
  std::string direction = "both";
  NodeTarget target;
};
Status Trace(const TraceOptions& options, const Console& console);

struct QueryOptions {
  std::string what;                  // parties, products, …, tx, block
  std::string id;                    // empty: a list
  std::vector<std::string> filters;  // name=value
  uint32_t limit = 100;
  NodeTarget target;
};
Status Query(const QueryOptions& options, const Console& console);

struct ProofGetOptions {
  std::string tx, out;
  NodeTarget target;
};
Status ProofGet(const ProofGetOptions& options, const Console& console);
struct ProofVerifyOptions {
  std::string file, genesis;
};
Status ProofVerify(const ProofVerifyOptions& options, const Console& console);

struct DiscloseOptions {
  std::string tx, out;
  std::vector<std::string> fields;  // identifiers
  std::optional<uint32_t> record;   // only of this one
  NodeTarget target;
};
Status Disclose(const DiscloseOptions& options, const Console& console);

struct RewrapOptions {
  std::string finding;  // id of the FINDING that claims
  NodeTarget target;
};
Status Rewrap(const RewrapOptions& options, const Console& console);

// Where blocks are read from: the first of these that is set.
struct LedgerPlace {
  std::string data;    // directory of a stopped node
  std::string backup;  // directory of `suyuan backup`
  NodeTarget target;   // a running node
};
struct VerifyOptions {
  LedgerPlace place;
  std::string genesis;
  bool log_only = false;
};
Status Verify(const VerifyOptions& options, const Console& console);

struct ExportOptions {
  std::string directory, data, genesis;
};
Status ExportTransactions(const ExportOptions& options, const Console& console);

struct SnapshotCreateOptions {
  std::string data, genesis, out;
};
Status SnapshotCreate(const SnapshotCreateOptions& options, const Console& console);
struct SnapshotInspectOptions {
  std::string file, genesis;
  std::string log_root;  // hex; empty: the checkpoint in the file has to be signed
};
Status SnapshotInspect(const SnapshotInspectOptions& options, const Console& console);

struct BackupOptions {
  std::string directory;
  std::string data;   // of a stopped node; or else
  NodeTarget target;  // a running one
  std::string genesis;
};
Status Backup(const BackupOptions& options, const Console& console);
struct RestoreOptions {
  std::string backup;
  std::string config;  // of the node that will run on it
};
Status Restore(const RestoreOptions& options, const Console& console);

struct BenchOptions {
  std::string devnet;
  uint32_t clients = 64;
  uint32_t seconds = 10;
  uint32_t records = 0;  // a transaction; 0: 1, or 10,000 codes
  // FLOW_RECORD; doc, public: DOC_ANCHOR; code: BATCH_ACTIVATE.
  std::string type = "flow";
  double rate = 0;  // transactions/s in open loop; 0: closed loop
};
Status Bench(const BenchOptions& options, const Console& console);

// The process: parses arguments, runs one command, gives its exit code.
int Main(int argc, const char* const* argv);

}  // namespace suyuan::cli
