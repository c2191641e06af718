#include "simulator/certify/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>

#include "simulator/certify/record.hpp"
#include "simulator/certify/replay.hpp"
#include "simulator/certify/report.hpp"
#include "simulator/certify/run.hpp"

namespace simulator::certify {

namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 all cases passed, 1 one failed, 2 wrong use, 3 no client came (or no broker answered) in time.";

volatile std::sig_atomic_t signalled = 0;

void stop_on_signals() {
  const auto handler = [](int) { signalled = 1; };
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

int fail(const std::string& text) {
  std::cerr << "prorata-simulator: " << text << '\n';
  return wrong_use;
}

int fail(const files::Errors& errors) {
  for (const core::Error& error : errors) fail(error.text());
  return wrong_use;
}

void tell(const std::string& line) { std::cerr << line << std::endl; }

// Other for each run, and short: tenths of seconds in digits and letters.
std::string run_id(core::Time now) {
  static constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() / 100;
  std::string id;
  for (int i = 0; i < 6; ++i, tenths /= 36) id.insert(id.begin(), digits[static_cast<std::size_t>(tenths % 36)]);
  return id;
}

struct Report {
  std::string kind;  // text, json, junit
  std::string file;  // empty: stdout
};

core::Result<std::vector<Report>> reports_of(const std::vector<std::string>& arguments) {
  std::vector<Report> reports;
  bool to_stdout = false;
  for (const std::string& argument : arguments) {
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const Report report{argument.substr(0, equals), argument.substr(std::min(equals + 1, argument.size()))};
    if (report.kind != "text" && report.kind != "json" && report.kind != "junit") {
      return core::fail("--report", "'" + argument + "' is none of text, json, junit, each with =FILE or without");
    }
    if (report.file.empty() && std::exchange(to_stdout, true)) {
      return core::fail("--report", "one report goes to stdout; give the others a file, such as junit=report.xml");
    }
    reports.push_back(report);
  }
  if (reports.empty()) reports.push_back({"text", ""});
  return reports;
}

core::Result<void> write_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text << std::flush;
    return {};
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) return core::fail(path, "cannot be written");
  return {};
}

core::Result<Names> load_names(const std::string& dictionary) {
  return dictionary.empty() ? Names::built_in() : Names::load(dictionary);
}

}  // namespace

// What several of the commands have.
struct Commands::Arguments {
  CLI::App* certify = nullptr;
  CLI::App* record = nullptr;
  CLI::App* replay = nullptr;

  std::string file;
  std::string listen;
  std::string dial;
  std::vector<std::string> reports;
  std::string driver;
  std::string dictionary;
  std::vector<std::string> cases;
  std::vector<std::string> variables;
  int next_out = 1;
  std::optional<int> next_in;
  bool check = false;
  std::string log;
  std::string side = "broker";
  std::optional<int> speed;
  std::string session;
  std::string to_suite;
  std::string to_scenario;

  void add_certify(CLI::App& app) {
    certify = app.add_subcommand("certify", "Check a client, or a broker, against a suite of cases");
    certify->add_option("SUITE", file, "The suite, such as config/certification/orders.fixcert")->required();
    certify->add_flag("--check", check, "Read the suite, say what is wrong with it, and stop");
    certify->add_option("--case", cases, "Only this case; may be given several times")->type_name("NAME");
    add_running(certify);
    certify->footer(
        std::string(exit_codes) +
        "\nExamples:\n"
        "  prorata-simulator certify config/certification/orders.fixcert\n"
        "  prorata-simulator certify orders.fixcert --listen 127.0.0.1:9880 --report text --report junit=report.xml");
  }

  void add_running(CLI::App* sub) {
    sub->add_option("--listen", listen, "Where the client connects (127.0.0.1:9880)")->type_name("HOST:PORT");
    sub->add_option("--dial", dial, "Connect there instead")->type_name("HOST:PORT")->excludes("--listen");
    sub->add_option("--report", reports, "text, json or junit, each with =FILE or to stdout; several times (text)")
        ->type_name("KIND[=FILE]");
    sub->add_option("--driver", driver, "A command that handles the client; what is asked is its last argument")
        ->type_name("COMMAND");
    sub->add_option("--dictionary", dictionary, "Names of fields and values (our own of FIX 4.4)")->type_name("FILE");
    sub->add_option("--set", variables, "A value in the suite's place: --set SENDER=SIM; several times")
        ->type_name("NAME=VALUE");
    sub->add_option("--next-out", next_out, "Our first MsgSeqNum(34) (1)")
        ->type_name("N")
        ->check(CLI::Range(1, 999'999'999));
    sub->add_option("--next-in", next_in, "The other side's (as its first Logon says)")
        ->type_name("N")
        ->check(CLI::Range(1, 999'999'999));
  }

