#pragma once

#include <sys/types.h>

#include <deque>
#include <optional>
#include <string>

namespace simulator::certify {

// A command that handles the client in a person's place: it is run in a shell for each thing that is asked, one after
// the other, with the words as its last argument. What it prints goes to stderr.
class Driver {
 public:
  explicit Driver(std::string command) : command_(std::move(command)) {}
  ~Driver();  // ends what still runs
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  struct Ask {
    std::string words;
    bool is_check = false;
  };
  struct Answer {
    Ask ask;
    std::string wrong;  // why it was not done, or is not so; empty: all is well
  };
  // Does not wait.
  void ask(Ask ask) { waiting_.push_back(std::move(ask)); }
  // Starts the next when none runs, and tells of one that has ended since.
  [[nodiscard]] std::optional<Answer> poll();

 private:
  [[nodiscard]] std::string start();  // what is wrong, or empty

  std::string command_;
  pid_t process_ = 0;        // 0: none runs
  std::deque<Ask> waiting_;  // the one that runs is in front
};

}  // namespace simulator::certify
