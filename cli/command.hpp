#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/desk_words.hpp"

// The command line as a value: what a person typed, checked as far as it can be without the gateway.
namespace cli {

enum class Verb {
  enter_order,
  cancel,
  send_basket,
  orders,
  show_order,
  log,
  positions,
  breaks,
  sessions,
  explain,
  settle_break,
  verify,
  replay,
  backup,
  mend,
  view,
  create_model,
  rename_model,
  show_model,
  save_targets,
  propose,
  proposals,
  show_proposal,
  edit_proposal,
  act_on_proposal,
  move_cash,
  groups,
  set_group,
  remove_group,
  set_prices,
  export_file,
  import_file,
  names,
};

struct Command {
  Verb verb = Verb::orders;
  std::string gateway = "http://127.0.0.1:9780";
  std::string token;       // for a gateway that asks for one; from PRORATA_TOKEN
  std::string token_file;  // the same, in a file; comes before PRORATA_TOKEN
  bool json = false;
  bool dry_run = false;
  std::string key;  // idempotency key; empty: a fresh one

  // enter_order
  std::string side;  // "BUY" or "SELL"
  std::string quantity;
  std::string symbol;
  std::string limit;  // empty: a market order
  std::string time_in_force;
  std::string broker;  // of explain too
  std::string model;   // of orders and positions too
  std::string parts;   // a file: what each sleeve is to get; empty: the shares of the model

  std::string order;  // cancel, show_order
  std::string exec;   // explain
  std::string date;   // explain: the trade date

  std::string file;  // send_basket, backup
  bool yes = false;
  bool wait = false;
  bool accounts = false;

  std::vector<std::string> kinds;  // names

  std::string at_most;     // of a list
  std::string offset;      // of a list that has pages
  bool open_only = false;  // orders, breaks, proposals
  bool follow = false;     // log
  std::int64_t after = 0;  // log
  std::string account;     // positions, replay

  std::string break_number;  // settle_break
  std::string reason;
  std::string settled_as = "acknowledged";

  std::string database;  // verify, replay, backup: a file to be read here, without a gateway
  std::string expect;    // verify: HASH or SEQ:HASH
  std::string as_of;     // replay
  std::string as_of_seq;

  DeskWords desk;  // of commands about models
};

// What the arguments come to: a command, or a text to print (help, version, or what is wrong) with its exit code.
struct Parsed {
  std::optional<Command> command;
  std::string text;
  int exit_code = 0;
};

// `arguments` without the program's name. `environment` gives the value of a variable, or nothing.
[[nodiscard]] Parsed parse_command(std::vector<std::string> arguments,
                                   const std::function<std::optional<std::string>(std::string_view)>& environment);

}  // namespace cli
