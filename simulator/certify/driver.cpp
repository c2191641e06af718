#include "simulator/certify/driver.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace simulator::certify {

Driver::~Driver() {
  if (process_ == 0) return;
  kill(-process_, SIGTERM);  // the shell and what it started
  waitpid(process_, nullptr, 0);
}

std::string Driver::start() {
  std::string shell = "sh";
  std::string option = "-c";
  std::string script = command_ + " \"$1\"";
  std::string name = "driver";
  std::string words = waiting_.front().words;
  char* const arguments[] = {shell.data(), option.data(), script.data(), name.data(), words.data(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int problem = posix_spawn(&process_, "/bin/sh", &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (problem == 0) return {};
  process_ = 0;
  return "the driver cannot be started: " + std::string(std::strerror(problem));
}

std::optional<Driver::Answer> Driver::poll() {
  if (waiting_.empty()) return std::nullopt;
  std::string wrong;
  if (process_ == 0) {
    wrong = start();
    if (wrong.empty()) return std::nullopt;
  } else {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == 0) return std::nullopt;
    process_ = 0;
    if (!WIFEXITED(status)) {
      wrong = "the driver was killed";
    } else if (WEXITSTATUS(status) != 0) {
      wrong = "the driver ended with exit code " + std::to_string(WEXITSTATUS(status));
    }
  }
  Answer answer{std::move(waiting_.front()), std::move(wrong)};
  waiting_.pop_front();
  return answer;
}

}  // namespace simulator::certify
