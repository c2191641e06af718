#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fix/memory_store.hpp"
#include "fix/memory_wire.hpp"
#include "gateway/gateway.hpp"
#include "simulation/memory_journal.hpp"
#include "simulation/simulated_time.hpp"
#include "simulator/exchange.hpp"

namespace simulation {

// The whole house in one thread: a gateway, a broker with the simulator's exchange, real FIX sessions on both sides,
// and between them a network, a disk and a time that are plain memory. Nothing happens unless step() is called.
class World final : public fix::SessionOwner, public gateway::GatewayEvents {
 public:
  // `hours` are those of both sides; nothing: always open.
  explicit World(std::vector<gateway::Event> desk, simulator::ExchangeSettings exchange,
                 std::optional<fix::Schedule> hours = std::nullopt);
  ~World() override;

  // One small thing happens, if there is one to happen: a posted call, a commit, a frame on either line, a report of
  // the exchange. False: all is quiet until time goes on.
  bool step();
  // Steps until all is quiet.
  void settle();
  // Lets time go on in small steps, with ticks, settling in between.
  void run_for(std::chrono::milliseconds span);

  void connect();
  // The broker's side is wire_says() only: what the gateway says is heard by nobody.
  void connect_to_nobody();
  void cut();  // what is on the line is lost
  // As a network does: takes notice of a connection that was closed, and dials when the gateway wants to.
  void reconnect();
  // The broker has lost its sequence numbers and what it had sent. Cuts the line.
  void broker_begins_anew();
  // The gateway dies between two steps; its memory and everything that was not durable are gone.
  void crash(bool pending_commit_survives);
  void start_gateway();
  [[nodiscard]] core::Result<void> try_to_start_gateway();
  // The gateway logs out, says its last and ends.
  void stop_gateway();

  // Commands, carried out at once: settles until the answer is there.
  gateway::Answer buy(std::int64_t quantity, const std::string& symbol, const std::string& model,
                      const std::string& limit = "");
  gateway::Answer sell(std::int64_t quantity, const std::string& symbol, const std::string& model,
                       const std::string& limit = "");
  gateway::Answer enter(gateway::EnterOrders command);
  gateway::Answer cancel(const core::OrderId& order);
  gateway::Answer settle(gateway::SettleBreak command);
  gateway::Answer settle_break(std::int64_t number, const std::string& reason,
                               gateway::Settlement settled_as = gateway::Settlement::acknowledged);
  gateway::Answer carry_out(gateway::DeskWish wish, std::string key = "");
  gateway::Viewed look(gateway::ViewRequest request);
  // Without waiting for the answer.
  void post_enter(gateway::EnterOrders command);
  void post_carry_out(gateway::DeskWish wish);

  [[nodiscard]] gateway::SessionStatus session() const { return gateway_->sessions_now().at(0); }
  [[nodiscard]] const gateway::State& state() const { return gateway_->engine().state(); }
  [[nodiscard]] const gateway::Order& order(const core::OrderId& id) const { return *state().orders().find(id); }
  [[nodiscard]] const gateway::Order& last_order() const { return *state().orders().all().back(); }
  // A message that the broker sends as if the exchange had; it waits while the session is not logged on.
  void broker_says(const fix::Message& message);
  // A frame on the line to the gateway that the broker's session never made; | for SOH, framing is put around, with the
  // right CheckSum(10) unless another is given.
  void wire_says(std::string body, const std::string& check_sum = "");

  // Every execution report that the exchange made, whether it arrived or not.
  std::vector<fix::ExecutionReport> reported;
  // Application messages that reached the broker.
  std::vector<fix::Message> broker_received;
  std::vector<gateway::BreakKept> breaks;
  std::vector<std::string> journal_failures;
  std::vector<std::string> troubles;             // of the session, for a person
  std::vector<std::pair<int, int>> passed_over;  // numbers of the broker, by a SequenceReset(4)
  int logons = 0;                                // that the gateway saw
  // What each start came from.
  struct Start {
    std::int64_t snapshot = 0;  // its entry, or 0
    std::int64_t replayed = 0;  // entries after it
    std::string why_none;
  };
  std::vector<Start> starts;
  MemoryJournal journal;
  // For the next start_gateway(), as in GatewaySettings.
  std::optional<core::Time> copied_at;
  std::map<core::SessionName, int> next_out;
  std::map<core::SessionName, int> next_in;
  [[nodiscard]] fix::SequenceNumbers broker_numbers() const { return broker_->numbers(); }
  bool exchange_is_silent = false;  // the broker takes messages and says nothing
  bool line_is_dead = false;        // what either side sends is lost, and nobody is told

 private:
  struct NullLog final : fix::MessageLog {
    void message(const core::SessionName&, Direction, std::string_view) override {}
    void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
  };

  void on_logon(const core::SessionName&) override {}
  void on_logout(const core::SessionName&, std::string_view) override {}
  void on_message(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_unreadable(const core::SessionName&, const fix::UnreadableMessage&) override {}
  void session_changed(const core::SessionName&, std::string_view what) override { logons += what == "logged on"; }
  void session_trouble(const core::SessionName&, std::string_view what) override { troubles.emplace_back(what); }
  void messages_passed_over(const core::SessionName&, int first, int last) override {
    passed_over.emplace_back(first, last);
  }
  void break_kept(const gateway::BreakKept& kept) override { breaks.push_back(kept); }
  void journal_loaded(std::int64_t snapshot, std::int64_t replayed, const std::string& why_none) override {
    starts.push_back({snapshot, replayed, why_none});
  }
  void journal_failed(const core::Error& error) override { journal_failures.push_back(error.text()); }

  void dial();
  void open_broker();
  gateway::Answer order(core::Side side, std::int64_t quantity, const std::string& symbol, const std::string& model,
                        const std::string& limit);
  gateway::Answer wait_for(const std::shared_ptr<std::optional<gateway::Answer>>& answer);

  SimulatedClock clock_;
  NullLog log_;
  std::vector<gateway::Event> desk_;
  std::optional<fix::Schedule> hours_;
  std::deque<std::function<void()>> posted_;
  std::unique_ptr<gateway::Gateway> gateway_;
  fix::MemoryStore broker_store_;
  std::unique_ptr<fix::Session> broker_;
  simulator::Exchange exchange_;
  std::deque<fix::Message> unsent_;
  std::shared_ptr<fix::MemoryLine> to_broker_;
  std::shared_ptr<fix::MemoryLine> to_gateway_;
  int next_key_ = 1;
};

// A desk of one model GROWTH with these invested amounts (in dollars; accounts A1, A2, ...), ample cash, and the
// instruments AAPL, KO (unit 1).
[[nodiscard]] std::vector<gateway::Event> desk_of(const std::vector<std::int64_t>& invested);
[[nodiscard]] simulator::ExchangeSettings lively_exchange(std::uint64_t seed);

}  // namespace simulation
