#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/result.hpp"
#include "gateway/proof/proof.hpp"

namespace gateway {

inline constexpr std::size_t max_jobs_kept = 16;

// Work on the database that takes longer than a request may: one task at a time, on a thread of its own. What became of
// the last few is kept. All calls from any thread.
class Jobs {
 public:
  using Work = std::function<core::Result<std::string>(const Task&, const Progress&)>;

  enum class State { running, finished, failed };
  struct Status {
    std::int64_t id = 0;
    std::string name;
    State state = State::running;
    std::int64_t done = 0;  // of total, in whatever the work counts
    std::int64_t total = 0;
    std::string text;  // finished: the answer, a JSON document; failed: why
  };

  explicit Jobs(Work work);
  // Stops the task under way, and waits for it.
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // The job's id. Error: another is under way.
  [[nodiscard]] core::Result<std::int64_t> start(const std::string& name, Task task);
  // Nothing when there is none of that id any more.
  [[nodiscard]] std::optional<Status> look(std::int64_t id) const;

 private:
  void run();
  bool progressed(std::int64_t done, std::int64_t total);

  Work work_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Status> kept_;  // the newest last
  std::optional<Task> next_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gateway
