#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/bytes.hpp"
#include "core/check.hpp"
#include "core/random.hpp"
#include "gateway/engine/state.hpp"

// The part of State that makes snapshots and comes back from them. The bytes follow from the state alone: two states
// that say the same have the same bytes, whatever they let go of and when.
namespace gateway {

// Each list of fields is used to write and to read.
// ---------------------------------------------

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, InstrumentAdded>
void fields(Bytes& bytes, T& e) {
  bytes(e.symbol), bytes(e.security_type), bytes(e.exchange), bytes(e.currency), bytes(e.unit);
  bytes(e.reference), bytes(e.reference_date);
}

template <class Bytes, class T>
requires std::same_as<std::remove_const_t<T>, OrderEntered>
void fields(Bytes& bytes, T& e) {
  bytes(e.order), bytes(e.model), bytes(e.side), bytes(e.quantity), bytes(e.symbol), bytes(e.type), bytes(e.limit);
  bytes(e.time_in_force), bytes(e.broker), bytes(e.exchange), bytes(e.shares_seq), bytes(e.seq_num);
  bytes(e.key), bytes(e.command), bytes(e.who), bytes(e.proposal);
}

namespace {

// An order but for its parts; what they come to, and the units of each account while the order may fill.
struct PartsRecord {
  core::Quantity unit;
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
  bytes(parts.unit), bytes(parts.totals.units), bytes(parts.totals.notional), bytes(parts.totals.commission);
  bytes(parts.units);
}

Order blank_order() {
  return {.entered = {},
          .entered_at = {},
          .security_type = {},
          .shares = {},
          .parts = {alloc::Split::retired(0, 0), core::Quantity::one(), core::Currency::of("USD"), {}},
          .reported = {},
          .pending_cancel_id = {},
          .broker_order_id = {},
          .text = {}};
}

template <class Bytes, class Model>
void model_fields(Bytes& bytes, Model& model) {
  bytes(model.code), bytes(model.name), bytes(model.currency), bytes(model.group);
}

struct Desk {  // what is left of the state beside its lists
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
};
template <class Bytes, class T>
void key_fields(Bytes& bytes, T& record) {
  bytes(record.key), bytes(record.command), bytes(record.order);
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

Snapshot::Part part(std::string name, core::ByteWriter& bytes) {
  return {std::move(name), std::make_shared<const std::string>(bytes.take())};
}

std::string block_name(std::string_view what, std::size_t i) { return fmt::format("{}/{:08}", what, i); }
std::string shares_name(std::int64_t seq) { return fmt::format("shares/{:012}", seq); }

void add_blocks(const Blocks& blocks, std::string_view name, std::size_t from, std::vector<Snapshot::Part>& parts) {
  for (std::size_t i = from; i < blocks.size(); ++i) parts.push_back({block_name(name, i), blocks.share(i)});
}

Snapshot::Part order_part(const Order& order) {
  PartsRecord record{order.parts.unit(), order.parts.totals(), {}};
  if (!is_finished(state_of(order))) record.units = order.parts.split().units();
  core::ByteWriter bytes;
  order_fields(bytes, order, record);
  return part(fmt::format("order/{:012}", order.number), bytes);
}

Snapshot::Part shares_part(const SealedShares& shares) {
  core::ByteWriter bytes;
  std::vector<alloc::GroupIndex> groups;
  std::vector<std::uint64_t> counts;
  for (const Leg& leg : shares.legs) groups.push_back(leg.group), counts.push_back(leg.count);
  bytes(groups), bytes(counts), bytes(shares.slots), bytes(shares.table->weights());
  return part(shares_name(shares.seq), bytes);
}

// Whether an exact amount can be rounded to minor units.
bool fits_money(core::Int128 exact, int exact_decimals, core::Currency currency) {
  for (int i = currency.minor_digits(); i < exact_decimals; ++i) exact /= 10;
  constexpr auto most = static_cast<core::Int128>(std::numeric_limits<std::int64_t>::max());
  return exact < most && exact > -most;
}

// False: they are not those of so many slots.
bool read_legs(core::ByteReader& reader, std::vector<Leg>& legs, std::size_t& slots) {
  std::vector<alloc::GroupIndex> groups;
  std::vector<std::uint64_t> counts;
  reader(groups), reader(counts);
  if (!reader.ok() || groups.size() != counts.size()) return false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (counts[i] == 0 || counts[i] > std::numeric_limits<std::uint32_t>::max()) return false;
    if (i > 0 && groups[i] <= groups[i - 1]) return false;
    legs.push_back({groups[i], slots, counts[i]});
    slots += counts[i];
  }
  return true;
}

// Of ShareTable and of the book's slots: what they require is true of every snapshot that this program made.
std::shared_ptr<const SealedShares> read_shares(std::int64_t seq, const std::string& bytes) {
  SealedShares sealed{seq, {}, {}, nullptr};
  std::vector<std::int64_t> weights;
  core::ByteReader reader(bytes);
  std::size_t slots = 0;
  if (!read_legs(reader, sealed.legs, slots)) return nullptr;
  reader(sealed.slots), reader(weights);
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) {
    if (weight < 0) return nullptr;
    total += weight;
  }
  const bool fits = total > 0 && total < std::int64_t{1} << 62 && weights.size() == sealed.slots.size() &&
                    slots == sealed.slots.size();
  if (!reader.is_done() || !fits) return nullptr;
  sealed.table = std::make_shared<const alloc::ShareTable>(std::move(weights));
  return std::make_shared<const SealedShares>(std::move(sealed));
}

}  // namespace

