// Writes to stdout all that the LevelDB databases below a directory hold: every pair through an
// iterator, and every table and log record by record, dead versions included. For a search of the
// bytes: tables are compressed, so that a search in the files themselves finds nothing.
//
//     store_dump DIRECTORY     → exit 1 when there is no database, or one cannot be read
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <leveldb/db.h>
#include <leveldb/dumpfile.h>
#include <leveldb/env.h>

namespace {

class Stdout final : public leveldb::WritableFile {
 public:
  leveldb::Status Append(const leveldb::Slice& data) override {
    const bool whole = std::fwrite(data.data(), 1, data.size(), stdout) == data.size();
    return whole ? leveldb::Status::OK() : leveldb::Status::IOError("stdout");
  }
  leveldb::Status Close() override { return leveldb::Status::OK(); }
  leveldb::Status Flush() override { return leveldb::Status::OK(); }
  leveldb::Status Sync() override { return leveldb::Status::OK(); }
};

leveldb::Status DumpFiles(const std::filesystem::path& directory, Stdout& out) {
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    const std::string extension = file.path().extension();
    if (extension != ".ldb" && extension != ".sst" && extension != ".log") continue;
    const leveldb::Status status =
        leveldb::DumpFile(leveldb::Env::Default(), file.path().string(), &out);
    if (!status.ok()) return status;
  }
  return leveldb::Status::OK();
}

leveldb::Status DumpPairs(const std::filesystem::path& directory, Stdout& out) {
  leveldb::DB* raw = nullptr;
  leveldb::Status status = leveldb::DB::Open({}, directory.string(), &raw);
  if (!status.ok()) return status;
  const std::unique_ptr<leveldb::DB> db(raw);
  const std::unique_ptr<leveldb::Iterator> at(db->NewIterator({}));
  for (at->SeekToFirst(); at->Valid() && status.ok(); at->Next()) {
    status = out.Append(at->key());
    if (status.ok()) status = out.Append(at->value());
    if (status.ok()) status = out.Append("\n");
  }
  return status.ok() ? at->status() : status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Stdout out;
  int databases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.path().filename() != "CURRENT") continue;
    const std::filesystem::path directory = entry.path().parent_path();
    // The files first: opening a database may compact them.
    for (const auto& dump : {DumpFiles, DumpPairs}) {
      const leveldb::Status status = dump(directory, out);
      if (status.ok()) continue;
      std::fprintf(stderr, "%s: %s\n", directory.c_str(), status.ToString().c_str());
      return 1;
    }
    ++databases;
  }
  return databases > 0 ? 0 : 1;
}
