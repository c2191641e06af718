#include "cli/desk_words.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"

namespace cli {

namespace {

class DeskParser {
 public:
  DeskParser(CLI::App& app, Command& command) : app_(app), command_(command), desk_(command.desk) {}

  void add_all() {
    add_views();
    add_models();
    add_proposing();
    add_proposals();
    add_accounts();
    add_files();
  }

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* what, Verb verb, const char* example,
                const char* word = "") {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->callback([this, verb, word] {
      command_.verb = verb;
      if (*word != '\0') desk_.what = word;
    });
    sub->footer(std::string("Example:\n  ") + example);
    return sub;
  }
  CLI::App* add_parent(const char* name, const char* what, const char* example) {
    CLI::App* parent = app_.add_subcommand(name, what);
    parent->require_subcommand(1);
    parent->fallthrough();
    parent->footer(std::string("Example:\n  ") + example);
    return parent;
  }
  void add_key(CLI::App* sub) {
    sub->add_option("--key", command_.key,
                    "Idempotency key: the same key again is not done twice (default: a new one)");
  }
  void add_model(CLI::App* sub) { sub->add_option("MODEL", desk_.model, "The model's code")->required(); }
  void add_page(CLI::App* sub) {
    sub->add_option("--currency", desk_.currency, "Values in this currency (default: the model's or the desk's)");
    add_page_options(*sub, command_);
  }

  void add_views() {
    CLI::App* models = add(app_, "models", "Models and Independent, with market values and percentages", Verb::view,
                           "prorata models", "models");
    models->add_option("--account", desk_.account, "Only what is of this account, or group");
    add_page(models);
    CLI::App* accounts = add(app_, "accounts", "Accounts with their percentages in each model and Independent",
                             Verb::view, "prorata accounts --account FAMILY", "accounts");
    accounts->add_option("--account", desk_.account, "Only this account, or group");
    add_page(accounts);
    CLI::App* holdings = add(app_, "holdings", "All positions and cash with their values, over all sleeves", Verb::view,
                             "prorata holdings --by-model", "holdings");
    holdings->add_option("--account", desk_.account, "Only of this account, or group");
    holdings->add_flag("--by-model", desk_.lines, "Model by model");
    add_page(holdings);
    CLI::App* prices = add(app_, "prices", "What each instrument costs, since when, and who says so", Verb::view,
                           "prorata prices", "prices");
    add_page_options(*prices, command_);
    CLI::App* price = add_parent("price", "Bring a price", "prorata price set AAPL=187.40");
    CLI::App* set =
        add(*price, "set", "Bring prices, as of now", Verb::set_prices, "prorata price set AAPL=187.40 MSFT=412.65");
    set->add_option("SYMBOL=PRICE", desk_.words, "Instruments and what they cost")->required();
    add_key(set);
  }

  void add_models() {
    CLI::App* model =
        add_parent("model", "Create, rename, show or delete a model, and set its targets",
                   "prorata model create GROWTH \"Growth\"\n  prorata model targets GROWTH AAPL=60 MSFT=30");
    CLI::App* create = add(*model, "create", "Create a model, without funds, assets and investors", Verb::create_model,
                           "prorata model create GROWTH \"Growth\" --currency USD");
    create->add_option("CODE", desk_.model, "1 to 16 of A-Z, 0-9, '.', '_', '-'; it never changes")->required();
    create->add_option("NAME", desk_.name, "What people call it")->required();
    create->add_option("--currency", desk_.currency, "In which its cash is (default: USD)");
    add_key(create);
    CLI::App* rename = add(*model, "rename", "Give a model another name; its code stays", Verb::rename_model,
                           "prorata model rename GROWTH \"Growth and more\"");
    add_model(rename);
    rename->add_option("NAME", desk_.name, "What people call it from now on")->required();
    add_key(rename);
    CLI::App* show = add(*model, "show", "A model by positions, or by accounts, with its targets", Verb::show_model,
                         "prorata model show GROWTH --accounts");
    add_model(show);
    show->add_flag("--accounts", desk_.accounts, "By accounts instead of positions");
    show->add_option("--account", desk_.account, "Only the sleeve of this account, or of a group");
    show->add_flag("--versions", desk_.lines, "All versions of its targets, with who and why");
    add_page(show);
    CLI::App* targets = add(*model, "targets", "Save what a model is to hold; cash fills up to 100", Verb::save_targets,
                            "prorata model targets GROWTH AAPL=60 MSFT=30 --why \"spring review\"\n"
                            "  prorata model targets GROWTH --clear");
    add_model(targets);
    targets->add_option("SYMBOL=PERCENT", desk_.words, "Instruments and percentages, such as AAPL=12.5");
    targets->add_flag("--clear", desk_.clear, "No targets: the model is dynamic");
    targets->add_option("--why", desk_.why, "The reason, for the record");
    add_key(targets);
    CLI::App* remove = add(*model, "delete", "Delete a model: what its sleeves hold becomes Independent", Verb::propose,
                           "prorata model delete GROWTH", "delete");
    add_model(remove);
    add_carrying_out(remove);
  }