// ---- taking one

std::map<std::int64_t, const SealedShares*> State::shares_in_use() const {
  std::map<std::int64_t, const SealedShares*> in_use;
  for (const auto& [place, shares] : last_shares_) in_use.emplace(shares->seq, shares.get());
  for (const auto& [number, order] : orders_.open()) in_use.emplace(order->shares->seq, order->shares.get());
  return in_use;
}

Snapshot::Part State::desk_part() const {
  core::ByteWriter bytes;
  const Desk desk{last_seq_, last_log_seq_, name_tag_, desk_imported_};
  desk_fields(bytes, desk);
  book_.write(bytes);
  bytes(std::uint64_t{models_.all().size()});
  for (const auto& [code, model] : models_.all()) {
    model_fields(bytes, model);
    bytes(std::uint64_t{model.investors.size()});
    for (const portfolio::Investor& investor : model.investors) {
      bytes(investor.account), bytes(investor.slot), bytes(investor.invested);
    }
  }
  bytes(instruments_);
  bytes(std::uint64_t{last_shares_.size()});
  for (const auto& [place, shares] : last_shares_) bytes(place.first), bytes(place.second), bytes(shares->seq);
  bytes(executions_.odd_dates());
  return part("desk", bytes);
}

Snapshot::Part State::holding_part(alloc::GroupIndex group, const core::Symbol& symbol) const {
  core::ByteWriter bytes;
  bytes(group), bytes(symbol);
  book_.write_row(bytes, group, symbol);
  return part(fmt::format("holding/{}/{}", static_cast<std::uint32_t>(group), symbol.text()), bytes);
}

Snapshot State::whole_snapshot() const {
  CHECK(unsettled_.empty());
  Snapshot snapshot{.seq = last_seq_, .is_whole = true, .parts = {desk_part()}, .removed = {}};
  for (std::size_t i = 0; i < book_.group_count(); ++i) {
    const auto group = static_cast<alloc::GroupIndex>(i);
    for (const auto& [symbol, row] : book_.instruments_of(group)) snapshot.parts.push_back(holding_part(group, symbol));
  }
  for (const auto& order : orders_.all()) snapshot.parts.push_back(order_part(*order));
  for (const auto& [seq, shares] : shares_in_use()) snapshot.parts.push_back(shares_part(*shares));
  add_blocks(executions_.blocks(), "executions", 0, snapshot.parts);
  add_blocks(keys_, "keys", 0, snapshot.parts);
  add_blocks(orders_.names(), "names", 0, snapshot.parts);
  add_blocks(break_records_, "breaks", 0, snapshot.parts);
  return snapshot;
}

