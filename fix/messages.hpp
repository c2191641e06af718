#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "fix/allocation.hpp"
#include "fix/market_data.hpp"
#include "fix/trading_status.hpp"

// FIX messages as plain structs: what crosses the edge of this folder. Names and meanings are those of the FIX 4.4
// specification, volumes 2 and 4; the tag stands behind each field. Text became integers already; a struct that is
// handed out holds every field that its message requires.
namespace fix {

// The longest that is taken from the other side. A message with a longer id, code or number is unreadable and kept
// whole: cut, an id could be taken for another. A longer Text(58) is cut and says so, because it identifies nothing,
// and a fill does not wait for a person on account of a remark; the message log has all of it.
inline constexpr std::size_t max_id_bytes = 256;
inline constexpr std::size_t max_text_bytes = 1024;

// NewOrderSingle(D)
struct NewOrderSingle {
  std::string cl_ord_id;                                     // ClOrdID(11)
  std::string account;                                       // Account(1), may be empty
  core::Symbol symbol;                                       // Symbol(55)
  std::string security_type;                                 // SecurityType(167), such as CS
  std::string exchange;                                      // ExDestination(100), may be empty
  std::optional<core::Currency> currency;                    // Currency(15)
  core::Side side = core::Side::buy;                         // Side(54)
  core::Quantity quantity;                                   // OrderQty(38)
  core::OrderType type = core::OrderType::market;            // OrdType(40)
  std::optional<core::Price> limit;                          // Price(44), there when the type has a limit
  std::optional<core::Price> stop{};                         // StopPx(99), there when the type has a stop
  core::TimeInForce time_in_force = core::TimeInForce::day;  // TimeInForce(59)
  std::optional<core::Quantity> least{};                     // MinQty(110): fill so much at once, or nothing
  std::optional<int> strategy{};                             // TargetStrategy(847): 1 VWAP
  std::optional<core::Time> begins{};                        // EffectiveTime(168)
  std::optional<core::Time> ends{};                          // ExpireTime(126)
  core::Time transact_time;                                  // TransactTime(60)

  friend bool operator==(const NewOrderSingle&, const NewOrderSingle&) = default;
};

// OrderCancelRequest(F)
struct OrderCancelRequest {
  std::string cl_ord_id;              // ClOrdID(11)
  std::string orig_cl_ord_id;         // OrigClOrdID(41)
  std::string order_id;               // OrderID(37), the broker's; may be empty
  core::Symbol symbol;                // Symbol(55)
  core::Side side = core::Side::buy;  // Side(54)
  core::Quantity quantity;            // OrderQty(38)
  core::Time transact_time;           // TransactTime(60)

  friend bool operator==(const OrderCancelRequest&, const OrderCancelRequest&) = default;
};

// OrderCancelReplaceRequest(G): the order as it is to be; its quantity counts what was filled before.
struct OrderCancelReplaceRequest {
  std::string orig_cl_ord_id;  // OrigClOrdID(41)
  std::string order_id;        // OrderID(37), the broker's; may be empty
  NewOrderSingle order;        // its cl_ord_id is ClOrdID(11) of the replacement

  friend bool operator==(const OrderCancelReplaceRequest&, const OrderCancelReplaceRequest&) = default;
};

// MassCancelRequestType(530), and of the answer MassCancelResponse(531), where '0' is a rejection.
enum class MassCancelScope : char { rejected = '0', symbol = '1', all = '7' };

// OrderMassCancelRequest(q)
struct OrderMassCancelRequest {
  std::string cl_ord_id;                         // ClOrdID(11)
  MassCancelScope scope = MassCancelScope::all;  // MassCancelRequestType(530)
  core::Symbol symbol;                           // Symbol(55), there when the scope is a symbol
  std::optional<core::Side> side;                // Side(54); nothing: both
  core::Time transact_time;                      // TransactTime(60)

  friend bool operator==(const OrderMassCancelRequest&, const OrderMassCancelRequest&) = default;
};

// OrderMassCancelReport(r)
struct OrderMassCancelReport {
  std::string cl_ord_id;                          // ClOrdID(11)
  std::string order_id;                           // OrderID(37), of the report
  MassCancelScope asked = MassCancelScope::all;   // MassCancelRequestType(530)
  MassCancelScope answer = MassCancelScope::all;  // MassCancelResponse(531)
  std::optional<int> reject_reason;               // MassCancelRejectReason(532): 1 unknown symbol, 99 other
  int affected = 0;                               // TotalAffectedOrders(533)
  core::Symbol symbol;                            // Symbol(55); may be empty
  std::optional<core::Side> side;                 // Side(54)
  std::string text;                               // Text(58)

  friend bool operator==(const OrderMassCancelReport&, const OrderMassCancelReport&) = default;
};

// OrderStatusRequest(H)
struct OrderStatusRequest {
  std::string cl_ord_id;              // ClOrdID(11)
  std::string order_id;               // OrderID(37); may be empty
  core::Symbol symbol;                // Symbol(55)
  core::Side side = core::Side::buy;  // Side(54)

