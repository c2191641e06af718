#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"

namespace simulation {

// One file's bytes twice: as programs read them, and as the platter holds them. Between the two stand the changes that
// no sync has covered yet. Offsets and sizes are bytes, from 0.
class Inode {
 public:
  [[nodiscard]] const std::string& bytes() const { return now_; }

  void write(std::int64_t offset, std::string_view bytes);
  void truncate(std::int64_t size);
  void sync();
  // What was not durable may be on the platter or not, and no later sync makes it so: the kernel marks pages clean when
  // their writing failed, and tells the program once (lwn.net/Articles/752063, "PostgreSQL's fsync() surprise").
  void sync_failed();

  // The bytes that are found when the power comes back: each change that was not durable is there, missing, or there in
  // some of its 512-byte sectors, each for itself, so also a later one without an earlier.
  [[nodiscard]] std::string after_power_cut(core::Random& random) const;

 private:
  enum class State { waiting, given_up, durable };
  struct Change {
    std::int64_t offset = 0;  // or the new size
    std::string bytes;
    bool is_truncate = false;
    State state = State::waiting;
  };

  void add(Change change);

  std::string now_;
  std::string platter_;
  std::vector<Change> changes_;  // on top of platter_, oldest first
};

}  // namespace simulation
