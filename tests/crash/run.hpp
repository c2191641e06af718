#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "tests/crash/books.hpp"
#include "tests/crash/load.hpp"
#include "tests/crash/place.hpp"
#include "tests/crash/process.hpp"

namespace crash {

// What was done and how long it took, for the closing table.
struct Tally {
  std::map<std::string, int> kills;  // by what was going on
  int amid_commit = 0;               // of them: a transaction was half written
  int audits = 0;
  std::map<std::string, std::chrono::nanoseconds> time;  // by what it went to
};

// One desk, one exchange, and all that happens to them. Every member that can find something wrong throws Wrong.
class Run {
 public:
  struct Wrong {
    std::vector<std::string> what;
  };

  Run(const Place& place, std::uint64_t seed);

  // Load, a kill or a pause at some moment, a restart that may be killed as well, and then both books.
  void cycle();
  // Both programs end as they are asked to, and everything is compared once more.
  void close();

  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] const Load& load() const { return load_; }
  [[nodiscard]] const ExchangeBook& exchange() const { return exchange_.book(); }
  [[nodiscard]] const DeskBook& desk() const { return desk_.book(); }

 private:
  void start_simulator();
  void start_gateway();
  void kill_gateway(bool under_load);
  void pause(Process& process, const std::string& name);
  void restart_and_kill_again();
  void log_on();
  void settle();
  void audit();
  [[nodiscard]] std::string phase(bool under_load) const;
  void until(const std::string& what, const std::function<bool()>& holds);
  void wait_at_random(int most_ms);

  const Place& place_;
  core::Random random_;
  Load load_;
  std::optional<Process> simulator_;
  std::optional<Process> gateway_;
  ExchangeReader exchange_;
  DeskReader desk_;
  Tally tally_;
  std::uintmax_t messages_before_ = 0;  // length of the gateway's FIX log when it was started
  int usual_start_ms_ = 150;
  int cycles_ = 0;
};

}  // namespace crash
