#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "fix/messages.hpp"
#include "simulator/order.hpp"
#include "simulator/scenario/scenario.hpp"
#include "simulator/settings.hpp"

namespace simulator {

// What leaves for a client: a message, or a step about its session, which is carried out on the line in its turn.
struct Leaving {
  core::Time due;
  std::string client;
  std::variant<fix::Message, Step> what;

  friend bool operator==(const Leaving&, const Leaving&) = default;
};

// A fill of an order in the market, as it was reported.
struct Traded {
  std::string exec_id;
  core::Quantity quantity;
  core::Price price;
  core::Time time;
};

// An order as a person sees it, in the market or in a scenario.
struct SeenFill {
  std::string exec_id;      // ExecID(17) of its report
  core::Quantity quantity;  // as it counts now: nothing once it is busted
  core::Price price;
  core::Time time;
};
struct SeenOrder {
  const Order* order = nullptr;  // as long as nobody asks the exchange for anything
  bool is_scripted = false;
  bool is_holding = false;             // its reports wait
  const Scenario* scenario = nullptr;  // nothing: of the market, or taken from it by a person
  core::Quantity unfilled;             // also when it has ended
  core::Quantity leaves;               // LeavesQty(151)
  std::vector<SeenFill> fills{};       // that were reported
};

// Error: the step is about a fill, and the order has not so many.
[[nodiscard]] core::Result<void> check_fill(const std::string& order_id, const Step& step, std::size_t fills);

// The orders that scenarios have taken from the market: what is asked and the time in, what leaves out. The same
// scenarios and the same questions at the same times give the same answers. A scenario is obeyed also where no honest
// exchange would do such a thing; what cannot be done at all (a fill when nothing is left, say) is left out.
class Script {
 public:
  // What a unit costs for somebody on this side now; nothing when the symbol is not traded.
  using MarketPrice = std::function<std::optional<core::Price>(const core::Symbol&, core::Side)>;

  // `id_prefix` begins each OrderID(37) and ExecID(17), as in Exchange.
  Script(std::vector<Scenario> scenarios, const ExchangeSettings& settings, std::string id_prefix, MarketPrice price);

  // Each is true when the message is of an order here, or of one that a scenario takes, and has been dealt with.
  bool take(const std::string& client, const fix::NewOrderSingle& request, core::Time now);
  bool cancel(const std::string& client, const fix::OrderCancelRequest& request, core::Time now);
  bool replace(const std::string& client, const fix::OrderCancelReplaceRequest& request, core::Time now);
  bool status(const std::string& client, const fix::OrderStatusRequest& request, core::Time now);
  // Without a scenario an instruction is received and accepted.
  void allocate(const std::string& client, const fix::AllocationInstruction& instruction, core::Time now);
  void logged_on(const std::string& client, core::Time now);

  [[nodiscard]] bool knows(const std::string& order_id) const { return by_order_id_.contains(order_id); }
  // A fill that the market made before the order was taken from it, and whose report leaves only now.
  void note_fill(const fix::ExecutionReport& report);
  // An order of the market is the script's from now on.
  void adopt(Order order, const std::vector<Traded>& fills);
  // A step for one order, or for its client's session, that no scenario has. Errors: there is no such order here, or no
  // such fill.
  [[nodiscard]] core::Result<void> can_act(const std::string& order_id, const Step& step) const;
  [[nodiscard]] core::Result<void> act(const std::string& order_id, const Step& step, core::Time now);
  void act_on_session(const std::string& client, const Step& step, core::Time now);

  // They come before all others; one of the same name takes the place of the earlier one, whose orders keep it.
  void load(std::vector<Scenario> scenarios);
  // Those that orders may still get, the first to be asked first.
  [[nodiscard]] std::vector<const Scenario*> scenarios() const;
  // The orders that are here now, oldest first.
  [[nodiscard]] std::vector<SeenOrder> orders() const;
  [[nodiscard]] std::optional<SeenOrder> order(const std::string& order_id) const;

  [[nodiscard]] std::optional<core::Time> next_due() const;
  // Does the next step. REQUIRES: next_due()
  void advance();
  // What has left since the last call, and which orders were handed over to the market.
  [[nodiscard]] std::vector<Leaving> take_leaving() { return std::exchange(leaving_, {}); }
  [[nodiscard]] std::vector<std::pair<std::string, fix::NewOrderSingle>> take_released() {
    return std::exchange(released_, {});
  }

