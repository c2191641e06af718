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

// The memory of the gateway, behind which SQL is hidden. Used from the engine's thread.
class Journal {
 public:
  using Done = std::function<void(core::Result<void>)>;

  virtual ~Journal() = default;

  // Calls `visit` with every entry in order and returns the sessions' numbers. Before the first commit.
  // Errors: an entry that cannot be read or whose hash is wrong; names the entry.
  [[nodiscard]] virtual core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const Entry&)>& visit) = 0;

  // Makes the batch durable and then calls `done` once, from any thread. One batch at a time: the next only after done.
  // Error: it is not durable, and nothing may be committed after it (a failed fsync cannot be trusted when repeated).
  virtual void commit(Batch batch, Done done) = 0;
};

}  // namespace gateway
