#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "alloc/book.hpp"
#include "core/id.hpp"
#include "gateway/engine/archive.hpp"
#include "gateway/engine/changes.hpp"
#include "gateway/engine/executions.hpp"
#include "gateway/engine/snapshot.hpp"
#include "gateway/engine/staged.hpp"
#include "gateway/journal/event.hpp"
#include "gateway/orders/order.hpp"
#include "gateway/orders/verdict.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/instrument.hpp"
#include "portfolio/models.hpp"
#include "portfolio/prices.hpp"

namespace gateway {

// What a snapshot has: blocks before these will not change, and these shares.
struct SavedBlocks {
  std::size_t executions = 0;
  std::size_t keys = 0;
  std::size_t names = 0;
  std::size_t breaks = 0;
  std::set<std::int64_t> shares;
};

// An instrument as portfolios need it.
[[nodiscard]] portfolio::Instrument instrument_of(const InstrumentAdded& added);

// Everything the gateway knows, as the fold of its journal: the same entries give the same state, live or replayed
// (law 9). apply() decides nothing and cannot fail on an entry that the engine has made.
class State {
 public:
  // Units are split fill by fill; the cents, and the book, wait for settle(), so that a burst of fills costs little.
  // A late fill of an order whose parts are retired brings them back from the archive; an archive that fails ends the
  // process, as a journal that fails does.
  // REQUIRES: entry.seq == last_seq() + 1
  void apply(const Entry& entry);
  // Brings the cents of every order and the book up to date. When it is called changes nothing in what comes out.
  void settle();
  [[nodiscard]] bool is_settled() const { return unsettled_.empty(); }

  // What changed since the last call, as rows for people; cheap when little did.
  // REQUIRES: settled
  [[nodiscard]] Changes take_changes();
  // For a replay, whose rows are stored already.
  void discard_changes();

  // What changed since the last snapshot that was taken or restored; everything, the first time. Finished orders that
  // are in the last one as they are now keep nothing per account from here on: nothing that the state says or does
  // changes by it. Without an archive to find the parts again, they stay.
  // REQUIRES: settled, changes are taken; everything up to the last snapshot is durable
  [[nodiscard]] Snapshot take_snapshot();
  // Lets finished orders go as a snapshot does, in a long replay without one.
  // REQUIRES: settled, changes are discarded; no snapshot was taken or restored
  void age();
  // As bytes that follow from what the state says alone. REQUIRES: settled
  [[nodiscard]] Snapshot whole_snapshot() const;
  // Error: these are no parts of a snapshot; the state is not to be used then. REQUIRES: a new state; a whole snapshot
  [[nodiscard]] core::Result<void> restore(const Snapshot& snapshot);
  // The parts of an order, if they were let go. REQUIRES: settled
  void bring_back(const Order& order);
  // The order's fills as they count now. An archive that fails ends the process.
  [[nodiscard]] std::vector<BookedFill> fills_of(const Order& order);
  // Must outlive the state. `failed` is told when the journal does not give an order back as it was: it is damaged, or
  // cannot be read. It has to end the process; if it returns, a CHECK does.
  void set_archive(Archive* archive, ArchiveFailed failed = {}) {
    archive_ = archive;
    archive_failed_ = std::move(failed);
  }

