#include "cli/show.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "cli/json_table.hpp"
#include "core/decimal.hpp"
#include "files/text.hpp"

namespace cli {

namespace json = boost::json;

namespace {

bool is_number(const json::value& value) {
  if (value.is_number()) return true;
  const json::string* text = value.if_string();
  return text != nullptr && core::parse_decimal({text->data(), text->size()}, core::max_decimals).has_value();
}

// A table of any list of objects: its columns are the members of the first.
std::string any_table(const json::array& list, const Screen& screen) {
  std::vector<Shown> shown;
  if (const json::object* first = list.front().if_object()) {
    for (const json::key_value_pair& pair : *first) {
      std::string title = files::cleaned({pair.key().data(), pair.key().size()});
      std::replace(title.begin(), title.end(), '_', ' ');
      shown.push_back({{pair.key().data(), pair.key().size()}, {.title = title, .number = is_number(pair.value())}});
    }
  }
  return table_of(list, shown, screen, "");
}

std::string accounts_of(const json::object& preview, const Screen& screen) {
  const json::value* accounts = preview.if_contains("accounts");
  if (accounts == nullptr || !accounts->is_array()) return "";
  const std::string model = text_at(preview, "model");
  return "\n" + text_at(preview, "side") + " " + text_at(preview, "quantity") + " " + text_at(preview, "symbol") +
         (model.empty() ? "" : " for " + model) + ":\n" +
         table_of(accounts->get_array(),
                  {{"account", text_column("ACCOUNT")},
                   {"model", text_column("MODEL")},
                   {"quantity", number_column("QUANTITY")},
                   {"cost", number_column("VALUE")}},
                  screen, "no accounts");
}

// "BUY 187500.00 USD in 3 orders"; exact, as everything about money.
std::string sums_of(const json::array& previews) {
  struct Sum {
    core::Int128 value = 0;
    int orders = 0;
  };
  constexpr int decimals = 3;  // the most that a minor unit has
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const json::value& element : previews) {
    const json::object* preview = element.if_object();
    if (preview == nullptr) continue;
    const auto value = core::parse_decimal(text_at(*preview, "value"), decimals);
    Sum& sum = sums[{text_at(*preview, "side"), text_at(*preview, "currency")}];
    sum.value += value.value_or(0);
    ++sum.orders;
  }
  std::string text;
  for (const auto& [key, sum] : sums) {
    text += key.first + " " + core::format_decimal(sum.value, decimals, 2) + " " + key.second + " in " +
            std::to_string(sum.orders) + (sum.orders == 1 ? " order\n" : " orders\n");
  }
  return text;
}

const std::vector<Shown>& fill_columns() {
  static const std::vector<Shown> columns{
      {"exec_id", text_column("FILL")},         {"time_utc", text_column("TIME (UTC)")},
      {"quantity", number_column("QUANTITY")},  {"price", number_column("PRICE")},
      {"currency", text_column("CCY", 1)},      {"commission", number_column("FEES")},
      {"exchange", text_column("EXCHANGE", 1)}, {"broker", text_column("BROKER", 1)}};
  return columns;
}

// With what busts and corrections made of them, when there are any.
std::vector<Shown> fill_columns(const json::array& fills) {
  std::vector<Shown> columns = fill_columns();
  const auto is_changed = [](const json::value& fill) { return !text_at(fill, "changed").empty(); };
  if (std::none_of(fills.begin(), fills.end(), is_changed)) return columns;
  const std::vector<Shown> changes{{"changed", text_column("CHANGED")},
                                   {"changed_by", text_column("BY")},
                                   {"first_quantity", number_column("WAS")},
                                   {"first_price", number_column("AT", 1)}};
  columns.insert(columns.end(), changes.begin(), changes.end());
  return columns;
}

}  // namespace

std::string show_orders(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> columns{{"order_id", text_column("ORDER")},
                                          {"state", text_column("STATE")},
                                          {"side", text_column("SIDE")},
                                          {"quantity", number_column("QUANTITY")},
                                          {"symbol", text_column("SYMBOL")},
                                          {"order_type", text_column("TYPE", 2)},
                                          {"limit_price", number_column("LIMIT", 1)},
                                          {"model", text_column("MODEL")},
                                          {"filled", number_column("FILLED")},
                                          {"average_price", number_column("AVERAGE", 2)},
                                          {"currency", text_column("CCY", 4)},
                                          {"time_in_force", text_column("TIF", 8)},
                                          {"broker", text_column("BROKER", 6)},
                                          {"commission", number_column("FEES", 5)},
                                          {"time_utc", text_column("TIME (UTC)", 3)},
                                          {"submitted_by", text_column("BY", 7)},
                                          {"text", remark_column("TEXT", 1)}};
  const json::array& orders = list_at(reply, "orders");
  const bool more = text_at(reply, "more") == "true";
  return table_of(orders, columns, screen, "No orders.") +
         (more ? "\nThe newest " + std::to_string(orders.size()) + " only; --limit shows more.\n" : "");
}