Snapshot State::take_snapshot() {
  CHECK(shares_to_come_ == nullptr);  // an order is entered in one step with its shares
  Snapshot snapshot;
  if (saved_) {
    snapshot = changes_since(*saved_);
  } else {
    snapshot = whole_snapshot();
  }
  note_saved();
  unsaved_holdings_.clear();
  retire_orders();
  if (archive_ != nullptr) forget_fills(last_snapshot_);  // what came after it may not be durable yet
  last_snapshot_ = last_seq_;
  return snapshot;
}

void State::note_saved() {
  saved_.emplace(
      SavedBlocks{executions_.blocks().full(), keys_.full(), orders_.names().full(), break_records_.full(), {}});
  for (const auto& [seq, shares] : shares_in_use()) saved_->shares.insert(seq);
}

Snapshot State::changes_since(const SavedBlocks& saved) const {
  CHECK(unsettled_.empty());
  Snapshot snapshot{.seq = last_seq_, .is_whole = false, .parts = {desk_part()}, .removed = {}};
  for (const auto& [group, symbol] : unsaved_holdings_) snapshot.parts.push_back(holding_part(group, symbol));
  for (const Order* order : unsaved_orders_) snapshot.parts.push_back(order_part(*order));
  const auto in_use = shares_in_use();
  for (const auto& [seq, shares] : in_use) {
    if (!saved.shares.contains(seq)) snapshot.parts.push_back(shares_part(*shares));
  }
  for (const std::int64_t seq : saved.shares) {
    if (!in_use.contains(seq)) snapshot.removed.push_back(shares_name(seq));
  }
  add_blocks(executions_.blocks(), "executions", saved.executions, snapshot.parts);
  add_blocks(keys_, "keys", saved.keys, snapshot.parts);
  add_blocks(orders_.names(), "names", saved.names, snapshot.parts);
  add_blocks(break_records_, "breaks", saved.breaks, snapshot.parts);
  return snapshot;
}

// ---- coming back

// The parts of a snapshot by what they are.
struct State::Parts {
  const std::string* desk = nullptr;
  std::vector<const std::string*> holdings;
  std::vector<const std::string*> orders;
  std::map<std::int64_t, std::shared_ptr<const SealedShares>> shares;
  std::vector<Blocks::Block> executions, keys, names, breaks;

  [[nodiscard]] bool sort(const std::vector<Snapshot::Part>& all) {
    std::map<std::string_view, Blocks::Block> by_name;  // blocks and orders are numbered from the first on
    for (const Snapshot::Part& part : all) by_name[part.name] = part.bytes;
    for (const auto& [name, bytes] : by_name) {
      if (bytes->empty()) return false;
      const std::string_view kind = name.substr(0, name.find('/'));
      if (kind == "desk")
        desk = bytes.get();
      else if (kind == "holding")
        holdings.push_back(bytes.get());
      else if (kind == "order")
        orders.push_back(bytes.get());
      else if (kind == "executions" && name == block_name(kind, executions.size()))
        executions.push_back(bytes);
      else if (kind == "keys" && name == block_name(kind, keys.size()))
        keys.push_back(bytes);
      else if (kind == "names" && name == block_name(kind, names.size()))
        names.push_back(bytes);
      else if (kind == "breaks" && name == block_name(kind, breaks.size()))
        breaks.push_back(bytes);
      else if (kind == "shares") {
        const std::int64_t seq = std::strtoll(std::string(name.substr(kind.size() + 1)).c_str(), nullptr, 10);
        auto sealed = read_shares(seq, *bytes);
        if (!sealed) return false;
        shares.emplace(seq, std::move(sealed));
      } else {
        return false;
      }
    }
    return desk != nullptr;
  }
};