  [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }
  // REQUIRES: settled, as are the parts of orders
  [[nodiscard]] const alloc::Book& book() const;
  [[nodiscard]] const portfolio::Models& models() const { return models_; }
  [[nodiscard]] const Orders& orders() const { return orders_; }
  [[nodiscard]] Orders& orders() { return orders_; }
  [[nodiscard]] const InstrumentAdded* instrument(const core::Symbol& symbol) const;
  // The same as portfolios need them.
  [[nodiscard]] const portfolio::Instruments& instruments() const { return priced_instruments_; }
  [[nodiscard]] const std::map<core::Symbol, InstrumentAdded>& listed() const { return instruments_; }
  // Those that follow from the journal: references, prices that people brought, and fills.
  [[nodiscard]] const portfolio::Prices& prices() const { return prices_; }
  // By name; accounts in the order in which they were given.
  [[nodiscard]] const std::map<std::string, std::vector<alloc::AccountIndex>>& account_groups() const {
    return account_groups_;
  }
  [[nodiscard]] const AccountOpened& account_of(alloc::AccountIndex index) const {
    return opened_[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const Proposals& proposals() const { return proposals_; }
  // The numbers of those that are not over.
  [[nodiscard]] const std::set<std::int64_t>& live_proposals() const { return live_proposals_; }
  // Nothing when there is none of that name.
  [[nodiscard]] const Staged* find_proposal(const std::string& id) const;
  // Proposals of which an order has finished, or which were restored, since the last call, by number.
  [[nodiscard]] std::set<std::int64_t> take_stirred() { return std::exchange(stirred_, {}); }
  // Those with transmitted orders are among them at the next call.
  void stir_proposals();
  // What the last SharesSealed of the group and side said, or nothing.
  [[nodiscard]] const SealedShares* last_shares(alloc::GroupIndex group, core::Side side) const;
  [[nodiscard]] std::optional<alloc::AccountIndex> find_account(const core::AccountId& id) const;
  [[nodiscard]] bool desk_imported() const { return desk_imported_; }
  [[nodiscard]] std::size_t break_count() const { return breaks_.size(); }
  [[nodiscard]] std::size_t open_break_count() const { return open_breaks_; }
  // By number: 1, 2, 3, ... in the order in which they were kept.
  struct Break {
    core::SessionName broker;
    std::string order_id;
    std::string exec_id;
    std::string settled_as;  // empty while it is open
    std::string settled_by;
  };
  // Nothing when there is none of that number.
  [[nodiscard]] const Break* find_break(std::int64_t number) const;
  // A tag for the names that are given out, "" in a database that was never taken over from a copy.
  [[nodiscard]] const std::string& name_tag() const { return name_tag_; }
  // What a command with this idempotency key did: the digest of what it asked, and the orders that it entered or asked
  // to be cancelled. Nothing when the key is new.
  struct Done {
    std::uint64_t command = 0;
    std::vector<core::OrderId> orders;
    std::string proposal;  // that it staged or moved on; may be empty
  };
  [[nodiscard]] const Done* done_for(const std::string& key) const;
  [[nodiscard]] Seen seen(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                          std::uint64_t digest) const {
    return executions_.seen(broker, trade_date, exec_id, digest);
  }

 private:
  void on(const AccountOpened& event);
  void on(const InstrumentAdded& event);
  void on(const ModelCreated& event);
  void on(const CashDeposited& event);
  void on(const CashInvested& event);
  void on(const HoldingBrought& event);
  void on(const DeskImported& event);
  void on(const SharesSealed& event);
  void on(const OrderEntered& event);
  void on(const CancelRequested& event);
  void on(const StateReported& event);
  void on(const FillBooked& event);
  void on(const CancelRejected& event);
  void on(const SendRefused& event);
  void on(const OrderUncertain& event);
  void on(const OrderNeverArrived& event);
  void on(const BreakKept& event);
  void on(const BreakSettled& event);
  void end_if_nothing_comes(Order& order, const BreakSettled& event);
  void on(const CopyTakenOver& event);
  void on(const FillBusted& event);
  void on(const FillCorrected& event);
  void on(const AccountRenamed& event);
  void on(const ModelRenamed& event);
  void on(const TargetsSaved& event);
  void on(const AccountsGrouped& event);
  void on(const PricesBrought& event);
  void on(const ProposalStaged& event);
  void on(const ProposalSaved& event);
  void on(const ProposalTransmitted& event);
  void on(const OrdersHeld& event);
  void on(const ProposalSalesDone& event);
  void on(const ProposalEnded& event);

  Staged& staged(const std::string& id);
  // Stakes, transfers and cash that a proposal moves at once, unless that was done.
  void apply(Staged& proposal);
  void note_sent(const OrderEntered& event);
  // Rows, and a line of the trade log, for a transfer that was made.
  void note_move(const portfolio::MoveMade& move);
  void note_moves(const portfolio::MovesMade& moves);
  // Sleeves that came about since the last call, in the journal's order of their groups.
  void note_slots();
  void note_model(const portfolio::Model& model);
  // After anything that may have changed how far it is.
  void restage(Staged& proposal);
  void touch(Staged& proposal);
  void stir(const Order& order);
  void note_brought(const Order& order, alloc::AccountIndex account, core::Money brought);
  void end(Staged& proposal, Stage stage);
  // What a sale brought leaves the sleeves whose money leaves; `before` is what had left.
  void send_money_out(Order& order, const std::vector<alloc::Part>& before);
  void take_stake_along(const Order& order, alloc::GroupIndex group, alloc::AccountIndex account, std::size_t at,
                        const std::vector<alloc::Part>& before);

  // Of a model that is there, or was once.
  [[nodiscard]] std::optional<alloc::GroupIndex> group_named(const core::ModelCode& model) const;
  [[nodiscard]] std::shared_ptr<const SealedShares> sealed_shares(const SharesSealed& event, std::int64_t seq) const;
  [[nodiscard]] std::shared_ptr<const SealedShares> shares_for(const OrderEntered& event);
  Order& order(const core::OrderId& id);
  [[nodiscard]] alloc::AccountIndex account(const core::AccountId& id) const;
  // `order`: 0 when the command was not about one.
  void remember(const std::string& key, std::uint64_t command, std::int64_t order, const std::string& proposal = {});
  void remember(const Origin& by, const std::string& proposal = {}) { remember(by.key, by.command, 0, proposal); }
  void note_break(std::size_t number);
  // After anything that may have finished the order: parts that are final go to the trade log, as differences.
  void log_parts(Order& order);
  void log(LogRow row);
  // Returns the order's parts as they were before.
  std::vector<alloc::Part> settle(Order& order);
  // What is not settled of these holdings; before anything else is posted to them.
  void settle(alloc::GroupIndex group, const core::Symbol& symbol);
  std::vector<alloc::Part> post(Order& order);
  void bring_back(Order& order);
  [[noreturn]] void lose(const Order& order, const core::Error& why) const;
  void retire_orders();
  void change_fill(const FillChange& event, const Event& whole);
  // Reads the archive when the order has fills from before the last snapshots, and loses the order when the journal
  // does not give what was booked.
  [[nodiscard]] OrderHistory history_of(const Order& order);
  void add_recent_fills(const Order& order, OrderHistory& history) const;
  [[nodiscard]] static bool adds_up(const Order& order, const OrderHistory& history);
  void remember_fill(const Order& order, FillRecord record) {
    recent_fills_.push_back({order.number, std::move(record)});
  }
  // Those up to this entry are found in the archive from here on.
  void forget_fills(std::int64_t up_to);
  // Before its units change: what else is not settled of its instrument goes first.
  void unsettle(Order& order);

  struct Parts;
  void note_saved();
  [[nodiscard]] Snapshot changes_since(const SavedBlocks& saved) const;
  [[nodiscard]] Snapshot::Part desk_part() const;
  [[nodiscard]] Snapshot::Part holding_part(alloc::GroupIndex group, const core::Symbol& symbol) const;
  // By seq: what an order that may still fill, or the next order, is split by.
  [[nodiscard]] std::map<std::int64_t, const SealedShares*> shares_in_use() const;
  [[nodiscard]] bool restore_desk(Parts& parts);
  [[nodiscard]] bool has_sleeves(const SealedShares& shares) const;
  [[nodiscard]] bool restore_order(const std::string& bytes, const Parts& parts);
  [[nodiscard]] bool restore_proposal(const std::string& bytes);
  [[nodiscard]] bool restore_keys(std::vector<Blocks::Block> blocks);
  [[nodiscard]] bool restore_breaks(std::vector<Blocks::Block> blocks);

  void touch(Order& order);
  void touch_holding(alloc::GroupIndex group, const core::Symbol& symbol);
  void touch_cash(alloc::GroupIndex group, core::Currency currency);

  std::int64_t last_seq_ = 0;
  core::Time now_;  // of the entry being applied
  alloc::Book book_;
  portfolio::Models models_;
  Orders orders_;
  std::map<core::Symbol, InstrumentAdded> instruments_;
  portfolio::Instruments priced_instruments_;  // the same, as portfolios need them
  portfolio::Prices prices_;
  std::vector<AccountOpened> opened_;  // by index
  std::unordered_map<std::string, alloc::AccountIndex> accounts_;
  std::map<std::string, std::vector<alloc::AccountIndex>> account_groups_;
  Proposals proposals_;
  std::unordered_map<std::string, std::int64_t> proposal_numbers_;  // by id
  std::set<std::int64_t> stirred_;                                  // proposals, see take_stirred()
  std::set<std::int64_t> live_proposals_;                           // those that are not over
  std::unordered_map<std::string, Done> done_;
  Blocks keys_{64 * 1024};  // what made done_
  Executions executions_;
  std::map<std::pair<alloc::GroupIndex, core::Side>, std::shared_ptr<const SealedShares>> last_shares_;
  std::shared_ptr<const SealedShares> shares_to_come_;  // of an order of given parts, whose entry is the next one
  bool desk_imported_ = false;
  std::vector<Break> breaks_;
  std::size_t open_breaks_ = 0;
  Blocks break_records_{64 * 1024};  // what made breaks_
  std::string name_tag_;
  std::int64_t last_log_seq_ = 0;

  // Orders with fills that are not settled, under each of their legs: at most one for each instrument of a group, or
  // the order of the postings, on which the cost of what was sold depends, would not be that of the fills.
  std::map<std::pair<alloc::GroupIndex, core::Symbol>, Order*> unsettled_;

  // Since the last snapshot.
  std::optional<SavedBlocks> saved_;
  std::vector<Order*> unsaved_orders_;
  std::set<std::pair<alloc::GroupIndex, core::Symbol>> unsaved_holdings_;
  std::set<std::int64_t> unsaved_proposals_;
  Archive* archive_ = nullptr;
  ArchiveFailed archive_failed_;
  std::vector<Order*> finished_orders_;  // those that were finished then, and those brought back since

  // What the journal says of fills in the entries after `fills_since_`, by order: what came before is durable, and is
  // read from the archive when a bust or a correction needs it. All that was ever booked when there is no archive.
  struct RecentFill {
    std::int64_t order = 0;
    FillRecord record;
  };
  std::deque<RecentFill> recent_fills_;
  std::int64_t fills_since_ = 0;
  std::int64_t last_snapshot_ = 0;  // the entry of the last one that was taken or restored

  // Since the last take_changes().
  Changes changes_;
  std::vector<const Order*> touched_orders_;
  std::set<std::pair<alloc::GroupIndex, core::Symbol>> touched_holdings_;
  std::set<std::pair<alloc::GroupIndex, core::Currency>> touched_cash_;
  std::set<std::int64_t> touched_proposals_;
  std::vector<std::size_t> noted_slots_;  // by group: how many have rows
};

}  // namespace gateway
