#include "gateway/commands.hpp"

namespace gateway {

std::string_view text(RefusalCode code) {
  switch (code) {
    case RefusalCode::malformed: return "malformed";
    case RefusalCode::unknown_model: return "unknown_model";
    case RefusalCode::unknown_account: return "unknown_account";
    case RefusalCode::unknown_symbol: return "unknown_symbol";
    case RefusalCode::unknown_order: return "unknown_order";
    case RefusalCode::unknown_broker: return "unknown_broker";
    case RefusalCode::unknown_break: return "unknown_break";
    case RefusalCode::unknown_proposal: return "unknown_proposal";
    case RefusalCode::not_possible: return "not_possible";
    case RefusalCode::code_taken: return "code_taken";
    case RefusalCode::preview_differs: return "preview_differs";
    case RefusalCode::world_moved: return "world_moved";
    case RefusalCode::proposal_stage: return "proposal_stage";
    case RefusalCode::orders_working: return "orders_working";
    case RefusalCode::contradicts_instrument: return "contradicts_instrument";
    case RefusalCode::no_invested_account: return "no_invested_account";
    case RefusalCode::no_limit_configured: return "no_limit_configured";
    case RefusalCode::no_reference_price: return "no_reference_price";
    case RefusalCode::over_limit: return "over_limit";
    case RefusalCode::position_short: return "position_short";
    case RefusalCode::cash_short: return "cash_short";
    case RefusalCode::broker_not_connected: return "broker_not_connected";
    case RefusalCode::break_settled: return "break_settled";
    case RefusalCode::order_not_open: return "order_not_open";
    case RefusalCode::key_reused: return "key_reused";
    case RefusalCode::disk_full: return "disk_full";
    case RefusalCode::database_locked: return "database_locked";
    case RefusalCode::busy: return "busy";
  }
  return "";
}

}  // namespace gateway
