#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "simulator/scenario/scenario.hpp"

namespace simulator {

// Where a step may stand; a set of bits.
namespace place {
inline constexpr unsigned order = 1, cancel = 2, replace = 4, allocation = 8, logon = 16;
inline constexpr unsigned any_answer = cancel | replace;
inline constexpr unsigned about_order = order | any_answer;
inline constexpr unsigned anywhere = about_order | allocation | logon;
}  // namespace place

// A key that holds a number, Step::count. Without a fallback it must be given.
struct Number {
  std::string_view key{};
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::optional<std::int64_t> fallback{};
};

// One word that may stand behind `do`.
struct Verb {
  std::string_view name;
  Do what;
  unsigned places;
  std::string_view keys{};  // besides `do` and `after_ms`, separated by blanks
  Number number{};

  [[nodiscard]] bool has(std::string_view key) const;
};

// The table of all of them, in the order of Do.
[[nodiscard]] std::span<const Verb> verbs();
[[nodiscard]] const Verb& verb_of(Do what);

// The step as it would stand in a file: { do = "fill", after_ms = 50, quantity = "100" }. Read, it is the same again.
[[nodiscard]] std::string text(const Step& step);
// All that a scenario says, on one line; two that differ have different texts.
[[nodiscard]] std::string text(const Scenario& scenario);

}  // namespace simulator
