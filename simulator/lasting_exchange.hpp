#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/exchange.hpp"
#include "simulator/exchange_journal.hpp"
#include "simulator/executions.hpp"
#include "simulator/scenario/scripted_exchange.hpp"

namespace simulator {

// An exchange that is the same after a restart as it was before: books, orders, running numbers, and what it had still
// to tell its clients. Without a store it lives in memory only. Its scenarios are a part of it.
//
// Order of things: a request is in the journal before anything follows from it; a trade is in the file of executions
// before its report is handed out; a report counts as sent when its session has it. A process that is killed between
// the session's memory and ours sends that report twice, with the same ExecID(17) and under another MsgSeqNum(34).
//
// All that changes it, advance() and sent() throw std::runtime_error when a file cannot be written.
class LastingExchange {
 public:
  // `store` and `executions` may be empty. Errors: the files cannot be opened or are broken; the store is of an
  // exchange with other settings, whose books would come out otherwise.
  [[nodiscard]] static core::Result<std::unique_ptr<LastingExchange>> open(const ExchangeSettings& settings,
                                                                           const std::filesystem::path& store,
                                                                           const std::filesystem::path& executions,
                                                                           core::Time now,
                                                                           std::vector<Scenario> scenarios = {});

  // As those of ScriptedExchange.
  void receive(const std::string& client, const fix::Message& message, core::Time now);
  void refuse(const std::string& client, const fix::UnreadableMessage& message, core::Time now);
  [[nodiscard]] core::Result<void> halt(const core::Symbol& symbol, core::Time now);
  [[nodiscard]] core::Result<void> resume(const core::Symbol& symbol, core::Time now);
  [[nodiscard]] std::optional<core::Time> next_due() const { return exchange_->next_due(); }
  [[nodiscard]] std::vector<Leaving> advance(core::Time now);
  void logged_on(const std::string& client, core::Time now);
  [[nodiscard]] core::Result<void> act(const std::string& order_id, const Step& step, core::Time now);
  void act_on_session(const std::string& client, const Step& step, core::Time now);

  bool list(const core::Symbol& symbol) { return exchange_->list(symbol); }  // not remembered: it makes no difference
  [[nodiscard]] const Exchange& exchange() const { return exchange_->market(); }

  // The oldest message that was handed out for the client, and not called so yet, is in its session's memory.
  void sent(const std::string& client);

 private:
  LastingExchange() = default;
  core::Result<void> remember(const ExchangeSettings& settings, std::vector<Scenario> scenarios,
                              const std::string& path, core::Time now);
  void replay(const Record& record);
  void replay(const Acted& acted);
  core::Result<void> set_halted(const Halted& halted);
  // Time as the exchange sees it: never backwards, so that a replay sees the same.
  [[nodiscard]] core::Time forward(core::Time now) { return latest_ = std::max(latest_, now); }

  std::unique_ptr<ExchangeJournal> journal_;  // or nothing
  std::unique_ptr<Executions> executions_;    // or nothing
  std::optional<ScriptedExchange> exchange_;
  core::Time latest_;
  std::map<std::string, std::size_t> sent_before_;  // by client, in earlier runs
};

// A short text that differs when the settings or the scenarios do, so that a replay under others is refused.
[[nodiscard]] std::string fingerprint_of(const ExchangeSettings& settings, const std::vector<Scenario>& scenarios);

}  // namespace simulator
