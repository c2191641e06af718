#include "gateway/journal/event_json.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <iterator>

namespace gateway {

namespace json = boost::json;

namespace {

// Each event lists its fields once; a writer and a reader walk the same list.
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, AccountOpened> {
  v("account", e.account), v("name", e.name), v("currency", e.currency);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, InstrumentAdded> {
  v("symbol", e.symbol), v("security_type", e.security_type), v("exchange", e.exchange), v("currency", e.currency);
  v("unit", e.unit), v("reference", e.reference), v("reference_date", e.reference_date);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ModelCreated> {
  v("model", e.model), v("name", e.name), v("currency", e.currency);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CashDeposited> {
  v("account", e.account), v("currency", e.currency), v("minor", e.minor);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CashInvested> {
  v("account", e.account), v("model", e.model), v("currency", e.currency), v("minor", e.minor);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, HoldingBrought> {
  v("account", e.account), v("model", e.model), v("symbol", e.symbol), v("currency", e.currency);
  v("quantity", e.quantity), v("cost_minor", e.cost_minor);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, DeskImported> {
  v("files", e.files);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, SharesSealed> {
  v("model", e.model), v("side", e.side), v("shares", e.shares);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, OrderEntered> {
  v("order", e.order), v("model", e.model), v("side", e.side), v("quantity", e.quantity), v("symbol", e.symbol);
  v("type", e.type), v("limit", e.limit), v("time_in_force", e.time_in_force), v("broker", e.broker);
  v("exchange", e.exchange), v("shares_seq", e.shares_seq), v("seq_num", e.seq_num);
  v("key", e.key), v("command", e.command), v("who", e.who), v.unless_empty("proposal", e.proposal);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CancelRequested> {
  v("order", e.order), v("cancel_id", e.cancel_id), v("seq_num", e.seq_num), v("key", e.key), v("command", e.command),
      v("who", e.who);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, StateReported> {
  v("order", e.order), v("broker_order_id", e.broker_order_id), v("exec_id", e.exec_id);
  v("trade_date", e.trade_date), v("digest", e.digest), v("exec_type", e.exec_type), v("ord_status", e.ord_status),
      v("cumulative", e.cumulative);
  v("text", e.text);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, FillBooked> {
  v("order", e.order), v("broker_order_id", e.broker_order_id), v("exec_id", e.exec_id);
  v("trade_date", e.trade_date), v("digest", e.digest), v("quantity", e.quantity), v("price", e.price);
  v("commission", e.commission), v("cumulative", e.cumulative), v("exchange", e.exchange),
      v("transact_time", e.transact_time);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CancelRejected> ||
    std::same_as<std::remove_const_t<E>, SendRefused> {
  v("order", e.order), v("cancel_id", e.cancel_id), v("text", e.text);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, OrderUncertain> ||
    std::same_as<std::remove_const_t<E>, OrderNeverArrived> {
  v("order", e.order), v("text", e.text);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, BreakKept> {
  v("broker", e.broker), v("kind", e.kind), v("order_id", e.order_id), v("exec_id", e.exec_id);
  v("trade_date", e.trade_date), v("digest", e.digest), v("text", e.text), v("raw", e.raw);
}

template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, BreakSettled> {
  v("number", e.number), v("settled_as", e.settled_as), v("reason", e.reason);
  v("key", e.key), v("command", e.command), v("who", e.who);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CopyTakenOver> {
  v("copied_at", e.copied_at);
}

template <class V, class E>
void change_fields(V&& v, E& e) {
  v("order", e.order), v("broker_order_id", e.broker_order_id), v("exec_id", e.exec_id);
  v("trade_date", e.trade_date), v("digest", e.digest), v("fill_seq", e.fill_seq), v("fill_exec_id", e.fill_exec_id);
  v("was_quantity", e.was_quantity), v("was_price", e.was_price), v("was_commission", e.was_commission);
  v("ord_status", e.ord_status), v("cumulative", e.cumulative), v("exchange", e.exchange);
  v("transact_time", e.transact_time), v("text", e.text);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, FillBusted> {
  change_fields(v, e.change);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, FillCorrected> {
  change_fields(v, e.change);
  v("quantity", e.quantity), v("price", e.price), v("commission", e.commission);
}

// By position in Event.
constexpr std::array<std::string_view, std::variant_size_v<Event>> kinds{
    "account_opened",      "instrument_added", "model_created",   "cash_deposited",  "cash_invested",
    "holding_brought",     "desk_imported",    "shares_sealed",   "order_entered",   "cancel_requested",
    "state_reported",      "fill_booked",      "cancel_rejected", "send_refused",    "order_uncertain",
    "order_never_arrived", "break_kept",       "break_settled",   "copy_taken_over", "fill_busted",
    "fill_corrected"};

// Writes the text directly: an order of a model with a thousand accounts has as many shares, on the way to the wire.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void operator()(std::string_view key, const std::string& value) { text(key, value); }
  template <class Tag>
  void operator()(std::string_view key, const core::Id<Tag>& value) {
    text(key, value.text());
  }
  template <class Tag, int decimals>
  void operator()(std::string_view key, const core::Scaled<Tag, decimals>& value) {
    plain(key, value.text());
  }
  template <class T>
  void operator()(std::string_view key, const std::optional<T>& value) {
    if (value) (*this)(key, *value);
  }
  void operator()(std::string_view key, const core::Currency& value) { plain(key, value.text()); }
  void operator()(std::string_view key, const core::Time& value) { plain(key, core::iso_text(value)); }
  void operator()(std::string_view key, core::Side value) { plain(key, core::text(value)); }
  void operator()(std::string_view key, core::OrderType value) { plain(key, core::text(value)); }
  void operator()(std::string_view key, core::TimeInForce value) { plain(key, core::text(value)); }
  void operator()(std::string_view key, char value) { text(key, std::string_view(&value, 1)); }
  void operator()(std::string_view key, int value) { (*this)(key, std::int64_t{value}); }
  void operator()(std::string_view key, std::int64_t value) { fmt::format_to(member(key), "{}", value); }
  void operator()(std::string_view key, std::uint64_t value) { fmt::format_to(member(key), "\"{:x}\"", value); }
  void operator()(std::string_view key, const std::vector<Share>& shares) {
    member(key);
    out_.push_back('[');
    for (const Share& share : shares) {
      out_.append(out_.back() == '[' ? "[" : ",[");
      core::append_integer(out_, share.slot);
      out_.push_back(',');
      core::append_integer(out_, share.weight);
      if (share.group) {
        out_.push_back(',');
        core::append_integer(out_, *share.group);
      }
      out_.push_back(']');
    }
    out_.push_back(']');
  }
  // Text that most entries do not have, and older journals nowhere.
  void unless_empty(std::string_view key, const std::string& value) {
    if (!value.empty()) text(key, value);
  }

 private:
  std::back_insert_iterator<std::string> member(std::string_view key) {
    return fmt::format_to(std::back_inserter(out_), "{}\"{}\":", out_.size() > 1 ? "," : "", key);
  }
  void plain(std::string_view key, std::string_view value) { fmt::format_to(member(key), "\"{}\"", value); }
  // What people and brokers wrote may need escapes.
  void text(std::string_view key, std::string_view value) {
    fmt::format_to(member(key), "{}", json::serialize(json::string_view(value.data(), value.size())));
  }

  std::string& out_;
};

class Reader {
 public:
  explicit Reader(const json::object& in) : in_(in) {}

  [[nodiscard]] const std::string& error() const { return error_; }

  void operator()(std::string_view key, std::string& value) { value = string(key); }
  template <class Tag>
  void operator()(std::string_view key, core::Id<Tag>& value) {
    value = core::Id<Tag>(string(key));
  }
  template <class Tag, int decimals>
  void operator()(std::string_view key, core::Scaled<Tag, decimals>& value) {
    take(key, core::Scaled<Tag, decimals>::parse(string(key)), value);
  }
  template <class T>
  void operator()(std::string_view key, std::optional<T>& value) {
    if (!in_.contains(key)) return;
    value.emplace();
    (*this)(key, *value);
  }
  void operator()(std::string_view key, core::Currency& value) { take(key, core::Currency::parse(string(key)), value); }
  void operator()(std::string_view key, core::Time& value) { take(key, core::parse_iso(string(key)), value); }
  void operator()(std::string_view key, core::Side& value) { choose(key, value, {core::Side::buy, core::Side::sell}); }
  void operator()(std::string_view key, core::OrderType& value) {
    choose(key, value, {core::OrderType::market, core::OrderType::limit});
  }
  void operator()(std::string_view key, core::TimeInForce& value) {
    using core::TimeInForce;
    choose(
        key, value,
        {TimeInForce::day, TimeInForce::good_till_cancel, TimeInForce::immediate_or_cancel, TimeInForce::fill_or_kill});
  }
  void operator()(std::string_view key, char& value) {
    const std::string text = string(key);
    if (text.size() != 1) return wrong(key, "one character");
    value = text.front();
  }
  void operator()(std::string_view key, int& value) { number(key, value); }
  void operator()(std::string_view key, std::int64_t& value) { number(key, value); }
  void operator()(std::string_view key, std::uint64_t& value) {
    const std::string text = string(key);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) wrong(key, "a hexadecimal number");
  }
  void operator()(std::string_view key, std::vector<Share>& shares) {
    const json::value* found = in_.if_contains(key);
    const json::array* array = found == nullptr ? nullptr : found->if_array();
    if (array == nullptr) return wrong(key, "an array");
    shares.clear();
    for (const json::value& element : *array) {
      const json::array* cells = element.if_array();
      boost::system::error_code no_slot;
      boost::system::error_code no_weight;
      boost::system::error_code no_group;
      if (cells == nullptr || cells->size() < 2 || cells->size() > 3) return wrong(key, "an array of pairs or triples");
      Share& share = shares.emplace_back();
      share.slot = cells->at(0).to_number<std::uint32_t>(no_slot);
      share.weight = cells->at(1).to_number<std::int64_t>(no_weight);
      if (cells->size() == 3) share.group = cells->at(2).to_number<std::uint32_t>(no_group);
      if (no_slot || no_weight || no_group) return wrong(key, "whole numbers: slot, weight, and perhaps the group");
    }
  }
  void unless_empty(std::string_view key, std::string& value) {
    if (in_.contains(key)) value = string(key);
  }

 private:
  std::string string(std::string_view key) {
    const json::value* found = in_.if_contains(key);
    const json::string* text = found == nullptr ? nullptr : found->if_string();
    if (text == nullptr) {
      wrong(key, "text");
      return {};
    }
    return {text->data(), text->size()};
  }
  template <class T>
  void number(std::string_view key, T& value) {
    const json::value* found = in_.if_contains(key);
    boost::system::error_code failed;
    if (found != nullptr) value = found->to_number<T>(failed);
    if (found == nullptr || failed) wrong(key, "a whole number");
  }
  template <class T>
  void take(std::string_view key, core::Result<T> result, T& value) {
    if (result) {
      value = *result;
    } else {
      wrong(key, result.error().message);
    }
  }
  template <class T>
  void choose(std::string_view key, T& value, std::initializer_list<T> choices) {
    const std::string given = string(key);
    for (const T choice : choices) {
      if (core::text(choice) == given) {
        value = choice;
        return;
      }
    }
    wrong(key, "one of the known words, not '" + given + "'");
  }
  void wrong(std::string_view key, std::string_view right) {
    if (error_.empty()) error_ = "field '" + std::string(key) + "' should be " + std::string(right);
  }

  const json::object& in_;
  std::string error_;
};

template <std::size_t index = 0>
core::Result<Event> read_kind(std::string_view kind, const json::object& object) {
  if constexpr (index == kinds.size()) {
    return core::fail("", "unknown kind of journal entry '" + std::string(kind) + "'; written by a newer version?");
  } else {
    if (kinds[index] != kind) return read_kind<index + 1>(kind, object);
    std::variant_alternative_t<index, Event> event;
    Reader reader(object);
    fields(reader, event);
    if (!reader.error().empty()) return core::fail(std::string(kind), reader.error());
    return Event(std::move(event));
  }
}

}  // namespace

std::string_view kind(const Event& event) { return kinds[event.index()]; }

std::string event_to_json(const Event& event) {
  std::string out = "{";
  std::visit([&](const auto& e) { fields(Writer(out), e); }, event);
  out.push_back('}');
  return out;
}

core::Result<Event> event_from_json(std::string_view kind, std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return core::fail(std::string(kind), "the entry's body is not a JSON object");
  return read_kind(kind, value.get_object());
}

}  // namespace gateway
