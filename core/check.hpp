#pragma once

// CHECK: an invariant of our own code. It stays on in every build; when it does not hold, the process stops, because a
// gateway that goes on with a broken book does more harm than one that is down. Never use it on what comes from
// outside.

namespace core {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace core

#define CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::core::check_failed(#condition, __FILE__, __LINE__))
