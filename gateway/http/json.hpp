#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "gateway/basket/order_text.hpp"
#include "gateway/commands.hpp"
#include "gateway/http/jobs.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/read_model.hpp"

// The JSON of the API. Decimals are strings in both directions; only sequence numbers and counts are numbers.
namespace gateway {

// {"side":"BUY","quantity":"1000","symbol":"AAPL","model":"GROWTH","order_type":"LMT","limit_price":"187.50",
//  "time_in_force":"DAY","broker":"SIM","security_type":"STK","exchange":"SMART","currency":"USD"}
// side, quantity, symbol and model are required. Without order_type, a limit_price makes the order a limit order.
// "parts":[{"account":"C-1","model":"GROWTH","quantity":"10"},...] says what each sleeve is to get; then model is not
// required. Without a model, or with "Independent", a part is for what the account holds outside every model.
// Error: the answer to give. 400 for what is not JSON (place "body:BYTE"), not an object, or has a member twice (its
// name), 422 for members that are not known or not strings and for what read_order refuses; the place is the member's
// name.
[[nodiscard]] tl::expected<OrderRequest, HttpResponse> order_from_json(std::string_view body);

// {"reason":"The broker withdrew it","as":"resolved_with_broker"}: reason is required, 1,000 bytes at most; as is one
// of text(Settlement), "acknowledged" unless told. Error: as above. Without caller and number.
[[nodiscard]] tl::expected<SettleBreak, HttpResponse> settlement_from_json(std::string_view body);

// "[{...},...]": a row an object. Values are strings (null for NULL), but `seq` and `break_id` are numbers.
[[nodiscard]] std::string json_of(const Rows& rows);

[[nodiscard]] std::string json_of(const std::vector<std::string>& texts);

// {"orders":["P1"],"previews":[{...}]}; each preview with its accounts, and their models, or only their number.
[[nodiscard]] std::string json_of(const Answer& answer, bool with_accounts);

[[nodiscard]] std::string json_of(const std::vector<SessionStatus>& sessions);

// {"break_id":3,"state":"settled","settled_as":"acknowledged","settled_by":"ann","reason":"..."}
[[nodiscard]] std::string json_of(const SettleBreak& settled);

// {"job":7,"name":"verify","state":"running","done":20000,"total":100000}; a finished one has "result", a failed one
// "error".
[[nodiscard]] std::string json_of(const Jobs::Status& job);

}  // namespace gateway
