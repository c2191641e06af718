#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "files/text.hpp"
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
// Its time is the clock's, or as far ahead of it as it was moved, and never goes backwards. Whoever calls tells and is
// told the clock's.
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
  [[nodiscard]] std::optional<core::Time> next_due() const;
  [[nodiscard]] std::vector<Leaving> advance(core::Time now);
  void logged_on(const std::string& client, core::Time now);
  [[nodiscard]] core::Result<void> act(const std::string& order_id, const Step& step, core::Time now);
  void act_on_session(const std::string& client, const Step& step, core::Time now);

  bool list(const core::Symbol& symbol) { return exchange_->list(symbol); }  // not remembered: it makes no difference
  void reseed(std::uint64_t seed, core::Time now);
  // For what comes from now on, as Script::load(). Errors name file (`name`), line and column; then nothing was done.
  [[nodiscard]] tl::expected<std::vector<Scenario>, files::Errors> load(const std::string& toml,
                                                                        const std::string& name, core::Time now);
  // Moves its time on, with all that happens until then. Error: it would be more than max_ahead ahead of the clock.
  [[nodiscard]] core::Result<void> move_time(std::chrono::milliseconds by, core::Time now);

  [[nodiscard]] const Exchange& exchange() const { return exchange_->market(); }
  [[nodiscard]] const ScriptedExchange& scripted() const { return *exchange_; }
  // What time it is in the exchange.
  [[nodiscard]] core::Time time(core::Time now) const { return std::max(latest_, now + ahead_); }

  // The oldest message that was handed out for the client, and not called so yet, is in its session's memory.
  void sent(const std::string& client);

 private:
  LastingExchange() = default;
  core::Result<void> remember(const ExchangeSettings& settings, std::vector<Scenario> scenarios,
                              const std::string& path, core::Time now);
  [[nodiscard]] core::Result<void> replay(const Record& record);
  [[nodiscard]] core::Result<void> replay(const Acted& acted);
  [[nodiscard]] core::Result<void> replay(const Loaded& loaded);
  void replay(const Moved& moved);
  core::Result<void> set_halted(const Halted& halted);
  // Time as the exchange sees it: never backwards, so that a replay sees the same.
  [[nodiscard]] core::Time forward(core::Time its_time) { return latest_ = std::max(latest_, its_time); }
  [[nodiscard]] core::Time at(core::Time now) { return forward(now + ahead_); }

  std::unique_ptr<ExchangeJournal> journal_;  // or nothing
  std::unique_ptr<Executions> executions_;    // or nothing
  std::optional<ScriptedExchange> exchange_;
  core::Time latest_;
  std::chrono::milliseconds ahead_{0};              // of the clock
  std::map<std::string, std::size_t> sent_before_;  // by client, in earlier runs
};

inline constexpr std::chrono::hours max_ahead{24 * 365};

// A short text that differs when the settings or the scenarios do, so that a replay under others is refused.
[[nodiscard]] std::string fingerprint_of(const ExchangeSettings& settings, const std::vector<Scenario>& scenarios);

}  // namespace simulator
