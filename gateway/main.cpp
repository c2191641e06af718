#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "core/decimal.hpp"
#include "fix/file_message_log.hpp"
#include "fix/network.hpp"
#include "gateway/config/config.hpp"
#include "gateway/config/try_sessions.hpp"
#include "gateway/explain/explain.hpp"
#include "gateway/http/server.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/sqlite_journal.hpp"
#include "gateway/proof/proof.hpp"

// prorata-gateway: reads the configuration and wires the parts together; what they do is theirs.
namespace gateway {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_unexpected = 1;
constexpr int exit_usage = 2;    // configuration, command line, port in use, database not ours
constexpr int exit_journal = 4;  // the journal failed while running

int complain(const files::Errors& errors) {
  for (const core::Error& error : errors) std::fprintf(stderr, "prorata-gateway: %s\n", error.text().c_str());
  return exit_usage;
}
int complain(const core::Error& error) { return complain(files::Errors{error}); }

class LoggedEvents final : public GatewayEvents {
 public:
  LoggedEvents(files::Log& log, boost::asio::io_context& io, std::string database)
      : log_(log), io_(io), database_(std::move(database)) {}

  void session_changed(const core::SessionName& session, std::string_view what) override {
    log_.info("fix", what, {{"session", session.text()}});
  }
  void session_trouble(const core::SessionName& session, std::string_view why) override {
    log_.warning("fix", why, {{"session", session.text()}});
  }
  void messages_passed_over(const core::SessionName& session, int first, int last) override {
    log_.warning("fix",
                 "the broker's SequenceReset(4) passes over its messages " + std::to_string(first) + " to " +
                     std::to_string(last) + ", which never came; all open orders are asked about",
                 {{"session", session.text()}});
  }
  void break_kept(const BreakKept& kept) override {
    log_.warning("engine", "break: a person must look at it",
                 {{"broker", kept.broker.text()}, {"kind", kept.kind}, {"order", kept.order_id}, {"text", kept.text}});
  }
  void journal_loaded(std::int64_t snapshot, std::int64_t replayed, const std::string& why_none) override {
    if (why_none.empty()) {
      log_.info("journal", "loaded from its snapshot", {{"snapshot", snapshot}, {"replayed", replayed}});
    } else {
      log_.info("journal", "replayed from its first entry", {{"replayed", replayed}, {"why", why_none}});
    }
  }
  void journal_waits(const NotDurable& why) override {
    const bool is_full = why.why == NotDurable::Why::no_room;
    log_.error("journal", is_full ? "disk_full" : "database_locked",
               {{"database", why.error.place},
                {"text", why.error.message + "; orders are refused and nothing leaves until it can be written"}});
  }
  void journal_goes_on(const NotDurable& waited_for) override {
    const bool was_full = waited_for.why == NotDurable::Why::no_room;
    log_.warning("journal", was_full ? "disk_has_room_again" : "database_unlocked",
                 {{"database", waited_for.error.place}});
  }
  void journal_failed(const core::Error& error) override {
    log_.error("journal", "cannot be written; stopping, nothing leaves any more", {{"error", error.text()}});
    failed_ = true;
    io_.stop();
  }
  void journal_damaged(const core::Error& error) override {
    log_.error("journal", "is damaged; stopping at once, nothing leaves any more",
               {{"database", database_},
                {"error", error.text()},
                {"text", "run `prorata verify --database " + database_ + "`, then see docs/recovery.md"}});
    std::_Exit(exit_journal);  // in the midst of a decision that cannot be made
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  files::Log& log_;
  boost::asio::io_context& io_;
  std::string database_;
  bool failed_ = false;
};

// Dials and listens as configured. Sessions that listen on one address share the port.
core::Result<void> open_network(fix::Network& network, const Config& config, Gateway& gateway) {
  std::map<std::string, std::pair<files::Address, std::vector<fix::Expected>>> listening;
  for (const BrokerSettings& broker : config.gateway.brokers) {
    const fix::SessionSettings& session = broker.session;
    const files::Address& address = config.addresses.at(session.name);
    fix::Peer& peer = gateway.peer(session.name);
    if (session.role == fix::Role::dialling) {
      network.dial(session.name, {address.host, address.port}, peer);
    } else {
      auto& [where, expected] = listening[address.text()];
      where = address;
      expected.push_back({fix::begin_string(session.version), session.target_comp_id, session.sender_comp_id, &peer});
    }
  }
  for (auto& [text, entry] : listening) {
    auto& [address, expected] = entry;
    const auto port = network.listen({address.host, address.port}, std::move(expected));
    if (!port) return tl::unexpected(port.error());
  }
  return {};
}

// Logs out, waits until everything is durable and said (or two seconds), then ends the loop.
class Stopper {
 public:
  Stopper(boost::asio::io_context& io, Gateway& gateway, files::Log& log)
      : signals_(io, SIGINT, SIGTERM), timer_(io), io_(io), gateway_(gateway), log_(log) {
    signals_.async_wait([this](const boost::system::error_code& failed, int) {
      if (failed) return;
      log_.info("gateway", "stopping");
      gateway_.log_out();
      wait(20);
    });
  }

