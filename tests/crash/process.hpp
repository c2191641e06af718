#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace crash {

// A program that was started here, and is killed when this object or the process that started it goes.
class Process {
 public:
  // What it prints goes to the file, which begins anew. A program that cannot be started ends at once.
  // REQUIRES: called on a thread that lives as long as the program is to
  Process(const std::vector<std::string>& command, const std::string& output);
  ~Process() { kill(); }
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;

  // Whether a line that it printed begins so. Seen at once: the programs flush that line.
  [[nodiscard]] bool said(const std::string& beginning) const;
  [[nodiscard]] std::string output() const;
  [[nodiscard]] bool ended();
  // The exit code; 128 + the signal when one ended it. Waits for the end.
  int wait();
  // SIGKILL, and waits until the kernel has taken everything away from it.
  void kill();
  void stop_running();  // SIGSTOP
  void go_on();         // SIGCONT
  void ask_to_end();    // SIGTERM
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void signal(int number) const;

  pid_t pid_ = -1;
  int exit_code_ = -1;
  std::string output_;
};

}  // namespace crash
