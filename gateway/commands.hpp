#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "gateway/desk_commands.hpp"
#include "gateway/orders/break_kind.hpp"
#include "gateway/rows.hpp"

// What people ask of the gateway, and what they are told. Commands come from HTTP threads; the engine carries them out.
namespace gateway {

// What one sleeve is to get of an order when it fills whole.
struct AskedPart {
  core::AccountId account;
  core::ModelCode model;  // empty: Independent
  core::Quantity quantity;
  bool does_money_leave = false;  // what a sale brings moves to Independent when the order is finished
  std::int64_t stake = 0;         // that goes with it
};

// One block order, as a person or a basket line states it: for a model, whose shares split it, or with given parts.
struct OrderRequest {
  core::Side side = core::Side::buy;
  core::Quantity quantity;
  core::Symbol symbol;
  core::OrderType type = core::OrderType::market;
  std::optional<core::Price> limit;  // there when type is limit, not otherwise
  core::TimeInForce time_in_force = core::TimeInForce::day;
  core::ModelCode model;
  core::SessionName broker;                // empty: the desk's default broker
  std::string security_type;               // empty: the instrument's; otherwise it must be the same
  std::string exchange;                    // empty: the instrument's; otherwise it must be the same
  std::optional<core::Currency> currency;  // nothing: the instrument's; otherwise it must be the same
  std::string place;                       // where it stands, for errors: "basket.csv:7"; may be empty
  // When not empty, they sum to the quantity, no sleeve has two, and `model` is empty or that of all of them.
  std::vector<AskedPart> parts{};
  std::string proposal{};                 // what it carries out; may be empty
  std::optional<core::Price> expected{};  // what a proposal reckons with; nothing: the instrument's reference price
  std::int64_t place_in_it = 0;           // of our own proposals: among its orders, from 1
};

struct Caller {
  std::string key;  // idempotency key; the same key again gives the same answer and does nothing. Not empty
  std::string who;  // who submitted, for the trade log
};

struct EnterOrders {
  Caller caller;
  std::vector<OrderRequest> orders;  // all are entered or none
  bool dry_run = false;              // only the previews
};

struct CancelOrder {
  Caller caller;
  core::OrderId order;
};

struct SettleBreak {
  Caller caller;
  std::int64_t number = 0;
  Settlement settled_as = Settlement::acknowledged;
  std::string reason;  // what was found out and done, for whoever asks later
};

// About models and proposals, see desk_commands.hpp.
struct DeskCommand {
  Caller caller;
  DeskWish wish;
  std::string asked;  // the whole of what was asked, as text: a key that comes again must come with the same
};

// What an order would do to one sleeve when it fills whole.
struct AccountPreview {
  core::AccountId account;
  core::ModelCode model;  // empty: Independent
  core::Quantity quantity;
  core::Money cost;  // its part of the value
};

struct OrderPreview {
  core::OrderId order;   // empty in a dry run
  OrderRequest request;  // with the instrument's and the desk's defaults filled in
  core::Money value;     // at the limit; of a market order at the reference price; of a sale at the higher of both
  std::vector<AccountPreview> accounts;
};

// In order of precedence: the first that applies is the one that is told. The text of each stands in commands.cpp.
enum class RefusalCode {
  malformed,  // a field is missing, out of range, or contradicts another
  unknown_model,
  unknown_account,
  unknown_symbol,
  unknown_order,
  unknown_broker,
  unknown_break,
  unknown_proposal,
  contradicts_instrument,  // security type, exchange, currency, lot
  no_invested_account,
  no_limit_configured,  // fail closed
  no_reference_price,   // fail closed
  over_limit,           // a configured limit
  not_possible,         // a rule of portfolios refuses it; the message says which
  code_taken,           // a model has or had this code
  position_short,       // selling more than the model holds and is not selling already
  cash_short,
  broker_not_connected,
  preview_differs,  // another version than the one that was looked at
  world_moved,      // prices, holdings, cash or targets are not as they were previewed
  proposal_stage,   // the proposal is not where this can be done
  orders_working,   // a model with working orders
  break_settled,    // somebody settled it already
  order_not_open,   // a cancel of an order that is finished or is being cancelled
  key_reused,       // an idempotency key that another command had
  disk_full,        // nothing can be made durable, so nothing may leave, cancels neither
  database_locked,  // likewise, by another program
  busy,             // the gateway is stopping, or its queue is full
};
[[nodiscard]] std::string_view text(RefusalCode code);  // "unknown_model"

struct Refusal {
  RefusalCode code = RefusalCode::malformed;
  std::string place;    // the order's place and the field: "basket.csv:7: Model"
  std::string message;  // what is wrong and what would be right
};

struct Answer {
  std::vector<Refusal> refusals;       // when not empty, nothing was done
  std::vector<OrderPreview> previews;  // of EnterOrders
  std::vector<core::OrderId> orders;   // entered, or asked to be cancelled
  std::vector<Refusal> warnings{};     // of a dry run: why the orders could not go out just now
  bool repeated = false;               // the key came again: nothing was done now, `orders` are those of the first time
  std::string proposal{};              // that was staged, or moved on
  std::string hash{};                  // of its preview
  std::string stage{};                 // where it is now
  std::vector<std::string> changes{};  // of an import: what it changes, or would change, one line each
};

// What is worth what, at the latest prices: computed when it is asked for, of what the engine knows just then.
struct ViewRequest {
  enum class View {
    models,     // each model and Independent: market value, and its percent of the desk
    accounts,   // each account: its percent in each model and Independent, and a line for all
    holdings,   // every position, over all sleeves
    by_model,   // every position, model by model
    positions,  // of one model, over its accounts
    investors,  // of one model: its accounts, what is theirs and their percent of it
    prices,     // what each instrument costs, since when and from where
  };
  View view{};
  core::ModelCode model;  // of positions and investors; "Independent" is what is outside all models
  std::string account;    // an account or a group: only those; empty: all
  std::string currency;   // that values are told in; empty: the desk's, or the model's
  int limit = 1'000;
  int offset = 0;
};

struct Viewed {
  std::vector<Refusal> refusals;
  Rows rows;
  std::string currency;
  // What a person should know of the values: which count as nothing for want of a price or a rate, and which are old.
  std::vector<std::string> notes{};
};

struct SessionStatus {
  core::SessionName name;
  std::string state;  // "logged on", "connected", "not connected", "waits: disk full", "waits: database locked",
                      // "closed until Mon 2026-11-23 08:00 America/New_York"
  std::string role;   // "dialling", "listening"
  std::string begin_string;
  std::string sender_comp_id;
  std::string target_comp_id;
  std::string address;
  int next_sender = 1;
  int next_target = 1;
  std::optional<core::Time> closed_until;  // outside the session's hours
  std::string trouble;                     // what went wrong last since the last logon; empty: nothing
};

struct DeskStatus {
  std::vector<SessionStatus> sessions;
  std::string waits{};  // why nothing can be booked just now: "disk full", "database locked"; empty: it can
  std::int64_t open_breaks = 0;
};

// The engine's side of the HTTP API. Callable from any thread. `done` is called exactly once, on the engine's thread,
// when what it tells is durable; it must only hand the answer on.
class CommandPort {
 public:
  virtual ~CommandPort() = default;
  virtual void submit(EnterOrders command, std::function<void(Answer)> done) = 0;
  virtual void submit(CancelOrder command, std::function<void(Answer)> done) = 0;
  virtual void submit(SettleBreak command, std::function<void(Answer)> done) = 0;
  virtual void submit(DeskCommand command, std::function<void(Answer)> done) = 0;
  virtual void look(ViewRequest request, std::function<void(Viewed)> done) = 0;  // told at once, likewise
  virtual void status(std::function<void(DeskStatus)> done) = 0;                 // told at once, be it durable or not
};

}  // namespace gateway
