#include "simulator/control/ctl.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <limits>

#include "files/text.hpp"
#include "simulator/control/ctl_show.hpp"
#include "simulator/control/ctl_words.hpp"

namespace simulator {

namespace json = boost::json;

namespace {

constexpr std::size_t max_file_bytes = 1U << 20U;  // as the control takes
constexpr std::chrono::hours most_at_once{24};     // as the control takes
constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 refused by the simulator, 2 wrong use, 3 no control answers there, 5 asked and not "
    "answered:\n"
    "whether it was done is not known.";

// One question, and how its answer is shown.
struct Ask {
  web::Request request;
  CtlShow show;
};
using Asked = core::Result<Ask>;

Ask get(std::string target, CtlShow show) { return {{.method = "GET", .target = std::move(target)}, show}; }

Ask send(const char* method, std::string target, const char* type, std::string body, CtlShow show) {
  return {{.method = method, .target = std::move(target), .headers = {{"Content-Type", type}}, .body = std::move(body)},
          show};
}

Ask send_json(const char* method, std::string target, const json::object& body, CtlShow show) {
  return send(method, std::move(target), "application/json", json::serialize(body), show);
}

}  // namespace

struct Ctl::Arguments {
  CtlWorld world;
  CLI::App* ctl = nullptr;
  std::function<Asked()> chosen;  // by the command that was typed

  std::string control = "127.0.0.1:9881";
  bool as_json = false;
  std::string id, name, step, file, client, symbol, quantity, price, text, duration;
  std::optional<int> reason;
  int fill = 1;
  int limit = 1000;
  std::int64_t seed = 0;
  bool open = false;

  explicit Arguments(CtlWorld its_world) : world(std::move(its_world)) {}

  CLI::App* add(const char* command, const char* what, const char* example, std::function<Asked()> asked) {
    CLI::App* sub = ctl->add_subcommand(command, what);
    sub->fallthrough();  // --control and --json may stand behind it
    sub->footer(std::string("Example: prorata-simulator ctl ") + example);
    sub->callback([this, asked = std::move(asked)] { chosen = asked; });
    return sub;
  }
  void add_id(CLI::App* sub) {
    sub->add_option("ID", id, "The exchange's OrderID(37), as `orders` shows it")->required();
  }
  void add_text(CLI::App* sub) { sub->add_option("--text", text, "Text(58)")->type_name("TEXT"); }

  void add_commands(CLI::App& app);
  void add_looks();
  void add_acts();
  void add_rest();