core::Result<void> State::restore(const Snapshot& snapshot) {
  CHECK(last_seq_ == 0 && snapshot.is_whole);
  Parts parts;
  if (!parts.sort(snapshot.parts)) return core::fail("snapshot", "its parts are not those of a snapshot");
  if (!restore_desk(parts) || last_seq_ != snapshot.seq) return core::fail("snapshot", "the desk cannot be read");
  for (const std::string* bytes : parts.holdings) {
    core::ByteReader reader(*bytes);
    alloc::GroupIndex group{};
    core::Symbol symbol;
    reader(group), reader(symbol);
    if (!reader.ok() || !book_.read_row(reader, group, symbol) || !reader.is_done()) {
      return core::fail("snapshot", "a row of the book cannot be read");
    }
  }
  for (const std::string* bytes : parts.orders) {
    if (!restore_order(*bytes, parts)) return core::fail("snapshot", "an order cannot be read");
  }
  if (!orders_.restore_names(std::move(parts.names))) return core::fail("snapshot", "the names cannot be read");
  if (!restore_keys(std::move(parts.keys))) return core::fail("snapshot", "the idempotency keys cannot be read");
  if (!restore_breaks(std::move(parts.breaks))) return core::fail("snapshot", "the breaks cannot be read");
  if (!book_.balanced()) return core::fail("snapshot", "its book does not balance");
  note_saved();
  last_snapshot_ = fills_since_ = last_seq_;
  return {};
}

bool State::restore_desk(Parts& parts) {
  core::ByteReader bytes(*parts.desk);
  Desk desk;
  desk_fields(bytes, desk);
  if (!bytes.ok() || !book_.read(bytes)) return false;
  last_seq_ = desk.last_seq;
  last_log_seq_ = desk.last_log_seq;
  name_tag_ = desk.name_tag;
  desk_imported_ = desk.desk_imported;
  for (std::size_t i = 0; i < book_.account_count(); ++i) {
    const auto account = static_cast<alloc::AccountIndex>(i);
    accounts_[book_.account_id(account).text()] = account;
  }
  std::uint64_t count = 0;
  for (bytes(count); count > 0 && bytes.ok(); --count) {
    portfolio::Model model{{}, {}, core::Currency::of("USD"), {}, {}};
    model_fields(bytes, model);
    std::uint64_t investors = 0;
    for (bytes(investors); investors > 0 && bytes.ok(); --investors) {
      portfolio::Investor& investor = model.investors.emplace_back();
      bytes(investor.account), bytes(investor.slot), bytes(investor.invested);
    }
    if (static_cast<std::size_t>(model.group) >= book_.group_count()) return false;
    models_.restore(std::move(model));
  }
  bytes(instruments_);
  count = 0;
  for (bytes(count); count > 0 && bytes.ok(); --count) {
    std::pair<alloc::GroupIndex, core::Side> place;
    std::int64_t seq = 0;
    bytes(place.first), bytes(place.second), bytes(seq);
    const auto shares = parts.shares.find(seq);
    if (shares == parts.shares.end() || !has_sleeves(*shares->second)) return false;
    last_shares_[place] = shares->second;
  }
  std::vector<std::string> odd_dates;
  bytes(odd_dates);
  return bytes.is_done() && executions_.restore(std::move(parts.executions), std::move(odd_dates));
}

bool State::has_sleeves(const SealedShares& shares) const {
  for (const Leg& leg : shares.legs) {
    if (static_cast<std::size_t>(leg.group) >= book_.group_count()) return false;
    const std::size_t slots = book_.accounts_of(leg.group).size();
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
      if (static_cast<std::size_t>(shares.slots[i]) >= slots) return false;
    }
  }
  return true;
}