 private:
  struct Made {
    fix::ExecutionReport report;  // as it was sent first
    std::string exec_id;          // that names it now: of the report, or of its latest correction
    core::Quantity quantity;      // that counts now; nothing once it is busted
    core::Price price;
  };
  struct Run {
    Order order;
    const Scenario* scenario = nullptr;  // nothing: it came from the market
    std::vector<Made> fills;
    bool acknowledged = false;
    bool ended = false;  // otherwise than by being filled
    bool holding = false;
    bool handed_over = false;  // the market has it
    std::vector<fix::Message> held;
  };
  using Request =
      std::variant<std::monostate, fix::OrderCancelRequest, fix::OrderCancelReplaceRequest, fix::AllocationInstruction>;
  // A list of steps that is being gone through.
  struct Course {
    std::string client;
    Run* run = nullptr;  // nothing: it is about no order
    std::span<const Step> steps;
    Request request;
  };
  struct Facts {
    std::string_view client;
    core::Time now;
    const core::Symbol* symbol = nullptr;
    core::Quantity quantity{};
    std::vector<std::string_view> accounts{};
    core::Side side = core::Side::buy;
    core::OrderType type = core::OrderType::market;
  };

  [[nodiscard]] static SeenOrder seen(const Run& run);
  [[nodiscard]] const Scenario* choose(On on, const Facts& facts);
  void begin(Course course, core::Time now);
  [[nodiscard]] Run* find(const std::string& client, const std::string& cl_ord_id);
  [[nodiscard]] bool is_used(const std::string& client, const std::string& cl_ord_id);

  // What the steps do: script_steps.cpp.
  void perform(const Course& course, const Step& step, core::Time now);
  void answer_allocation(const Course& course, const Step& step, core::Time now);
  void report_state(Run& run, const Course& course, const Step& step, core::Time now);
  void end(Run& run, fix::OrdStatus status, fix::ExecType type, const Step& step, core::Time now);
  void fill(Run& run, const Step& step, core::Time now);
  void make_fill(Run& run, core::Quantity quantity, core::Price price, core::Time now);
  void misreport_fill(Run& run, const Step& step, core::Time now);
  void change_fill(Run& run, const Step& step, core::Time now);
  void repeat(Run& run, const Step& step, core::Time now);
  void change_terms(Run& run, const Step& step, core::Time now);
  void release(Run& run, bool reversed, core::Time now);
  void hand_over(Run& run);
  void answer(Run& run, const Course& course, const Step& step, core::Time now);
  void accept_cancel(Run& run, const fix::OrderCancelRequest& request, core::Time now);
  void accept_replace(Run& run, const fix::OrderCancelReplaceRequest& request, core::Time now);
  void refuse(Run& run, const Request& request, int reason, std::string text, core::Time now);

  [[nodiscard]] static core::Quantity left_of(const Run& run);
  [[nodiscard]] static fix::OrdStatus status_of(const Run& run);
  [[nodiscard]] core::Price price_of(const Run& run, const Step& step) const;
  [[nodiscard]] fix::ExecutionReport report_of(const Run& run, fix::ExecType type, core::Time now);
  // What it costs is put on the bill.
  [[nodiscard]] fix::ExecutionReport trade_of(const Run& run, Bill& bill, core::Quantity quantity, core::Price price,
                                              core::Time now);
  void send(Run& run, fix::Message message, core::Time now);

  struct Listed {
    const Scenario* scenario;
    int fitted = 0;  // how often its `when` did, but for its `nth`
  };

  std::deque<Scenario> scenarios_;  // never moved, never removed: orders and courses look at them
  std::vector<Listed> listed_;      // those that are asked, in this order
  ExchangeSettings settings_;       // what is traded, and at what fees
  std::string id_prefix_;
  MarketPrice market_price_;
  std::deque<Run> runs_;  // never moved, never removed
  std::map<std::pair<std::string, std::string>, Run*>
      by_id_;  // client and ClOrdID(11) of orders, cancels, replacements
  std::map<std::string, Run*> by_order_id_;
  std::deque<Step> acted_;  // never moved: courses look at them
  std::uint64_t orders_ = 0;
  std::uint64_t execs_ = 0;
  std::uint64_t begun_ = 0;
  std::map<std::pair<core::Time, std::uint64_t>, Course> agenda_;
  std::vector<Leaving> leaving_;
  std::vector<std::pair<std::string, fix::NewOrderSingle>> released_;
};

}  // namespace simulator
