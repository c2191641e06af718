#include "gateway/http/changes.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "core/money.hpp"
#include "files/text.hpp"
#include "gateway/http/json.hpp"

namespace gateway {

namespace json = boost::json;

namespace {

// Never told: idempotency keys, digests, FIX as it came, sequence numbers of sessions, the shares of accounts.
struct PublicKind {
  std::string_view kind;
  std::string_view members;  // of the entry's body, with spaces between
};
constexpr std::array public_kinds{
    PublicKind{"account_opened", "account name currency"},
    PublicKind{"account_renamed", "account name who"},
    PublicKind{"instrument_added", "symbol security_type exchange currency who"},
    PublicKind{"model_created", "model name currency who"},
    PublicKind{"model_renamed", "model name who"},
    PublicKind{"targets_saved", "model why who"},
    PublicKind{"accounts_grouped", "group accounts who"},
    PublicKind{"prices_brought", "who"},
    PublicKind{"cash_deposited", "account currency minor who"},
    PublicKind{"cash_invested", "account model currency minor"},
    PublicKind{"holding_brought", "account model symbol currency quantity"},
    PublicKind{"desk_imported", ""},
    PublicKind{"copy_taken_over", "copied_at"},
    PublicKind{"shares_sealed", "model side"},
    PublicKind{"order_entered",
               "order model side quantity symbol type limit time_in_force broker exchange who proposal place"},
    PublicKind{"cancel_requested", "order who"},
    PublicKind{"state_reported", "order exec_type ord_status cumulative text"},
    PublicKind{"fill_booked", "order exec_id trade_date quantity price commission cumulative exchange transact_time"},
    PublicKind{"fill_busted", "order exec_id fill_exec_id was_quantity was_price cumulative text"},
    PublicKind{"fill_corrected",
               "order exec_id fill_exec_id was_quantity was_price quantity price commission cumulative text"},
    PublicKind{"cancel_rejected", "order text"},
    PublicKind{"send_refused", "order text"},
    PublicKind{"order_uncertain", "order text"},
    PublicKind{"order_never_arrived", "order text"},
    PublicKind{"break_kept", "broker kind order_id exec_id text"},
    PublicKind{"break_settled", "number settled_as reason who"},
    PublicKind{"proposal_staged", "proposal version title who"},
    PublicKind{"proposal_saved", "proposal who"},
    PublicKind{"proposal_transmitted", "proposal places who"},
    PublicKind{"orders_held", "proposal places why"},
    PublicKind{"proposal_sales_done", "proposal"},
    PublicKind{"proposal_ended", "proposal as who"},
};

// The amount that so many minor units of the body's currency are.
json::value amount_of(const json::object& body, const json::value& minor) {
  const json::value* code = body.if_contains("currency");
  if (code == nullptr || !code->is_string() || !minor.is_int64()) return nullptr;
  const auto currency = core::Currency::parse(std::string(code->get_string().data(), code->get_string().size()));
  if (!currency) return nullptr;
  return json::value(core::Money{minor.get_int64(), *currency}.text());
}

json::object public_body(const Change& change) {
  json::object told;
  const auto* kind = std::find_if(public_kinds.begin(), public_kinds.end(),
                                  [&](const PublicKind& each) { return each.kind == change.kind; });
  boost::system::error_code failed;
  const json::value value = json::parse(change.body, failed);
  if (kind == public_kinds.end() || failed || !value.is_object()) return told;
  const json::object& body = value.get_object();
  for (std::string_view rest = kind->members; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    const json::value* member = body.if_contains(name);
    if (member == nullptr) continue;
    if (name == "minor") {
      told["amount"] = amount_of(body, *member);
    } else {
      told[name] = *member;
    }
  }
  return told;
}

}  // namespace

std::string snapshot_message(const DeskNow& now, const std::vector<SessionStatus>& sessions) {
  return R"({"type":"snapshot","seq":)" + std::to_string(now.seq) + R"(,"log_seq":)" + std::to_string(now.log_seq) +
         R"(,"orders":)" + json_of(now.open_orders) + R"(,"proposals":)" + json_of(now.open_proposals) +
         R"(,"breaks":)" + json_of(now.open_breaks) + R"(,"sessions":)" + json_of(sessions) + "}";
}

std::string change_message(const Change& change) {
  return json::serialize(json::object{{"type", "change"},
                                      {"seq", change.seq},
                                      {"time_utc", change.time_utc},
                                      {"kind", files::cleaned(change.kind)},
                                      {"body", public_body(change)}});
}

}  // namespace gateway
