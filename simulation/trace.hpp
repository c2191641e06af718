#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace simulation {

// What happened in a run, one line after the other, and a digest of all of it: two runs are the same when their digests
// are. Lines are kept as text only when asked for, because most runs are never looked at.
class Trace {
 public:
  explicit Trace(bool keep_lines) : keep_lines_(keep_lines) {}

  // The parts of a line are joined by spaces.
  void note(core::Time at, std::initializer_list<std::string_view> parts);

  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  void hash(std::string_view bytes);

  bool keep_lines_;
  std::uint64_t digest_ = 0;
  std::size_t count_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace simulation
