#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "fix/session.hpp"
#include "gateway/outbox.hpp"

namespace gateway {

// A FIX session's memory, kept in the journal: every change is part of the batch that is gathering.
class JournalSessionStore final : public fix::SessionStore {
 public:
  JournalSessionStore(core::SessionName name, fix::SequenceNumbers numbers, Outbox& outbox);

  [[nodiscard]] fix::SequenceNumbers load() const override { return numbers_; }
  void save(const fix::SequenceNumbers& numbers) override;
  void keep_sent(int seq_num, std::string_view bytes) override;
  [[nodiscard]] std::vector<std::string> sent(int first, int last) const override;
  void forget_sent() override;

 private:
  // Orders and cancels are never sent again (law 8), so of what was sent only status requests are kept at hand.
  static constexpr std::size_t max_kept = 10'000;

  core::SessionName name_;
  fix::SequenceNumbers numbers_;
  Outbox& outbox_;
  std::map<int, std::string> questions_;
};

// One session to a broker, as the network sees it. What it sends goes through the outbox, and each call from the
// network is one step of the engine. While nothing can be made durable it takes in what comes on the connection that is
// there, up to a bound, and makes no new one: it could not answer.
class BrokerLine final : public fix::Peer {
 public:
  // Errors: those of fix::Session::create.
  [[nodiscard]] static core::Result<std::unique_ptr<BrokerLine>> open(const fix::SessionSettings& settings,
                                                                      fix::SequenceNumbers numbers, Outbox& outbox,
                                                                      fix::SessionOwner& owner, fix::MessageLog& log,
                                                                      const core::Clock& clock);

  void connected(std::shared_ptr<fix::Wire> wire) override;
  void received(std::string_view frame) override;
  void disconnected() override;
  void tick() override;
  [[nodiscard]] bool wants_connection() const override { return session_->wants_connection(); }
  [[nodiscard]] bool has_logged_on() const override { return session_->has_logged_on(); }

  [[nodiscard]] fix::Session& session() { return *session_; }

 private:
  BrokerLine(core::SessionName name, fix::SequenceNumbers numbers, Outbox& outbox);

  void end_connection();

  JournalSessionStore store_;
  Outbox& outbox_;
  std::shared_ptr<fix::Wire> wire_;  // while the session has a connection
  std::unique_ptr<fix::Session> session_;
};

}  // namespace gateway