bool State::restore_order(const std::string& bytes, const Parts& parts) {
  Order order = blank_order();
  PartsRecord record;
  core::ByteReader reader(bytes);
  order_fields(reader, order, record);
  const bool fits = order.number == static_cast<std::int64_t>(orders_.all().size()) + 1 && record.unit.raw > 0 &&
                    record.totals.units >= 0 && orders_.find(order.id()) == nullptr &&
                    static_cast<std::size_t>(order.group) < book_.group_count();
  if (!reader.is_done() || !fits) return false;
  if (!fits_money(record.totals.notional, core::notional_decimals, order.currency)) return false;
  if (!fits_money(record.totals.commission, core::Amount::decimals, order.currency)) return false;
  const std::uint64_t tie_seed = core::stable_hash(order.id().text());
  alloc::Split split = alloc::Split::retired(record.totals.units, tie_seed);
  if (!record.units.empty()) {
    const auto shares = parts.shares.find(order.entered.shares_seq);
    if (shares == parts.shares.end() || shares->second->slots.size() != record.units.size()) return false;
    if (!has_sleeves(*shares->second) || shares->second->legs.front().group != order.group) return false;
    core::Int128 sum = 0;
    for (const std::int64_t units : record.units) {
      if (units < 0) return false;
      sum += units;
    }
    if (sum != record.totals.units) return false;
    order.shares = shares->second;
    split = alloc::Split(shares->second->table, tie_seed, std::move(record.units));
  }
  order.parts = {std::move(split), record.unit, order.currency, record.totals};
  if (order.parts.is_retired() != is_finished(state_of(order))) return false;
  orders_.changed(orders_.add(std::move(order)));
  return true;
}

bool State::restore_keys(std::vector<Blocks::Block> blocks) {
  for (const Blocks::Block& block : blocks) {
    core::ByteReader reader(*block);
    while (!reader.is_done()) {
      KeyRecord record;
      key_fields(reader, record);
      const bool fits = record.order >= 0 && record.order <= static_cast<std::int64_t>(orders_.all().size());
      if (!reader.ok() || !fits) return false;
      Done& done = done_[record.key];
      done.command = record.command;
      if (record.order > 0) done.orders.push_back(orders_.all()[static_cast<std::size_t>(record.order - 1)]->id());
    }
  }
  keys_.restore(std::move(blocks));
  return true;
}

void State::remember(const std::string& key, std::uint64_t command, std::int64_t order) {
  Done& done = done_[key];
  done.command = command;
  if (order > 0) done.orders.push_back(orders_.all()[static_cast<std::size_t>(order - 1)]->id());
  const KeyRecord record{key, command, order};
  core::ByteWriter bytes;
  key_fields(bytes, record);
  keys_.add(bytes.take());
}

// A break that was settled has a second record, which counts.
bool State::restore_breaks(std::vector<Blocks::Block> blocks) {
  for (const Blocks::Block& block : blocks) {
    core::ByteReader reader(*block);
    while (!reader.is_done()) {
      BreakRecord record;
      break_fields(reader, record);
      if (!reader.ok() || record.number == 0 || record.number > breaks_.size() + 1) return false;
      if (record.number > breaks_.size()) breaks_.emplace_back();
      breaks_[record.number - 1] = std::move(record.kept);
    }
  }
  const auto is_open = [](const Break& each) { return each.settled_as.empty(); };
  open_breaks_ = static_cast<std::size_t>(std::count_if(breaks_.begin(), breaks_.end(), is_open));
  break_records_.restore(std::move(blocks));
  return true;
}

void State::note_break(std::size_t number) {
  const BreakRecord record{number, breaks_[number - 1]};
  core::ByteWriter bytes;
  break_fields(bytes, record);
  break_records_.add(bytes.take());
}

}  // namespace gateway