 private:
  void wait(int tries) {
    timer_.expires_after(std::chrono::milliseconds(100));
    timer_.async_wait([this, tries](const boost::system::error_code&) {
      const bool all_said = gateway_.is_idle() && !gateway_.is_any_connected();
      if (all_said || tries == 0) return io_.stop();
      wait(tries - 1);
    });
  }

  boost::asio::signal_set signals_;
  boost::asio::steady_timer timer_;
  boost::asio::io_context& io_;
  Gateway& gateway_;
  files::Log& log_;
};

// Calls the gateway at once, so that orders nobody has answered are in doubt before anybody looks, and about every
// second from then on.
class Ticker {
 public:
  Ticker(boost::asio::io_context& io, Gateway& gateway) : timer_(io), gateway_(gateway) {
    gateway_.tick();
    wait();
  }

 private:
  void wait() {
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](const boost::system::error_code& failed) {
      if (failed) return;
      gateway_.tick();
      wait();
    });
  }

  boost::asio::steady_timer timer_;
  Gateway& gateway_;
};

// "SIM=57"
core::Result<std::map<core::SessionName, int>> read_numbers(const std::string& option,
                                                            const std::vector<std::string>& texts) {
  std::map<core::SessionName, int> numbers;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const auto number = core::parse_decimal(equals == std::string::npos ? "" : text.substr(equals + 1), 0);
    if (!number || *number < 1 || *number > std::numeric_limits<int>::max()) {
      return core::fail(option, "'" + text + "' should be a session and a number, such as SIM=57");
    }
    numbers[core::SessionName(text.substr(0, equals))] = static_cast<int>(*number);
  }
  return numbers;
}

// What run() is at, for an error that nobody expected.
struct Step {
  std::string doing;
  std::string log;  // once it is there
};

int complain_of_the_unexpected(const Step& progress, const char* what) {
  const std::string see = progress.log.empty() ? "" : ", and look into " + progress.log;
  std::fprintf(stderr,
               "prorata-gateway: unexpected error while %s: %s\n"
               "prorata-gateway: check that memory, open files (ulimit -n) and disk suffice%s, then start it again; "
               "nothing left that is not in the database. If it comes again, report it.\n",
               progress.doing.c_str(), what, see.c_str());
  return exit_unexpected;
}

// Reads the tokens, and tries what TLS needs.
tl::expected<HttpSettings, files::Errors> http_settings_of(const Config& config, const core::Clock& clock) {
  HttpSettings settings{.address = config.http.host,
                        .port = config.http.port,
                        .certificate = config.http_certificate,
                        .key = config.http_key};
  if (!config.http_tokens.empty()) {
    auto tokens = read_tokens(config.http_tokens);
    if (!tokens) return tl::unexpected(std::move(tokens.error()));
    settings.access = Access(*std::move(tokens), clock);
  }
  if (const auto tried = HttpServer::try_tls(settings); !tried) return tl::unexpected(files::Errors{tried.error()});
  return settings;
}

int print_new_token(const std::string& name, const std::string& role, const std::string& expires) {
  const core::Result<NewToken> made = make_token(name, role, expires);
  if (!made) return complain(made.error());
  std::printf(
      "The token of %s. It is kept nowhere and will not be shown again:\n\n%s\n\n"
      "Add these lines to the file that http.tokens names, and start the gateway anew:\n\n%s",
      name.c_str(), made->secret.c_str(), made->lines.c_str());
  return exit_ok;
}

// As typed.
struct Numbers {
  std::vector<std::string> next_out;
  std::vector<std::string> next_in;
};

core::Result<void> set_numbers(const Numbers& typed, GatewaySettings& settings) {
  auto next_out = read_numbers("--next-out", typed.next_out);
  if (!next_out) return tl::unexpected(next_out.error());
  auto next_in = read_numbers("--next-in", typed.next_in);
  if (!next_in) return tl::unexpected(next_in.error());
  settings.next_out = *std::move(next_out);
  settings.next_in = *std::move(next_in);
  return {};
}

