#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "core/time.hpp"

namespace simulation {

// What happened in a run, one line after the other, and a digest of all of it: two runs are the same when their digests
// are. Lines become text only when asked for, because most runs are never looked at.
class Trace {
 public:
  // Is given each line at once, so that it is known also when the process dies with the next.
  using Reader = std::function<void(std::string_view line)>;

  // `reader`: nothing when nobody reads.
  explicit Trace(Reader reader) : reader_(std::move(reader)) {}

  // The parts of a line are joined by spaces.
  void note(core::Time at, std::initializer_list<std::string_view> parts);

  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  void hash(std::string_view bytes);

  Reader reader_;
  std::uint64_t digest_ = 0;
  std::size_t count_ = 0;
};

}  // namespace simulation
