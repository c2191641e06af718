#include "cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/completion.hpp"
#include "cli/exit_code.hpp"
#include "files/text.hpp"

namespace cli {

namespace {

std::string is_number(const std::string& text) {
  const bool is = !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
  return is ? "" : "must be a whole number such as 3";
}

// Collects the options of all commands into one Command.
class Parser {
 public:
  Parser() : app_("The desk's command line: orders, fills, positions and sessions of a Prorata gateway.", "prorata") {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", "prorata 0.1.0");
    app_.add_option("--gateway", command_.gateway, "Address of the gateway; PRORATA_GATEWAY sets it too")
        ->take_last()
        ->capture_default_str();
    app_.add_option("--token-file", command_.token_file,
                    "A file with the token that the gateway asks for; PRORATA_TOKEN may have the token itself")
        ->take_last();
    app_.add_flag("--json", command_.json, "Print the gateway's JSON as it is, for programs");
    app_.footer(
        "Exit codes: 0 done, 1 refused by the gateway, 2 wrong use, 3 gateway not reachable, 4 verify or replay found\n"
        "something that does not hold, 5 sent but not answered: the same with --key, as told, finds out what became of "
        "it.\n"
        "`prorata COMMAND --help` shows the options and an example of each command.");
    add_order();
    add_cancel(app_);
    add_basket();
    add_reading();
    add_breaks();
    add_proofs();
    add_desk_commands(app_, command_);
    CLI::App* completion = app_.add_subcommand("completion", "Print a script that completes commands in bash or zsh");
    completion->add_option("SHELL", shell_, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
    CLI::App* names = add(app_, "names", "For completion: print what there is of these, one a line", Verb::names,
                          "prorata names models");
    names->group("");  // not in the help
    names->add_option("KIND", command_.kinds)
        ->required()
        ->check(CLI::IsMember({"accounts", "instruments", "models", "orders", "proposals"}));
    completion->footer("Example:\n  eval \"$(prorata completion bash)\"    # in ~/.bashrc");
  }

  Parsed parse(std::vector<std::string> arguments, const std::optional<std::string>& gateway,
               const std::optional<std::string>& token) {
    command_.token = token.value_or("");
    if (gateway && !gateway->empty()) command_.gateway = *gateway;
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      std::ostringstream out;
      std::ostringstream problem;
      const bool wrong = app_.exit(error, out, problem) != 0;
      // CLI11 tells that a command is missing, not which word is none.
      const std::vector<std::string> words = app_.remaining(true);
      if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !words.empty()) {
        return {std::nullopt,
                "'" + files::shown(words.front()) + "' is no command here.\nRun with --help for more information.\n",
                wrong_use};
      }
      return {std::nullopt, wrong ? problem.str() : out.str(), wrong ? wrong_use : done};
    }
    if (!shell_.empty()) return {std::nullopt, completion_script(app_, shell_), done};
    return {command_, "", done};
  }

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* what, Verb verb, const char* example) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->callback([this, verb] { command_.verb = verb; });
    sub->footer(std::string("Example:\n  ") + example);
    return sub;
  }

  void add_key(CLI::App* sub) {
    sub->add_option("--key", command_.key,
                    "Idempotency key: the same key again is not done twice (default: a new one)");
  }

  void add_order() {
    CLI::App* order = app_.add_subcommand("order", "Enter, show or cancel one block order");
    order->require_subcommand(1);
    order->fallthrough();
    order->footer("Example:\n  prorata order buy 1000 AAPL --model GROWTH --limit 187.50");
    add_enter(*order, "buy", "Buy for all accounts of a model, or for each what a file says", "BUY",
              "prorata order buy 1000 AAPL --model GROWTH --limit 187.50 --tif DAY\n"
              "  prorata order buy 30 AAPL --parts parts.csv");
    add_enter(*order, "sell", "Sell for all accounts of a model, or for each what a file says", "SELL",
              "prorata order sell 250 MSFT --model INCOME --dry-run");
    CLI::App* show = add(*order, "show", "Show an order with its fills and parts", Verb::show_order,
                         "prorata order show 20261124-7");
    show->add_option("ORDER", command_.order, "The order's id")->required();
    add_cancel(*order);
  }

  void add_enter(CLI::App& order, const char* name, const char* what, const char* side, const char* example) {
    CLI::App* sub = add(order, name, what, Verb::enter_order, example);
    sub->callback([this, side] {
      command_.verb = Verb::enter_order;
      command_.side = side;
    });
    sub->add_option("QUANTITY", command_.quantity, "Units, such as 1000")->required();
    sub->add_option("SYMBOL", command_.symbol, "The instrument, such as AAPL")->required();
    auto* whom = sub->add_option_group("For whom");
    whom->add_option("--model", command_.model, "The model's code; its accounts share the fills");
    whom->add_option(
        "--parts", command_.parts,
        "CSV, or - for stdin: Account, Model, Quantity. What each is to get; an empty Model: outside every "
        "model");
    whom->require_option(1, 2);
    sub->add_option("--limit", command_.limit, "Limit price; without it a market order");
    sub->add_option("--tif", command_.time_in_force, "Time in force: DAY, GTC, IOC or FOK (default: DAY)")
        ->transform(CLI::IsMember({"DAY", "GTC", "IOC", "FOK"}, CLI::ignore_case));
    sub->add_option("--broker", command_.broker, "The FIX session that it goes to (default: the desk's)");
    sub->add_flag("--dry-run", command_.dry_run, "Only show what it would do to each account");
    add_key(sub);
  }

  void add_cancel(CLI::App& parent) {
    CLI::App* sub =
        add(parent, "cancel", "Cancel what is still open of an order", Verb::cancel, "prorata cancel 20261124-7");
    sub->add_option("ORDER", command_.order, "The order's id")->required();
    add_key(sub);
  }

  void add_basket() {
    CLI::App* basket = app_.add_subcommand("basket", "Send a file of orders");
    basket->require_subcommand(1);
    basket->fallthrough();
    basket->footer("Example:\n  prorata basket send morning.csv --dry-run");
    CLI::App* send = add(*basket, "send", "Preview the orders of a CSV file, then enter all of them or none",
                         Verb::send_basket, "prorata basket send morning.csv --yes --wait");
    send->add_option("FILE", command_.file,
                     "CSV, or - for stdin: Action, Quantity, Symbol, SecType, Exchange, Currency, TimeInForce, "
                     "OrderType, LmtPrice, Model")
        ->required();
    send->add_flag("--dry-run", command_.dry_run, "Only show the preview");
    send->add_flag("--yes,-y", command_.yes, "Send without asking");
    send->add_flag("--wait", command_.wait, "Stay until all of its orders are finished");
    send->add_flag("--accounts", command_.accounts, "Show what each order does to each account");
    add_key(send);
  }

  void add_reading() {
    CLI::App* orders = add(app_, "orders", "List orders", Verb::orders, "prorata orders --open --model GROWTH");
    orders->add_flag("--open", command_.open_only, "Only those that can still fill");
    orders->add_option("--model", command_.model, "Only those of a model");
    orders->add_option("--limit", command_.at_most, "So many of the newest: 1 to 10000; without it 1000");
    CLI::App* log = add(app_, "log", "Show the trade log", Verb::log, "prorata log --follow --after 120");
    log->add_flag("--follow,-f", command_.follow, "Go on showing entries as they come");
    log->add_option("--after", command_.after, "Begin after this sequence number")->check(is_number);
    CLI::App* positions = add(app_, "positions", "Show what an account or a model holds", Verb::positions,
                              "prorata positions --account C-1001");
    auto* which = positions->add_option_group("Of what");
    which->add_option("--account", command_.account, "All sleeves of an account, or of a group");
    which->add_option("--model", command_.model, "All accounts of a model");
    which->require_option(1);
    add_page_options(*positions, command_);
    add(app_, "sessions", "Show the FIX sessions to the brokers", Verb::sessions, "prorata sessions --json");
    CLI::App* explain = add(app_, "explain", "Show how a fill was split over the accounts, and why so", Verb::explain,
                            "prorata explain MWQMEWR3-E168");
    explain->add_option("EXEC_ID", command_.exec, "The fill's ExecID, as the trade log shows it")->required();
    explain->add_option("--broker", command_.broker, "The broker, when two use the same ExecID");
    explain->add_option("--date", command_.date, "The trade date, as 2026-11-20, when a broker used the ExecID twice");
  }

  void add_breaks() {
    CLI::App* breaks = add(app_, "breaks", "List what could not be booked, and what can be done about it", Verb::breaks,
                           "prorata breaks --open\n  prorata break settle 3 --reason \"withdrawn, says J. Doe\"");
    breaks->add_flag("--open", command_.open_only, "Only those that nobody has settled");
    add_page_options(*breaks, command_);
    CLI::App* settle = add_settle(*breaks);
    // The callback of the outer command comes last.
    breaks->callback([this, settle] { command_.verb = settle->parsed() ? Verb::settle_break : Verb::breaks; });
    breaks->fallthrough();
    CLI::App* one = app_.add_subcommand("break", "Settle a break");
    one->require_subcommand(1);
    one->fallthrough();
    one->footer("Example:\n  prorata break settle 3 --reason \"withdrawn, says J. Doe\" --as resolved_with_broker");
    add_settle(*one);
  }

  CLI::App* add_settle(CLI::App& parent) {
    CLI::App* sub = add(parent, "settle", "Put on record how a break was dealt with; books nothing", Verb::settle_break,
                        "prorata break settle 3 --reason \"withdrawn, says J. Doe\" --as resolved_with_broker");
    sub->add_option("NUMBER", command_.break_number, "The break's number")->required()->check(is_number);
    sub->add_option("--reason", command_.reason, "What was found out and done, for whoever asks later")->required();
    sub->add_option("--as", command_.settled_as,
                    "acknowledged, resolved_with_broker or booked_by_hand (default: acknowledged)")
        ->check(CLI::IsMember({"acknowledged", "resolved_with_broker", "booked_by_hand"}));
    add_key(sub);
    return sub;
  }

  void add_database(CLI::App* sub) {
    sub->add_option("--database", command_.database, "Read this file here, without a gateway (one may be running)");
  }

  void add_proofs() {
    CLI::App* verify = add(app_, "verify", "Check the hash chain of the journal, and name the first bad row",
                           Verb::verify, "prorata verify\n  prorata verify --database desk.db --expect 1204:5fe1...");
    verify->add_option("--expect", command_.expect,
                       "HASH or NUMBER:HASH of an entry, as verify printed it earlier: it must still be there");
    add_database(verify);
    CLI::App* replay =
        add(app_, "replay", "Rebuild the book from the journal: compare it, or show a past moment", Verb::replay,
            "prorata replay\n  prorata replay --as-of 2026-11-20T14:30:00Z --account C-1024");
    replay->add_option("--as-of", command_.as_of, "Show the positions at this UTC time, or at the end of this date");
    replay->add_option("--as-of-seq", command_.as_of_seq, "Show the positions after this entry of the journal");
    replay->add_option("--account", command_.account, "With a moment: only this account");
    replay->add_option("--model", command_.model, "With a moment: only this model");
    add_database(replay);
    CLI::App* backup = add(app_, "backup", "Copy the database while the gateway trades, and verify the copy",
                           Verb::backup, "prorata backup /backups/desk-2026-11-21.db");
    backup->add_option("FILE", command_.file, "A new file on the gateway's machine; nothing is overwritten")
        ->required()
        ->check([](const std::string& text) { return text.empty() ? "needs a name" : ""; });
    add_database(backup);
    CLI::App* mend =
        add(app_, "mend", "Make the rows that people read anew from the journal, when replay finds them wrong",
            Verb::mend, "prorata mend --database desk.db");
    mend->add_option("--database", command_.database, "The gateway's database; the gateway must be stopped")
        ->required();
  }

  CLI::App app_;
  Command command_;
  std::string shell_;  // to print a completion script for
};

}  // namespace

Parsed parse_command(std::vector<std::string> arguments,
                     const std::function<std::optional<std::string>(std::string_view)>& environment) {
  return Parser().parse(std::move(arguments), environment("PRORATA_GATEWAY"), environment("PRORATA_TOKEN"));
}

}  // namespace cli
