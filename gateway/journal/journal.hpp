#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "fix/session.hpp"
#include "gateway/engine/archive.hpp"
#include "gateway/engine/changes.hpp"
#include "gateway/engine/snapshot.hpp"
#include "gateway/journal/event.hpp"

namespace gateway {

// What changed in one FIX session's memory.
struct SessionChange {
  fix::SequenceNumbers numbers;
  std::vector<std::pair<int, std::string>> sent;  // MsgSeqNum(34) and bytes
};

// Everything that becomes durable together: the engine's decisions, the rows that people read, and the sequence numbers
// of both directions. Either all of it is there after a crash or none.
struct Batch {
  std::vector<Entry> entries;
  Changes changes;
  std::map<core::SessionName, SessionChange> sessions;
  // What the journal comes to, up to the last of the entries here, so that the next start need not read it all.
  std::optional<Snapshot> snapshot;
};

// Why a batch is not durable.
struct NotDurable {
  enum class Why {
    no_room,  // the disk, a quota or a size limit is full; nothing of the batch was written, it can be repeated
    locked,   // another program holds the database; likewise
    failed,   // anything else, a failed fsync first of all: what is on the disk is not known, nothing may be repeated
  };
  Why why = Why::failed;
  core::Error error;
};
using CommitResult = tl::expected<void, NotDurable>;

// The memory of the gateway, behind which SQL is hidden. Used from the engine's thread.
class Journal {
 public:
  // The batch comes back when it is not durable, for another try.
  using Done = std::function<void(CommitResult result, Batch batch)>;

  virtual ~Journal() = default;

  // Calls `visit` with every entry in order and returns the sessions' numbers. Before the first commit.
  // Errors: an entry that cannot be read or whose hash is wrong; names the entry.
  [[nodiscard]] virtual core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const Entry&)>& visit) = 0;

  // The last snapshot, whole and checked. Error: why there is none that can be used. Before load().
  [[nodiscard]] virtual core::Result<Snapshot> load_snapshot() {
    return core::fail("snapshot", "this journal keeps none");
  }
  // As load, of the entries after the snapshot's. REQUIRES: load_snapshot() gave one
  [[nodiscard]] virtual core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const Entry&)>& visit) {
    return load(visit);
  }

  // Where what was made durable is looked up again; nothing when the journal has no such place: nothing may be let go
  // of then, and there are no snapshots. Lives as long as the journal; used on the engine's thread, while a commit may
  // be under way.
  [[nodiscard]] virtual Archive* archive() { return nullptr; }

  // Makes the batch durable and then calls `done` once, from any thread. One batch at a time: the next only after done.
  // After Why::failed nothing may be committed any more (a failed fsync cannot be trusted when repeated); after the
  // others the next batch must be this one, or one that begins with it.
  virtual void commit(Batch batch, Done done) = 0;
};

}  // namespace gateway
