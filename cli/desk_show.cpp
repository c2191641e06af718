#include "cli/desk_show.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <vector>

#include "cli/json_table.hpp"
#include "files/text.hpp"

namespace cli {

namespace json = boost::json;

namespace {

constexpr std::size_t most_moves = 12;  // of a proposal, on the screen

bool looks_like_number(const json::array& rows, std::string_view member) {
  bool is_any = false;
  for (const json::value& row : rows) {
    const std::string text = text_at(row, member);
    if (text.empty()) continue;
    if (text.find_first_not_of("0123456789.-") != std::string::npos) return false;
    is_any = true;
  }
  return is_any;
}

// "percent_of_model" as "% OF MODEL".
std::string title_of(std::string_view member) {
  std::string title(member);
  std::replace(title.begin(), title.end(), '_', ' ');
  if (title.starts_with("percent")) title.replace(0, 7, "%");
  std::transform(title.begin(), title.end(), title.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return title;
}

std::string rows_table(const json::array& rows, const Screen& screen, std::string_view nothing) {
  std::vector<Shown> shown;
  if (const json::object* first = rows.empty() ? nullptr : rows.front().if_object()) {
    for (const json::key_value_pair& pair : *first) {
      const std::string_view member(pair.key().data(), pair.key().size());
      const bool is_spare = member == "name" || member == "time_utc" || member == "type" || member == "source";
      // A column for each model, and there may be many.
      const bool is_model = std::none_of(member.begin(), member.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      shown.push_back({member,
                       {.title = title_of(member),
                        .number = looks_like_number(rows, member),
                        .spare = is_spare   ? 2
                                 : is_model ? 1
                                            : 0}});
    }
  }
  return table_of(rows, shown, screen, nothing);
}

const std::vector<Shown>& order_columns() {
  static const std::vector<Shown> columns{{"place", number_column("#")},
                                          {"side", text_column("SIDE")},
                                          {"quantity", number_column("QUANTITY")},
                                          {"symbol", text_column("SYMBOL")},
                                          {"order_type", text_column("TYPE", 1)},
                                          {"limit_price", number_column("LIMIT", 1)},
                                          {"time_in_force", text_column("TIF", 3)},
                                          {"legs", number_column("ACCOUNTS", 2)},
                                          {"state", text_column("STATE")},
                                          {"sent", number_column("SENT")},
                                          {"filled", number_column("FILLED")},
                                          {"average_price", number_column("AVERAGE", 2)},
                                          {"order_id", text_column("ORDER", 1)}};
  return columns;
}

const std::vector<Shown>& sleeve_columns() {
  static const std::vector<Shown> columns{
      {"account", text_column("ACCOUNT")},      {"sleeve", text_column("SLEEVE")},
      {"value_before", number_column("VALUE")}, {"value_after", number_column("AFTER")},
      {"cash_before", number_column("CASH")},   {"cash_after", number_column("CASH AFTER")},
      {"fees", number_column("FEES", 1)},       {"left_over", number_column("ROUNDING", 1)},
      {"currency", text_column("CCY", 2)},      {"percent_of_models", number_column("% OF MODELS", 1)}};
  return columns;
}

std::string moves_text(const json::array& moves, const Screen& screen) {
  static const std::vector<Shown> columns{{"account", text_column("ACCOUNT")}, {"quantity", number_column("QUANTITY")},
                                          {"symbol", text_column("OF")},       {"from_sleeve", text_column("FROM")},
                                          {"to_sleeve", text_column("TO")},    {"moves", text_column("WHEN", 1)}};
  if (moves.empty()) return "";
  const json::array shown(moves.begin(),
                          moves.begin() + static_cast<std::ptrdiff_t>(std::min(moves.size(), most_moves)));
  std::string text = "\nTransfers\n" + table_of(shown, columns, screen, "");
  if (moves.size() > most_moves) text += "and " + std::to_string(moves.size() - most_moves) + " more\n";
  return text;
}

std::string what_next(const std::string& id, const std::string& stage) {
  const std::string command = "prorata proposal ";
  if (stage == "STAGED") {
    return "Nothing of it is booked. Next: " + command + "transmit " + id + ", " + command + "save " + id + ", " +
           command + "edit " + id + " --help, or " + command + "discard " + id + "\n";
  }
  if (stage == "SAVED") return "Its transfers are booked. Next: " + command + "transmit " + id + "\n";
  if (stage == "WORKING") return "Its orders are out: prorata orders --open\n";
  if (stage == "INCOMPLETE") {
    return "Part of it is booked, and something is missing. Next: " + command + "finish " + id + ", " + command +
           "transmit " + id + " for what is still staged, or " + command + "close " + id + "\n";
  }
  return "";
}

}  // namespace

std::string show_view(const json::value& reply, const Screen& screen) {
  const std::string currency = text_at(reply, "currency");
  std::string notes;
  for (const json::value& note : list_at(reply, "notes")) notes += "Note: " + text_of(&note) + "\n";
  return rows_table(list_at(reply, "rows"), screen, "Nothing.") +
         (currency.empty() ? "" : "\nValues in " + currency + ".\n") + notes;
}

std::string show_proposals(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> columns{{"proposal", text_column("PROPOSAL")},
                                          {"stage", text_column("STAGE")},
                                          {"title", text_column("WHAT")},
                                          {"orders", number_column("ORDERS")},
                                          {"time_utc", text_column("TIME (UTC)", 1)},
                                          {"submitted_by", text_column("BY", 2)}};
  return table_of(list_at(reply, "proposals"), columns, screen, "No proposals.");
}

std::string show_proposal(const json::value& reply, const json::value& sleeves, const json::value& moves,
                          const json::value* lines, const Screen& screen) {
  const json::object* object = reply.if_object();
  const json::value* found = object == nullptr ? nullptr : object->if_contains("proposal");
  const json::value proposal = found == nullptr ? json::value() : *found;
  const std::string id = text_at(proposal, "proposal");
  const std::string stage = text_at(proposal, "stage");
  std::string text = id + "  " + stage + "  " + text_at(proposal, "title") + "  (version " +
                     text_at(proposal, "version") + ", by " + text_at(proposal, "submitted_by") + ")\n";
  const json::array& orders = list_at(reply, "orders");
  if (!orders.empty()) text += "\nOrders\n" + table_of(orders, order_columns(), screen, "");
  text += moves_text(list_at(moves, "moves"), screen);
  text += "\nAccounts\n" + table_of(list_at(sleeves, "sleeves"), sleeve_columns(), screen, "none");
  if (lines != nullptr) {
    static const std::vector<Shown> columns{
        {"account", text_column("ACCOUNT")},       {"sleeve", text_column("SLEEVE")},
        {"symbol", text_column("SYMBOL")},         {"before", number_column("BEFORE")},
        {"moved", number_column("MOVED", 1)},      {"traded", number_column("TRADED")},
        {"after", number_column("AFTER")},         {"target", number_column("TARGET %")},
        {"share_after", number_column("AFTER %")}, {"drift_after", number_column("DRIFT", 1)}};
    text += "\nPositions\n" + table_of(list_at(*lines, "lines"), columns, screen, "none");
  }
  for (const json::value& warning : list_at(reply, "warnings")) {
    const std::string account = text_at(warning, "account");
    text += "Warning: " + text_at(warning, "kind") + ": " + (account.empty() ? "" : account + ": ") +
            text_at(warning, "message") + "\n";
  }
  const std::string held = text_at(proposal, "why_held");
  if (!held.empty()) text += "Held: " + held + "\n";
  return text + "\n" + what_next(id, stage);
}

std::string show_stage(const json::value& reply, const Screen&) {
  const std::string id = text_at(reply, "proposal");
  if (id.empty())
    return text_at(reply, "repeated") == "true" ? "The key was used before: nothing was done now.\n" : "Done.\n";
  std::string text = id + " is " + text_at(reply, "stage");
  const json::array& orders = list_at(reply, "orders");
  if (!orders.empty())
    text += ", " + std::to_string(orders.size()) + (orders.size() == 1 ? " order" : " orders") + " out";
  text += ".\n";
  const std::string held = text_at(reply, "held");
  return held.empty() ? text : text + "Held: " + held + "\n";
}

std::string show_groups(const json::value& reply, const Screen& screen) {
  json::array rows;
  std::map<std::string, std::string> by_group;
  for (const json::value& row : list_at(reply, "groups")) {
    std::string& accounts = by_group[text_at(row, "account_group")];
    accounts += (accounts.empty() ? "" : " ") + text_at(row, "account");
  }
  for (const auto& [group, accounts] : by_group) rows.push_back(json::object{{"group", group}, {"accounts", accounts}});
  static const std::vector<Shown> columns{{"group", text_column("GROUP")}, {"accounts", remark_column("ACCOUNTS")}};
  return table_of(rows, columns, screen, "No groups.");
}

std::string show_versions(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> columns{
      {"version", number_column("VERSION")}, {"time_utc", text_column("TIME (UTC)")}, {"who", text_column("WHO")},
      {"symbol", text_column("SYMBOL")},     {"percent", number_column("%")},         {"why", remark_column("WHY")}};
  return table_of(list_at(reply, "versions"), columns, screen, "No targets were ever saved.");
}

}  // namespace cli
