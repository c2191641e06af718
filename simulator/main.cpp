#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "simulator/certify/command.hpp"
#include "simulator/control/ctl.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "simulator/server.hpp"
#include "simulator/session_log.hpp"

// Only wires: arguments, settings, log, server, signals.
namespace {

constexpr int unexpected = 1;
constexpr int bad_input = 2;  // arguments, settings, port

struct Arguments {
  std::string config;
  std::vector<std::string> scenarios;
  bool check = false;
  std::optional<std::uint16_t> port;
  std::string control;
  std::optional<std::uint64_t> seed;
};

int fail(const std::string& text) {
  std::cerr << "prorata-simulator: " << text << '\n';
  return bad_input;
}

core::Result<std::unique_ptr<files::Log>> open_log(const std::filesystem::path& folder, const core::Clock& clock) {
  if (folder.empty()) return files::Log::to_stream(std::cerr, clock, files::Level::warning);
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return core::fail(folder.string(), "cannot be made: " + problem.message());
  return files::Log::to_file(folder / "simulator.jsonl", clock);
}

int run(const simulator::Settings& settings) {
  const core::SystemClock clock;
  const auto log = open_log(settings.log_dir, clock);
  if (!log) return fail(log.error().text());
  const auto messages = simulator::SessionLog::open(settings.log_dir, **log, clock);
  if (!messages) return fail(messages.error().text());

  boost::asio::io_context io(1);
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  const auto server = simulator::Server::start(io, settings, **messages, **log, clock);
  if (!server) return fail(server.error().text());
  signals.async_wait([&](const boost::system::error_code& cancelled, int) {
    if (!cancelled) (*server)->stop([&] { io.stop(); });
  });

  const std::string address = files::Address{settings.listen.host, (*server)->port()}.text();
  (*log)->info("exchange", "listening", {{"address", address}, {"seed", settings.exchange.seed}});
  std::cout << "prorata-simulator: listening on " << address << ", " << settings.exchange.symbols.size()
            << " symbols, seed " << settings.exchange.seed << std::endl;
  if (settings.control) {
    const std::string control = files::Address{settings.control->host, (*server)->control_port()}.text();
    (*log)->info("exchange", "control", {{"address", control}});
    std::cout << "prorata-simulator: control on " << control << std::endl;
  }
  io.run();
  (*log)->info("exchange", "stopped");
  return 0;
}

// Those of the command line come first, so that they can take orders away from those of the settings.
tl::expected<simulator::Settings, files::Errors> load(const Arguments& arguments) {
  auto settings = simulator::load_settings(arguments.config);
  if (!settings || arguments.scenarios.empty()) return settings;
  auto& paths = settings->scenario_files;
  paths.insert(paths.begin(), arguments.scenarios.begin(), arguments.scenarios.end());
  auto scenarios = simulator::load_scenarios(paths);
  if (!scenarios) return tl::unexpected(scenarios.error());
  settings->scenarios = *std::move(scenarios);
  return settings;
}

int start(const Arguments& arguments) {
  auto settings = load(arguments);
  if (!settings) {
    for (const core::Error& error : settings.error()) fail(error.text());
    return bad_input;
  }
  if (arguments.port) settings->listen.port = *arguments.port;
  if (!arguments.control.empty()) {
    const auto address = files::Address::parse(arguments.control);
    if (!address) return fail("--control: " + address.error().text());
    if (const auto good = simulator::check_control(*address); !good) return fail("--control: " + good.error().text());
    settings->control = *address;
  }
  if (arguments.seed) settings->exchange.seed = *arguments.seed;
  if (!arguments.check) return run(*settings);
  std::cout << arguments.config << ": good; " << settings->exchange.symbols.size() << " symbols, "
            << settings->clients.size() << " clients, " << settings->scenarios.size() << " scenarios\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app(
      "An exchange to try orders with, over FIX 4.2, 4.4 and 5.0 SP2.\n"
      "Example: prorata-simulator --config config/simulator.toml");
  app.require_subcommand(0, 1);
  simulator::certify::Commands commands(app);
  simulator::Ctl ctl(app, simulator::real_ctl_world());
  app.add_option("--config", arguments.config, "The settings, a TOML file")->type_name("FILE");
  app.add_option("--scenario", arguments.scenarios, "Scenarios besides those of the settings, a TOML file; repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--check", arguments.check, "Check the settings and stop");
  app.add_option("--port", arguments.port, "Listen here instead; 0 takes any free port")->type_name("N");
  app.add_option("--control", arguments.control, "Let testers look and act by hand here (see ctl)")
      ->type_name("HOST:PORT");
  app.add_option("--seed", arguments.seed, "Another seed for the market")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  app.set_version_flag("--version", std::string("prorata-simulator " PRORATA_VERSION));
  std::signal(SIGXFSZ, SIG_IGN);  // a log that may not grow (ulimit -f) is a failed write
  try {
    app.parse(argc, argv);
    if (const std::optional<int> done = commands.run()) return *done;
    if (const std::optional<int> done = ctl.run()) return *done;
    if (arguments.config.empty()) return fail("--config is required, or a command; --help shows both");
    return start(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : bad_input;
  } catch (const std::exception& error) {
    std::cerr
        << "prorata-simulator: unexpected error with the settings " << arguments.config << ": " << error.what()
        << "\nprorata-simulator: check that memory, open files (ulimit -n) and disk suffice, then start it again. "
           "If it comes again, report it.\n";
    return unexpected;
  }
}
