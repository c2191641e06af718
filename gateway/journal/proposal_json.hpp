#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "gateway/journal/propose.hpp"
#include "gateway/journal/row_json.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/proposal.hpp"
#include "portfolio/remaining.hpp"

// A proposal as it stands in the journal: an object of rows. The views unfold them by position, so that cells are only
// ever added at the end of a row.
namespace gateway {

template <>
struct WordsOf<core::Side> {
  static constexpr std::array<std::string_view, 3> all{"BUY", "SELL", "SELL SHORT"};
};
template <>
struct WordsOf<core::OrderType> {
  static constexpr std::array<std::string_view, 2> all{"MKT", "LMT"};
};
template <>
struct WordsOf<core::TimeInForce> {
  static constexpr std::array<std::string_view, 4> all{"DAY", "GTC", "IOC", "FOK"};
};
template <>
struct WordsOf<portfolio::Operation> {
  static constexpr std::array<std::string_view, 6> all{"invest",     "rebalance", "divest",
                                                       "reallocate", "withdraw",  "delete"};
};
template <>
struct WordsOf<portfolio::When> {
  static constexpr std::array<std::string_view, 4> all{"now", "after sales", "after orders", "booked"};
};
template <>
struct WordsOf<portfolio::PriceSource> {
  static constexpr std::array<std::string_view, 3> all{"broker", "last fill", "file"};
};
template <>
struct WordsOf<portfolio::WarningKind> {
  static constexpr std::array<std::string_view, 9> all{
      "cash short",     "position short", "price missing or old", "below minimum trade", "odd lot",
      "orders working", "expired",        "model closes",         "market closed"};
};

}  // namespace gateway

namespace gateway {

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Participant>
void cells(V& v, T& e) { v(e.account), v(e.amount); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, ModelPercent>
void cells(V& v, T& e) { v(e.model), v(e.percent); }

[[nodiscard]] inline bool complete(Propose&) { return true; }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Propose>
void fields(V& v, T& e) {
  v("operation", e.operation), v("model", e.model), v("accounts", e.accounts), v("allocations", e.allocations);
  v("percent", e.percent), v("transfer_positions", e.transfer_positions), v("keep_model", e.keep_model);
  v("type", e.type), v("time_in_force", e.time_in_force), v("leave_out", e.leave_out);
}

}  // namespace gateway

namespace portfolio {

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, CashMove>
void cells(V& v, T& e) {
  v(e.account), v(e.from), v(e.to), v(e.amount), v(e.when), v.unless_usual(e.stake, e.was_after_sales);
}

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, UnitsMove>
void cells(V& v, T& e) { v(e.account), v(e.from), v(e.to), v(e.quote), v(e.quantity), v.unless_usual(e.when); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Leg>
void cells(V& v, T& e) { v(e.account), v(e.group), v(e.quantity), v(e.does_money_leave), v.unless_usual(e.stake); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, BlockOrder>
void cells(V& v, T& e) {
  v(e.quote), v(e.side), v(e.type), v(e.limit), v(e.time_in_force), v(e.waits_for_sales), v(e.legs);
  v.unless_usual(e.proposed, e.has_gone);
}

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, StakeChange>
void cells(V& v, T& e) { v(e.model), v(e.account), v(e.by); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Leaving>
void cells(V& v, T& e) { v(e.model), v(e.account); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Quote>
void cells(V& v, T& e) {
  v(e.symbol), v(e.currency), v(e.unit), v(e.price.price), v(e.price.time), v(e.price.source);
  v.unless_usual(e.factor.num, e.factor.den);
}

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Target>
void cells(V& v, T& e) { v(e.symbol), v(e.percent); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, ModelBasis>
void cells(V& v, T& e) { v(e.model), v(e.targets_version), v(e.total_stake); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, SleeveLine>
void cells(V& v, T& e) {
  v(e.quote), v(e.before), v(e.free), v(e.moved), v(e.traded), v(e.target), v(e.share_before), v(e.share_after);
}

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, MoveDue>
void cells(V& v, T& e) { v(e.move), v(e.minor); }

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, KeptOrder>
void cells(V& v, T& e) { v(e.place), v(e.is_followed); }

// With its lines, which stand one after the other in the proposal.
struct SleeveRow {
  SleevePreview preview;
  std::vector<SleeveLine> lines;
};
template <class V, class T>
requires std::same_as<std::remove_const_t<T>, SleeveRow>
void cells(V& v, T& e) {
  v(e.preview.account), v(e.preview.group), v(e.preview.currency), v(e.preview.cash_before), v(e.preview.cash_free);
  v(e.preview.cash_after), v(e.preview.value_before), v(e.preview.value_after), v(e.preview.fees);
  v(e.preview.left_over), v(e.lines), v.unless_usual(e.preview.in_other_models);
}

template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Warning>
void cells(V& v, T& e) { v(e.kind), v(e.message), v(e.account), v(e.symbol); }

// Its rows speak of quotes by place. False: of places that are not there.
[[nodiscard]] inline bool complete(Proposal& p) {
  const auto is_quoted = [&](const auto& row) { return row.quote < p.quotes.size(); };
  if (!std::all_of(p.lines.begin(), p.lines.end(), is_quoted)) return false;
  if (!std::all_of(p.unit_moves.begin(), p.unit_moves.end(), is_quoted)) return false;
  if (!std::all_of(p.orders.begin(), p.orders.end(), is_quoted)) return false;
  p.hash = fingerprint(p);  // not written: it follows
  return true;
}

// As the fields of one event.
template <class V, class T>
requires std::same_as<std::remove_const_t<T>, Proposal>
void fields(V& v, T& e) {
  v("operation", e.operation), v("cash_moves", e.cash_moves), v("unit_moves", e.unit_moves), v("orders", e.orders);
  v("stakes", e.stakes), v("leaving", e.leaving), v("closes", e.closes), v("quotes", e.quotes), v("models", e.models);
  std::vector<SleeveRow> sleeves;
  if constexpr (std::is_const_v<T>) {
    for (const SleevePreview& sleeve : e.sleeves) {
      const auto lines = e.lines_of(sleeve);
      sleeves.push_back({sleeve, {lines.begin(), lines.end()}});
    }
    v("sleeves", std::as_const(sleeves));
  } else {
    v("sleeves", sleeves);
    for (SleeveRow& row : sleeves) {
      row.preview.first_line = static_cast<std::uint32_t>(e.lines.size());
      row.preview.line_count = static_cast<std::uint32_t>(row.lines.size());
      e.sleeves.push_back(row.preview);
      e.lines.insert(e.lines.end(), row.lines.begin(), row.lines.end());
    }
  }
  v("warnings", e.warnings);
}

}  // namespace portfolio