std::string show_order(const json::value& reply, const Screen& screen) {
  std::string text;
  const json::object* object = reply.if_object();
  const json::value* order = object == nullptr ? nullptr : object->if_contains("order");
  if (order != nullptr) text += show_document(*order, screen);
  const json::array& fills = list_at(reply, "fills");
  text += "\nFills\n" + table_of(fills, fill_columns(fills), screen, "none yet");
  static const std::vector<Shown> parts{{"account", text_column("ACCOUNT")},
                                        {"model", text_column("MODEL")},
                                        {"quantity", number_column("QUANTITY")},
                                        {"cost", number_column("COST")},
                                        {"commission", number_column("FEES")}};
  return text + "\nParts\n" + table_of(list_at(reply, "parts"), parts, screen, "none yet");
}

std::string show_previews(const json::value& reply, const Screen& screen, bool accounts) {
  static const std::vector<Shown> columns{
      {"order_id", text_column("ORDER")},      {"place", text_column("LINE", 1)},
      {"side", text_column("SIDE")},           {"quantity", number_column("QUANTITY")},
      {"symbol", text_column("SYMBOL")},       {"order_type", text_column("TYPE", 1)},
      {"limit_price", number_column("LIMIT")}, {"time_in_force", text_column("TIF", 3)},
      {"model", text_column("MODEL")},         {"value", number_column("VALUE")},
      {"currency", text_column("CCY", 1)},     {"account_count", number_column("ACCOUNTS", 1)},
      {"broker", text_column("BROKER", 2)}};
  const json::array& previews = list_at(reply, "previews");
  const auto empty_everywhere = [&](const Shown& one) {
    return std::all_of(previews.begin(), previews.end(), [&](const json::value& preview) {
      return !preview.is_object() || text_at(preview.get_object(), one.member).empty();
    });
  };
  std::vector<Shown> used = columns;
  std::erase_if(used, empty_everywhere);  // no ids in a dry run, no places outside a basket
  std::string text = table_of(previews, used, screen, "No orders.");
  for (const json::value& preview : previews) {
    if (accounts && preview.is_object()) text += accounts_of(preview.get_object(), screen);
  }
  text += "\n" + sums_of(previews);
  for (const json::value& warning : list_at(reply, "warnings")) {
    if (warning.is_object()) text += "Not now: " + text_at(warning.get_object(), "message") + "\n";
  }
  return text;
}

std::string show_log(const json::value& reply, const Screen& screen, bool header) {
  // Wide enough from the start, for the entries that follow come in pieces.
  static const std::vector<Shown> columns{{"seq", {.title = "SEQ", .number = true, .least = 6}},
                                          {"time_utc", {.title = "TIME (UTC)", .least = 19}},
                                          {"kind", {.title = "KIND", .least = 5}},
                                          {"side", {.title = "SIDE", .least = 4}},
                                          {"quantity", {.title = "QUANTITY", .number = true, .least = 9}},
                                          {"symbol", {.title = "SYMBOL", .least = 6}},
                                          {"price", {.title = "PRICE", .number = true, .least = 10}},
                                          {"currency", {.title = "CCY", .least = 3, .spare = 2}},
                                          {"commission", {.title = "FEES", .number = true, .least = 8, .spare = 3}},
                                          {"model", {.title = "MODEL", .least = 8}},
                                          {"account", {.title = "ACCOUNT", .least = 8}},
                                          {"order_id", {.title = "ORDER", .least = 12, .spare = 1}},
                                          {"exec_id", {.title = "FILL", .least = 14, .spare = 2}},
                                          {"broker", {.title = "BROKER", .least = 6, .spare = 4}},
                                          {"exchange", {.title = "EXCHANGE", .least = 8, .spare = 5}}};
  return table_of(list_at(reply, "entries"), columns, screen, "", header);
}

std::string show_positions(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> columns{{"account", text_column("ACCOUNT")}, {"sleeve", text_column("SLEEVE")},
                                          {"symbol", text_column("SYMBOL")},   {"quantity", number_column("QUANTITY")},
                                          {"cost", number_column("COST")},     {"currency", text_column("CCY")}};
  return table_of(list_at(reply, "positions"), columns, screen, "No positions.");
}

