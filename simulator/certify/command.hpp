#pragma once

#include <memory>
#include <optional>

namespace CLI {
class App;
}

// The part of the simulator's command line that is about certifications and recordings.
namespace simulator::certify {

inline constexpr int all_passed = 0;
inline constexpr int something_failed = 1;
inline constexpr int wrong_use = 2;
inline constexpr int nobody_came = 3;

class Commands {
 public:
  explicit Commands(CLI::App& app);  // adds certify, record and replay
  ~Commands();
  // After the arguments were parsed. Nothing: they name none of these commands. Otherwise the exit code.
  [[nodiscard]] std::optional<int> run();

 private:
  struct Arguments;
  std::unique_ptr<Arguments> arguments_;
};

}  // namespace simulator::certify
