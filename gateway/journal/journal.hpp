#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "fix/session.hpp"
#include "gateway/engine/changes.hpp"
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

  // Makes the batch durable and then calls `done` once, from any thread. One batch at a time: the next only after done.
  // After Why::failed nothing may be committed any more (a failed fsync cannot be trusted when repeated); after the
  // others the next batch must be this one, or one that begins with it.
  virtual void commit(Batch batch, Done done) = 0;
};

}  // namespace gateway
