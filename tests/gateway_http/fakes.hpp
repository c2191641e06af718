#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/http/jobs.hpp"
#include "gateway/http/read_pool.hpp"

namespace gateway {

// An engine of its own thread, with a model GROWTH of two accounts and the symbols AAPL and MSFT.
class FakeEngine final : public CommandPort {
 public:
  FakeEngine() : thread_([this] { run(); }) {}
  ~FakeEngine() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void submit(EnterOrders command, std::function<void(Answer)> done) override {
    later([this, command = std::move(command), done = std::move(done)] { done(enter(command)); });
  }
  void submit(CancelOrder command, std::function<void(Answer)> done) override {
    later([command = std::move(command), done = std::move(done)] {
      Answer answer;
      if (command.order.text() == "DONE") {
        answer.refusals.push_back(
            {RefusalCode::order_not_open, "", "order DONE is filled; there is nothing to cancel"});
      } else if (command.order.text() != "P1") {
        answer.refusals.push_back({RefusalCode::unknown_order, "", "no such order"});
      } else {
        answer.orders.push_back(command.order);
      }
      done(answer);
    });
  }
  void submit(SettleBreak command, std::function<void(Answer)> done) override {
    later([this, command = std::move(command), done = std::move(done)] {
      Answer answer;
      if (command.number != 3) {
        answer.refusals.push_back({RefusalCode::unknown_break, std::to_string(command.number), "no such break"});
      } else if (command.caller.who == "late") {
        answer.refusals.push_back({RefusalCode::break_settled, "3", "it is settled already"});
      } else {
        const std::lock_guard lock(mutex_);
        settled_.push_back(command);
      }
      done(answer);
    });
  }
  void submit(DeskCommand command, std::function<void(Answer)> done) override {
    later([this, command = std::move(command), done = std::move(done)] {
      const std::lock_guard lock(mutex_);
      Answer answer;
      if (command.caller.key == "used") {
        answer.refusals.push_back({RefusalCode::key_reused, "Idempotency-Key", "another command had this key"});
      } else {
        wishes_.push_back(command);
        answer.proposal = "P-1", answer.stage = "STAGED", answer.hash = "0f";
      }
      done(answer);
    });
  }
  void look(ViewRequest request, std::function<void(Viewed)> done) override {
    later([request = std::move(request), done = std::move(done)] {
      if (request.currency == "X") return done({{{RefusalCode::malformed, "currency", "'X' is none"}}, {}, ""});
      Viewed viewed{{}, {{"view", "model", "account", "offset"}, {}}, "USD"};
      for (int row = 0; row < std::min(request.limit, request.account == "MANY" ? 3 : 1); ++row) {
        viewed.rows.rows.push_back({std::to_string(static_cast<int>(request.view)), request.model.text(),
                                    request.account, std::to_string(request.offset + row)});
      }
      done(std::move(viewed));
    });
  }
  void status(std::function<void(DeskStatus)> done) override {
    later([done = std::move(done)] {
      SessionStatus session;
      session.name = core::SessionName("SIM");
      session.state = "logged on";
      session.next_sender = 7;
      done({.sessions = {session}, .open_breaks = 1});
    });
  }