  void add_record(CLI::App& app) {
    record = app.add_subcommand("record", "Pass bytes on between a client and a broker, and keep a raw log of them");
    record->add_option("--listen", listen, "Where the client connects")->type_name("HOST:PORT")->required();
    record->add_option("--dial", dial, "The broker")->type_name("HOST:PORT")->required();
    record->add_option("--log", log, "The log, which is appended to")->type_name("FILE")->required();
    record->footer(
        "Ctrl-C ends it. Exit codes: 0 ended as asked, 2 wrong use.\n"
        "Example:\n  prorata-simulator record --listen 127.0.0.1:9884 --dial 127.0.0.1:9880 --log day.log");
  }

  void add_replay(CLI::App& app) {
    replay = app.add_subcommand("replay", "Play one side of a raw log again, or make a suite or scenarios of it");
    replay->add_option("FILE", file, "A log of `record`, of the exchange or of the gateway")->required();
    replay->add_option("--session", session, "Which one, when the log has several")->type_name("NAME");
    replay->add_option("--side", side, "Who is played: broker or client (broker)")
        ->check(CLI::IsMember({"broker", "client"}));
    replay->add_option("--speed", speed, "1: with the pauses of then (the default), 0: without")
        ->check(CLI::Range(0, 1));
    replay->add_option("--to-suite", to_suite, "Write a certification suite instead; - for stdout")->type_name("FILE");
    replay->add_option("--to-scenario", to_scenario, "Write scenarios for the exchange instead; - for stdout")
        ->type_name("FILE");
    add_running(replay);
    replay->footer(
        "Exit codes: 0 all was as recorded, 1 something differed, 2 wrong use or a broken log, 3 nobody came in time.\n"
        "Examples:\n"
        "  prorata-simulator replay day.log --listen 127.0.0.1:9880\n"
        "  prorata-simulator replay day.log --side client --dial 127.0.0.1:9880 --speed 0\n"
        "  prorata-simulator replay day.log --to-suite day.fixcert");
  }

  core::Result<RunSettings> run_settings(core::Time now) const;
  int carry_out(const Suite& suite);
  int run_certify();
  int run_record() const;
  int run_replay();
};

core::Result<RunSettings> Commands::Arguments::run_settings(core::Time now) const {
  RunSettings settings{.referee = {.dials = !dial.empty(),
                                   .has_driver = !driver.empty(),
                                   .next_out = next_out,
                                   .next_in = next_in,
                                   .id = run_id(now)},
                       .driver = driver,
                       .tell = tell,
                       .on_listening = {},
                       .stopped = [] { return signalled != 0; }};
  const auto address = files::Address::parse(!dial.empty() ? dial : listen.empty() ? "127.0.0.1:9880" : listen);
  if (!address) return core::fail(dial.empty() ? "--listen" : "--dial", address.error().text());
  settings.address = *address;
  for (const std::string& each : variables) {
    const std::size_t equals = each.find('=');
    if (equals == std::string::npos || equals == 0)
      return core::fail("--set", "'" + each + "' is not such as SENDER=SIM");
    settings.referee.variables[each.substr(0, equals)] = each.substr(equals + 1);
  }
  return settings;
}

// Names that stand nowhere are slips; and whoever speaks first must know how to call itself.
core::Result<void> check_names(const Suite& suite, const RefereeSettings& referee) {
  std::vector<std::string> known{std::string(sender_name), std::string(target_name)};
  const auto is_set_by = [](const std::vector<Step>& steps, std::string_view name) {
    return std::ranges::any_of(steps,
                               [&](const Step& step) { return step.kind == Step::Kind::set && step.name == name; });
  };
  for (const Step& step : suite.setup) {
    if (step.kind == Step::Kind::set) known.push_back(step.name);
  }
  for (const auto& [name, value] : referee.variables) {
    if (std::ranges::find(known, name) == known.end()) {
      return core::fail("--set",
                        "'" + name + "' is set nowhere in the head of the suite; there are " + files::joined(known));
    }
  }
  for (const std::string_view name : {sender_name, target_name}) {
    if (!referee.dials || is_set_by(suite.setup, name) || referee.variables.contains(std::string(name))) continue;
    return core::fail(suite.file, "who dials says its name first: set SENDER and TARGET in the suite, or with --set " +
                                      std::string(name) + "=...");
  }
  return {};
}

