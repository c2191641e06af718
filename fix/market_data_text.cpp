#include "fix/market_data_text.hpp"

#include "fix/fix42.hpp"
#include "fix/reader.hpp"
#include "fix/writer.hpp"

namespace fix {
namespace {

constexpr std::size_t max_entries = 2'000;  // more do not fit a frame

constexpr std::size_t date_characters = 8;  // of 20261124-14:30:00

void write_entry(FieldWriter& out, const MarketDataEntry& entry) {
  out.character(field::md_entry_type, static_cast<char>(entry.type));
  if (entry.price) out.decimal(field::md_entry_px, *entry.price);
  if (entry.size) out.decimal(field::md_entry_size, *entry.size);
  if (!entry.time) return;
  const std::string stamp = core::fix_timestamp(*entry.time);
  out.required(field::md_entry_date, stamp.substr(0, date_characters));
  out.required(field::md_entry_time, stamp.substr(date_characters + 1));
}

// Both or nothing: a time of day alone names no moment.
std::optional<core::Time> read_time(Reader& in) {
  const std::string date = in.optional(field::md_entry_date);
  const std::string time = in.optional(field::md_entry_time);
  if (date.empty() || time.empty()) return std::nullopt;
  const auto read = core::parse_fix_timestamp(date + "-" + time);
  if (!read) in.refuse(field::md_entry_time, read.error().message);
  return read ? std::optional(*read) : std::nullopt;
}

MarketDataEntry read_entry(Reader& in) {
  MarketDataEntry entry;
  entry.type = static_cast<MarketDataEntryType>(in.character(field::md_entry_type));
  entry.price = in.optional_decimal<core::Price>(field::md_entry_px);
  if (in.has(field::md_entry_size)) entry.size = in.not_negative(field::md_entry_size);
  entry.time = read_time(in);
  return entry;
}

template <class Enum, std::size_t size>
Enum one_of(Reader& in, Field field, const std::array<Enum, size>& known, const char* names) {
  const auto value = static_cast<Enum>(in.character(field));
  if (std::find(known.begin(), known.end(), value) != known.end()) return value;
  in.refuse(field, "'" + std::string(1, static_cast<char>(value)) + "' is not known here; known are " + names);
  return known.front();
}

constexpr std::array subscriptions{MarketDataSubscription::snapshot, MarketDataSubscription::subscribe,
                                   MarketDataSubscription::unsubscribe};
constexpr std::array actions{MarketDataAction::add, MarketDataAction::change, MarketDataAction::remove};

}  // namespace

core::Result<FIX::Message> write(const MarketDataRequest& request, Version) {
  Writer out("V");
  out.required(field::md_req_id, request.request_id);
  out.character(field::subscription_request_type, static_cast<char>(request.subscription));
  out.number(field::market_depth, request.depth);
  if (request.subscription == MarketDataSubscription::subscribe) {
    out.character(field::md_update_type, request.incremental ? '1' : '0');
  }
  out.group(field::no_md_entry_types, field::md_entry_type, request.entry_types,
            [](FieldWriter& entry, MarketDataEntryType type) {
              entry.character(field::md_entry_type, static_cast<char>(type));
            });
  out.group(field::no_related_sym, field::symbol, request.symbols,
            [](FieldWriter& entry, const core::Symbol& symbol) { entry.required(field::symbol, symbol.text()); });
  return out.take();
}

core::Result<FIX::Message> write(const MarketDataSnapshot& snapshot, Version) {
  Writer out("W");
  out.optional(field::md_req_id, snapshot.request_id);
  out.required(field::symbol, snapshot.symbol.text());
  out.group(field::no_md_entries, field::md_entry_type, snapshot.entries, write_entry);
  return out.take();
}

core::Result<FIX::Message> write(const MarketDataIncrement& increment, Version) {
  Writer out("X");
  out.optional(field::md_req_id, increment.request_id);
  out.group(field::no_md_entries, field::md_update_action, increment.entries,
            [](FieldWriter& into, const MarketDataEntry& entry) {
              into.character(field::md_update_action, static_cast<char>(entry.action));
              into.optional(field::md_entry_id, entry.entry_id);
              into.optional(field::symbol, entry.symbol.text());
              write_entry(into, entry);
            });
  return out.take();
}

core::Result<FIX::Message> write(const MarketDataReject& reject, Version version) {
  Writer out("Y");
  out.required(field::md_req_id, reject.request_id);
  const bool is_known = reject.reason && (version != Version::fix42 || *reject.reason <= highest_md_req_rej_reason);
  if (is_known) out.character(field::md_req_rej_reason, *reject.reason);
  out.optional(field::msg_text, reject.text);
  return out.take();
}

core::Result<Message> read_market_data_request(const FIX::Message& message) {
  Reader in(message);
  MarketDataRequest request;
  request.request_id = in.required(field::md_req_id);
  request.subscription = one_of(in, field::subscription_request_type, subscriptions,
                                "0 (snapshot), 1 (snapshot and updates), 2 (no more updates)");
  request.depth = in.number(field::market_depth);
  if (request.depth < 0) in.refuse(field::market_depth, "is below zero; 0 is the whole book, 1 its best prices");
  request.incremental = in.optional(field::md_update_type) == "1";
  request.entry_types = in.group<MarketDataEntryType>(field::no_md_entry_types, max_entries, [](Reader& entry) {
    return static_cast<MarketDataEntryType>(entry.character(field::md_entry_type));
  });
  request.symbols = in.group<core::Symbol>(field::no_related_sym, max_entries,
                                           [](Reader& entry) { return core::Symbol(entry.required(field::symbol)); });
  return in.done(std::move(request));
}

core::Result<Message> read_market_data_snapshot(const FIX::Message& message) {
  Reader in(message);
  MarketDataSnapshot snapshot;
  snapshot.request_id = in.optional(field::md_req_id);
  snapshot.symbol = core::Symbol(in.required(field::symbol));
  snapshot.entries = in.group<MarketDataEntry>(field::no_md_entries, max_entries, read_entry);
  return in.done(std::move(snapshot));
}

core::Result<Message> read_market_data_increment(const FIX::Message& message) {
  Reader in(message);
  MarketDataIncrement increment;
  increment.request_id = in.optional(field::md_req_id);
  increment.entries = in.group<MarketDataEntry>(field::no_md_entries, max_entries, [](Reader& from) {
    // A deletion may name its entry by MDEntryID(278) alone.
    const bool typed = from.has(field::md_entry_type);
    MarketDataEntry entry = typed ? read_entry(from) : MarketDataEntry{};
    entry.action = one_of(from, field::md_update_action, actions, "0 (new), 1 (change), 2 (delete)");
    if (!typed && entry.action == MarketDataAction::add) {
      from.refuse(field::md_entry_type, "is missing, but a new entry requires it");
    }
    entry.entry_id = from.optional(field::md_entry_id);
    entry.symbol = core::Symbol(from.optional(field::symbol));
    return entry;
  });
  return in.done(std::move(increment));
}

core::Result<Message> read_market_data_reject(const FIX::Message& message) {
  Reader in(message);
  MarketDataReject reject;
  reject.request_id = in.required(field::md_req_id);
  if (in.has(field::md_req_rej_reason)) reject.reason = in.character(field::md_req_rej_reason);
  reject.text = in.remark();
  return in.done(std::move(reject));
}

}  // namespace fix
