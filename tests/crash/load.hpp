#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/client.hpp"
#include "core/random.hpp"

namespace crash {

// A command as a desk's program keeps it: until there is an answer, nobody knows whether it was carried out, and it is
// sent again under the same key.
struct Command {
  std::string key;
  cli::Request request;
  bool is_order = false;  // else a cancel
  enum class State { unknown, done, refused } state = State::unknown;
  std::string order;  // the order that came of it, or that is to be cancelled
  std::string answer;
};

// People and programs at the desk, who enter orders of several models and cancel some.
class Load {
 public:
  // Threads, each with a draw of its own. Both stop at stop().
  Load(const std::string& api, std::uint64_t seed);
  ~Load() { stop(); }

  void start();
  void stop();
  // Sends again what has no answer. False: something still has none.
  bool repeat_unknown();
  // Cancels orders until at most `most` are open.
  void thin_out(const std::vector<std::string>& open, std::size_t most);

  [[nodiscard]] const std::deque<Command>& commands() const { return commands_; }
  [[nodiscard]] std::size_t unanswered() const;
  [[nodiscard]] std::size_t repeated() const { return repeated_; }

 private:
  void work(std::uint64_t seed);
  Command& draw(core::Random& random);
  Command& add(std::string target, std::string body, bool is_order, std::string order);
  bool carry_out(Command& command);

  std::string api_;
  core::Random seeds_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;       // of what follows, while threads run
  std::deque<Command> commands_;   // never moved: a thread holds on to its own
  std::vector<std::string> done_;  // orders, to cancel some
  std::size_t repeated_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace crash
