#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/table.hpp"
#include "core/result.hpp"
#include "files/toml.hpp"
#include "web/client.hpp"

namespace CLI {
class App;
}

// prorata-simulator ctl: the control from a terminal.
namespace simulator {

namespace ctl_exit {
inline constexpr int done = 0;
inline constexpr int refused = 1;        // by the simulator: it says why
inline constexpr int wrong_use = 2;      // arguments, or a file that cannot be read
inline constexpr int not_reachable = 3;  // no control answers there
inline constexpr int not_known = 5;      // asked, and no answer came: whether it was done is not known
}  // namespace ctl_exit

// What the command needs of the world.
struct CtlWorld {
  std::function<tl::expected<web::Response, web::Unanswered>(const files::Address&, const web::Request&)> ask;
  std::function<core::Result<std::string>(const std::string& path)> read_file;
  std::function<void(const std::string&)> out;
  std::function<void(const std::string&)> err;
  cli::Screen screen{};
};
[[nodiscard]] CtlWorld real_ctl_world();

class Ctl {
 public:
  Ctl(CLI::App& app, CtlWorld world);  // adds ctl
  ~Ctl();
  // After the arguments were parsed. Nothing: they name another command. Otherwise the exit code.
  [[nodiscard]] std::optional<int> run();

 private:
  struct Arguments;
  std::unique_ptr<Arguments> arguments_;
};

}  // namespace simulator
