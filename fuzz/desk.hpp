#pragma once

#include <vector>

#include "gateway/engine/engine.hpp"

namespace fuzz {

// A small desk around the real engine: two clients in one model, two instruments, one broker that is always logged on.
// The time stands still until advance() is called.
class Desk final : public gateway::Brokers {
 public:
  Desk();

  [[nodiscard]] gateway::Engine& engine() { return engine_; }
  [[nodiscard]] const core::SessionName& broker() const { return broker_; }
  [[nodiscard]] core::Time now() const { return now_; }
  void advance() { now_ += std::chrono::milliseconds(1500); }

  // Orders 20261120-1 (BUY 1000 AAPL at 187.50), -2 (BUY 500 KO, market, being cancelled) and -3 (SELL 7 KO).
  void enter_orders();

  // CHECKs the laws after a step: each event is read from the journal as it was written, the entries replayed give the
  // same book, it balances, and the parts of every order sum to what was filled. Returns what was recorded.
  std::vector<gateway::Entry> settle();

  // What was sent to the broker so far.
  [[nodiscard]] int sent() const { return last_sent_ - 1; }

 private:
  [[nodiscard]] bool is_known(const core::SessionName& broker) const override { return broker == broker_; }
  [[nodiscard]] bool is_logged_on(const core::SessionName& broker) const override { return broker == broker_; }
  [[nodiscard]] core::Result<int> send(const core::SessionName& broker, const fix::Message& message) override;

  core::SessionName broker_{"SIM"};
  core::Time now_;
  int last_sent_ = 1;  // 1 was the Logon(A)
  gateway::Engine engine_;
  gateway::State replica_;
};

}  // namespace fuzz
