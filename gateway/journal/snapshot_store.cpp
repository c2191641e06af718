#include "gateway/journal/snapshot_store.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>

namespace gateway {

namespace {

constexpr std::string_view tables = R"(
CREATE TABLE IF NOT EXISTS snapshot(
  id INTEGER PRIMARY KEY CHECK(id = 1), journal_seq INTEGER NOT NULL, journal_hash BLOB NOT NULL,
  format INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS snapshot_part(name TEXT PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
)";

std::span<const unsigned char> bytes_of(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

Hash sha256(std::span<const unsigned char> bytes) {
  Hash hash{};
  SHA256(bytes.data(), bytes.size(), hash.data());
  return hash;
}

bool same(std::span<const unsigned char> stored, const Hash& hash) {
  return std::equal(stored.begin(), stored.end(), hash.begin(), hash.end());
}

}  // namespace

SnapshotStore::SnapshotStore(sqlite::Database& database) : database_(database) { database_.run(std::string(tables)); }

void SnapshotStore::write(const Snapshot& snapshot, const Hash& entry_hash) {
  if (snapshot.is_whole) {
    database_.run("DELETE FROM snapshot_part");
    hashes_.clear();
  }
  sqlite::Statement remove(database_, "DELETE FROM snapshot_part WHERE name = ?");
  for (const std::string& name : snapshot.removed) {
    remove.bind(name).execute();
    hashes_.erase(name);
  }
  sqlite::Statement keep(database_,
                         "INSERT INTO snapshot_part VALUES(?,?,?) "
                         "ON CONFLICT(name) DO UPDATE SET hash = excluded.hash, bytes = excluded.bytes");
  for (const Snapshot::Part& part : snapshot.parts) {
    const Hash hash = sha256(bytes_of(*part.bytes));
    keep.bind(part.name).bind_blob(hash).bind_blob(bytes_of(*part.bytes)).execute();
    hashes_[part.name] = hash;
  }
  const Hash all = hash_of_all(snapshot.seq, entry_hash);
  sqlite::Statement row(database_, "INSERT OR REPLACE INTO snapshot VALUES(1,?,?,?,?)");
  row.bind(snapshot.seq).bind_blob(entry_hash).bind(snapshot_format).bind_blob(all).execute();
}

Hash SnapshotStore::hash_of_all(std::int64_t seq, const Hash& entry_hash) const {
  std::string content = fmt::format("{} {} {}", snapshot_format, seq, hex(entry_hash));
  for (const auto& [name, hash] : hashes_) {
    content.append(1, '\0').append(name).append(1, '\0').append(hash.begin(), hash.end());
  }
  return sha256(bytes_of(content));
}

core::Result<Snapshot> SnapshotStore::load() {
  hashes_.clear();
  sqlite::Statement row(database_,
                        "SELECT s.journal_seq, s.format, s.journal_hash, s.hash, j.hash FROM snapshot AS s "
                        "LEFT JOIN journal AS j ON j.seq = s.journal_seq");
  if (!row.row()) return core::fail("snapshot", "there is none yet");
  const std::int64_t seq = row.integer(0);
  if (row.integer(1) != snapshot_format) {
    return core::fail("snapshot",
                      fmt::format("its format is {}, this version reads {}", row.integer(1), snapshot_format));
  }
  Hash entry_hash{};
  const auto journal_hash = row.blob(2);
  if (journal_hash.size() != entry_hash.size()) return core::fail("snapshot", "the hash of its entry is too short");
  std::copy(journal_hash.begin(), journal_hash.end(), entry_hash.begin());
  if (!same(row.blob(4), entry_hash)) {
    return core::fail("snapshot",
                      fmt::format("journal entry {}, for which it stands, is not the one that it was made of", seq));
  }
  core::Result<Snapshot> snapshot = load_parts(seq);
  entry_hash_ = entry_hash;
  if (snapshot && !same(row.blob(3), hash_of_all(seq, entry_hash))) {
    return core::fail("snapshot", "its hash does not match: a part is missing, or was changed");
  }
  return snapshot;
}

core::Result<Snapshot> SnapshotStore::load_parts(std::int64_t seq) {
  Snapshot snapshot{.seq = seq, .is_whole = true, .parts = {}, .removed = {}};
  sqlite::Statement select(database_, "SELECT name, hash, bytes FROM snapshot_part");
  while (select.row()) {
    std::string name(select.text(0));
    const auto bytes = select.blob(2);
    const Hash hash = sha256(bytes);
    if (!same(select.blob(1), hash)) return core::fail("snapshot", "the hash of its part " + name + " does not match");
    hashes_[name] = hash;
    auto kept = std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    snapshot.parts.push_back({std::move(name), std::move(kept)});
  }
  return snapshot;
}

}  // namespace gateway