int run(const std::string& config_path, bool check_only, const Numbers& typed, Step& progress) {
  const core::SystemClock clock;
  progress.doing = "reading the configuration " + config_path;
  auto config = read_config(config_path);
  if (!config) return complain(config.error());
  auto http_settings = http_settings_of(*config, clock);
  if (!http_settings) return complain(http_settings.error());
  if (const auto set = set_numbers(typed, config->gateway); !set) return complain(set.error());
  if (check_only) {
    if (auto made = try_sessions(*config); !made) return complain(made.error());
    std::printf("%s: ok, %s\n", config_path.c_str(), in_words(*config).c_str());
    return exit_ok;
  }
  std::error_code ignored;  // a folder that cannot be made is told by whoever opens the file in it
  for (const auto& file : {config->database, config->log, config->message_log}) {
    std::filesystem::create_directories(file.parent_path(), ignored);
  }
  progress.doing = "opening the logs";
  auto log = files::Log::to_file(config->log, clock, config->log_level);
  if (!log) return complain(log.error());
  auto messages = fix::FileMessageLog::open(config->message_log, clock);
  if (!messages) return complain(messages.error());
  progress = {"starting the network's loop", config->log.string()};
  // Before the journal, whose thread posts to it until the end.
  boost::asio::io_context io(1);
  progress.doing = "opening and replaying the database " + config->database.string();
  auto journal = SqliteJournal::open(config->database.string());
  if (!journal) return complain(journal.error());

  LoggedEvents events(**log, io, config->database.string());
  config->gateway.copied_at = copied_at(config->database.string());
  Gateway gateway(config->gateway, **journal, clock, **messages, events,
                  [&io](std::function<void()> call) { boost::asio::post(io, std::move(call)); });
  if (auto started = gateway.start(config->desk); !started) return complain(started.error());
  progress.doing = "opening the network";
  fix::Network network(io, gateway.session_log(), {.reconnect_ms = config->reconnect_ms});
  if (auto opened = open_network(network, *config, gateway); !opened) return complain(opened.error());

  const std::string database = config->database.string();
  ReadPool reads(config->http_readers, [path = config->database](std::stop_token stop) {
    return std::make_unique<SqliteReadModel>(path, stop);
  });
  Jobs jobs([database](const Task& task, const Progress& told) { return carry_out(task, database, told); });
  auto http = HttpServer::start(
      *http_settings, gateway, reads, [database](const FillName& fill) { return explain(database, fill); }, jobs);
  if (!http) return complain(http.error());

  Stopper stopper(io, gateway, **log);
  const Ticker ticker(io, gateway);
  const State& state = gateway.engine().state();
  (*log)->info("gateway", "ready", {{"orders", state.orders().all().size()}, {"journal", state.last_seq()}});
  std::printf("prorata-gateway: ready, http%s://%s:%u, %zu orders, %zu breaks\n",
              config->http_certificate.empty() ? "" : "s", config->http.host.c_str(),
              static_cast<unsigned>((*http)->port()), state.orders().all().size(), state.break_count());
  if (config->gateway.copied_at) {
    std::printf("This database is a copy made at %s: what happened later is not in it. See docs/recovery.md.\n",
                core::iso_text(*config->gateway.copied_at).c_str());
    (*log)->warning("gateway", "started from a copy", {{"copied_at", core::iso_text(*config->gateway.copied_at)}});
  }
  std::fflush(stdout);
  progress.doing = "running";
  io.run();
  network.stop();
  http->reset();
  (*log)->info("gateway", "stopped");
  return events.failed() ? exit_journal : exit_ok;
}

}  // namespace
}  // namespace gateway

int main(int argc, char** argv) {
  // A file size limit shall be an error of the write (EFBIG), which the journal knows, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App app{"Prorata's gateway: block orders to brokers over FIX, fills into client accounts."};
  std::string config;
  bool check = false;
  std::string new_token;
  std::string role;
  std::string expires;
  auto* configured = app.add_option("--config", config, "the configuration, a TOML file");
  app.add_flag("--check", check, "read and check the configuration and the desk's files, then stop");
  gateway::Numbers numbers;
  app.add_option("--next-out", numbers.next_out,
                 "SESSION=NUMBER: go on sending with this MsgSeqNum, which the broker says it expects (see \"When "
                 "sequence numbers do not fit\" in docs/recovery.md)");
  app.add_option("--next-in", numbers.next_in,
                 "SESSION=NUMBER: expect this MsgSeqNum of the broker, which goes on with lower ones than it had used");
  auto* made = app.add_option("--new-token", new_token, "make a token for the API with this name, print it, and stop");
  app.add_option("--role", role, "of the new token: viewer, trader or admin")->needs(made);
  app.add_option("--expires", expires, "of the new token: a date such as 2027-01-01, UTC; without it, never")
      ->needs(made);
  made->excludes(configured);
  app.set_version_flag("--version", std::string("prorata-gateway ") + PRORATA_VERSION);
  app.footer("Example: prorata-gateway --config config/demo/gateway.toml");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? gateway::exit_ok : gateway::exit_usage;
  }
  if (made->count() > 0) return gateway::print_new_token(new_token, role, expires);
  if (configured->count() == 0) {
    std::fprintf(stderr, "prorata-gateway: --config is required; see --help\n");
    return gateway::exit_usage;
  }
  umask(027);  // what is written here is of clients, and confidential
  // A file that may not grow (ulimit -f) is a failed write, which goes the way of a failed commit, not the end at once.
  std::signal(SIGXFSZ, SIG_IGN);
  gateway::Step progress;
  try {
    return gateway::run(config, check, numbers, progress);
  } catch (const std::exception& error) {
    return gateway::complain_of_the_unexpected(progress, error.what());
  }
}
