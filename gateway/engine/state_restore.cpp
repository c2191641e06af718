#include <algorithm>
#include <cstdlib>
#include <limits>

#include "core/check.hpp"
#include "core/random.hpp"
#include "gateway/engine/snapshot_records.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/risk/limits.hpp"

// The part of State that comes back from a snapshot. Believes nothing: bytes that are no snapshot's are refused.
namespace gateway {

namespace {

// Whether exact amounts can be rounded to minor units.
bool fits_money(const alloc::BlockParts::Totals& totals, core::MoneyFactor factor, core::Currency currency) {
  if (factor.num <= 0 || factor.den <= 0 || factor.den > core::MoneyFactor::largest_den) return false;
  core::Int128 commission = totals.commission;
  for (int i = currency.minor_digits(); i < core::Amount::decimals; ++i) commission /= 10;
  constexpr auto most = static_cast<core::Int128>(std::numeric_limits<std::int64_t>::max());
  return core::is_within(totals.notional, factor, max_amount_minor, currency) && commission < most &&
         commission > -most;
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
  reader(sealed.slots), reader(weights), reader(sealed.leaving), reader(sealed.leaving_stakes);
  core::Int128 total = 0;
  for (const std::int64_t weight : weights) {
    if (weight < 0) return nullptr;
    total += weight;
  }
  const bool fits =
      total > 0 && total < std::int64_t{1} << 62 && weights.size() == sealed.slots.size() &&
      sealed.leaving_stakes.size() == sealed.leaving.size() &&
      std::all_of(sealed.leaving_stakes.begin(), sealed.leaving_stakes.end(), [](auto stake) { return stake >= 0; }) &&
      slots == sealed.slots.size() &&
      std::all_of(sealed.leaving.begin(), sealed.leaving.end(), [&](std::uint64_t place) { return place < slots; });
  if (!reader.is_done() || !fits) return nullptr;
  sealed.table = std::make_shared<const alloc::ShareTable>(std::move(weights));
  return std::make_shared<const SealedShares>(std::move(sealed));
}

}  // namespace

// The parts of a snapshot by what they are.
struct State::Parts {
  const std::string* desk = nullptr;
  std::vector<const std::string*> holdings;
  std::vector<const std::string*> orders;
  std::vector<const std::string*> proposals;
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
      else if (kind == "proposal")
        proposals.push_back(bytes.get());
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
  for (const std::string* bytes : parts.proposals) {
    if (!restore_proposal(*bytes)) return core::fail("snapshot", "a proposal cannot be read");
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
  DeskRecord desk;
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
  for (std::size_t i = 0; i < book_.group_count(); ++i) {
    noted_slots_.push_back(book_.accounts_of(static_cast<alloc::GroupIndex>(i)).size());
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
    std::vector<portfolio::TargetsVersion> versions;
    bytes(versions);
    for (portfolio::TargetsVersion& version : versions) {
      model.targets.add(version.time, std::move(version.who), std::move(version.why), std::move(version.targets));
    }
    if (static_cast<std::size_t>(model.group) >= book_.group_count()) return false;
    models_.restore(std::move(model));
  }
  std::map<core::Symbol, portfolio::DatedPrice> prices;
  bytes(instruments_), bytes(prices), bytes(opened_), bytes(account_groups_);
  for (const auto& [symbol, added] : instruments_) priced_instruments_[symbol] = instrument_of(added);
  for (const auto& [symbol, price] : prices) prices_.set(symbol, price);
  if (opened_.size() != book_.account_count()) return false;
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
  if (!fits_money(record.totals, record.factor, order.currency)) return false;
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
  order.parts = {std::move(split), record.unit, order.currency, record.factor, record.totals};
  if (order.parts.is_retired() != is_finished(state_of(order))) return false;
  orders_.changed(orders_.add(std::move(order)));
  return true;
}

bool State::restore_proposal(const std::string& bytes) {
  Staged proposal;
  std::string content;
  std::string asked;
  core::ByteReader reader(bytes);
  proposal_fields(reader, proposal);
  BroughtRecord brought;
  reader(content), brought_fields(reader, brought), reader(asked);
  if (!reader.is_done() || proposal.number != static_cast<std::int64_t>(proposals_.size()) + 1) return false;
  if (proposal.stage > Stage::discarded || is_over(proposal.stage) != content.empty()) return false;
  for (const Staged::Place& place : proposal.places) {
    if (!place.order.empty() && orders_.find(place.order) == nullptr) return false;
  }
  if (!content.empty()) {
    auto read = proposal_from_json(content);
    if (!read || (*read)->orders.size() != proposal.places.size()) return false;
    proposal.content = *std::move(read);
    if (proposal.moved.size() != proposal.content->cash_moves.size()) return false;
    stirred_.insert(proposal.number);
    live_proposals_.insert(proposal.number);
  }
  const bool is_paired =
      brought.currencies.size() == brought.accounts.size() && brought.amounts.size() == brought.accounts.size();
  for (std::size_t i = 0; is_paired && i < brought.accounts.size(); ++i) {
    const core::Result<core::Currency> currency = core::Currency::parse(brought.currencies[i]);
    if (!currency) return false;
    proposal.brought[{brought.accounts[i], *currency}] = brought.amounts[i];
  }
  if (!is_paired) return false;
  if (!asked.empty()) {
    auto read = propose_from_json(asked);
    if (!read) return false;
    proposal.asked = *std::move(read);
  }
  proposal_numbers_.emplace(proposal.id, proposal.number);
  proposals_.emplace(proposal.number, std::move(proposal));
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
      if (!record.proposal.empty()) done.proposal = record.proposal;
    }
  }
  keys_.restore(std::move(blocks));
  return true;
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

}  // namespace gateway
