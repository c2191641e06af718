#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/exchange.hpp"
#include "simulator/scenario/script.hpp"

namespace simulator {

// The exchange with its scenarios: orders that fit one are the script's, all others the market's. As Exchange it is
// pure, and it does not matter how often advance() is called. One thread.
class ScriptedExchange {
 public:
  ScriptedExchange(const ExchangeSettings& settings, std::vector<Scenario> scenarios, const std::string& id_prefix,
                   core::Time start);
  ScriptedExchange(const ScriptedExchange&) = delete;
  ScriptedExchange& operator=(const ScriptedExchange&) = delete;

  // As those of Exchange.
  void receive(const std::string& client, const fix::Message& message, core::Time now);
  void refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now);
  [[nodiscard]] std::optional<core::Time> next_due() const;
  [[nodiscard]] std::vector<Leaving> advance(core::Time now);

  [[nodiscard]] core::Result<void> halt(const core::Symbol& symbol, core::Time now);
  [[nodiscard]] core::Result<void> resume(const core::Symbol& symbol, core::Time now);

  void reseed(std::uint64_t seed, core::Time now);
  // As that of Script: for what comes from now on.
  void load(std::vector<Scenario> scenarios, core::Time now);

  void logged_on(const std::string& client, core::Time now);
  // One step for one order, whether a scenario has it or the market: from then on the script does. Errors: no such
  // order, no such fill.
  [[nodiscard]] core::Result<void> act(const std::string& order_id, const Step& step, core::Time now);
  [[nodiscard]] core::Result<void> can_act(const std::string& order_id, const Step& step, core::Time now);
  // One step about a client's session. REQUIRES: is_about_session(step.what)
  void act_on_session(const std::string& client, const Step& step, core::Time now);

  bool list(const core::Symbol& symbol) { return market_.list(symbol); }
  [[nodiscard]] const Exchange& market() const { return market_; }
  [[nodiscard]] std::vector<const Scenario*> scenarios() const { return script_.scenarios(); }
  // All orders of clients, oldest first, as they are by the latest time that was told.
  [[nodiscard]] std::vector<SeenOrder> orders() const;
  [[nodiscard]] std::optional<SeenOrder> order(const std::string& order_id) const;

 private:
  [[nodiscard]] SeenOrder seen(const Order& order) const;
  // Whether it was for the script, which has it then.
  [[nodiscard]] bool is_scripted(const std::string& client, const fix::Message& message);
  void collect();
  void run_until(core::Time now);
  void let_market_go_on(core::Time until);
  [[nodiscard]] std::optional<core::Price> price(const core::Symbol& symbol, core::Side side) const;

  Exchange market_;
  Script script_;
  core::Time now_;
  std::deque<Leaving> leaving_;                        // have left, and nobody has come for them yet
  std::map<std::string, std::vector<Traded>> traded_;  // in the market, by OrderID(37)
};

}  // namespace simulator
