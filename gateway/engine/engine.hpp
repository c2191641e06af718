#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "fix/session.hpp"
#include "gateway/commands.hpp"
#include "gateway/engine/brokers.hpp"
#include "gateway/engine/planning.hpp"
#include "gateway/engine/price_requests.hpp"
#include "gateway/engine/quotes.hpp"
#include "gateway/engine/state.hpp"

namespace gateway {

// Decides. It takes commands from people and reports from brokers, one at a time, and turns each into events, which it
// applies to the state at once; the caller makes them durable before anything leaves. Pure: time and sessions are
// handed in, so the same inputs give the same journal. One thread.
class Engine {
 public:
  // `brokers` must outlive the engine.
  Engine(EngineSettings settings, Brokers& brokers);

  // Where the parts of old orders are found; without it none are let go of. Must outlive the engine.
  void set_archive(Archive* archive, ArchiveFailed failed = {});
  // Start-up: a snapshot if there is one. Error: it cannot be used; nothing was done.
  // REQUIRES: an archive, and nothing replayed yet
  [[nodiscard]] core::Result<void> restore(const Snapshot& snapshot);
  // Then the entries after it: the entries of the journal in their order, or the desk's files when there are none.
  void replay(const Entry& entry);
  // After the replay of a database that is a copy of another, made at `copied_at`.
  void take_over_copy(core::Time copied_at, core::Time now);
  void replay_done();
  void import_desk(std::vector<Event> events, core::Time now);

  // Previews only for a dry run; for orders that were entered, ask for them when they are durable and out.
  [[nodiscard]] Answer enter(const EnterOrders& command, core::Time now);
  // REQUIRES: orders that exist
  [[nodiscard]] std::vector<OrderPreview> previews(const std::vector<core::OrderId>& orders);
  [[nodiscard]] Answer cancel(const CancelOrder& command, core::Time now);
  [[nodiscard]] Answer settle(const SettleBreak& command, core::Time now);
  [[nodiscard]] Answer carry_out(const DeskCommand& command, core::Time now);
  [[nodiscard]] Viewed look(const ViewRequest& request, core::Time now);
  // After each step: proposals of which an order has finished move on, or end.
  void advance_proposals(core::Time now);

  void on_message(const core::SessionName& broker, const fix::Message& message, core::Time now);
  void on_unreadable(const core::SessionName& broker, const fix::UnreadableMessage& message, core::Time now);
  // Every open order is asked about: while the connection was down, anything may have happened to it.
  void on_logon(const core::SessionName& broker, core::Time now);
  // Orders that the broker said nothing of may be there or not, until the next logon settles it.
  void on_connection_lost(const core::SessionName& broker, core::Time now);
  // The broker missed our messages `first` to `last` (0: to the newest), and they are not sent again (law 8): the
  // orders and cancels among them that it has said nothing of are asked about.
  void on_resend_asked(const core::SessionName& broker, int first, int last, core::Time now);

  // As on_message, of a report that was given before, or never came and was given up. What it reports is known by its
  // ExecID or is new; answers to questions and rejects say nothing new.
  void on_repeated(const core::SessionName& broker, const fix::Message& message, core::Time now);
  // The broker went on beyond messages that never came. Every open order is asked about: they may have been fills.
  void on_passed_over(const core::SessionName& broker, core::Time now);

  // The entries since the last call, to be made durable.
  [[nodiscard]] std::vector<Entry> take_entries();
  [[nodiscard]] Changes take_changes();
  // When it is time for one, or when anything happened since the last one and the gateway is stopping. To be made
  // durable with these entries. REQUIRES: entries and changes are taken, and what was taken before is durable
  [[nodiscard]] std::optional<Snapshot> take_snapshot(bool is_stopping);
  [[nodiscard]] const State& state() const { return state_; }

