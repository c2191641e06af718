#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "gateway/http/read_model.hpp"

namespace gateway {

// Where people's reads are done, so that no order waits behind one.
class Reads {
 public:
  using Work = std::function<void(ReadModel&)>;
  virtual ~Reads() = default;
  // Does `work` once, here or on another thread, at once or later; several at a time, each with a read model of its
  // own. False when too much waits already: then it is not done. `work` must not throw.
  [[nodiscard]] virtual bool post(Work work) = 0;
};

inline constexpr int default_read_threads = 2;
inline constexpr int max_read_threads = 16;
// Beyond those in progress. Fewer than connections, so that a crowd of readers hears at once that it is one.
inline constexpr std::size_t max_reads_waiting = 32;

// Reads on a few threads, each with a connection to the database of its own.
class ReadPool final : public Reads {
 public:
  // A read model that gives up what it is at when it is asked to stop.
  using Open = std::function<std::unique_ptr<ReadModel>(std::stop_token)>;

  // REQUIRES: 1 to max_read_threads
  ReadPool(int threads, const Open& open);
  // Gives up the reads in progress, forgets those that wait, and waits for the threads.
  ~ReadPool() override;
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  // From any thread.
  [[nodiscard]] bool post(Work work) override;

 private:
  void do_one(const Work& work);

  std::stop_source stop_;
  const std::size_t most_;  // in progress and waiting
  std::mutex mutex_;
  std::size_t posted_ = 0;                          // and not done yet
  std::vector<std::unique_ptr<ReadModel>> models_;  // those that nobody reads from; as many as threads
  boost::asio::thread_pool threads_;
};

}  // namespace gateway
