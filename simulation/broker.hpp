#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fix/memory_store.hpp"
#include "simulation/agenda.hpp"
#include "simulation/line.hpp"
#include "simulation/plan.hpp"
#include "simulator/exchange.hpp"

namespace simulation {

// Whether a broker that busts or corrects counts as it says. Others say so, and go on as before.
[[nodiscard]] constexpr bool counts_changes(std::uint64_t b) { return b % 2 == 1; }

// An order as the broker knows it, with the latest of what it said of it.
struct OrderThere {
  fix::NewOrderSingle order;
  fix::ExecutionReport last;  // its counts; empty before the first report
  int arrivals = 0;
};

// A broker: the simulator's exchange behind a FIX session, and the many ways in which brokers are wrong. What it said
// is written down, to be compared with the desk's book.
class Broker final : public fix::SessionOwner, public fix::MessageLog {
 public:
  Broker(Agenda& agenda, Trace& trace, const Plan& plan, std::size_t number, Line& line);
  ~Broker() override;

  [[nodiscard]] const std::string& name() const { return shape_.name; }
  [[nodiscard]] Party& party() { return party_; }

  void start();
  // REQUIRES: it runs
  void stop(bool silently);
  [[nodiscard]] bool runs() const { return session_ != nullptr; }

  // Faults of the session. Those that stop and start it do so within the call.
  void replay_everything();
  void lower_numbers(int by);
  void take_numbers(const fix::SequenceNumbers& of_gateway);  // the operators have telephoned
  void restart_numbers();                                     // both sides' at 1, with ResetSeqNumFlag(141)
  // A SequenceReset(4) takes the place of the last of so many messages that are lost, or comes before the next one.
  void skip_ahead(std::size_t messages, bool at_once);
  void send_reset_back();                  // a SequenceReset(4) to 1, which must not be followed
  void send_big_frame(std::size_t bytes);  // a message of no use to us, sent as a repetition
  void send_second_logon();
  // What was said since the numbers went wrong is said once more, with PossResend(97); so is one report at random.
  void say_again_since_fault();
  void say_again(std::uint64_t which);

  // Faults of the business; nothing happens when there is no order or no fill to go wrong.
  void hold_next_report(std::chrono::milliseconds span) { held_.push_back(span); }
  void misreport(Kind kind, std::uint64_t a, std::uint64_t b);
  void end_of_day();

  // ---- what the broker says happened
  [[nodiscard]] const std::vector<fix::ExecutionReport>& said() const { return said_; }
  [[nodiscard]] const std::map<std::string, OrderThere>& orders() const { return orders_; }
  // Whether it counts, in CumQty(14): not so what misreport() makes, nor a fill that was busted and is not counted
  // since.
  [[nodiscard]] bool is_counted(const fix::ExecutionReport& report) const;
  // Numbers went wrong or started anew, and what was said then may be lost.
  [[nodiscard]] bool may_have_lost() const { return may_have_lost_ || shape_.hours.has_value(); }
  [[nodiscard]] bool is_quiet() const { return waiting_.empty() && late_ == 0; }
  [[nodiscard]] bool logged_on() const { return session_ && session_->logged_on(); }
  [[nodiscard]] fix::SequenceNumbers numbers() const { return session_->numbers(); }

 private:
  void on_logon(const core::SessionName& session) override;
  void on_logout(const core::SessionName& session, std::string_view reason) override;
  void on_message(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) override;
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName& session, fix::EventKind kind, std::string_view text) override;

  void advance();
  void schedule();
  void report(const fix::Message& message);
  void say(fix::ExecutionReport report);
  void flush();
  void numbers_go_wrong();
  // A broker that busts and corrects as it should: its counts move by it.
  void change_fill(Kind kind, const fix::ExecutionReport& fill, std::uint64_t how, fix::ExecutionReport& made);
  [[nodiscard]] std::string forged(const std::string& type, int seq_num, const std::string& fields) const;
  [[nodiscard]] const OrderThere* pick(std::uint64_t which, bool finished) const;
  [[nodiscard]] const fix::ExecutionReport* pick_fill(std::uint64_t which) const;

  Agenda& agenda_;
  Trace& trace_;
  BrokerShape shape_;
  Line& line_;
  Party party_;
  SimulatedClock clock_;
  std::unique_ptr<fix::MemoryStore> store_ = std::make_unique<fix::MemoryStore>();
  std::unique_ptr<fix::Session> session_;
  simulator::Exchange exchange_;
  std::deque<fix::Message> waiting_;  // for the session
  std::vector<fix::ExecutionReport> said_;
  std::map<std::string, OrderThere> orders_;
  struct Changed {  // of a fill: what counts of it now, and the ExecID that names it
    core::Quantity quantity;
    core::Price price;
    std::string exec_id;
  };
  std::map<std::string, Changed> changed_;          // by the fill's ExecID
  std::map<std::string, core::Quantity> restated_;  // what that adds to the exchange's count, by order
  std::deque<std::chrono::milliseconds> held_;
  std::size_t late_ = 0;                 // reports that are held back now
  std::optional<std::size_t> fault_at_;  // where in said_ the numbers went wrong
  bool may_have_lost_ = false;
  int invented_ = 0;
  core::Time next_;
  bool scheduled_ = false;
};

}  // namespace simulation
