#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace core {

// What went wrong, for a person. `place` names where (file:line:column, field and tag, command and argument) and may be
// empty when a caller further out knows it better; `message` says what is wrong and what would be right.
struct Error {
  std::string place;
  std::string message;

  [[nodiscard]] std::string text() const { return place.empty() ? message : place + ": " + message; }
  friend bool operator==(const Error&, const Error&) = default;
};

// An expected refusal is a value, never an exception.
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(std::string place, std::string message) {
  return tl::unexpected<Error>(Error{std::move(place), std::move(message)});
}

}  // namespace core
