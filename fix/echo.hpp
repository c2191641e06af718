#pragma once

#include <deque>
#include <string>
#include <unordered_set>

#include "fix/quickfix.hpp"

// Private to fix/.
namespace fix {

// What a session that echoes gives back.
class Echo {
 public:
  [[nodiscard]] static bool knows(const FIX::Message& message);
  // False: an order that may have been sent before, and was.
  [[nodiscard]] bool takes(const FIX::Message& message);

 private:
  static constexpr std::size_t max_remembered = 100'000;

  void remember(const std::string& order);

  std::unordered_set<std::string> orders_;  // ClOrdID(11) of those that came
  std::deque<std::string> in_turn_;         // the same, the oldest in front
};

}  // namespace fix
