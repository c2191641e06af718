#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

// The part of the command line that is about models, proposals, accounts and prices.
namespace cli {

struct Command;

// What a person typed after such a command; what is not of the command stays empty.
struct DeskWords {
  std::string what;   // of a proposal: "invest", ...; of an action: "transmit", ...; of a view: its path
  std::string model;  // a code
  std::string name;   // of a model, or of a group
  std::string currency;
  std::string account;  // or a group
  std::string amount;
  std::vector<std::string> words;  // ACCOUNT AMOUNT ..., SYMBOL=PERCENT ..., MODEL=PERCENT ..., accounts of a group
  std::string why;
  std::string percent;
  bool clear = false;
  bool transfer_positions = false;
  bool keep_model = false;
  bool limit_orders = false;
  std::string time_in_force;
  std::vector<std::string> leave_out;
  bool transmit = false;  // at once, after the preview and a yes

  std::string proposal;
  std::vector<std::string> places;
  std::string quantity;
  std::string order_type;
  std::string limit;
  bool lines = false;
  bool accounts = false;
};

// --limit and --offset, of what is listed page by page.
void add_page_options(CLI::App& sub, Command& command);
// Adds its commands to the program's.
void add_desk_commands(CLI::App& app, Command& command);

}  // namespace cli