  // Holds answers back until let_go(): an engine that hangs.
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    wake_.notify_one();
  }
  // REQUIRES: held.
  void wait_for_work(std::size_t commands) {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [&] { return work_.size() >= commands; });
  }
  [[nodiscard]] std::vector<SettleBreak> settled() {
    const std::lock_guard lock(mutex_);
    return settled_;
  }
  [[nodiscard]] std::vector<DeskCommand> wishes() {
    const std::lock_guard lock(mutex_);
    return wishes_;
  }
  [[nodiscard]] std::vector<EnterOrders> entered() {
    const std::lock_guard lock(mutex_);
    return entered_;
  }

 private:
  Answer enter(const EnterOrders& command) {
    Answer answer;
    for (const OrderRequest& order : command.orders) {
      const std::string place = order.place.empty() ? "" : order.place + ": ";
      if (order.model.text() != "GROWTH" && order.parts.empty()) {
        answer.refusals.push_back({RefusalCode::unknown_model, place + "Model", "no such model"});
      }
      const core::Money half{5000, core::Currency::of("USD")};
      answer.previews.push_back(
          {core::OrderId(command.dry_run ? "" : "P1"),
           order,
           half + half,
           {{core::AccountId("U1"), order.model, order.quantity, half}, {core::AccountId("U2"), {}, {}, half}}});
    }
    if (command.caller.key == "used") {
      answer.refusals.push_back({RefusalCode::key_reused, "Idempotency-Key", "another command had this key"});
    }
    if (!answer.refusals.empty()) {
      answer.previews.clear();
      return answer;
    }
    if (!command.dry_run) answer.orders.assign(command.orders.size(), core::OrderId("P1"));
    const std::lock_guard lock(mutex_);
    entered_.push_back(command);
    return answer;
  }
  void later(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
    }
    came_.notify_one();
    wake_.notify_one();
  }
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stop_ || (!held_ && !work_.empty()); });
      if (stop_) return;
      const std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable came_;
  std::deque<std::function<void()>> work_;
  std::vector<EnterOrders> entered_;
  std::vector<DeskCommand> wishes_;
  std::vector<SettleBreak> settled_;
  bool held_ = false;
  bool stop_ = false;
  std::thread thread_;
};

// What fake read models read: a log of two entries.
class FakeDatabase {
 public:
  std::atomic<bool> broken = false;  // reading the breaks fails

  // An entry of the journal, of which there are two at first.
  void append_change(const std::string& kind, const std::string& body) {
    const std::lock_guard lock(mutex_);
    changes_.push_back({static_cast<std::int64_t>(changes_.size()) + 1, "2026-11-24T12:00:00.000000000Z", kind, body});
  }
  [[nodiscard]] std::vector<Change> changes_after(std::int64_t after, int limit) {
    const std::lock_guard lock(mutex_);
    std::vector<Change> some;
    for (const Change& change : changes_) {
      if (change.seq > after && static_cast<int>(some.size()) < limit) some.push_back(change);
    }
    return some;
  }

  void append_log() {
    const std::lock_guard lock(mutex_);
    ++last_seq_;
  }
  void wait_for_log_reads(int reads) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return log_reads_ >= reads; });
  }
  // Reads of the log are slow: they come back after let_go() only, or when they are to stop.
  void hold_log() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  std::int64_t read_log(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    ++log_reads_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return !held_; });
    return last_seq_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::int64_t last_seq_ = 2;
  std::vector<Change> changes_{{1, "2026-11-24T11:00:00.000000000Z", "desk_imported", R"({"files":"/srv/desk"})"},
                               {2, "2026-11-24T11:00:00.000000000Z", "order_entered", R"({"order":"P1","key":"k"})"}};
  int log_reads_ = 0;
  bool held_ = false;
};

