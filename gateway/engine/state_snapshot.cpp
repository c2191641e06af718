#include <algorithm>
#include <numeric>

#include "core/check.hpp"
#include "core/random.hpp"
#include "gateway/engine/snapshot_records.hpp"
#include "gateway/journal/event_json.hpp"

// The part of State that makes snapshots. The bytes follow from the state alone: two states that say the same have the
// same bytes, whatever they let go of and when. The way back is in state_restore.cpp.
namespace gateway {

namespace {

Snapshot::Part part(std::string name, core::ByteWriter& bytes) {
  return {std::move(name), std::make_shared<const std::string>(bytes.take())};
}

void add_blocks(const Blocks& blocks, std::string_view name, std::size_t from, std::vector<Snapshot::Part>& parts) {
  for (std::size_t i = from; i < blocks.size(); ++i) parts.push_back({block_name(name, i), blocks.share(i)});
}

Snapshot::Part order_part(const Order& order) {
  PartsRecord record{order.parts.unit(), order.parts.factor(), order.parts.totals(), {}};
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
  bytes(groups), bytes(counts), bytes(shares.slots), bytes(shares.table->weights()), bytes(shares.leaving);
  bytes(shares.leaving_stakes);
  return part(shares_name(shares.seq), bytes);
}

Snapshot::Part proposal_part(const Staged& proposal) {
  core::ByteWriter bytes;
  proposal_fields(bytes, proposal);
  bytes(proposal.content ? proposal_to_json(*proposal.content) : std::string());
  BroughtRecord record;
  for (const auto& [place, minor] : proposal.brought) {
    record.accounts.push_back(place.first);
    record.currencies.emplace_back(place.second.text());
    record.amounts.push_back(minor);
  }
  brought_fields(bytes, record);
  bytes(proposal.asked ? propose_to_json(*proposal.asked) : std::string());
  return part(fmt::format("proposal/{:012}", proposal.number), bytes);
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
  const DeskRecord desk{last_seq_, last_log_seq_, name_tag_, desk_imported_};
  desk_fields(bytes, desk);
  book_.write(bytes);
  bytes(std::uint64_t{models_.all().size()});
  for (const auto& [code, model] : models_.all()) {
    model_fields(bytes, model);
    bytes(std::uint64_t{model.investors.size()});
    for (const portfolio::Investor& investor : model.investors) {
      bytes(investor.account), bytes(investor.slot), bytes(investor.invested);
    }
    bytes(model.targets.all());
  }
  bytes(instruments_), bytes(prices_.all()), bytes(opened_), bytes(account_groups_);
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
  for (const auto& [number, proposal] : proposals_) snapshot.parts.push_back(proposal_part(proposal));
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
  unsaved_proposals_.clear();
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
  for (const std::int64_t number : unsaved_proposals_) snapshot.parts.push_back(proposal_part(proposals_.at(number)));
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

// ---- records that are only ever added

void State::remember(const std::string& key, std::uint64_t command, std::int64_t order, const std::string& proposal) {
  if (key.empty()) return;  // it was no command of a person
  Done& done = done_[key];
  done.command = command;
  if (order > 0) done.orders.push_back(orders_.all()[static_cast<std::size_t>(order - 1)]->id());
  if (!proposal.empty()) done.proposal = proposal;
  const KeyRecord record{key, command, order, proposal};
  core::ByteWriter bytes;
  key_fields(bytes, record);
  keys_.add(bytes.take());
}

void State::note_break(std::size_t number) {
  const BreakRecord record{number, breaks_[number - 1]};
  core::ByteWriter bytes;
  break_fields(bytes, record);
  break_records_.add(bytes.take());
}

}  // namespace gateway
