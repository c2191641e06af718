#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "simulation/broker.hpp"
#include "simulation/desk.hpp"
#include "simulation/laws.hpp"

namespace simulation {

struct Outcome {
  std::vector<std::string> wrong;  // what broke; empty: all went well
  std::uint64_t digest = 0;        // of everything that happened, in its order
  std::size_t events = 0;
  std::size_t orders = 0;
  std::size_t across = 0;  // orders whose parts are not all in one model
  std::size_t fills = 0;
  std::size_t changes = 0;  // lines of busts and corrections in the trade log
  std::size_t breaks = 0;
  std::size_t restarts = 0;
  std::vector<std::string> trace;  // see run_apart()
};

// One day of a plan: the desk, the brokers and the lines between them, from the first logon to a night in which all
// that was broken is found out, and then the checks.
class Day final {
 public:
  Day(const Plan& plan, Trace::Reader reader);
  ~Day();

  [[nodiscard]] Outcome run();

 private:
  void run_until(core::Time end);
  void look();
  void on_frame(End from, std::string_view frame);
  void act(const Action& action);
  void act_on_desk(const Action& action);
  void act_on_line(const Action& action, Line& line);
  void act_on_session(const Action& action, Broker& broker, Line& line);
  void order(const Action& action);
  void wish(const Action& action);
  [[nodiscard]] std::vector<gateway::AskedPart> parts_of(const Action& action, bool only_brought) const;
  void cancel(const Action& action);
  void retry(const Action& action);
  void crash_later(const Action& action);
  void start_desk();
  void garble(const Action& action, Line& line, End from);
  void drop(Line& line, End from, std::uint64_t count);
  void mangle(Line& line, std::uint64_t how);

  // The night: no more faults, everybody comes back, open orders are cancelled, until nothing moves.
  void settle();
  [[nodiscard]] bool come_to_rest();
  void mend();
  [[nodiscard]] bool is_settled() const;
  void close_open_orders();
  void check_counts();
  void check_books();
  [[nodiscard]] bool is_misreported() const;
  [[nodiscard]] bool may_lose() const;
  [[nodiscard]] bool may_break() const;
  [[nodiscard]] bool any(const std::function<bool(const Action&)>& is) const;

  const Plan& plan_;
  Agenda agenda_;
  Trace trace_;
  Party nobody_;
  Desk desk_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<Broker>> brokers_;
  Laws laws_;
  Outcome outcome_;
  std::vector<gateway::EnterOrders> given_;
  std::unordered_set<std::string> sent_orders_;
  int cancels_ = 0;
  std::size_t steps_to_crash_ = 0;  // 0: none is due
  Action crash_;
  std::size_t events_ = 0;
  bool is_night_ = false;
};

[[nodiscard]] Outcome run_day(const Plan& plan, Trace::Reader reader = {});

}  // namespace simulation
