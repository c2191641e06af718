#pragma once

#include <map>
#include <string>

#include "core/result.hpp"
#include "gateway/engine/snapshot.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

// The last snapshot, in two tables beside the journal: `snapshot_part`, each part with its SHA-256, and one row of
// `snapshot`: which entry it stands for, that entry's hash, the format of the parts, and the SHA-256 of all of this and
// of every part's name and hash. Throws sqlite::Failure.
class SnapshotStore {
 public:
  // Makes the tables if they are not there: what they hold can always be made again from the journal.
  explicit SnapshotStore(sqlite::Database& database);

  // Inside the caller's transaction. `entry_hash` is that of the journal's entry snapshot.seq. A transaction that is
  // rolled back is to be written again.
  void write(const Snapshot& snapshot, const Hash& entry_hash);
  // A whole snapshot, checked against its hashes and against the journal. Error: why there is none that can be used.
  [[nodiscard]] core::Result<Snapshot> load();
  // Of the entry that the snapshot which was loaded stands for.
  [[nodiscard]] const Hash& entry_hash() const { return entry_hash_; }

 private:
  [[nodiscard]] Hash hash_of_all(std::int64_t seq, const Hash& entry_hash) const;
  [[nodiscard]] core::Result<Snapshot> load_parts(std::int64_t seq);

  sqlite::Database& database_;
  Hash entry_hash_{};
  std::map<std::string, Hash> hashes_;  // of each part, by name
};

}  // namespace gateway
