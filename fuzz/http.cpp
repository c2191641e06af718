#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <future>

#include "core/check.hpp"
#include "files/text.hpp"
#include "fuzz/desk.hpp"
#include "fuzz/harness.hpp"
#include "gateway/explain/explain.hpp"
#include "gateway/http/api.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/sqlite_journal.hpp"

// A request as the HTTP library hands it on: "POST /orders?dry_run=true", a line for each header, an empty line, the
// body. The API stands before the real engine and a real database. Every request is answered once, with JSON; the same
// command with the same key does nothing the second time and says the same; the desk's laws hold.
namespace fuzz {

namespace {

namespace fs = std::filesystem;

// The engine's side, without a thread between.
class Port final : public gateway::CommandPort {
 public:
  explicit Port(Desk& desk) : desk_(desk) {}
  void submit(gateway::EnterOrders command, std::function<void(gateway::Answer)> done) override {
    gateway::Answer answer = desk_.engine().enter(command, desk_.now());
    if (!command.dry_run) answer.previews = desk_.engine().previews(answer.orders);
    done(std::move(answer));
  }
  void submit(gateway::CancelOrder command, std::function<void(gateway::Answer)> done) override {
    done(desk_.engine().cancel(command, desk_.now()));
  }
  void submit(gateway::SettleBreak command, std::function<void(gateway::Answer)> done) override {
    done(desk_.engine().settle(command, desk_.now()));
  }
  void submit(gateway::DeskCommand command, std::function<void(gateway::Answer)> done) override {
    gateway::Answer answer = desk_.engine().carry_out(command, desk_.now());
    desk_.engine().advance_proposals(desk_.now());
    done(std::move(answer));
  }
  void look(gateway::ViewRequest request, std::function<void(gateway::Viewed)> done) override {
    done(desk_.engine().look(request, desk_.now()));
  }
  void status(std::function<void(gateway::DeskStatus)> done) override {
    done({.sessions = {{desk_.broker(), "logged on", "dialling", "FIX.4.4", "DESK", "SIM", "memory", 2, 2}},
          .open_breaks = 0});
  }

 private:
  Desk& desk_;
};

// Reads, without threads between.
class ReadsHere final : public gateway::Reads {
 public:
  explicit ReadsHere(const std::string& database) : model_(database) {}
  bool post(Work work) override {
    work(model_);
    return true;
  }

 private:
  gateway::SqliteReadModel model_;
};

fix::ExecutionReport some_fill() {
  fix::ExecutionReport report;
  report.order_id = "B1";
  report.exec_id = "E1";
  report.cl_ord_id = "20261120-1";
  report.exec_type = fix::ExecType::trade;
  report.ord_status = fix::OrdStatus::partially_filled;
  report.symbol = core::Symbol("AAPL");
  report.last_quantity = report.cumulative_quantity = core::Quantity::whole(100);
  report.last_price = core::Price::parse("187.49").value();
  return report;
}

// The database of a small day, for all inputs of this process.
class Database {
 public:
  Database() : folder_(fs::temp_directory_path() / ("prorata-fuzz-http-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    Desk desk;
    desk.enter_orders();
    desk.engine().on_message(desk.broker(), some_fill(), desk.now());
    gateway::Batch batch;
    batch.entries = desk.engine().take_entries();
    batch.changes = desk.engine().take_changes();
    auto journal = gateway::SqliteJournal::open(path());
    CHECK(journal.has_value());
    std::promise<bool> durable;
    (*journal)->commit(std::move(batch),
                       [&](const auto& result, gateway::Batch) { durable.set_value(result.has_value()); });
    CHECK(durable.get_future().get());
  }
  ~Database() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  [[nodiscard]] std::string path() const { return folder_ / "desk.db"; }

 private:
  fs::path folder_;
};

gateway::HttpRequest request_of(std::string_view rest) {
  gateway::HttpRequest request;
  const std::string_view first = take_line(rest);
  const std::size_t space = first.find(' ');
  request.method = first.substr(0, space);
  if (space != std::string_view::npos) request.target = first.substr(space + 1);
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view value = line.substr(std::min(colon + 1, line.size()));
    request.headers.emplace(files::lower(line.substr(0, colon)), files::trimmed(value));
  }
  request.headers.try_emplace("host", "127.0.0.1:9780");
  request.body = rest;
  return request;
}

gateway::HttpResponse ask(gateway::Api& api, const gateway::HttpRequest& request) {
  std::optional<gateway::HttpResponse> answer;
  api.handle(request, [&](gateway::HttpResponse response) {
    CHECK(!answer);
    answer = std::move(response);
  });
  CHECK(answer.has_value());
  CHECK(answer->status >= 200 && answer->status <= 503 && answer->status != 500);
  CHECK((answer->status >= 400) == (answer->content_type == "application/problem+json"));
  CHECK(files::first_bad_utf8(answer->body) == std::string_view::npos);
  boost::system::error_code failed;
  (void)boost::json::parse(answer->body, failed);
  CHECK(!failed);
  return *answer;
}

}  // namespace

int http(const std::uint8_t* data, std::size_t size) {
  static const Database database;
  static ReadsHere reads(database.path());
  Desk desk;
  desk.enter_orders();
  (void)desk.settle();
  Port port(desk);
  static gateway::Jobs jobs([](const gateway::Task&, const gateway::Progress&) { return std::string("{}"); });
  const auto explain = [](const gateway::FillName& fill) { return gateway::explain(database.path(), fill); };
  gateway::Api api(port, reads, explain, jobs, gateway::Access());
  const gateway::HttpRequest request = request_of(as_text(data, size));
  const int sent_before = desk.sent();
  const gateway::HttpResponse first = ask(api, request);
  const bool did_something = !desk.settle().empty();
  CHECK(did_something == (desk.sent() > sent_before));
  CHECK(!did_something || (request.method == "POST" && first.status < 300));
  const int sent = desk.sent();
  const gateway::HttpResponse second = ask(api, request);
  CHECK(desk.settle().empty() && desk.sent() == sent);
  if (did_something && request.target.find("/cancel") == std::string::npos) CHECK(second.status == first.status);
  return 0;
}

}  // namespace fuzz
