#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "gateway/broker_line.hpp"
#include "gateway/commands.hpp"
#include "gateway/engine/engine.hpp"
#include "gateway/journal/journal.hpp"
#include "gateway/outbox.hpp"
#include "gateway/session_watch.hpp"

namespace gateway {

struct BrokerSettings {
  fix::SessionSettings session;
  std::string address;  // for people
};

struct GatewaySettings {
  EngineSettings engine;
  std::vector<BrokerSettings> brokers;
  // When the database is a copy of another gateway's that nobody has worked on yet: when it was made.
  std::optional<core::Time> copied_at;
  // MsgSeqNum(34) with which a session goes on sending, where the broker expects a higher one than we remember, and
  // which is expected of the broker, where it goes on with lower ones than it had used. When the schedule has begun a
  // new window since, they are numbers of the new one.
  std::map<core::SessionName, int> next_out;
  std::map<core::SessionName, int> next_in;
};

// What the gateway does, for the log of the program that runs it.
class GatewayEvents {
 public:
  virtual ~GatewayEvents() = default;
  virtual void session_changed(const core::SessionName& session, std::string_view what) = 0;
  // Why a session does not come about, or something on it that a person should look at; once for each cause until the
  // next logon.
  virtual void session_trouble(const core::SessionName& /*session*/, std::string_view /*why*/) {}
  // The broker's SequenceReset(4) passes over its messages `first` to `last`, which never came; all open orders are
  // asked about.
  virtual void messages_passed_over(const core::SessionName& session, int first, int last) {
    (void)session, (void)first, (void)last;
  }
  virtual void break_kept(const BreakKept& kept) = 0;
  // What the start came from: the snapshot of entry `snapshot` (0: none, and `why_none`), and entries after it.
  virtual void journal_loaded(std::int64_t snapshot, std::int64_t replayed, const std::string& why_none) {
    (void)snapshot, (void)replayed, (void)why_none;
  }
  // Nothing leaves until the journal has been written: its disk is full, or the database is locked. Told again when the
  // reason changes.
  virtual void journal_waits(const NotDurable& why) { (void)why; }
  virtual void journal_goes_on(const NotDurable& waited_for) { (void)waited_for; }
  // Nothing leaves any more; end the process.
  virtual void journal_failed(const core::Error& error) = 0;
  // The journal does not give back what it was given: which order, and why. End the process before this returns, as a
  // power cut would; if it returns, a CHECK does.
  virtual void journal_damaged(const core::Error& error) { (void)error; }
};

// The whole gateway without its edges: engine, outbox and FIX sessions on one thread. Clock, journal, network and the
// way onto the engine's thread are handed in, so a test runs all of it with simulated time, disk and network.
class Gateway final : public CommandPort, private Brokers, private fix::SessionOwner, private Outbox::Owner {
 public:
  // All references must outlive the gateway. `post` runs things on the engine's thread, on which everything but the
  // CommandPort is called.
  Gateway(GatewaySettings settings, Journal& journal, const core::Clock& clock, fix::MessageLog& log,
          GatewayEvents& events, Outbox::Post post);

  // Replays the journal, or sets up the desk in an empty one, and opens the sessions.
  // Errors: of Journal::load and fix::Session::create; a book that does not balance; a `next_out` or `next_in` of no
  // session, a `next_out` below what was sent, a `next_in` that would pass over messages.
  [[nodiscard]] core::Result<void> start(std::vector<Event> desk);

  // REQUIRES: started; the name of a configured session
  [[nodiscard]] fix::Peer& peer(const core::SessionName& session);
  // What the network should log to: from it people learn why a session does not come about.
  [[nodiscard]] fix::MessageLog& session_log() { return watch_; }
  [[nodiscard]] const Engine& engine() const { return engine_; }
  [[nodiscard]] bool is_idle() const { return outbox_.is_idle(); }
  [[nodiscard]] bool is_any_connected() const;
  [[nodiscard]] std::vector<SessionStatus> sessions_now() const;
  // To be called about every second: tries again to write what could not be written. The first time, orders that
  // brokers had said nothing of when the last life ended become uncertain.
  void tick();
  // Sends Logout(5) on every session and takes no more commands.
  void log_out();

  // CommandPort: from any thread.
  void submit(EnterOrders command, std::function<void(Answer)> done) override;
  void submit(CancelOrder command, std::function<void(Answer)> done) override;
  void submit(SettleBreak command, std::function<void(Answer)> done) override;
  void submit(DeskCommand command, std::function<void(Answer)> done) override;
  void look(ViewRequest request, std::function<void(Viewed)> done) override;
  void status(std::function<void(DeskStatus)> done) override;

 private:
  [[nodiscard]] bool is_known(const core::SessionName& broker) const override;
  [[nodiscard]] bool is_logged_on(const core::SessionName& broker) const override;
  [[nodiscard]] core::Result<int> send(const core::SessionName& broker, const fix::Message& message) override;
  void has_no_price(const core::SessionName& broker, const core::Symbol& symbol, const std::string& why) override;

  void on_logon(const core::SessionName& session) override;
  void on_logout(const core::SessionName& session, std::string_view reason) override;
  void on_message(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) override;
  void on_resend_asked(const core::SessionName& session, int first, int last) override;
  void on_repeated(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_passed_over(const core::SessionName& session, int first, int last, bool is_gap_fill) override;

  template <class Decide>
  void decide_whole(Decide decide);
  [[nodiscard]] core::Result<void> open_line(const BrokerSettings& broker, fix::SequenceNumbers numbers);
  // What an operator says that the numbers are. False: nothing.
  [[nodiscard]] core::Result<bool> set_numbers(const core::SessionName& name, fix::SequenceNumbers& numbers) const;
  // The journal into the engine, from the last snapshot if that can be used.
  [[nodiscard]] core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load();
  void complete(Batch& batch) override;
  void batch_waits(const NotDurable& why) override { events_.journal_waits(why); }
  void batch_goes_on(const NotDurable& waited_for) override { events_.journal_goes_on(waited_for); }
  void batch_failed(const core::Error& error) override { events_.journal_failed(error); }
  [[nodiscard]] std::string why_it_waits() const;  // empty: it does not
  [[nodiscard]] std::string state_of(const fix::Session& session) const;
  // Runs `decide` as one step on the engine's thread and lets its answer out when it is durable.
  void step(std::function<Answer()> decide, std::function<void(Answer)> done);

  GatewaySettings settings_;
  Journal& journal_;
  const core::Clock& clock_;
  GatewayEvents& events_;
  SessionWatch watch_;
  Outbox::Post post_;
  Engine engine_;
  Outbox outbox_;
  std::map<core::SessionName, std::unique_ptr<BrokerLine>> lines_;
  bool stopping_ = false;
  bool looked_back_ = false;
};

}  // namespace gateway
