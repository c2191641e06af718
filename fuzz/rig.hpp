#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fix/framer.hpp"
#include "fix/memory_store.hpp"
#include "fix/session.hpp"
#include "simulation/simulated_time.hpp"

namespace fuzz {

// The desk's FIX session with nothing but a broker in front that writes what it likes. One for all inputs of a process,
// because reading the dictionary takes long; begin() makes it as new.
//
// What it CHECKs at every call: a number of MsgSeqNum(34) is given to the owner once, and in ascending order; a series
// of numbers never goes back but by a reset; not more is held behind a gap than the session promises.
class Rig final : private fix::SessionOwner, private fix::MessageLog {
 public:
  explicit Rig(fix::Role role);

  // Numbers at 1, disconnected, the time at its start.
  void begin();
  void connect();
  void disconnect();
  // The broker's Logon(A) with the number that is due.
  void log_on(const std::string& more = "");
  void tick(std::chrono::milliseconds later);
  // `bytes` as they come from the network, framed or not.
  void receive(std::string_view bytes);
  // A message of the broker with a right header; `fields` with '|' for SOH.
  void receive_message(std::string_view type, int seq_num, std::string_view fields);
  void send_order();
  void log_out() { session_->log_out("fuzz"); }

  [[nodiscard]] bool logged_on() const { return session_->logged_on(); }
  [[nodiscard]] int expected() const { return session_->numbers().next_target; }
  // Of application messages, since begin() or the last reset.
  [[nodiscard]] int last_given() const { return last_given_; }

 private:
  class Store final : public fix::SessionStore {
   public:
    explicit Store(Rig& rig) : rig_(rig) {}
    [[nodiscard]] fix::SequenceNumbers load() const override { return kept_.load(); }
    void save(const fix::SequenceNumbers& numbers) override;
    void keep_sent(int seq_num, std::string_view bytes) override { kept_.keep_sent(seq_num, bytes); }
    [[nodiscard]] std::vector<std::string> sent(int first, int last) const override { return kept_.sent(first, last); }
    void forget_sent() override;

   private:
    Rig& rig_;
    fix::MemoryStore kept_;
    bool reset_ = false;
  };
  struct Wire;

  void on_logon(const core::SessionName& session) override;
  void on_logout(const core::SessionName& session, std::string_view reason) override;
  void on_message(const core::SessionName& session, const fix::Header& header, const fix::Message& message) override;
  void on_unreadable(const core::SessionName& session, const fix::UnreadableMessage& message) override;
  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override;
  void event(const core::SessionName& session, fix::EventKind kind, std::string_view text) override;
  void given(int seq_num);

  simulation::SimulatedClock clock_;
  Store store_{*this};
  std::shared_ptr<Wire> wire_;
  fix::Framer framer_;
  int last_given_ = 0;
  int given_in_step_ = 0;
  bool announced_ = false;
  std::unique_ptr<fix::Session> session_;
};

// The rig of a role, as new.
[[nodiscard]] Rig& fresh_rig(fix::Role role);

}  // namespace fuzz
