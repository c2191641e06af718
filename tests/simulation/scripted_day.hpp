#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fix/memory_store.hpp"
#include "fix/memory_wire.hpp"
#include "gateway/gateway.hpp"
#include "simulation/disk/disk.hpp"
#include "simulation/disk/disk_journal.hpp"
#include "simulation/simulated_time.hpp"
#include "simulator/exchange.hpp"

namespace simulation {

// A short day, always the same, on a simulated disk with a plan of faults: a desk is imported, a broker logs on, orders
// are entered, filled in several pieces, one cancelled, a fill comes for an order that nobody knows. The people at the
// desk repeat with the same key what was not answered or could not be done yet. When the gateway ends, or the power
// goes, it is started again on what `revive` makes of the disk.
class ScriptedDay final : public fix::SessionOwner, public gateway::GatewayEvents {
 public:
  struct Script {
    Disk::Plan plan;                                           // of the first disk
    std::function<std::unique_ptr<Disk>(const Disk&)> revive;  // default: Disk::after_crash
    std::function<void(Disk&)> second;                         // once in each simulated second
    int checkpoint_pages = 60;                                 // so that several checkpoints come into the day
  };

  explicit ScriptedDay(Script script);
  ~ScriptedDay() override;

  void run();
  // What is wrong after the day, one line each; empty when everything holds. Closes the gateway and the database.
  [[nodiscard]] std::vector<std::string> verify();

  [[nodiscard]] const Disk& disk() const { return *disk_; }

  int starts = 0;    // of the gateway
  int failures = 0;  // of the journal, each of which ended the gateway
  int refusals = 0;  // because of a full disk or a locked database
  int waits = 0;     // times at which nothing could be written for a while
  std::size_t fills = 0;

 private:
  struct NullLog final : fix::MessageLog {
    void message(const core::SessionName&, Direction, std::string_view) override {}
    void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
  };
  template <class Command>
  gateway::Answer carry_out(const Command& command);

  void on_logon(const core::SessionName&) override {}
  void on_logout(const core::SessionName&, std::string_view) override {}
  void on_message(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_unreadable(const core::SessionName&, const fix::UnreadableMessage&) override {}
  void session_changed(const core::SessionName&, std::string_view) override {}
  void break_kept(const gateway::BreakKept&) override {}
  void journal_waits(const gateway::NotDurable&) override { ++waits; }
  void journal_failed(const core::Error&) override { ended_ = true; }

  [[nodiscard]] bool start();
  void stop();
  void revive();
  void connect();
  bool step();
  void settle();
  void run_for(std::chrono::milliseconds span);
  gateway::Answer enter(const std::string& key, core::Side side, std::int64_t quantity, const std::string& symbol,
                        const std::string& limit = "");
  [[nodiscard]] const gateway::State& state() const { return gateway_->engine().state(); }
  void compare_with_broker(std::vector<std::string>& wrong);
  void compare_with_replay(std::vector<std::string>& wrong);
  void check_database(std::vector<std::string>& wrong);

  Script script_;
  SimulatedClock clock_;
  NullLog log_;
  std::vector<std::unique_ptr<Disk>> disks_;  // those before, whose connections are closed
  std::unique_ptr<Disk> disk_;
  std::unique_ptr<DiskJournal> journal_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::deque<std::function<void()>> posted_;
  bool ended_ = false;
  fix::MemoryStore broker_store_;
  std::unique_ptr<fix::Session> broker_;
  simulator::Exchange exchange_;
  std::deque<fix::Message> unsent_;
  std::shared_ptr<fix::MemoryLine> to_broker_;
  std::shared_ptr<fix::MemoryLine> to_gateway_;
  std::vector<fix::ExecutionReport> reported_;
  std::vector<fix::Message> broker_received_;
  std::vector<std::string> keys_;  // of orders
  std::chrono::milliseconds gone_{0};
};

}  // namespace simulation
