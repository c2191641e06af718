#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "fix/session.hpp"

namespace simulator {

// A message for a client, and when it leaves.
struct Outgoing {
  core::Time due;
  std::string client;
  fix::Message message;

  friend bool operator==(const Outgoing&, const Outgoing&) = default;
};

// Messages until they leave: in the order of time, and of those of one time the one that came first.
class Outbox {
 public:
  void add(core::Time due, const std::string& client, fix::Message&& message);
  [[nodiscard]] std::optional<core::Time> next_due() const;
  // What leaves until `now`, that included.
  [[nodiscard]] std::vector<Outgoing> take(core::Time now);

 private:
  struct Place {
    core::Time due;
    std::uint64_t number;  // rises with each message
    std::size_t slot;      // of its message
  };
  [[nodiscard]] static bool is_later(const Place& a, const Place& b);

  // Messages are large: they stay where they are, and a heap of their places is sorted.
  std::vector<Place> places_;
  std::vector<Outgoing> messages_;
  std::vector<std::size_t> free_slots_;
  std::uint64_t added_ = 0;
};

}  // namespace simulator
