#pragma once

#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/bytes.hpp"
#include "gateway/engine/state.hpp"

// What a snapshot's parts are made of. Each list of fields is used to write and to read.
namespace gateway {

// Each list of fields is used to write and to read.
// ---------------------------------------------

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, InstrumentAdded>
void fields(Bytes& bytes, T& e) {
  bytes(e.symbol), bytes(e.security_type), bytes(e.exchange), bytes(e.currency), bytes(e.unit);
  bytes(e.reference), bytes(e.reference_date), bytes(e.round_lot), bytes(e.tick), bytes(e.multiplier);
  bytes(e.is_shortable), bytes(e.last_trading_date);
}

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, AccountOpened>
void fields(Bytes& bytes, T& e) { bytes(e.account), bytes(e.name), bytes(e.currency); }

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, Staged::Place>
void fields(Bytes& bytes, T& e) { bytes(e.is_transmitted), bytes(e.order), bytes(e.is_followed); }

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, OrderEntered>
void fields(Bytes& bytes, T& e) {
  bytes(e.order), bytes(e.model), bytes(e.side), bytes(e.quantity), bytes(e.symbol), bytes(e.type), bytes(e.limit);
  bytes(e.time_in_force), bytes(e.broker), bytes(e.exchange), bytes(e.shares_seq), bytes(e.seq_num);
  bytes(e.key), bytes(e.command), bytes(e.who), bytes(e.proposal), bytes(e.place);
}

}  // namespace gateway

namespace portfolio {

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, DatedPrice>
void fields(Bytes& bytes, T& e) { bytes(e.price), bytes(e.time), bytes(e.source); }

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, Target>
void fields(Bytes& bytes, T& e) { bytes(e.symbol), bytes(e.percent); }

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, TargetsVersion>
void fields(Bytes& bytes, T& e) { bytes(e.time), bytes(e.who), bytes(e.why), bytes(e.targets.of); }

}  // namespace portfolio

namespace gateway {

// An order but for its parts; what they come to, and the units of each account while the order may fill.
struct PartsRecord {
  core::Quantity unit;
  core::MoneyFactor factor;
  alloc::BlockParts::Totals totals;
  std::vector<std::int64_t> units;
};

template <class Bytes, class Order, class Parts>
void order_fields(Bytes& bytes, Order& o, Parts& parts) {
  bytes(o.number), bytes(o.entered), bytes(o.entered_at), bytes(o.security_type), bytes(o.currency), bytes(o.group);
  bytes(o.reported.acknowledged), bytes(o.reported.rejected), bytes(o.reported.cancelled);
  bytes(o.reported.expired), bytes(o.reported.done_for_day), bytes(o.broker_filled), bytes(o.uncertain),
      bytes(o.pending_cancel_id), bytes(o.cancel_seq_num), bytes(o.cancels_sent);
  bytes(o.broker_order_id), bytes(o.text), bytes(o.parts_logged), bytes(o.restated);
  bytes(parts.unit), bytes(parts.factor.num), bytes(parts.factor.den);
  bytes(parts.totals.units), bytes(parts.totals.notional), bytes(parts.totals.commission);
  bytes(parts.units);
}

[[nodiscard]] inline Order blank_order() {
  return {.entered = {},
          .entered_at = {},
          .security_type = {},
          .shares = {},
          .parts = {alloc::Split::retired(0, 0), core::Quantity::one(), core::Currency::of("USD"), {}, {}},
          .reported = {},
          .pending_cancel_id = {},
          .broker_order_id = {},
          .text = {}};
}

template <class Bytes, class Model>
void model_fields(Bytes& bytes, Model& model) {
  bytes(model.code), bytes(model.name), bytes(model.currency), bytes(model.group);
}

struct DeskRecord {  // what is left of the state beside its lists
  std::int64_t last_seq = 0;
  std::int64_t last_log_seq = 0;
  std::string name_tag;
  bool desk_imported = false;
};
template <class Bytes, class T>
void desk_fields(Bytes& bytes, T& desk) {
  bytes(desk.last_seq), bytes(desk.last_log_seq), bytes(desk.name_tag), bytes(desk.desk_imported);
}

struct KeyRecord {
  std::string key;
  std::uint64_t command = 0;
  std::int64_t order = 0;  // or 0
  std::string proposal;    // or empty
};
template <class Bytes, class T>
void key_fields(Bytes& bytes, T& record) {
  bytes(record.key), bytes(record.command), bytes(record.order), bytes(record.proposal);
}

struct BreakRecord {
  std::uint64_t number = 0;
  State::Break kept;
};
template <class Bytes, class T>
void break_fields(Bytes& bytes, T& record) {
  bytes(record.number), bytes(record.kept.broker), bytes(record.kept.order_id), bytes(record.kept.exec_id);
  bytes(record.kept.settled_as), bytes(record.kept.settled_by);
}

// A proposal but for its content, which stands behind it as JSON while it is not over, and what was asked.
template <class Bytes, class T>
void proposal_fields(Bytes& bytes, T& p) {
  bytes(p.number), bytes(p.id), bytes(p.version), bytes(p.seq), bytes(p.time), bytes(p.who), bytes(p.title);
  bytes(p.operation), bytes(p.hash.high), bytes(p.hash.low), bytes(p.stage), bytes(p.is_applied);
  bytes(p.are_sales_done), bytes(p.places), bytes(p.why_held), bytes(p.are_purchases_due), bytes(p.is_edited);
  bytes(p.moved);
}

// What the sales of a proposal have brought, as lists that stand beside each other.
struct BroughtRecord {
  std::vector<alloc::AccountIndex> accounts;
  std::vector<std::string> currencies;
  std::vector<std::int64_t> amounts;
};
template <class Bytes, class T>
void brought_fields(Bytes& bytes, T& record) {
  bytes(record.accounts), bytes(record.currencies), bytes(record.amounts);
}

[[nodiscard]] inline std::string block_name(std::string_view what, std::size_t i) {
  return fmt::format("{}/{:08}", what, i);
}
[[nodiscard]] inline std::string shares_name(std::int64_t seq) { return fmt::format("shares/{:012}", seq); }

}  // namespace gateway
