#pragma once

#include <string>
#include <vector>

#include "audit/database.hpp"
#include "simulation/broker.hpp"

namespace simulation {

// Compares what the brokers say happened with what the desk's database says, and has the book recomputed by audit/.
// Knows neither the gateway's types nor its code: SQL views on one side, the brokers' own reports on the other.
class Checker {
 public:
  Checker(audit::Database& database, const Plan& plan, std::vector<const Broker*> brokers, bool breaks_expected,
          bool states_must_agree)
      : database_(database),
        plan_(plan),
        brokers_(std::move(brokers)),
        breaks_expected_(breaks_expected),
        states_must_agree_(states_must_agree) {}

  // What does not agree, for people; empty when all does.
  [[nodiscard]] std::vector<std::string> check();
  // Those that the database has. REQUIRES: checked
  [[nodiscard]] std::size_t fill_count() const { return fills_.size(); }
  [[nodiscard]] std::size_t change_count() const { return changes_.size(); }  // rows of busts and corrections

 private:
  struct Fill {
    std::string broker, exec_id, order_id, side, quantity, price, trade_date;
    bool is_said = false;
  };
  struct Change {  // a bust or a correction of a fill
    std::string broker, exec_id, kind, fill_exec_id, order_id, quantity, price;
    bool is_said = false;
  };
  struct Break {
    std::string broker, kind, order_id, exec_id, raw;
  };
  struct Order {
    std::string order_id, broker, state, filled;
  };

  [[nodiscard]] bool read();
  // That what accounts carry is what the fills come to as the plan's instruments have it, to the cent.
  void check_costs();
  void check_execution(const Broker& broker, const fix::ExecutionReport& report);
  // How often it was booked: as a fill, or as what it says of one.
  [[nodiscard]] int times_booked(const Broker& broker, const fix::ExecutionReport& report);
  [[nodiscard]] bool names(const fix::ExecutionReport& report, const Change& change) const;
  void check_orders(const Broker& broker);
  void check_state(const Broker& broker, const Order& order);
  [[nodiscard]] bool is_missing_fill_kept(const Broker& broker, const fix::ExecutionReport& report) const;
  void wrong(std::string what) { wrong_.push_back(std::move(what)); }

  audit::Database& database_;
  const Plan& plan_;
  std::vector<const Broker*> brokers_;
  bool breaks_expected_;
  bool states_must_agree_;
  std::vector<Fill> fills_;
  std::vector<Change> changes_;
  std::vector<Break> breaks_;
  std::vector<Order> orders_;
  std::vector<std::string> wrong_;
};

}  // namespace simulation