std::string show_breaks(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> open_columns{
      {"break_id", number_column("BREAK")},    {"time_utc", text_column("TIME (UTC)", 2)},
      {"broker", text_column("BROKER", 3)},    {"kind", text_column("KIND")},
      {"order_id", text_column("ORDER")},      {"exec_id", text_column("FILL", 1)},
      {"text", remark_column("WHAT IS WRONG")}};
  static const std::vector<Shown> settled_columns{
      {"break_id", number_column("BREAK")}, {"settled_utc", text_column("SETTLED (UTC)")},
      {"settled_by", text_column("BY")},    {"settled_as", text_column("AS")},
      {"kind", text_column("KIND", 1)},     {"order_id", text_column("ORDER", 1)},
      {"reason", remark_column("REASON")}};
  json::array open;
  json::array settled;
  std::map<std::string, std::string> advice;  // by kind
  for (const json::value& each : list_at(reply, "breaks")) {
    const bool is_settled = text_at(each, "state") == "settled";
    (is_settled ? settled : open).push_back(each);
    if (!is_settled) advice[text_at(each, "kind")] = text_at(each, "advice");
  }
  std::string text = table_of(open, open_columns, screen, settled.empty() ? "No breaks." : "No open breaks.");
  if (!advice.empty()) {
    std::size_t widest = 0;
    for (const auto& [kind, line] : advice) widest = std::max(widest, kind.size());
    text += "\nWhat to do\n";
    for (const auto& [kind, line] : advice)
      text += "  " + kind + std::string(widest - kind.size() + 2, ' ') + line + "\n";
    text += "Then put it on record: prorata break settle NUMBER --reason TEXT\n";
  }
  if (!settled.empty()) text += "\nSettled\n" + table_of(settled, settled_columns, screen, "");
  return text;
}

std::string show_sessions(const json::value& reply, const Screen& screen) {
  static const std::vector<Shown> columns{{"name", text_column("SESSION")},
                                          {"state", text_column("STATE")},
                                          {"role", text_column("ROLE", 4)},
                                          {"begin_string", text_column("FIX", 3)},
                                          {"sender_comp_id", text_column("WE ARE", 2)},
                                          {"target_comp_id", text_column("THEY ARE", 2)},
                                          {"address", text_column("ADDRESS", 1)},
                                          {"next_sender", number_column("NEXT OUT")},
                                          {"next_target", number_column("NEXT IN")}};
  const std::string breaks = text_at(reply, "open_breaks");
  const bool some = !breaks.empty() && breaks != "0";
  const json::array& sessions = list_at(reply, "sessions");
  std::string troubles;
  for (const json::value& session : sessions) {
    const std::string trouble = text_at(session, "trouble");
    if (!trouble.empty()) troubles += "\n" + text_at(session, "name") + ": " + trouble + "\n";
  }
  return table_of(sessions, columns, screen, "No sessions.") + troubles +
         (some ? "\nOpen breaks: " + breaks + "; see: prorata breaks --open\n" : "");
}

std::string show_document(const json::value& reply, const Screen& screen) {
  const json::object* object = reply.if_object();
  if (object == nullptr) return text_of(&reply) + "\n";
  int widest = 0;
  const auto title = [](const json::key_value_pair& pair) {
    std::string name = files::cleaned({pair.key().data(), pair.key().size()});
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
  };
  const auto is_table = [](const json::value& value) {
    return value.is_array() && !value.get_array().empty() && value.get_array().front().is_object();
  };
  for (const json::key_value_pair& pair : *object) {
    if (!is_table(pair.value())) widest = std::max(widest, width_of(title(pair)));
  }
  std::string lines;
  std::string tables;
  for (const json::key_value_pair& pair : *object) {
    const std::string name = title(pair);
    if (is_table(pair.value())) {
      tables += "\n" + name + "\n" + any_table(pair.value().get_array(), screen);
    } else if (const std::string value = text_of(&pair.value()); !value.empty()) {
      lines += name + std::string(static_cast<std::size_t>(widest - width_of(name) + 2), ' ') + value + "\n";
    }
  }
  return lines + tables;
}

std::string show_problem(const json::value& reply) {
  const json::object* object = reply.if_object();
  if (object == nullptr) return text_of(&reply) + "\n";
  const std::string detail = text_at(*object, "detail");
  std::string text = detail + "\n";
  for (const json::value& element : list_at(reply, "errors")) {
    const json::object* error = element.if_object();
    if (error == nullptr) continue;
    const std::string message = text_at(*error, "message");
    if (!message.empty() && (detail == message || detail.ends_with(message + "."))) continue;  // it is said already
    const std::string place = text_at(*error, "place");
    const std::string code = text_at(*error, "code");
    const bool coded = !code.empty() && code != "malformed";
    text += "  " + (place.empty() ? "" : place + ": ") + message + (coded ? " (" + code + ")" : "") + "\n";
  }
  return text;
}

std::string progress_text(std::size_t finished, std::size_t all) {
  return std::to_string(finished) + " of " + std::to_string(all) + (all == 1 ? " order is" : " orders are") +
         " finished, " + std::to_string(all - finished) + " open";
}

}  // namespace cli