class FakeReadModel final : public ReadModel {
 public:
  FakeReadModel(FakeDatabase& database, std::stop_token stop) : database_(database), stop_(std::move(stop)) {}
  core::Result<Rows> orders(const OrderFilter& filter) override {
    Rows rows{{"order_id", "model", "state"}, {}};
    if (filter.model.text() == "NOPE" || filter.model.text() == "QUIET") return rows;
    if (filter.model.text() == "FINISHED" && filter.open_only) return rows;
    if (!filter.open_only && filter.before > 1) rows.rows.push_back({"P0", filter.model.text(), "filled"});
    if (filter.before > 2) rows.rows.push_back({"P1", filter.model.text(), "new"});
    return rows;
  }
  core::Result<Rows> order(const core::OrderId& order) override {
    Rows rows{{"order_id", "state", "text"}, {}};
    if (order.text() == "P1") rows.rows.push_back({"P1", "new", "say \"hi\"\x1b"});
    return rows;
  }
  core::Result<Rows> table(const TableQuery& query) override {
    if (query.table == Table::account_positions) {
      return Rows{{"account", "symbol", "quantity"}, {{query.of, "AAPL", "12"}}};
    }
    if (query.table == Table::model_positions) {
      if (query.of == "NOPE" || query.of == "FINISHED" || query.offset > 0) return Rows{{"account", "sleeve"}, {}};
      return Rows{{"account", "sleeve"}, {{"U1", query.of}}};
    }
    if (query.table == Table::breaks) return breaks(query);
    // Three rows of each list; NOPE is nowhere, and nothing is in the lists of P-0.
    const bool is_one = query.table == Table::proposal || (query.table == Table::models && !query.of.empty());
    const bool is_none = query.of == "NOPE" || (query.of == "P-0" && !is_one);
    Rows rows{{"of", "account", "row"}, {}};
    for (int row = query.offset; !is_none && row < std::min(query.offset + query.limit, is_one ? 1 : 3); ++row) {
      rows.rows.push_back({query.of, query.account, std::to_string(row)});
    }
    return rows;
  }
  core::Result<Rows> fills(const core::OrderId&) override { return Rows{{"exec_id", "price"}, {{"E1", "187.5"}}}; }
  core::Result<Rows> parts(const core::OrderId&) override { return Rows{{"account", "quantity"}, {{"U1", "600"}}}; }
  core::Result<Rows> trade_log(std::int64_t after, int) override {
    Rows rows{{"seq", "kind", "account"}, {}};
    const std::int64_t last = database_.read_log(stop_);
    for (std::int64_t seq = after + 1; seq <= last; ++seq) {
      rows.rows.push_back({std::to_string(seq), "FILL", std::nullopt});
    }
    return rows;
  }
  core::Result<Rows> breaks(const TableQuery& query) {
    if (database_.broken) return core::fail("desk.db", "cannot be read just now: disk I/O error");
    Rows rows{{"break_id", "kind", "state"}, {{"3", "over_fill", "open"}}};
    if (query.of != "open") rows.rows.push_back({"2", "missing_fill", "settled"});
    return rows;
  }
  core::Result<std::vector<Change>> changes(std::int64_t after, int limit) override {
    if (database_.broken) return core::fail("desk.db", "cannot be read just now: disk I/O error");
    return database_.changes_after(after, limit);
  }
  core::Result<std::int64_t> last_change() override {
    if (database_.broken) return core::fail("desk.db", "cannot be read just now: disk I/O error");
    return database_.changes_after(0, 1'000'000).back().seq;
  }
  core::Result<DeskNow> now() override {
    const core::Result<std::int64_t> last = last_change();
    if (!last) return tl::unexpected(last.error());
    return DeskNow{*last,
                   2,
                   *orders({.open_only = true, .model = {}}),
                   {{"proposal"}, {{"P-1"}}},
                   *breaks({.table = Table::breaks, .of = "open", .account = {}})};
  }

 private:
  FakeDatabase& database_;
  std::stop_token stop_;
};

// Reads as they are done in the gateway, until nothing is taken any more.
class FakeReads final : public Reads {
 public:
  explicit FakeReads(FakeDatabase& database)
      : pool_(default_read_threads,
              [&](const std::stop_token& stop) { return std::make_unique<FakeReadModel>(database, stop); }) {}
  bool post(Work work) override {
    if (refuse_next > 0 && refuse_next-- > 0) return false;
    return pool_.post(std::move(work));
  }

  std::atomic<int> refuse_next = 0;  // that many are too many

 private:
  ReadPool pool_;
};

// What jobs do: verify waits for let_go() and then holds, replay tells what it was asked, backup fails.
class FakeWork {
 public:
  core::Result<std::string> operator()(const Task& task, const Progress& progress) {
    if (const auto* replay = std::get_if<ReplayTask>(&task)) {
      return R"({"holds":false,"account":")" + replay->account.text() + "\"}";
    }
    if (const auto* backup = std::get_if<BackupTask>(&task)) return core::fail(backup->file, "is there already");
    (void)progress(40, 100);
    std::unique_lock lock(mutex_);
    while (held_) {
      if (!progress(40, 100)) return core::fail("", "stopped");
      wake_.wait_for(lock, std::chrono::milliseconds(1));
    }
    return std::string(R"({"holds":true,"entries":100})");
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    wake_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool held_ = false;
};

}  // namespace gateway
