#include "simulator/control/ctl_show.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "cli/json_table.hpp"
#include "simulator/control/ctl_words.hpp"

namespace simulator {

namespace json = boost::json;
using cli::list_at;
using cli::number_column;
using cli::remark_column;
using cli::Screen;
using cli::Shown;
using cli::text_at;
using cli::text_column;

namespace {

const std::vector<Shown>& order_columns() {
  static const std::vector<Shown> columns{{"order_id", text_column("ORDER")},
                                          {"time_utc", text_column("TIME (UTC)", 3)},
                                          {"client", text_column("CLIENT", 1)},
                                          {"cl_ord_id", text_column("CLORDID", 2)},
                                          {"side", text_column("SIDE")},
                                          {"quantity", number_column("QUANTITY")},
                                          {"symbol", text_column("SYMBOL")},
                                          {"type", text_column("TYPE")},
                                          {"limit", number_column("LIMIT")},
                                          {"state", text_column("STATE")},
                                          {"filled", number_column("FILLED")},
                                          {"leaves", number_column("LEAVES")},
                                          {"average_price", number_column("AVERAGE")},
                                          {"held_by", remark_column("HELD BY")}};
  return columns;
}

const std::vector<Shown>& symbol_columns() {
  static const std::vector<Shown> columns{
      {"symbol", text_column("SYMBOL")},   {"phase", text_column("PHASE")},
      {"bid", number_column("BID")},       {"offer", number_column("OFFER")},
      {"last", number_column("LAST")},     {"reference", number_column("REFERENCE")},
      {"tick", number_column("TICK", 1)},  {"lot", number_column("LOT", 1)},
      {"currency", text_column("CCY", 1)}, {"exchange", text_column("EXCHANGE", 1)}};
  return columns;
}

const std::vector<Shown>& session_columns() {
  static const std::vector<Shown> columns{{"client", text_column("CLIENT")},
                                          {"state", text_column("STATE")},
                                          {"version", text_column("FIX")},
                                          {"comp_id", text_column("COMPID")},
                                          {"exchange_comp_id", text_column("EXCHANGE")},
                                          {"behaviour", text_column("BEHAVIOUR", 1)},
                                          {"next_sender", number_column("NEXT OUT")},
                                          {"next_target", number_column("NEXT IN")},
                                          {"waiting", number_column("WAITING")}};
  return columns;
}

std::string one_row(const json::value& row, const std::vector<Shown>& columns, const Screen& screen) {
  return cli::table_of(json::array{row}, columns, screen, "");
}

std::string order_text(const json::value& order, const Screen& screen) {
  static const std::vector<Shown> fills{
      {"fill", number_column("FILL")},         {"time_utc", text_column("TIME (UTC)")},
      {"quantity", number_column("QUANTITY")}, {"price", number_column("PRICE")},
      {"state", text_column("STATE")},         {"exec_id", text_column("EXECID")}};
  return one_row(order, order_columns(), screen) + "\n" +
         cli::table_of(list_at(order, "fills"), fills, screen, "No fills.");
}

// "T-O1 300, T-O4 20"
std::string orders_at(const json::value& level) {
  std::string all;
  for (const json::value& order : list_at(level, "orders")) {
    all += (all.empty() ? "" : ", ") + text_at(order, "order_id") + " " + text_at(order, "quantity");
  }
  return all;
}

std::string ahead_text(const json::value& answer) {
  const json::value* ahead = answer.is_object() ? answer.get_object().if_contains("ahead_ms") : nullptr;
  const std::int64_t ms = ahead != nullptr && ahead->is_int64() ? ahead->get_int64() : 0;
  return ms == 0 ? "as on the clock" : duration_text(std::chrono::milliseconds(ms)) + " ahead of the clock";
}

std::string book_text(const json::value& book, const Screen& screen) {
  const json::array& bids = list_at(book, "bids");
  const json::array& offers = list_at(book, "offers");
  const std::vector<cli::Column> columns{remark_column("ORDERS"), number_column("BUY"),  number_column("BID"),
                                         number_column("OFFER"),  number_column("SELL"), remark_column("ORDERS")};
  std::vector<std::vector<cli::Cell>> rows;
  for (std::size_t i = 0; i < std::max(bids.size(), offers.size()); ++i) {
    const json::value none = json::object();
    const json::value& bid = i < bids.size() ? bids[i] : none;
    const json::value& offer = i < offers.size() ? offers[i] : none;
    rows.push_back({{orders_at(bid), cli::Tone::good},
                    {text_at(bid, "quantity")},
                    {text_at(bid, "price")},
                    {text_at(offer, "price")},
                    {text_at(offer, "quantity")},
                    {orders_at(offer), cli::Tone::good}});
  }
  std::string text = one_row(book, symbol_columns(), screen) + "\n";
  text += rows.empty() ? "Nobody buys or sells.\n" : cli::render(columns, rows, screen);
  const json::array& beside = list_at(book, "beside_book");
  if (!beside.empty()) text += "\nWaiting beside the book\n" + cli::table_of(beside, order_columns(), screen, "");
  return text;
}

}  // namespace

std::string shown(CtlShow what, const json::value& answer, const Screen& screen) {
  switch (what) {
    case CtlShow::orders: {
      std::string text = cli::table_of(list_at(answer, "orders"), order_columns(), screen, "No orders.");
      if (text_at(answer, "more") == "true") text += "There are older ones; --limit shows more.\n";
      return text;
    }
    case CtlShow::order: return order_text(answer, screen);
    case CtlShow::symbols: return cli::table_of(list_at(answer, "symbols"), symbol_columns(), screen, "No symbols.");
    case CtlShow::symbol: return one_row(answer, symbol_columns(), screen);
    case CtlShow::book: return book_text(answer, screen);
    case CtlShow::sessions:
      return cli::table_of(list_at(answer, "sessions"), session_columns(), screen, "No sessions.");
    case CtlShow::session: return one_row(answer, session_columns(), screen);
    case CtlShow::scenarios: {
      static const std::vector<Shown> columns{
          {"name", text_column("SCENARIO")}, {"on", text_column("ON")}, {"steps", number_column("STEPS")}};
      return cli::table_of(list_at(answer, "scenarios"), columns, screen, "No scenarios: the market has all orders.");
    }
    case CtlShow::loaded: {
      std::string text;
      for (const json::value& name : list_at(answer, "loaded")) text += "Loaded: " + cli::text_of(&name) + "\n";
      return text + "They are asked first, for what comes from now on.\n";
    }
    case CtlShow::seed: return "The seed is " + text_at(answer, "seed") + " from here on.\n";
    case CtlShow::time:
      return "In the exchange it is " + cli::short_time(text_at(answer, "time_utc")) + " UTC, " + ahead_text(answer) +
             ".\n";
  }
  return "";
}

std::string problem_text(const web::Response& response) {
  boost::system::error_code error;
  const json::value document = json::parse(response.body, error);
  if (error || !document.is_object())
    return "status " + std::to_string(response.status) + ", and no problem document\n";
  std::string text = text_at(document, "detail") + "\n";
  for (const json::value& each : list_at(document, "errors")) {
    const std::string place = text_at(each, "place");
    const std::string message = text_at(each, "message");
    text += "  " + (place.empty() ? message : place + ": " + message) + "\n";
  }
  return text;
}

}  // namespace simulator
