#pragma once

#include <string>

// The fields that the translation reads and writes, by the names of the FIX specification.
namespace fix {

struct Field {
  int tag;
  const char* name;

  [[nodiscard]] std::string text() const { return std::string(name) + "(" + std::to_string(tag) + ")"; }
};

namespace field {

inline constexpr Field account{1, "Account"};
inline constexpr Field avg_px{6, "AvgPx"};
inline constexpr Field cl_ord_id{11, "ClOrdID"};
inline constexpr Field commission{12, "Commission"};
inline constexpr Field comm_type{13, "CommType"};
inline constexpr Field cum_qty{14, "CumQty"};
inline constexpr Field begin_seq_no{7, "BeginSeqNo"};
inline constexpr Field end_seq_no{16, "EndSeqNo"};
inline constexpr Field new_seq_no{36, "NewSeqNo"};
inline constexpr Field currency{15, "Currency"};
inline constexpr Field exec_id{17, "ExecID"};
inline constexpr Field exec_ref_id{19, "ExecRefID"};
inline constexpr Field exec_trans_type{20, "ExecTransType"};
inline constexpr Field handl_inst{21, "HandlInst"};
inline constexpr Field last_mkt{30, "LastMkt"};
inline constexpr Field last_px{31, "LastPx"};
inline constexpr Field last_qty{32, "LastQty"};
inline constexpr Field msg_seq_num{34, "MsgSeqNum"};
inline constexpr Field msg_type{35, "MsgType"};
inline constexpr Field order_id{37, "OrderID"};
inline constexpr Field order_qty{38, "OrderQty"};
inline constexpr Field ord_status{39, "OrdStatus"};
inline constexpr Field ord_type{40, "OrdType"};
inline constexpr Field orig_cl_ord_id{41, "OrigClOrdID"};
inline constexpr Field poss_dup_flag{43, "PossDupFlag"};
inline constexpr Field price{44, "Price"};
inline constexpr Field ref_seq_num{45, "RefSeqNum"};
inline constexpr Field sender_comp_id{49, "SenderCompID"};
inline constexpr Field sending_time{52, "SendingTime"};
inline constexpr Field quantity{53, "Quantity"};
inline constexpr Field side{54, "Side"};
inline constexpr Field symbol{55, "Symbol"};
inline constexpr Field target_comp_id{56, "TargetCompID"};
inline constexpr Field msg_text{58, "Text"};
inline constexpr Field time_in_force{59, "TimeInForce"};
inline constexpr Field transact_time{60, "TransactTime"};
inline constexpr Field alloc_id{70, "AllocID"};
inline constexpr Field alloc_trans_type{71, "AllocTransType"};
inline constexpr Field ref_alloc_id{72, "RefAllocID"};
inline constexpr Field no_orders{73, "NoOrders"};
inline constexpr Field trade_date{75, "TradeDate"};
inline constexpr Field no_allocs{78, "NoAllocs"};
inline constexpr Field alloc_account{79, "AllocAccount"};
inline constexpr Field alloc_qty{80, "AllocQty"};
inline constexpr Field alloc_status{87, "AllocStatus"};
inline constexpr Field alloc_rej_code{88, "AllocRejCode"};
inline constexpr Field poss_resend{97, "PossResend"};
inline constexpr Field stop_px{99, "StopPx"};
inline constexpr Field ex_destination{100, "ExDestination"};
inline constexpr Field cxl_rej_reason{102, "CxlRejReason"};
inline constexpr Field ord_rej_reason{103, "OrdRejReason"};
inline constexpr Field heart_bt_int{108, "HeartBtInt"};
inline constexpr Field min_qty{110, "MinQty"};
inline constexpr Field orig_sending_time{122, "OrigSendingTime"};
inline constexpr Field gap_fill_flag{123, "GapFillFlag"};
inline constexpr Field expire_time{126, "ExpireTime"};
inline constexpr Field reset_seq_num_flag{141, "ResetSeqNumFlag"};
inline constexpr Field no_related_sym{146, "NoRelatedSym"};
inline constexpr Field exec_type{150, "ExecType"};
inline constexpr Field leaves_qty{151, "LeavesQty"};
inline constexpr Field security_type{167, "SecurityType"};
inline constexpr Field effective_time{168, "EffectiveTime"};
inline constexpr Field security_exchange{207, "SecurityExchange"};
inline constexpr Field md_req_id{262, "MDReqID"};
inline constexpr Field subscription_request_type{263, "SubscriptionRequestType"};
inline constexpr Field market_depth{264, "MarketDepth"};
inline constexpr Field md_update_type{265, "MDUpdateType"};
inline constexpr Field no_md_entry_types{267, "NoMDEntryTypes"};
inline constexpr Field no_md_entries{268, "NoMDEntries"};
inline constexpr Field md_entry_type{269, "MDEntryType"};
inline constexpr Field md_entry_px{270, "MDEntryPx"};
inline constexpr Field md_entry_size{271, "MDEntrySize"};
inline constexpr Field md_entry_date{272, "MDEntryDate"};
inline constexpr Field md_entry_time{273, "MDEntryTime"};
inline constexpr Field md_entry_id{278, "MDEntryID"};
inline constexpr Field md_update_action{279, "MDUpdateAction"};
inline constexpr Field md_req_rej_reason{281, "MDReqRejReason"};
inline constexpr Field security_req_id{320, "SecurityReqID"};
inline constexpr Field security_response_id{322, "SecurityResponseID"};
inline constexpr Field security_status_req_id{324, "SecurityStatusReqID"};
inline constexpr Field security_trading_status{326, "SecurityTradingStatus"};
inline constexpr Field trad_ses_req_id{335, "TradSesReqID"};
inline constexpr Field trading_session_id{336, "TradingSessionID"};
inline constexpr Field trad_ses_status{340, "TradSesStatus"};
inline constexpr Field alloc_price{366, "AllocPrice"};
inline constexpr Field ref_tag_id{371, "RefTagID"};
inline constexpr Field ref_msg_type{372, "RefMsgType"};
inline constexpr Field session_reject_reason{373, "SessionRejectReason"};
inline constexpr Field exec_restatement_reason{378, "ExecRestatementReason"};
inline constexpr Field business_reject_ref_id{379, "BusinessRejectRefID"};
inline constexpr Field business_reject_reason{380, "BusinessRejectReason"};
inline constexpr Field tot_no_related_sym{393, "TotNoRelatedSym"};
inline constexpr Field cxl_rej_response_to{434, "CxlRejResponseTo"};
inline constexpr Field mass_cancel_request_type{530, "MassCancelRequestType"};
inline constexpr Field mass_cancel_response{531, "MassCancelResponse"};
inline constexpr Field mass_cancel_reject_reason{532, "MassCancelRejectReason"};
inline constexpr Field total_affected_orders{533, "TotalAffectedOrders"};
inline constexpr Field security_list_request_type{559, "SecurityListRequestType"};
inline constexpr Field security_request_result{560, "SecurityRequestResult"};
inline constexpr Field round_lot{561, "RoundLot"};
inline constexpr Field trad_ses_status_rej_reason{567, "TradSesStatusRejReason"};
inline constexpr Field alloc_type{626, "AllocType"};
inline constexpr Field individual_alloc_rej_code{776, "IndividualAllocRejCode"};
inline constexpr Field target_strategy{847, "TargetStrategy"};
inline constexpr Field alloc_no_orders_type{857, "AllocNoOrdersType"};
inline constexpr Field last_fragment{893, "LastFragment"};
inline constexpr Field min_price_increment{969, "MinPriceIncrement"};
inline constexpr Field default_appl_ver_id{1137, "DefaultApplVerID"};
inline constexpr Field mass_action_report_id{1369, "MassActionReportID"};

}  // namespace field
}  // namespace fix