  friend bool operator==(const OrderStatusRequest&, const OrderStatusRequest&) = default;
};

// ExecType(150) and OrdStatus(39): the characters of the field are the values, so that what we do not know can be kept.
enum class ExecType : char {
  new_order = '0',
  done_for_day = '3',
  cancelled = '4',
  replaced = '5',
  pending_cancel = '6',
  stopped = '7',
  rejected = '8',
  suspended = '9',
  pending_new = 'A',
  calculated = 'B',
  expired = 'C',
  restated = 'D',
  pending_replace = 'E',
  trade = 'F',
  trade_correct = 'G',
  trade_cancel = 'H',
  order_status = 'I',
};
enum class OrdStatus : char {
  new_order = '0',
  partially_filled = '1',
  filled = '2',
  done_for_day = '3',
  cancelled = '4',
  replaced = '5',
  pending_cancel = '6',
  stopped = '7',
  rejected = '8',
  suspended = '9',
  pending_new = 'A',
  calculated = 'B',
  expired = 'C',
  accepted_for_bidding = 'D',
  pending_replace = 'E',
};

// ExecutionReport(8)
struct ExecutionReport {
  std::string order_id;                          // OrderID(37), the broker's
  std::string exec_id;                           // ExecID(17)
  std::string exec_ref_id;                       // ExecRefID(19); may be empty
  std::string cl_ord_id;                         // ClOrdID(11); may be empty on unsolicited reports
  std::string orig_cl_ord_id;                    // OrigClOrdID(41); may be empty
  ExecType exec_type = ExecType::new_order;      // ExecType(150)
  OrdStatus ord_status = OrdStatus::new_order;   // OrdStatus(39)
  core::Symbol symbol;                           // Symbol(55)
  core::Side side = core::Side::buy;             // Side(54)
  std::optional<core::Quantity> order_quantity;  // OrderQty(38)
  std::optional<core::Price> limit{};            // Price(44), of the order
  std::optional<core::Price> stop{};             // StopPx(99), of the order
  core::Quantity last_quantity;                  // LastQty(32), zero when absent
  core::Price last_price;                        // LastPx(31), zero when absent
  core::Quantity leaves_quantity;                // LeavesQty(151)
  core::Quantity cumulative_quantity;            // CumQty(14)
  core::Price average_price;                     // AvgPx(6); for people only, never booked
  core::Amount commission;                       // Commission(12), absolute: CommType(13) = 3; zero when absent
  std::optional<core::Currency> currency;        // Currency(15)
  std::string last_market;                       // LastMkt(30); may be empty
  std::string trade_date;                        // TradeDate(75), YYYYMMDD; empty when absent
  core::Time transact_time;                      // TransactTime(60); SendingTime when absent
  std::string text;                              // Text(58); may be empty
  std::optional<int> reject_reason;              // OrdRejReason(103); 5 = unknown order, 1 = unknown symbol
  std::optional<int> restatement_reason{};       // ExecRestatementReason(378): 3 repricing, 5 partial decline, ...

  friend bool operator==(const ExecutionReport&, const ExecutionReport&) = default;
};

// OrderCancelReject(9)
struct OrderCancelReject {
  std::string order_id;                        // OrderID(37), NONE for an unknown order
  std::string cl_ord_id;                       // ClOrdID(11)
  std::string orig_cl_ord_id;                  // OrigClOrdID(41)
  OrdStatus ord_status = OrdStatus::rejected;  // OrdStatus(39)
  char response_to = '1';                      // CxlRejResponseTo(434): 1 cancel, 2 replace
  std::optional<int> reason;                   // CxlRejReason(102)
  std::string text;                            // Text(58)

  friend bool operator==(const OrderCancelReject&, const OrderCancelReject&) = default;
};

// Reject(3) of a message of ours by the other side's session layer, and BusinessMessageReject(j).
struct MessageReject {
  bool business = false;       // true: j, false: 3
  int ref_seq_num = 0;         // RefSeqNum(45)
  std::string ref_msg_type;    // RefMsgType(372)
  std::string ref_id;          // BusinessRejectRefID(379); may be empty
  std::optional<int> ref_tag;  // RefTagID(371)
  int reason = 0;              // SessionRejectReason(373) or BusinessRejectReason(380)
  std::string text;            // Text(58)

  friend bool operator==(const MessageReject&, const MessageReject&) = default;
};

// The header fields that the layers above need.
struct Header {
  int seq_num = 0;           // MsgSeqNum(34)
  bool poss_dup = false;     // PossDupFlag(43)
  bool poss_resend = false;  // PossResend(97)
  core::Time sending_time;   // SendingTime(52)
};

using Message =
    std::variant<NewOrderSingle, OrderCancelRequest, OrderCancelReplaceRequest, OrderMassCancelRequest,
                 OrderMassCancelReport, OrderStatusRequest, ExecutionReport, OrderCancelReject, MessageReject,
                 MarketDataRequest, MarketDataSnapshot, MarketDataIncrement, MarketDataReject, AllocationInstruction,
                 AllocationInstructionAck, SecurityListRequest, SecurityList, SecurityStatusRequest, SecurityStatus,
                 TradingSessionStatusRequest, TradingSessionStatus>;

}  // namespace fix
