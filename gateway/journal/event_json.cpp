#include "gateway/journal/event_json.hpp"

#include <array>
#include <boost/json.hpp>

#include "gateway/journal/field_json.hpp"

namespace gateway {

namespace json = boost::json;

template <>
struct WordsOf<ProposalEnd> {
  static constexpr std::array<std::string_view, 3> all{"done", "closed", "discarded"};
};

template <class V, class E>
requires std::same_as<std::remove_const_t<E>, PriceRow>
void cells(V& v, E& e) { v(e.symbol), v(e.price), v(e.time); }

namespace {

// What brings an event has been told since models are run by command; the desk's files and older journals have none.
template <class V, class O>
void origin(V&& v, O& by) {
  v.unless_empty("key", by.key), v.unless(std::uint64_t{0}, "command", by.command), v.unless_empty("who", by.who);
}

// Each event lists its fields once; a writer and a reader walk the same list.
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, AccountOpened> {
  v("account", e.account), v("name", e.name), v("currency", e.currency), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, AccountRenamed> {
  v("account", e.account), v("name", e.name), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, InstrumentAdded> {
  v("symbol", e.symbol), v("security_type", e.security_type), v("exchange", e.exchange), v("currency", e.currency);
  v("unit", e.unit), v("reference", e.reference), v("reference_date", e.reference_date);
  v.unless(core::Quantity(), "round_lot", e.round_lot), v.unless(core::Price(), "tick", e.tick);
  v.unless(portfolio::Multiplier::whole(1), "multiplier", e.multiplier);
  v.unless(false, "is_shortable", e.is_shortable), v.unless_empty("last_trading_date", e.last_trading_date);
  origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ModelCreated> {
  v("model", e.model), v("name", e.name), v("currency", e.currency), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ModelRenamed> {
  v("model", e.model), v("name", e.name), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, TargetsSaved> {
  v("model", e.model), v("targets", e.targets), v("why", e.why), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, AccountsGrouped> {
  v("group", e.group), v("accounts", e.accounts), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, PricesBrought> {
  v("prices", e.prices), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CashDeposited> {
  v("account", e.account), v("currency", e.currency), v("minor", e.minor), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, CashInvested> {
  v("account", e.account), v("model", e.model), v("currency", e.currency), v("minor", e.minor);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, HoldingBrought> {
  v("account", e.account), v("model", e.model), v("symbol", e.symbol), v("currency", e.currency);
  v("quantity", e.quantity), v("cost_minor", e.cost_minor), origin(v, e.by);
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
  v.unless(std::int64_t{0}, "place", e.place);
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
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ProposalStaged> {
  v("proposal", e.proposal), v("version", e.version), v("title", e.title), v("content", e.content), origin(v, e.by);
  v.unless(std::shared_ptr<const Propose>(), "asked", e.asked), v("kept", e.kept);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ProposalSaved> {
  v("proposal", e.proposal), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ProposalTransmitted> {
  v("proposal", e.proposal), v("places", e.places), origin(v, e.by);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, OrdersHeld> {
  v("proposal", e.proposal), v("places", e.places), v("why", e.why);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ProposalSalesDone> {
  v("proposal", e.proposal), v("moves", e.moves);
}
template <class V, class E>
void fields(V&& v, E& e) requires std::same_as<std::remove_const_t<E>, ProposalEnded> {
  v("proposal", e.proposal), v("as", e.as), origin(v, e.by), v("moves", e.moves);
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
    "account_opened",      "instrument_added", "model_created",        "cash_deposited",   "cash_invested",
    "holding_brought",     "desk_imported",    "shares_sealed",        "order_entered",    "cancel_requested",
    "state_reported",      "fill_booked",      "cancel_rejected",      "send_refused",     "order_uncertain",
    "order_never_arrived", "break_kept",       "break_settled",        "copy_taken_over",  "fill_busted",
    "fill_corrected",      "model_renamed",    "targets_saved",        "accounts_grouped", "prices_brought",
    "proposal_staged",     "proposal_saved",   "proposal_transmitted", "orders_held",      "proposal_sales_done",
    "proposal_ended",      "account_renamed"};

template <std::size_t index = 0>
core::Result<Event> read_kind(std::string_view kind, const json::object& object) {
  if constexpr (index == kinds.size()) {
    return core::fail("", "unknown kind of journal entry '" + std::string(kind) + "'; written by a newer version?");
  } else {
    if (kinds[index] != kind) return read_kind<index + 1>(kind, object);
    std::variant_alternative_t<index, Event> event;
    FieldReader reader(object);
    fields(reader, event);
    if (!reader.error().empty()) return core::fail(std::string(kind), reader.error());
    return Event(std::move(event));
  }
}

}  // namespace

std::string_view text(ProposalEnd end) { return WordsOf<ProposalEnd>::all[static_cast<std::size_t>(end)]; }

std::string_view kind(const Event& event) { return kinds[event.index()]; }

std::string event_to_json(const Event& event) {
  std::string out = "{";
  std::visit([&](const auto& e) { fields(FieldWriter(out), e); }, event);
  out.push_back('}');
  return out;
}

std::string proposal_to_json(const portfolio::Proposal& proposal) {
  std::string out = "{";
  FieldWriter writer(out);
  fields(writer, proposal);
  out.push_back('}');
  return out;
}

std::string propose_to_json(const Propose& asked) {
  std::string out = "{";
  FieldWriter writer(out);
  fields(writer, asked);
  out.push_back('}');
  return out;
}

core::Result<std::shared_ptr<const Propose>> propose_from_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return core::fail("asked", "is not a JSON object");
  auto asked = std::make_shared<Propose>();
  FieldReader reader(value.get_object());
  fields(reader, *asked);
  if (!reader.error().empty()) return core::fail("asked", reader.error());
  return asked;
}

core::Result<std::shared_ptr<const portfolio::Proposal>> proposal_from_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return core::fail("content", "is not a JSON object");
  auto proposal = std::make_shared<portfolio::Proposal>();
  FieldReader reader(value.get_object());
  fields(reader, *proposal);
  if (!reader.error().empty()) return core::fail("content", reader.error());
  if (!complete(*proposal)) return core::fail("content", "its rows do not fit each other");
  return proposal;
}

core::Result<Event> event_from_json(std::string_view kind, std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return core::fail(std::string(kind), "the entry's body is not a JSON object");
  return read_kind(kind, value.get_object());
}

}  // namespace gateway