  [[nodiscard]] std::string order_target() const { return "/orders/" + web::encoded(id) + "/act"; }
  [[nodiscard]] Ask act(json::object body) const;
  [[nodiscard]] Ask orders() const;
  [[nodiscard]] Asked scenario() const;
  [[nodiscard]] Asked advance() const;
  int fail(const std::string& why) const;
  int run() const;
};

void Ctl::Arguments::add_commands(CLI::App& app) {
  ctl = app.add_subcommand("ctl", "Look at a running exchange, and act by hand (it needs simulator.control)");
  ctl->add_option("--control", control, "Where its control listens (127.0.0.1:9881)")->type_name("HOST:PORT");
  ctl->add_flag("--json", as_json, "The answer as JSON, for programs");
  ctl->require_subcommand(1);
  ctl->footer(std::string(exit_codes) +
              "\nExamples:\n"
              "  prorata-simulator ctl orders --open\n"
              "  prorata-simulator ctl fill MWUSDKJT-O1 100 --price 187.40");
  add_looks();
  add_acts();
  add_rest();
}

void Ctl::Arguments::add_looks() {
  CLI::App* list = add("orders", "All orders of clients, oldest first", "orders --open --client PRORATA",
                       [this] { return orders(); });
  list->add_flag("--open", open, "Only those that are open");
  list->add_option("--client", client, "Only those of this client")->type_name("CLIENT");
  list->add_option("--symbol", symbol, "Only those in this symbol")->type_name("SYMBOL");
  list->add_option("--limit", limit, "The newest, so many (1000)")->type_name("N")->check(CLI::Range(1, 10'000));
  add_id(add("order", "One order, with its fills numbered", "order MWUSDKJT-O1",
             [this] { return get("/orders/" + web::encoded(id), CtlShow::order); }));
  add("book", "The book of a symbol, and whose orders are in it", "book AAPL",
      [this] { return get("/books/" + web::encoded(name), CtlShow::book); })
      ->add_option("SYMBOL", name)
      ->required();
  add("symbols", "All symbols, with their best prices", "symbols", [] { return get("/symbols", CtlShow::symbols); });
  add("sessions", "The clients' sessions", "sessions --json", [] { return get("/sessions", CtlShow::sessions); });
  add("scenarios", "The scenarios that orders may get, the first to be asked first", "scenarios",
      [] { return get("/scenarios", CtlShow::scenarios); });
  add("time", "What time it is in the exchange", "time", [] { return get("/time", CtlShow::time); });
}

void Ctl::Arguments::add_acts() {
  CLI::App* sub = add("fill", "Fill an order, or a part of it", "fill MWUSDKJT-O1 100 --price 187.40", [this] {
    return act({{"do", "fill"}});
  });
  add_id(sub);
  sub->add_option("QUANTITY", quantity, "All that is left, without it");
  sub->add_option("--price", price, "The order's limit or the market's price, without it")->type_name("PRICE");
  sub = add("bust", "Take a fill back", "bust MWUSDKJT-O1 1", [this] { return act({{"do", "bust"}, {"fill", fill}}); });
  add_id(sub);
  sub->add_option("N", fill, "Which fill, from 1")->required()->check(CLI::PositiveNumber);
  add_text(sub);
  sub = add("correct", "Give a fill another quantity or price", "correct MWUSDKJT-O1 1 --price 187.35", [this] {
    return act({{"do", "correct"}, {"fill", fill}});
  });
  add_id(sub);
  sub->add_option("N", fill, "Which fill, from 1")->required()->check(CLI::PositiveNumber);
  sub->add_option("--quantity", quantity, "Its new quantity")->type_name("QUANTITY");
  sub->add_option("--price", price, "Its new price")->type_name("PRICE");
  add_text(sub);
  sub = add("reject", "Reject an order", "reject MWUSDKJT-O1 --reason 3 --text \"beyond your limit\"", [this] {
    return act({{"do", "reject"}});
  });
  add_id(sub);
  sub->add_option("--reason", reason, "OrdRejReason(103)")->type_name("N")->check(CLI::Range(0, 999));
  add_text(sub);
  sub = add("act", "Any step of a scenario, for one order", "act MWUSDKJT-O1 'do = \"expire\", after_ms = 500'",
            [this] { return send("POST", order_target(), "application/toml", step_toml(step), CtlShow::order); });
  add_id(sub);
  sub->add_option("STEP", step, "As in a scenario: done_for_day, or do = \"over_fill\", by = \"50\"")->required();
}

void Ctl::Arguments::add_rest() {
  for (const char* what : {"halt", "resume"}) {
    const std::string example = std::string(what) + " AAPL";
    add(what, *what == 'h' ? "Stop trading in a symbol" : "Go on with trading in it", example.c_str(),
        [this, what] {
          const std::string target = "/symbols/" + web::encoded(name) + "/" + what;
          return Ask{{.method = "POST", .target = target}, CtlShow::symbol};
        })
        ->add_option("SYMBOL", name)
        ->required();
  }
  add("drop", "Break a client's connection off", "drop PRORATA",
      [this] {
        return send_json("POST", "/sessions/" + web::encoded(client) + "/act", {{"do", "disconnect"}},
                         CtlShow::session);
      })
      ->add_option("CLIENT", client)
      ->required();
  CLI::App* sub = add("session", "Any step of a scenario that is about the session",
                      "session PRORATA 'do = \"gap\", messages = 2'", [this] {
                        return send("POST", "/sessions/" + web::encoded(client) + "/act", "application/toml",
                                    step_toml(step), CtlShow::session);
                      });
  sub->add_option("CLIENT", client)->required();
  sub->add_option("STEP", step, "As in a scenario: logout, or do = \"garbage\", bytes = 30")->required();
  add("seed", "Another seed for the market, from here on", "seed 7",
      [this] {
        return send_json("PUT", "/seed", {{"seed", seed}}, CtlShow::seed);
      })
      ->add_option("N", seed)
      ->required()
      ->check(CLI::NonNegativeNumber);
  add("scenario", "Load scenarios, for what comes from now on", "scenario config/scenarios/bust.toml",
      [this] { return scenario(); })
      ->add_option("FILE", file, "TOML; - for stdin")
      ->required();
  add("advance", "Move the time of the exchange on", "advance 1h30m", [this] { return advance(); })
      ->add_option("DURATION", duration, "Such as 90s, 5m, 1h30m; 24h at most")
      ->required();
}

// With what else was given.
Ask Ctl::Arguments::act(json::object body) const {
  if (!quantity.empty()) body["quantity"] = quantity;
  if (!price.empty()) body["price"] = price;
  if (reason) body["reason"] = *reason;
  if (!text.empty()) body["text"] = text;
  return send_json("POST", order_target(), body, CtlShow::order);
}

Ask Ctl::Arguments::orders() const {
  std::string target = "/orders?limit=" + std::to_string(limit);
  if (open) target += "&state=open";
  if (!client.empty()) target += "&client=" + web::encoded(client);
  if (!symbol.empty()) target += "&symbol=" + web::encoded(symbol);
  return get(std::move(target), CtlShow::orders);
}

Asked Ctl::Arguments::scenario() const {
  auto toml = world.read_file(file);
  if (!toml) return tl::unexpected(toml.error());
  return send("POST", "/scenarios?name=" + web::encoded(file == "-" ? "stdin" : file), "application/toml",
              *std::move(toml), CtlShow::loaded);
}

Asked Ctl::Arguments::advance() const {
  const auto by = parse_duration(duration);
  if (!by) return tl::unexpected(by.error());
  if (*by > most_at_once) return core::fail("", duration + " is too long; 24h at once is the most");
  return send_json("POST", "/time", {{"advance_ms", by->count()}}, CtlShow::time);
}

int Ctl::Arguments::fail(const std::string& why) const {
  world.err("prorata-simulator: " + why + "\n");
  return ctl_exit::wrong_use;
}

int Ctl::Arguments::run() const {
  const auto address = files::Address::parse(control);
  if (!address) return fail("--control: " + address.error().text());
  const Asked ask = chosen();
  if (!ask) return fail(ask.error().text());
  const auto answer = world.ask(*address, ask->request);
  if (!answer && !answer.error().was_sent) {
    world.err("prorata-simulator: no control answers at " + control + " (" + answer.error().reason +
              "). Start the simulator with --control " + control + ", or name another one with --control.\n");
    return ctl_exit::not_reachable;
  }
  if (!answer) {
    world.err("prorata-simulator: the simulator went away before it answered (" + answer.error().reason +
              "); whether it was done is not known.\n");
    return ctl_exit::not_known;
  }
  if (answer->status >= 300) {
    if (as_json) world.out(answer->body + "\n");
    world.err("prorata-simulator: " + problem_text(*answer));
    return ctl_exit::refused;
  }
  if (as_json) {
    world.out(answer->body + "\n");
    return ctl_exit::done;
  }
  boost::system::error_code error;
  const json::value value = json::parse(answer->body, error);
  if (error) {
    world.err("prorata-simulator: what answers at " + control + " is no control of a simulator\n");
    return ctl_exit::not_reachable;
  }
  world.out(shown(ask->show, value, world.screen));
  return ctl_exit::done;
}

Ctl::Ctl(CLI::App& app, CtlWorld world) : arguments_(std::make_unique<Arguments>(std::move(world))) {
  arguments_->add_commands(app);
}

Ctl::~Ctl() = default;

std::optional<int> Ctl::run() {
  if (!arguments_->ctl->parsed()) return std::nullopt;
  return arguments_->run();
}

CtlWorld real_ctl_world() {
  CtlWorld world{
      .ask = [](const files::Address& at, const web::Request& request) { return web::ask(at.host, at.port, request); },
      .read_file =
          [](const std::string& path) { return files::read_text(path == "-" ? "/dev/stdin" : path, max_file_bytes); },
      .out = [](const std::string& text) { std::cout << text << std::flush; },
      .err = [](const std::string& text) { std::cerr << text << std::flush; }};
  if (isatty(STDOUT_FILENO) == 0) return world;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  world.screen = {known ? size.ws_col : 80, std::getenv("NO_COLOR") == nullptr};
  return world;
}

}  // namespace simulator