  void add_carrying_out(CLI::App* sub) {
    sub->add_flag("--transmit", desk_.transmit, "After the preview, ask, and carry it out");
    sub->add_flag("--yes,-y", command_.yes, "Do not ask");
    add_key(sub);
  }
  void add_style(CLI::App* sub) {
    sub->add_flag("--limit-orders", desk_.limit_orders, "Limit orders at the previewed prices (default: market)");
    sub->add_option("--tif", desk_.time_in_force, "Time in force: DAY, GTC, IOC or FOK (default: DAY)")
        ->transform(CLI::IsMember({"DAY", "GTC", "IOC", "FOK"}, CLI::ignore_case));
    sub->add_option("--leave-out", desk_.leave_out, "Accounts or groups that take no part");
  }

  void add_proposing() {
    CLI::App* invest = add(app_, "invest", "Propose to invest money of accounts in a model", Verb::propose,
                           "prorata invest GROWTH C-1001 25000 C-1002 10000 --transfer-positions", "invest");
    add_model(invest);
    invest
        ->add_option("ACCOUNT AMOUNT", desk_.words, "An account, or a group, and how much of its cash; more may follow")
        ->required();
    invest->add_flag("--transfer-positions", desk_.transfer_positions,
                     "Take what the account holds outside the models in, instead of buying it");
    add_style(invest);
    add_carrying_out(invest);
    CLI::App* divest =
        add(app_, "divest", "Propose to take money of accounts out of a model", Verb::propose,
            "prorata divest GROWTH C-1001 5000\n  prorata divest GROWTH C-1001 all --keep-model", "divest");
    add_model(divest);
    divest->add_option("ACCOUNT AMOUNT", desk_.words, "An account, or a group, and how much, or all; more may follow")
        ->required();
    divest->add_flag("--transfer-positions", desk_.transfer_positions, "Move positions to Independent, do not sell");
    divest->add_flag("--keep-model", desk_.keep_model, "Keep the model when its last investor leaves");
    add_style(divest);
    add_carrying_out(divest);
    CLI::App* rebalance = add(app_, "rebalance", "Propose the orders that bring a model to its targets", Verb::propose,
                              "prorata rebalance GROWTH --leave-out C-1007", "rebalance");
    add_model(rebalance);
    rebalance->add_option("--account", desk_.account, "Only this account, or group");
    add_style(rebalance);
    add_carrying_out(rebalance);
    CLI::App* reallocate = add(app_, "reallocate", "Propose to move an account's money among its models", Verb::propose,
                               "prorata reallocate C-1001 GROWTH=50 INCOME=30", "reallocate");
    reallocate->add_option("ACCOUNT", desk_.account, "The account")->required();
    reallocate->add_option("MODEL=PERCENT", desk_.words, "Percent of what it has in all models")->required();
    add_style(reallocate);
    add_carrying_out(reallocate);
    CLI::App* withdraw = add(app_, "withdraw", "Propose to move a percentage of a model's cash to its accounts",
                             Verb::propose, "prorata withdraw GROWTH 25", "withdraw");
    add_model(withdraw);
    withdraw->add_option("PERCENT", desk_.percent, "Of the model's cash, such as 25")->required();
    add_carrying_out(withdraw);
  }