int Commands::Arguments::carry_out(const Suite& suite) {
  const core::SystemClock clock;
  auto settings = run_settings(clock.now());
  if (!settings) return fail(settings.error().text());
  settings->referee.goes_on = replay->parsed();
  if (const auto good = check_names(suite, settings->referee); !good) return fail(good.error().text());
  const auto wanted = reports_of(reports);
  if (!wanted) return fail(wanted.error().text());
  const auto names = load_names(dictionary);
  if (!names) return fail(names.error().text());
  // Before the run, so that a report that cannot be written is known before the work is done.
  for (const Report& report : *wanted) {
    if (report.file.empty()) continue;
    if (const auto written = write_file(report.file, ""); !written) return fail(written.error().text());
  }
  settings->on_listening = [&](std::uint16_t port) {
    tell("prorata-simulator: listening on " + files::Address{settings->address.host, port}.text() + ", " +
         std::to_string(suite.cases.size()) + (suite.cases.size() == 1 ? " case" : " cases"));
  };
  stop_on_signals();
  const auto outcome = certify::run(suite, *settings, clock);
  if (!outcome) return fail(outcome.error().text());
  for (const Report& report : *wanted) {
    const std::string text = report.kind == "text"   ? text_report(*outcome, *names)
                             : report.kind == "json" ? json_report(*outcome, *names)
                                                     : junit_report(*outcome, *names);
    const auto written = write_file(report.file.empty() ? "-" : report.file, text);
    if (!written) return fail(written.error().text());
  }
  if (!outcome->client_came) return nobody_came;
  const bool complete = outcome->cases.size() == suite.cases.size() && outcome->passed() == outcome->cases.size();
  return complete ? all_passed : something_failed;
}

int Commands::Arguments::run_certify() {
  auto suite = load_suite(file);
  if (!suite) return fail(suite.error());
  for (const std::string& name : cases) {
    if (std::ranges::find(suite->cases, name, &Case::name) != suite->cases.end()) continue;
    std::vector<std::string> known;
    for (const Case& each : suite->cases) known.push_back(each.name);
    const std::string nearest = files::nearest(name, known);
    return fail("--case: " + file + " has no case '" + name + "'" +
                (nearest.empty() ? "" : "; '" + nearest + "' is one"));
  }
  if (!cases.empty())
    std::erase_if(suite->cases, [&](const Case& each) { return std::ranges::find(cases, each.name) == cases.end(); });
  if (!check) return carry_out(*suite);
  std::cout << file << ": good; " << suite->cases.size() << (suite->cases.size() == 1 ? " case\n" : " cases\n");
  return all_passed;
}

int Commands::Arguments::run_record() const {
  const auto from = files::Address::parse(listen);
  if (!from) return fail("--listen: " + from.error().text());
  const auto to = files::Address::parse(dial);
  if (!to) return fail("--dial: " + to.error().text());
  stop_on_signals();
  const core::SystemClock clock;
  const auto done =
      certify::record({.listen = *from,
                       .dial = *to,
                       .log = log,
                       .tell = tell,
                       .on_listening =
                           [&](std::uint16_t port) {
                             tell("prorata-simulator: recording on " + files::Address{from->host, port}.text() +
                                  ", passing on to " + to->text() + ", into " + log);
                           },
                       .stopped = [] { return signalled != 0; }},
                      clock);
  return done ? all_passed : fail(done.error().text());
}

int Commands::Arguments::run_replay() {
  const auto recording = load_recording(file, session);
  if (!recording) return fail(recording.error());
  if (!to_scenario.empty()) {
    const auto toml = scenarios_of(*recording);
    if (!toml) return fail(toml.error().text());
    if (const auto written = write_file(to_scenario, *toml); !written) return fail(written.error().text());
  }
  const bool writes = !to_suite.empty() || !to_scenario.empty();
  // A suite asks for an order of things; only a replay keeps their times.
  const Side played = side == "client" ? Side::client : Side::broker;
  const Suite suite = suite_of(*recording, {.side = played, .in_time = speed.value_or(writes ? 0 : 1) == 1});
  if (!to_suite.empty()) {
    if (const auto written = write_file(to_suite, text_of(suite)); !written) return fail(written.error().text());
  }
  if (writes) return all_passed;
  if (played == Side::client && dial.empty() && listen.empty())
    return fail("--side client: --dial HOST:PORT is needed");
  return carry_out(suite);
}

Commands::Commands(CLI::App& app) : arguments_(std::make_unique<Arguments>()) {
  arguments_->add_certify(app);
  arguments_->add_record(app);
  arguments_->add_replay(app);
}

Commands::~Commands() = default;

std::optional<int> Commands::run() {
  if (arguments_->certify->parsed()) return arguments_->run_certify();
  if (arguments_->record->parsed()) return arguments_->run_record();
  if (arguments_->replay->parsed()) return arguments_->run_replay();
  return std::nullopt;
}

}  // namespace simulator::certify
