#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "fix/network.hpp"
#include "gateway/gateway.hpp"
#include "gateway/journal/sqlite_journal.hpp"

// The whole gateway (engine on a loop of its own, FIX on a socket, SQLite journal) for benchmarks of several kinds.
namespace bench {

using Steady = std::chrono::steady_clock;

inline constexpr std::chrono::seconds patience(120);

struct NoLog final : fix::MessageLog {
  void message(const core::SessionName&, Direction, std::string_view) override {}
  void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
};

template <class T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// An io_context with its thread, which ends with it.
class Loop {
 public:
  Loop() : work_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs `call` on the loop's thread and waits for it.
  void run(const std::function<void()>& call);

  boost::asio::io_context io{1};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// The journal, watched: who is told how many fills became durable, and when. `durable` is called on the journal's
// thread.
class WatchedJournal final : public gateway::Journal {
 public:
  using Durable = std::function<void(std::size_t fills, Steady::time_point when)>;
  explicit WatchedJournal(gateway::Journal& journal) : journal_(journal) {}

  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return journal_.load(visit);
  }
  core::Result<gateway::Snapshot> load_snapshot() override { return journal_.load_snapshot(); }
  core::Result<std::map<core::SessionName, fix::SequenceNumbers>> load_after_snapshot(
      const std::function<void(const gateway::Entry&)>& visit) override {
    return journal_.load_after_snapshot(visit);
  }
  gateway::Archive* archive() override { return journal_.archive(); }
  void commit(gateway::Batch batch, Done done) override;

  // Waits until `fills` fills in all are durable; returns when the last was.
  Steady::time_point wait_for(std::size_t fills);
  // Set it while nothing is under way.
  void on_durable(Durable durable) { durable_call_ = std::move(durable); }
  [[nodiscard]] std::size_t batches() const { return batches_; }

 private:
  gateway::Journal& journal_;
  Durable durable_call_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Steady::time_point durable_;
  std::size_t fills_ = 0;
  std::size_t batches_ = 0;
};

// Models M1, M2, ... of `accounts` accounts each, with uneven shares and money for every order of a benchmark.
struct DeskSize {
  int models = 1;
  int accounts = 1000;
};

extern const core::SessionName broker_name;

class House {
 public:
  // Dials the broker at 127.0.0.1:port and returns when the session is logged on.
  House(const std::filesystem::path& folder, DeskSize desk, std::uint16_t port);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  // A limit order for `quantity` AAPL at 187.50 of model number `model` (1, 2, ...).
  void buy(int model, std::int64_t quantity);
  [[nodiscard]] WatchedJournal& journal() { return journal_; }

 private:
  class Events final : public gateway::GatewayEvents {
   public:
    void session_changed(const core::SessionName&, std::string_view) override {}
    void break_kept(const gateway::BreakKept& kept) override { throw std::runtime_error("a break: " + kept.text); }
    void journal_failed(const core::Error& error) override { throw std::runtime_error(error.text()); }
  };

  void wait_for_logon();

  std::unique_ptr<gateway::SqliteJournal> sqlite_;
  WatchedJournal journal_;
  Events events_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<fix::Network> network_;
  int commands_ = 0;
  Loop loop_;  // last: its thread ends before what it calls
};

}  // namespace bench