 private:
  // Commands about models and proposals: desk.cpp and proposals.cpp.
  [[nodiscard]] Answer decide(const CreateModel& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const RenameModel& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const SaveTargets& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const GroupAccounts& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const MoveClientCash& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const BringPrices& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const ImportFile& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const Propose& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const EditProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const SaveProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const TransmitProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const DiscardProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const FinishProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const RefreshProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer decide(const CloseProposal& wish, const Origin& by, core::Time now);
  [[nodiscard]] Answer told(const std::string& proposal) const;
  // The version that was looked at, or what is wrong with asking for it.
  [[nodiscard]] tl::expected<const Staged*, Answer> find_staged(const std::string& id, const std::string& hash) const;
  // Whether prices, holdings and targets still are as they were previewed.
  [[nodiscard]] std::optional<Answer> has_moved(const Staged& staged, core::Time now) const;
  // Where a version of a proposal comes from, see ProposalStaged.
  struct Provenance {
    std::shared_ptr<const Propose> asked;
    std::optional<std::vector<portfolio::KeptOrder>> kept;
  };
  [[nodiscard]] std::string stage(const std::string& id, std::int64_t version, std::string title,
                                  portfolio::Proposal content, Provenance from, const Origin& by, core::Time now);
  // As the next version of a proposal, or as a new one when the id is empty.
  [[nodiscard]] Answer propose_as(const std::string& id, std::int64_t version, const Propose& wish, const Origin& by,
                                  core::Time now);
  // How far each of its orders is.
  [[nodiscard]] std::vector<portfolio::Progress> progress_of(const Staged& staged);
  // What purchases its sleeves cannot pay, sales included. Nothing: they can.
  [[nodiscard]] std::optional<Answer> cannot_pay(const Staged& staged, const std::set<std::int64_t>& places,
                                                 core::Time now) const;
  // Cash that waited for its sales moves, as far as these have brought it.
  void move_what_came(const Staged& staged, core::Time now);
  void end(const Staged& staged, ProposalEnd as, const Origin& by, core::Time now);
  // Staged proposals of a model that is no more: nothing of them can come about.
  void drop_proposals_of(const core::ModelCode& model, const std::string& but, core::Time now);
  void end_if_complete(const Staged& staged, core::Time now);
  void advance(const Staged& staged, core::Time now);
  // Sends what of these places is due; holds what cannot go out.
  void send_orders(const Staged& staged, const std::vector<std::int64_t>& places, const core::SessionName& broker,
                   const Origin& by, core::Time now);
  void send_order(PlannedOrder& order, const Caller& caller, std::uint64_t asked, core::Time now);
  [[nodiscard]] Answer answer_again(const State::Done& done, std::uint64_t asked, const Caller& caller) const;
  [[nodiscard]] core::OrderId next_order_id(core::Time now) const;
  // The seq of the entry that holds the order's shares, which is made if the last one does not.
  [[nodiscard]] std::int64_t seal(const PlannedOrder& order, core::Time now);

  [[nodiscard]] PriceRequests::Send to(const core::SessionName& broker);
  // Of instruments that are new. REQUIRES: the events are not recorded yet
  void ask_for_prices(const std::vector<Event>& imported);
  void ask_about_all(const core::SessionName& broker, const std::string& why_in_doubt, core::Time now);
  // False: the session is gone.
  [[nodiscard]] bool ask_about(const core::OrderId& id, const std::string& why_in_doubt, core::Time now);
  void on_report(const core::SessionName& broker, const fix::ExecutionReport& report, core::Time now);
  void on_cancel_reject(const core::SessionName& broker, const fix::OrderCancelReject& reject, core::Time now);
  void on_refused(const core::SessionName& broker, const fix::MessageReject& reject, core::Time now);
  void on_no_price(const core::SessionName& broker, const fix::MarketDataReject& reject);
  [[nodiscard]] const Order* find(const core::SessionName& broker, const fix::ExecutionReport& report);
  [[nodiscard]] Yardstick yardstick(const fix::ExecutionReport& report, const Order& order);
  void book_fill(const fix::ExecutionReport& report, const Order& order, core::Time now);
  // A bust or a correction of this fill.
  void change_fill(const fix::ExecutionReport& report, const Order& order, const BookedFill& fill, core::Time now);
  void note_state(const fix::ExecutionReport& report, const Order& order, core::Time now);
  void keep_break(const core::SessionName& broker, const fix::ExecutionReport& report, BreakKind kind,
                  const std::string& text, core::Time now);
  void keep_break(const core::SessionName& broker, BreakKind kind, std::string order_id, std::string text,
                  std::string raw, core::Time now);
  void record(Event event, core::Time now);

  EngineSettings settings_;
  Brokers& brokers_;
  State state_;
  Quotes quotes_;
  PriceRequests price_requests_;
  portfolio::Prices live_;  // those of brokers, which are in no journal
  std::vector<Entry> entries_;
  Archive* archive_ = nullptr;
  ArchiveFailed archive_failed_;
  std::int64_t snapshot_seq_ = 0;  // of the last snapshot
};

}  // namespace gateway
