#pragma once

#include <optional>

#include "core/order_terms.hpp"
#include "fix/messages.hpp"

// What FIX 4.2 says in other codes than FIX 4.4, whose words the structs of messages.hpp have. Private to fix/.
namespace fix {

// ExecType(150) of 4.2 is the state of the order, with 1 and 2 for fills; what kind of report it is stands in
// ExecTransType(20): 0 new, 1 cancel, 2 correct, 3 status.
struct ExecCodes {
  char trans_type = '0';
  char exec_type = '0';
};

[[nodiscard]] constexpr ExecCodes to_fix42(ExecType type, OrdStatus status) {
  const char state = static_cast<char>(status);
  switch (type) {
    case ExecType::trade: return {'0', status == OrdStatus::filled ? '2' : '1'};
    case ExecType::trade_cancel: return {'1', state};
    case ExecType::trade_correct: return {'2', state};
    case ExecType::order_status: return {'3', state};
    default: return {'0', static_cast<char>(type)};
  }
}

// Nothing: ExecTransType(20) is none of 4.2.
[[nodiscard]] constexpr std::optional<ExecType> from_fix42(ExecCodes codes) {
  switch (codes.trans_type) {
    case '0': {
      const bool is_fill = codes.exec_type == '1' || codes.exec_type == '2';
      return is_fill ? ExecType::trade : static_cast<ExecType>(codes.exec_type);
    }
    case '1': return ExecType::trade_cancel;
    case '2': return ExecType::trade_correct;
    case '3': return ExecType::order_status;
    default: return std::nullopt;
  }
}

// An order for the closing auction is one by OrdType(40) in 4.2, by TimeInForce(59) since.
inline constexpr char market_on_close = '5';
inline constexpr char limit_on_close = 'B';

// The highest codes that 4.2 has, and what stands for those that came later: its word for "other".
struct Reasons {
  int highest;
  int other;
};
inline constexpr Reasons ord_rej_reasons{8, 0};           // OrdRejReason(103)
inline constexpr Reasons cxl_rej_reasons{3, 2};           // CxlRejReason(102)
inline constexpr Reasons business_reject_reasons{5, 0};   // BusinessRejectReason(380)
inline constexpr int highest_session_reject_reason = 11;  // SessionRejectReason(373); it has no word for "other"
inline constexpr char highest_md_req_rej_reason = '8';    // MDReqRejReason(281); nor has this

[[nodiscard]] constexpr std::optional<int> in_fix42(std::optional<int> reason, Reasons reasons) {
  return reason && *reason > reasons.highest ? reasons.other : reason;
}

}  // namespace fix
