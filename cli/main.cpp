#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/offline.hpp"
#include "cli/run.hpp"
#include "files/text.hpp"

namespace {

constexpr std::size_t max_basket_bytes = 4U << 20U;  // as the gateway takes

constexpr std::size_t max_token_file_bytes = 4'096;

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

cli::Screen screen() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {known ? size.ws_col : 80, !environment("NO_COLOR")};
}

std::string fresh_key() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string key;
  for (int i = 0; i < 32; ++i) key.push_back(digits[random() % 16]);
  return key;
}

void live(const std::string& line) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::cerr << "\r\x1b[K" << line << std::flush;
}

core::Result<std::string> read_file(const std::string& path) {
  return files::read_text(path == "-" ? "/dev/stdin" : path, max_basket_bytes);
}

bool confirm(const std::string& question) {
  std::cerr << question << std::flush;
  std::string answer;
  std::getline(std::cin, answer);  // at its end nobody has said yes
  if (isatty(STDIN_FILENO) == 0) std::cerr << "\n";
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string user() {
  std::string name = environment("USER").value_or("");
  if (const passwd* known = name.empty() ? getpwuid(getuid()) : nullptr; known != nullptr) name = known->pw_name;
  return name.size() <= 64 ? files::cleaned(name) : "";
}

cli::World world() {
  return {.out = [](const std::string& text) { std::cout << text << std::flush; },
          .err = [](const std::string& text) { std::cerr << text << std::flush; },
          .live = live,
          .confirm = confirm,
          .read_file = read_file,
          .fresh_key = fresh_key,
          .sleep = [](int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); },
          .stopped = [] { return false; },  // Ctrl-C ends the process, which holds nothing to be put in order
          .offline = cli::work_offline,
          .user = user(),
          .screen = screen()};
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const cli::Parsed parsed = cli::parse_command({argv + 1, argv + argc}, environment);
  if (!parsed.command) {
    (parsed.exit_code == cli::done ? std::cout : std::cerr) << parsed.text;
    return parsed.exit_code;
  }
  std::string token = parsed.command->token;
  if (const std::string& file = parsed.command->token_file; !file.empty()) {
    auto read = files::read_text(file, max_token_file_bytes).and_then([&](const std::string& text) {
      return cli::token_in(text, file);
    });
    if (!read) {
      std::cerr << read.error().text() << "\n";
      return cli::wrong_use;
    }
    token = *std::move(read);
  }
  auto client = cli::HttpClient::to(parsed.command->gateway, token);
  if (!client) {
    std::cerr << client.error().text() << "\n";
    return cli::wrong_use;
  }
  return cli::run(*parsed.command, *client, world());
}
