#include "fix/unexpected.hpp"

#include <exception>
#include <utility>

#include "fix/quickfix.hpp"

namespace fix {
namespace {

thread_local bool is_config_read = false;

// Called by the run time in the place of ending the process; what is thrown here goes on if the function may throw it.
[[noreturn]] void on_unexpected() {
  if (is_config_read) {
    try {
      throw;
    } catch (const std::exception& problem) {
      throw FIX::ConfigError(problem.what());
    }
  }
  std::terminate();
}

}  // namespace

ConfigErrorsOnly::ConfigErrorsOnly() : before_(std::exchange(is_config_read, true)) {
  // Gone from the standard with the specifications, and still there for the libraries that have them.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  static const auto before = std::set_unexpected(on_unexpected);
#pragma GCC diagnostic pop
  static_cast<void>(before);
}

ConfigErrorsOnly::~ConfigErrorsOnly() { is_config_read = before_; }

}  // namespace fix
