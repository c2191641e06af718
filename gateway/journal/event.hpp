#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "gateway/journal/propose.hpp"
#include "portfolio/apply.hpp"
#include "portfolio/proposal.hpp"
#include "portfolio/remaining.hpp"
#include "portfolio/targets.hpp"

// All text is UTF-8 (what brokers send is made so on the way in, see engine/readable.hpp).
//
// What happened, in the past tense: the journal is the sequence of these, and the state is what applying them gives.
// Events hold decisions, not questions, so that a later version of the rules replays an old day as it was.
namespace gateway {

// The command that an event carries out: its idempotency key and the digest of what it asked, and who submitted it.
// Empty for what the desk's files brought.
struct Origin {
  std::string key;
  std::uint64_t command = 0;
  std::string who;
};

// ---- the desk

struct AccountOpened {
  core::AccountId account;
  std::string name;
  core::Currency currency = core::Currency::of("USD");
  Origin by{};
};

struct AccountRenamed {
  core::AccountId account;
  std::string name;
  Origin by;
};

// An instrument that is new, or known and from here on as it is said here.
struct InstrumentAdded {
  core::Symbol symbol;
  std::string security_type;  // the desk's word: STK
  std::string exchange;       // MIC of the listing
  core::Currency currency = core::Currency::of("USD");
  core::Quantity unit;                   // the smallest quantity that is given to an account
  std::optional<core::Price> reference;  // for estimates and for limits on market orders
  std::string reference_date;            // YYYY-MM-DD
  core::Quantity round_lot{};            // 0: none
  core::Price tick{};                    // 0: any price
  portfolio::Multiplier multiplier = portfolio::Multiplier::whole(1);
  bool is_shortable = false;
  std::string last_trading_date{};  // YYYY-MM-DD; empty: has none
  Origin by{};
};

struct ModelCreated {
  core::ModelCode model;
  std::string name;
  core::Currency currency = core::Currency::of("USD");
  Origin by{};
};

struct ModelRenamed {
  core::ModelCode model;
  std::string name;
  Origin by;
};

// The next version of a model's targets; without any the model is dynamic.
struct TargetsSaved {
  core::ModelCode model;
  std::vector<portfolio::Target> targets;
  std::string why;
  Origin by;
};

// Accounts under one name, which stands wherever an account may. Without any the group is gone.
struct AccountsGrouped {
  std::string group;
  std::vector<core::AccountId> accounts;
  Origin by;
};

// Prices that a person brought, each with its time.
struct PriceRow {
  core::Symbol symbol;
  core::Price price;
  core::Time time;
};
struct PricesBrought {
  std::vector<PriceRow> prices;
  Origin by;
};

// Money that a client brings (into Independent).
struct CashDeposited {
  core::AccountId account;
  core::Currency currency = core::Currency::of("USD");
  std::int64_t minor = 0;  // below zero: what the client takes back
  Origin by{};
};

// Independent cash that becomes the account's stake in a model.
struct CashInvested {
  core::AccountId account;
  core::ModelCode model;
  core::Currency currency = core::Currency::of("USD");
  std::int64_t minor = 0;
};

// Units that an account brings along, with what they had cost; into Independent when the model is empty.
struct HoldingBrought {
  core::AccountId account;
  core::ModelCode model;
  core::Symbol symbol;
  core::Currency currency = core::Currency::of("USD");
  core::Quantity quantity;
  std::int64_t cost_minor = 0;
  Origin by{};
};

struct DeskImported {
  std::string files;  // what was read, for people
};

// ---- orders

// One sleeve's part in an order: its slot in its group, and its weight among all.
struct Share {
  std::uint32_t slot = 0;
  std::int64_t weight = 0;
  std::optional<std::uint32_t> group{};  // nothing: that of the model
  bool does_money_leave = false;         // what a sale brings moves to Independent when the order is finished
  std::int64_t stake = 0;                // that goes with the money of all its weight
};

// Who takes part in orders of a model on one side, and in which proportion. Entered when it differs from the one
// before; orders refer to it. Or, without a model, in the one order whose entry follows, and whose parts were given:
// each share names its group, they stand by group, and a weight is the units that were asked for.
struct SharesSealed {
  core::ModelCode model;
  core::Side side = core::Side::buy;
  std::vector<Share> shares;
};

struct OrderEntered {
  core::OrderId order;
  core::ModelCode model;  // that of all its parts; empty: they are in several, or in Independent
  core::Side side = core::Side::buy;
  core::Quantity quantity;
  core::Symbol symbol;
  core::OrderType type = core::OrderType::market;
  std::optional<core::Price> limit;
  core::TimeInForce time_in_force = core::TimeInForce::day;
  core::SessionName broker;
  std::string exchange;
  std::int64_t shares_seq = 0;  // of the entry that sealed its shares: its own, or the last of its model and side
  int seq_num = 0;              // MsgSeqNum(34) under which it was sent
  std::string key;              // idempotency key of the command ...
  std::uint64_t command = 0;    // ... and the digest of what it asked
  std::string who;
  std::string proposal{};  // what it carries out; empty: no proposal
  std::int64_t place = 0;  // among the orders of that proposal: 1, 2, 3, ...; 0: named by a person, not by us
};

struct CancelRequested {
  core::OrderId order;
  std::string cancel_id;  // ClOrdID(11) of the OrderCancelRequest(F)
  int seq_num = 0;
  std::string key;
  std::uint64_t command = 0;
  std::string who;
};

// A report that says something of the order's state and brings no units.
struct StateReported {
  core::OrderId order;
  std::string broker_order_id;
  std::string exec_id;
  std::string trade_date;
  std::uint64_t digest = 0;   // of the report's content, to tell a repetition from a contradiction
  char exec_type = '0';       // ExecType(150)
  char ord_status = '0';      // OrdStatus(39)
  core::Quantity cumulative;  // CumQty(14)
  std::string text;
};

struct FillBooked {
  core::OrderId order;
  std::string broker_order_id;
  std::string exec_id;
  std::string trade_date;
  std::uint64_t digest = 0;
  core::Quantity quantity;
  core::Price price;
  core::Amount commission;
  core::Quantity cumulative;  // CumQty(14)
  std::string exchange;       // LastMkt(30), or the order's
  core::Time transact_time;
};

// What a bust and a correction have in common: the report, and what had counted of the fill until then.
struct FillChange {
  core::OrderId order;
  std::string broker_order_id;
  std::string exec_id;  // of the report, as the two that follow
  std::string trade_date;
  std::uint64_t digest = 0;
  std::int64_t fill_seq = 0;  // of the entry that booked the fill
  std::string fill_exec_id;   // ExecID(17) under which that entry has it
  core::Quantity was_quantity;
  core::Price was_price;
  core::Amount was_commission;
  char ord_status = '0';      // OrdStatus(39)
  core::Quantity cumulative;  // CumQty(14)
  std::string exchange;       // LastMkt(30), or the order's
  core::Time transact_time;
  std::string text;
};

// The broker took a fill back: the order is now split as if it had never been.
struct FillBusted {
  FillChange change;
};

// The broker restated a fill, which counts in its place as it says now.
struct FillCorrected {
  FillChange change;
  core::Quantity quantity;
  core::Price price;
  core::Amount commission;
};

struct CancelRejected {
  core::OrderId order;
  std::string cancel_id;
  std::string text;
};

// The broker's session or application layer refused our message; it never became an order there.
struct SendRefused {
  core::OrderId order;
  std::string cancel_id;  // empty: it was the order itself
  std::string text;
};

// Sent, not acknowledged, and the connection broke: nobody knows. Settled by a status request, never by sending again.
struct OrderUncertain {
  core::OrderId order;
  std::string text;
};

// Nothing of the order is at the broker, says the answer to our status request.
struct OrderNeverArrived {
  core::OrderId order;
  std::string text;
};

// Something that could not be booked. It stays listed until a person settles it.
struct BreakKept {
  core::SessionName broker;
  std::string kind;  // text(BreakKind)
  std::string order_id;
  std::string exec_id;
  std::string trade_date;
  std::uint64_t digest = 0;
  std::string text;
  std::string raw;  // the message, SOH as '|'
};

// A person has dealt with a break. What was done is the person's word; no position changes.
struct BreakSettled {
  std::int64_t number = 0;  // of the break: 1, 2, 3, ... in the order in which they were kept
  std::string settled_as;   // text(Settlement)
  std::string reason;
  std::string key;
  std::uint64_t command = 0;
  std::string who;
};

// ---- proposals

// What a command on models would do, as it was previewed: nothing of it is booked. Staged again under the same id when
// it is edited, or when what is missing of it is to be finished.
struct ProposalStaged {
  std::string proposal;                                // P-1, P-2, ...
  std::int64_t version = 1;                            // 2, 3, ... when it is staged again
  std::string title;                                   // for people: "invest in GROWTH"
  std::shared_ptr<const portfolio::Proposal> content;  // never null
  Origin by;
  // What it was computed from. Nothing: a person has changed what was computed, or an older version wrote it.
  std::shared_ptr<const Propose> asked{};
  // Of a proposal of which something is booked, and which goes on: what each of its orders was before. Nothing: it is
  // new, or began anew, as all did in older journals.
  std::optional<std::vector<portfolio::KeptOrder>> kept{};
};

// Its stakes and what moves at once are booked; its orders stay staged.
struct ProposalSaved {
  std::string proposal;
  Origin by;
};

// These of its orders go out, at once or, when sales must pay for them, after those. The rest of it is booked if it was
// not.
struct ProposalTransmitted {
  std::string proposal;
  std::vector<std::int64_t> places;  // 1, 2, 3, ...
  Origin by;
};

// Transmitted orders that could not go out after all, and why: they are staged again.
struct OrdersHeld {
  std::string proposal;
  std::vector<std::int64_t> places;
  std::string why;
};

// Its sales are done: cash that waited for them moves, so much of each. In older journals nothing is said of that, and
// what was there moved.
struct ProposalSalesDone {
  std::string proposal;
  std::optional<portfolio::MovesDue> moves{};
};

// How a proposal ends.
enum class ProposalEnd {
  done,       // all that was proposed has come about
  closed,     // a person takes it as it is
  discarded,  // nothing of it was booked, and nothing will be
};
[[nodiscard]] std::string_view text(ProposalEnd end);

struct ProposalEnded {
  std::string proposal;
  ProposalEnd as = ProposalEnd::done;
  Origin by;
  std::optional<portfolio::MovesDue> moves{};  // of cash that waited for all orders; likewise
};

// The gateway was started for the first time from a copy that `prorata backup` had made. What happened after the copy
// was made is not in it, so names that were given out then must not be given out again.
struct CopyTakenOver {
  core::Time copied_at;
};

using Event =
    std::variant<AccountOpened, InstrumentAdded, ModelCreated, CashDeposited, CashInvested, HoldingBrought,
                 DeskImported, SharesSealed, OrderEntered, CancelRequested, StateReported, FillBooked, CancelRejected,
                 SendRefused, OrderUncertain, OrderNeverArrived, BreakKept, BreakSettled, CopyTakenOver, FillBusted,
                 FillCorrected, ModelRenamed, TargetsSaved, AccountsGrouped, PricesBrought, ProposalStaged,
                 ProposalSaved, ProposalTransmitted, OrdersHeld, ProposalSalesDone, ProposalEnded, AccountRenamed>;

// One line of the journal.
struct Entry {
  std::int64_t seq = 0;  // 1, 2, 3, ... without gaps
  core::Time time;
  Event event;
};

// "order_entered": what stands in the journal's column `kind`.
[[nodiscard]] std::string_view kind(const Event& event);

}  // namespace gateway
