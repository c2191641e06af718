#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "gateway/gateway.hpp"
#include "simulation/agenda.hpp"
#include "simulation/disk/disk.hpp"
#include "simulation/disk/disk_journal.hpp"
#include "simulation/line.hpp"
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
  // It dies, alone or with its machine. `writes`: of a batch that is being made durable, so many operations of the disk
  // are still carried out.
  void crash(bool with_machine, std::uint64_t writes);
  // It logs out and is stopped soon after.
  void stop();
  [[nodiscard]] bool runs() const { return gateway_ != nullptr; }
  [[nodiscard]] int starts() const { return starts_; }

  // A command of a person, whom a dead gateway does not answer. REQUIRES: runs
  void enter(const gateway::EnterOrders& command);
  void cancel(const gateway::CancelOrder& command);
  void carry_out(const gateway::DeskCommand& command);

  // REQUIRES: runs
  [[nodiscard]] const gateway::Gateway& gateway() const { return *gateway_; }
  [[nodiscard]] const gateway::State& state() const { return gateway_->engine().state(); }
  [[nodiscard]] bool is_committing() const { return journal_ && journal_->has_pending(); }
  [[nodiscard]] const Disk& disk() const { return *disk_; }
  // Whether a message that a session lets out was made durable before.
  [[nodiscard]] bool is_durable(std::string_view frame) const;
  // Why the gateway gave up by itself; empty while it did not.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  void tick_in(int life);
  class DelayedJournal;

  void session_changed(const core::SessionName& session, std::string_view what) override;
  void session_trouble(const core::SessionName& session, std::string_view what) override;
  void messages_passed_over(const core::SessionName& session, int first, int last) override;
  void break_kept(const gateway::BreakKept& kept) override;
  void journal_loaded(std::int64_t snapshot, std::int64_t replayed, const std::string& why_none) override;
  void journal_failed(const core::Error& error) override { failure_ = error.text(); }
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName& session, fix::EventKind kind, std::string_view text) override;
  void commit_later();
  void answered(const std::string& key, const gateway::Answer& answer);

  Agenda& agenda_;
  Trace& trace_;
  const Plan& plan_;
  Party party_;
  core::Random random_;
  SimulatedClock clock_;
  std::map<core::SessionName, Line*> lines_;
  std::unique_ptr<Disk> disk_ = std::make_unique<Disk>();
  std::unique_ptr<DiskJournal> journal_;
  std::unique_ptr<DelayedJournal> delayed_;
  // Digests of messages that are on the way to the disk, and of those that are there.
  std::vector<std::uint64_t> pending_sent_;
  std::unordered_set<std::uint64_t> durable_sent_;
  std::set<std::string> to_ask_;  // orders, in the next batch
  std::unique_ptr<gateway::Gateway> gateway_;
  int starts_ = 0;  // also the life that runs now: what an earlier one posted is not carried out
  std::string failure_;
};

[[nodiscard]] gateway::GatewaySettings gateway_settings(const Plan& plan);
[[nodiscard]] std::vector<gateway::Event> desk_events(const Plan& plan);

}  // namespace simulation
