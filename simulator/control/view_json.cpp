#include "simulator/control/view_json.hpp"

#include "files/text.hpp"
#include "simulator/auction.hpp"

namespace simulator {

namespace json = boost::json;

namespace {

json::string clean(std::string_view text) { return json::string(files::cleaned(text)); }

std::string_view text(fix::OrdStatus status) {
  switch (status) {
    case fix::OrdStatus::new_order: return "new";
    case fix::OrdStatus::partially_filled: return "partially filled";
    case fix::OrdStatus::filled: return "filled";
    case fix::OrdStatus::done_for_day: return "done for day";
    case fix::OrdStatus::cancelled: return "cancelled";
    case fix::OrdStatus::replaced: return "replaced";
    case fix::OrdStatus::pending_cancel: return "pending cancel";
    case fix::OrdStatus::stopped: return "stopped";
    case fix::OrdStatus::rejected: return "rejected";
    case fix::OrdStatus::suspended: return "suspended";
    case fix::OrdStatus::pending_new: return "pending new";
    case fix::OrdStatus::calculated: return "calculated";
    case fix::OrdStatus::expired: return "expired";
    case fix::OrdStatus::accepted_for_bidding: return "accepted for bidding";
    case fix::OrdStatus::pending_replace: return "pending replace";
  }
  return "";
}

std::string_view text(Phase phase) {
  switch (phase) {
    case Phase::closed: return "closed";
    case Phase::opening_call: return "opening call";
    case Phase::continuous: return "continuous";
    case Phase::closing_call: return "closing call";
    case Phase::halted: return "halted";
  }
  return "";
}

// Where what is left of it waits, or who decides about it.
std::string held_by(const SeenOrder& seen) {
  if (seen.scenario != nullptr) return "scenario " + seen.scenario->name;
  if (seen.is_scripted) return "hand";
  switch (seen.order->place) {
    case Order::Place::book: return "book";
    case Order::Place::stops: return "stop orders";
    case Order::Place::at_close: return "orders at the close";
    case Order::Place::slices: return "vwap";
    case Order::Place::nowhere: return seen.order->is_open() ? "market" : "";
  }
  return "";
}

template <class Scaled>
json::value text_of(const std::optional<Scaled>& value, int min_shown = 0) {
  return value ? json::value(value->text(min_shown)) : json::value(nullptr);
}

// The prices of one side, and the orders of clients at each.
json::array side_json(const Exchange& exchange, const Venue& venue, core::Side side,
                      const std::vector<PriceLevel>& levels) {
  const std::vector<Resting> resting = venue.market.book().resting(side);
  json::array all;
  for (const PriceLevel& level : levels) {
    json::array orders;
    for (const Resting& each : resting) {
      if (each.price != level.price || each.key >= Market::first_maker_key) continue;
      const Order& order = exchange.orders().at(each.key - 1);
      orders.push_back(json::object{{"order_id", clean(order.order_id)},
                                    {"client", clean(order.client)},
                                    {"cl_ord_id", clean(order.cl_ord_id)},
                                    {"quantity", each.left.text()}});
    }
    all.push_back(json::object{
        {"price", level.price.text(2)}, {"quantity", level.quantity.text()}, {"orders", std::move(orders)}});
  }
  return all;
}

// Orders of clients in this symbol that are open and at no price of the book.
json::array beside_book(const Exchange& exchange, const Venue& venue) {
  json::array all;
  for (const Order& order : exchange.orders()) {
    if (order.venue != &venue || !order.is_open() || order.order_id.empty()) continue;
    if (order.place == Order::Place::book && order.limit()) continue;
    const SeenOrder seen{.order = &order, .leaves = order.leaves()};
    all.push_back(json_of(seen, false));
  }
  return all;
}

}  // namespace

json::object json_of(const SeenOrder& seen, bool with_fills) {
  const Order& order = *seen.order;
  const fix::NewOrderSingle& request = order.request;
  json::object object{{"order_id", clean(order.order_id)},
                      {"time_utc", core::iso_text(order.received)},
                      {"client", clean(order.client)},
                      {"cl_ord_id", clean(order.cl_ord_id)},
                      {"symbol", clean(request.symbol.text())},
                      {"side", core::text(request.side)},
                      {"quantity", request.quantity.text()},
                      {"type", core::text(request.type)},
                      {"limit", text_of(order.limit(), 2)},
                      {"stop", has_stop(request.type) ? text_of(request.stop, 2) : json::value(nullptr)},
                      {"time_in_force", core::text(request.time_in_force)},
                      {"state", text(order.status)},
                      {"filled", order.filled.text()},
                      {"leaves", seen.leaves.text()},
                      {"average_price", order.average_price().text(2)},
                      {"held_by", clean(held_by(seen))}};
  if (!with_fills) return object;
  json::array fills;
  for (std::size_t i = 0; i < seen.fills.size(); ++i) {
    const SeenFill& fill = seen.fills[i];
    fills.push_back(json::object{{"fill", i + 1},
                                 {"exec_id", clean(fill.exec_id)},
                                 {"time_utc", core::iso_text(fill.time)},
                                 {"quantity", fill.quantity.text()},
                                 {"price", fill.price.text(2)},
                                 {"state", fill.quantity.raw == 0 ? "busted" : "counts"}});
  }
  object["fills"] = std::move(fills);
  return object;
}

json::object json_of(const SeenSession& session) {
  return {{"client", clean(session.client)},
          {"state", session.is_logged_on   ? "logged on"
                    : session.is_connected ? "connected"
                                           : "not connected"},
          {"version", session.version},
          {"comp_id", clean(session.comp_id)},
          {"exchange_comp_id", clean(session.exchange_comp_id)},
          {"behaviour", session.is_echo ? "echo" : "exchange"},
          {"next_sender", session.next_sender},
          {"next_target", session.next_target},
          {"waiting", session.waiting}};
}

json::object symbol_json(const Exchange& exchange, const core::Symbol& symbol) {
  const Venue& venue = exchange.venues().at(symbol);
  const SymbolSettings& settings = venue.market.symbol();
  const Picture picture = exchange.picture(symbol, 1).value();
  const auto best = [](const std::vector<PriceLevel>& levels) {
    return levels.empty() ? json::value(nullptr) : json::value(levels.front().price.text(2));
  };
  return {{"symbol", clean(symbol.text())},
          {"phase", text(venue.phase)},
          {"is_halted", venue.is_halted},
          {"bid", best(picture.bids)},
          {"offer", best(picture.offers)},
          {"last", picture.last ? json::value(picture.last->price.text(2)) : json::value(nullptr)},
          {"reference", settings.reference.text(2)},
          {"tick", settings.tick.text()},
          {"lot", settings.lot.text()},
          {"currency", clean(settings.currency.text())},
          {"exchange", clean(settings.exchange)}};
}

json::object book_json(const Exchange& exchange, const core::Symbol& symbol) {
  const Venue& venue = exchange.venues().at(symbol);
  const Picture picture = exchange.picture(symbol, 0).value();
  json::object object = symbol_json(exchange, symbol);
  object["time_utc"] = core::iso_text(picture.time);
  object["bids"] = side_json(exchange, venue, core::Side::buy, picture.bids);
  object["offers"] = side_json(exchange, venue, core::Side::sell, picture.offers);
  object["beside_book"] = beside_book(exchange, venue);
  return object;
}

json::object json_of(const Scenario& scenario) {
  return {{"name", clean(scenario.name)},
          {"on", scenario.on == On::order   ? "order"
                 : scenario.on == On::logon ? "logon"
                                            : "allocation"},
          {"steps", scenario.steps.size()}};
}

}  // namespace simulator
