#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/gateway.hpp"
#include "simulation/agenda.hpp"
#include "simulation/line.hpp"
#include "simulation/memory_journal.hpp"
#include "simulation/plan.hpp"

namespace simulation {

// The desk's machine: the real gateway on it, which may die and start again, and its disk.
class Desk final : public gateway::GatewayEvents, public fix::MessageLog {
 public:
  Desk(Agenda& agenda, Trace& trace, const Plan& plan);
  ~Desk() override;

  [[nodiscard]] Party& party() { return party_; }
  // Before the first start.
  void add_line(const core::SessionName& session, Line& line) { lines_.emplace(session, &line); }

  // The program starts. REQUIRES: it does not run
  void start();
  // It dies, with its machine or alone. What was about to be durable may be so.
  void crash(bool with_machine, bool commit_survives);
  // It logs out and is stopped soon after.
  void stop();
  [[nodiscard]] bool runs() const { return gateway_ != nullptr; }
  [[nodiscard]] int starts() const { return starts_; }

  // A command of a person, whom a dead gateway does not answer. REQUIRES: runs
  void enter(const gateway::EnterOrders& command);
  void cancel(const gateway::CancelOrder& command);

  // REQUIRES: runs
  [[nodiscard]] const gateway::Gateway& gateway() const { return *gateway_; }
  [[nodiscard]] const gateway::State& state() const { return gateway_->engine().state(); }
  [[nodiscard]] const MemoryJournal& journal() const { return journal_; }
  // Why the gateway gave up by itself; empty while it did not.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  class DelayedJournal;

  void session_changed(const core::SessionName& session, std::string_view what) override;
  void break_kept(const gateway::BreakKept& kept) override;
  void journal_failed(const core::Error& error) override { failure_ = error.text(); }
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName& session, std::string_view text) override;
  void commit_later();
  void answered(const std::string& key, const gateway::Answer& answer);

  Agenda& agenda_;
  Trace& trace_;
  const Plan& plan_;
  Party party_;
  core::Random random_;
  SimulatedClock clock_;
  std::map<core::SessionName, Line*> lines_;
  MemoryJournal journal_;
  std::unique_ptr<DelayedJournal> delayed_;
  std::unique_ptr<gateway::Gateway> gateway_;
  int starts_ = 0;  // also the life that runs now: what an earlier one posted is not carried out
  std::size_t noted_ = 0;
  std::string failure_;
};

[[nodiscard]] gateway::GatewaySettings gateway_settings(const Plan& plan);
[[nodiscard]] std::vector<gateway::Event> desk_events(const Plan& plan);

}  // namespace simulation