  void add_proposals() {
    CLI::App* list =
        add(app_, "proposals", "List what is staged, on its way or done", Verb::proposals, "prorata proposals --open");
    list->add_flag("--open", command_.open_only, "Only those that are not over");
    add_page_options(*list, command_);
    CLI::App* proposal = add_parent("proposal", "Look at a proposal, change it, and carry it out",
                                    "prorata proposal show P-3\n  prorata proposal transmit P-3");
    CLI::App* show = add(*proposal, "show", "Its orders, transfers, and what it does to each account",
                         Verb::show_proposal, "prorata proposal show P-3 --lines");
    add_id(show);
    show->add_flag("--lines", desk_.lines, "Every instrument of every sleeve");
    show->add_option("--account", desk_.account, "Only this account");
    CLI::App* edit = add(*proposal, "edit", "Change one of its orders, or leave accounts out", Verb::edit_proposal,
                         "prorata proposal edit P-3 --order 2 --quantity 50 --limit 187.50\n"
                         "  prorata proposal edit P-3 --leave-out C-1007");
    add_id(edit);
    edit->add_option("--order", desk_.places, "The order's number in the proposal");
    edit->add_option("--quantity", desk_.quantity, "Of the whole order, split as it was proposed; 0 leaves it out");
    edit->add_option("--type", desk_.order_type, "MKT or LMT")
        ->transform(CLI::IsMember({"MKT", "LMT"}, CLI::ignore_case));
    edit->add_option("--limit", desk_.limit, "Limit price");
    edit->add_option("--tif", desk_.time_in_force, "DAY, GTC, IOC or FOK")
        ->transform(CLI::IsMember({"DAY", "GTC", "IOC", "FOK"}, CLI::ignore_case));
    edit->add_option("--leave-out", desk_.leave_out, "Accounts or groups that take no part");
    add_key(edit);
    add_action(*proposal, "refresh", "Compute it again as the same proposal, at today's prices and holdings",
               "prorata proposal refresh P-3");
    add_action(*proposal, "save", "Book its transfers at once; its orders stay staged", "prorata proposal save P-3");
    CLI::App* transmit =
        add_action(*proposal, "transmit", "Carry it out: transfers, then orders",
                   "prorata proposal transmit P-3\n  prorata proposal transmit P-3 --order 1 --order 2");
    transmit->add_option("--order", desk_.places, "Only this order of it; may be given more than once");
    transmit->add_option("--broker", command_.broker, "The FIX session it goes to (default: the desk's)");
    add_action(*proposal, "discard", "Throw a staged proposal away; nothing of it was booked",
               "prorata proposal discard P-3");
    add_action(*proposal, "finish", "Stage what is missing of an incomplete proposal", "prorata proposal finish P-3");
    add_action(*proposal, "close", "Take a saved or incomplete proposal as it is", "prorata proposal close P-3");
  }
  void add_id(CLI::App* sub) { sub->add_option("PROPOSAL", desk_.proposal, "Such as P-3")->required(); }
  CLI::App* add_action(CLI::App& parent, const char* name, const char* what, const char* example) {
    CLI::App* sub = add(parent, name, what, Verb::act_on_proposal, example, name);
    add_id(sub);
    sub->add_flag("--yes,-y", command_.yes, "Do not ask");
    add_key(sub);
    return sub;
  }

  void add_accounts() {
    CLI::App* cash = add(app_, "cash", "Book money that a client brings, or takes back", Verb::move_cash,
                         "prorata cash C-1001 25000\n  prorata cash C-1001 -- -500");
    cash->add_option("ACCOUNT", desk_.account, "The account")->required();
    cash->add_option("AMOUNT", desk_.amount, "Above zero: in; below: out (write -- before it)")->required();
    cash->add_option("--currency", desk_.currency, "Of the money (default: the account's)");
    add_key(cash);
    add_page_options(*add(app_, "groups", "List groups of accounts", Verb::groups, "prorata groups"), command_);
    CLI::App* group = add_parent("group", "Name accounts together: the name stands wherever an account may",
                                 "prorata group set FAMILY C-1001 C-1002");
    CLI::App* set =
        add(*group, "set", "Say who is in a group", Verb::set_group, "prorata group set FAMILY C-1001 C-1002");
    set->add_option("NAME", desk_.name, "The group's name")->required();
    set->add_option("ACCOUNT", desk_.words, "Its accounts, all of them")->required();
    add_key(set);
    CLI::App* remove = add(*group, "remove", "Take a group away; its accounts stay", Verb::remove_group,
                           "prorata group remove FAMILY");
    remove->add_option("NAME", desk_.name, "The group's name")->required();
    add_key(remove);
  }

  void add_files() {
    const auto kinds = CLI::IsMember({"accounts", "groups", "instruments", "models", "positions", "prices"});
    CLI::App* out = add(app_, "export", "Print accounts, groups, instruments, models, positions or prices as CSV",
                        Verb::export_file, "prorata export models > models.csv");
    out->add_option("WHAT", desk_.what, "accounts, groups, instruments, models, positions or prices")
        ->required()
        ->check(kinds);
    CLI::App* in =
        add(app_, "import", "Read such a file: shows what it changes, asks, and does all of it or nothing",
            Verb::import_file, "prorata import models models.csv --dry-run\n  prorata import models models.csv --yes");
    in->add_option("WHAT", desk_.what, "accounts, groups, instruments, models, positions or prices")
        ->required()
        ->check(kinds);
    in->add_option("FILE", command_.file, "CSV, as export writes it, or - for stdin")->required();
    in->add_flag("--dry-run", command_.dry_run, "Only show what it would change");
    in->add_flag("--yes,-y", command_.yes, "Do not ask");
    add_key(in);
  }

  CLI::App& app_;
  Command& command_;
  DeskWords& desk_;
};

}  // namespace

void add_page_options(CLI::App& sub, Command& command) {
  sub.add_option("--limit", command.at_most, "So many rows: 1 to 10000 (default: 1000)");
  sub.add_option("--offset", command.offset, "After so many rows (default: 0)");
}

void add_desk_commands(CLI::App& app, Command& command) {
  // Its callbacks are called when the arguments are parsed, so it lives as long as the program's parser.
  const auto parser = std::make_shared<DeskParser>(app, command);
  parser->add_all();
  app.preparse_callback([parser](std::size_t) {});
}

}  // namespace cli
