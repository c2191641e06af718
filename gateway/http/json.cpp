#include "gateway/http/json.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "files/text.hpp"
#include "gateway/http/message.hpp"
#include "web/json_body.hpp"

namespace gateway {

namespace json = boost::json;
using web::object_from_json;

namespace {

constexpr std::size_t max_reason_bytes = 1000;

struct Member {
  std::string_view name;
  std::string OrderText::*text;
};

// In the order of OrderField.
constexpr std::array<Member, 11> members{{
    {"side", &OrderText::action},
    {"quantity", &OrderText::quantity},
    {"symbol", &OrderText::symbol},
    {"security_type", &OrderText::security_type},
    {"exchange", &OrderText::exchange},
    {"currency", &OrderText::currency},
    {"time_in_force", &OrderText::time_in_force},
    {"order_type", &OrderText::order_type},
    {"limit_price", &OrderText::limit_price},
    {"model", &OrderText::model},
    {"broker", &OrderText::broker},
}};

std::vector<std::string> member_names() {
  std::vector<std::string> names;
  for (const Member& member : members) names.emplace_back(member.name);
  return names;
}

// What may come from outside is cleaned: JSON must be UTF-8, and terminals obey control characters.
json::string clean(std::string_view text) { return json::string(files::cleaned(text)); }

void read_member(const json::key_value_pair& pair, OrderText& text, std::vector<core::Error>& errors) {
  const std::string_view key(pair.key().data(), pair.key().size());
  for (const Member& member : members) {
    if (member.name != key) continue;
    if (const json::string* value = pair.value().if_string()) {
      text.*member.text = std::string(value->data(), value->size());
    } else {
      errors.push_back({std::string(key), "must be a string in quotes; decimal numbers too, such as \"187.50\""});
    }
    return;
  }
  std::vector<std::string> names = member_names();
  names.emplace_back("parts");
  const std::string close = files::nearest(key, names);
  errors.push_back({files::shown(key), close.empty() ? "is not known; known are " + files::joined(names)
                                                     : "is not known; did you mean '" + close + "'?"});
}

PartText part_text(const json::object& object, const std::string& place, std::vector<core::Error>& errors) {
  PartText part{.account = {}, .model = {}, .quantity = {}, .place = place + "."};
  for (const json::key_value_pair& pair : object) {
    const std::string_view key(pair.key().data(), pair.key().size());
    const json::string* value = pair.value().if_string();
    std::string* const text = key == "account"    ? &part.account
                              : key == "model"    ? &part.model
                              : key == "quantity" ? &part.quantity
                                                  : nullptr;
    if (text == nullptr) {
      errors.push_back({part.place + files::shown(key), "is not known; known are account, model, quantity"});
    } else if (value == nullptr) {
      errors.push_back({part.place + std::string(key), "must be a string in quotes"});
    } else {
      *text = std::string(value->data(), value->size());
    }
  }
  return part;
}

void read_parts(const json::value& parts, OrderText& text, std::vector<core::Error>& errors) {
  constexpr const char* example = R"([{"account":"C-1","model":"GROWTH","quantity":"10"}])";
  const json::array* list = parts.if_array();
  if (list == nullptr || list->empty()) {
    errors.push_back({"parts", std::string("must be a list of what each sleeve is to get, such as ") + example});
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = "parts[" + std::to_string(i) + "]";
    if (const json::object* object = (*list)[i].if_object()) {
      text.parts.push_back(part_text(*object, place, errors));
    } else {
      errors.push_back({place, std::string("must be an object, as in ") + example});
    }
  }
}

// What people call the sleeve.
json::string sleeve_name(const core::ModelCode& model) { return clean(model.empty() ? "Independent" : model.text()); }

// That of all its parts; empty when they are in several.
json::string model_name(const OrderPreview& preview) {
  const auto is_independent = [](const AccountPreview& part) { return part.model.empty(); };
  const bool all_independent =
      !preview.accounts.empty() && std::all_of(preview.accounts.begin(), preview.accounts.end(), is_independent);
  return all_independent ? sleeve_name({}) : clean(preview.request.model.text());
}

json::object preview_object(const OrderPreview& preview, bool with_accounts) {
  const OrderRequest& request = preview.request;
  json::object object{{"order_id", clean(preview.order.text())},
                      {"place", clean(request.place)},
                      {"side", core::text(request.side)},
                      {"quantity", request.quantity.text()},
                      {"symbol", clean(request.symbol.text())},
                      {"order_type", core::text(request.type)},
                      {"limit_price", request.limit ? request.limit->text(2) : ""},
                      {"time_in_force", core::text(request.time_in_force)},
                      {"model", model_name(preview)},
                      {"broker", clean(request.broker.text())},
                      {"exchange", clean(request.exchange)},
                      {"value", preview.value.text()},
                      {"currency", preview.value.currency.text()},
                      {"account_count", preview.accounts.size()}};
  if (!with_accounts) return object;
  json::array accounts;
  for (const AccountPreview& account : preview.accounts) {
    accounts.push_back(json::object{{"account", clean(account.account.text())},
                                    {"model", sleeve_name(account.model)},
                                    {"quantity", account.quantity.text()},
                                    {"cost", account.cost.text()}});
  }
  object["accounts"] = std::move(accounts);
  return object;
}

json::value row_value(std::string_view column, const std::optional<std::string>& cell) {
  if (!cell) return nullptr;
  if (column != "seq" && column != "break_id") return clean(*cell);
  const core::Result<std::int64_t> number = core::parse_decimal(*cell, 0);
  return number ? json::value(*number) : json::value(clean(*cell));
}

int status_of(RefusalCode code) {
  switch (code) {
    case RefusalCode::unknown_order:
    case RefusalCode::unknown_proposal:
    case RefusalCode::unknown_break: return 404;
    case RefusalCode::code_taken:
    case RefusalCode::preview_differs:
    case RefusalCode::world_moved:
    case RefusalCode::proposal_stage:
    case RefusalCode::orders_working:
    case RefusalCode::break_settled:
    case RefusalCode::order_not_open: return 409;
    case RefusalCode::disk_full: return 507;
    case RefusalCode::database_locked:
    case RefusalCode::broker_not_connected:
    case RefusalCode::busy: return 503;
    default: return 422;
  }
}

}  // namespace

tl::expected<OrderRequest, HttpResponse> order_from_json(std::string_view body) {
  const auto object = object_from_json(body, "an order", R"({"side":"BUY","quantity":"1000",...})");
  if (!object) return tl::unexpected(object.error());
  std::vector<core::Error> errors;
  OrderText text;
  for (const json::key_value_pair& pair : *object) {
    if (pair.key() == "parts") {
      read_parts(pair.value(), text, errors);
    } else {
      read_member(pair, text, errors);
    }
  }
  if (!errors.empty()) return tl::unexpected(problem(errors));
  if (!object->contains("order_type")) text.order_type = text.limit_price.empty() ? "MKT" : "LMT";
  OrderRequest order = read_order(
      text, [](OrderField field) { return std::string(members[static_cast<std::size_t>(field)].name); }, errors);
  if (!errors.empty()) return tl::unexpected(problem(errors));
  return order;
}

tl::expected<SettleBreak, HttpResponse> settlement_from_json(std::string_view body) {
  const auto object = object_from_json(body, "a settlement", R"({"reason":"...","as":"acknowledged"})");
  if (!object) return tl::unexpected(object.error());
  SettleBreak command;
  std::vector<core::Error> errors;
  for (const json::key_value_pair& pair : *object) {
    const std::string_view key(pair.key().data(), pair.key().size());
    const json::string* value = pair.value().if_string();
    const std::string text = value == nullptr ? "" : std::string(value->data(), value->size());
    if (key != "reason" && key != "as") {
      errors.push_back({files::shown(key), "is not known; known are reason, as"});
    } else if (value == nullptr) {
      errors.push_back({std::string(key), "must be a string in quotes"});
    } else if (key == "reason") {
      command.reason = std::string(files::trimmed(text));
    } else if (const std::optional<Settlement> known = settlement(text)) {
      command.settled_as = *known;
    } else {
      errors.push_back({"as", "should be acknowledged, resolved_with_broker or booked_by_hand"});
    }
  }
  if (errors.empty() && command.reason.empty()) {
    errors.push_back({"reason", "is missing: say what was found out and done, for whoever asks later"});
  }
  if (command.reason.size() > max_reason_bytes || files::cleaned(command.reason) != command.reason) {
    errors.push_back({"reason", "must be printable, 1000 bytes at most"});
  }
  if (!errors.empty()) return tl::unexpected(problem(errors));
  return command;
}

std::string json_of(const SettleBreak& settled) {
  return json::serialize(json::object{{"break_id", settled.number},
                                      {"state", "settled"},
                                      {"settled_as", text(settled.settled_as)},
                                      {"settled_by", clean(settled.caller.who)},
                                      {"reason", clean(settled.reason)}});
}

std::string json_of(const Jobs::Status& job) {
  constexpr std::array<std::string_view, 3> states{"running", "finished", "failed"};
  json::object object{{"job", job.id},
                      {"name", clean(job.name)},
                      {"state", states.at(static_cast<std::size_t>(job.state))},
                      {"done", job.done},
                      {"total", job.total}};
  if (job.state == Jobs::State::failed) object["error"] = clean(job.text);
  if (job.state == Jobs::State::finished) object["result"] = json::parse(job.text);
  return json::serialize(object);
}

std::string json_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(clean(text));
  return json::serialize(array);
}

std::string json_of(const Rows& rows) {
  json::array array;
  for (const auto& row : rows.rows) {
    json::object object;
    for (std::size_t i = 0; i < rows.columns.size(); ++i) object[rows.columns[i]] = row_value(rows.columns[i], row[i]);
    array.push_back(std::move(object));
  }
  return json::serialize(array);
}

std::string json_of(const Answer& answer, bool with_accounts) {
  json::array orders;
  for (const core::OrderId& order : answer.orders) orders.push_back(clean(order.text()));
  json::array previews;
  for (const OrderPreview& preview : answer.previews) previews.push_back(preview_object(preview, with_accounts));
  json::object document{{"orders", std::move(orders)}, {"previews", std::move(previews)}};
  json::array warnings;
  for (const Refusal& warning : answer.warnings) {
    warnings.push_back(json::object{
        {"code", text(warning.code)}, {"place", clean(warning.place)}, {"message", clean(warning.message)}});
  }
  if (!warnings.empty()) document["warnings"] = std::move(warnings);
  if (answer.repeated) document["repeated"] = true;
  return json::serialize(document);
}

std::string json_of(const std::vector<SessionStatus>& sessions) {
  json::array array;
  for (const SessionStatus& session : sessions) {
    json::object object{{"name", clean(session.name.text())},
                        {"state", clean(session.state)},
                        {"role", clean(session.role)},
                        {"begin_string", clean(session.begin_string)},
                        {"sender_comp_id", clean(session.sender_comp_id)},
                        {"target_comp_id", clean(session.target_comp_id)},
                        {"address", clean(session.address)},
                        {"next_sender", session.next_sender},
                        {"next_target", session.next_target}};
    if (session.closed_until) object["closed_until"] = core::iso_text(*session.closed_until);
    if (!session.trouble.empty()) object["trouble"] = clean(session.trouble);
    array.push_back(std::move(object));
  }
  return json::serialize(array);
}

HttpResponse problem(const std::vector<Refusal>& refusals) {
  std::vector<ProblemEntry> entries;
  for (const Refusal& refusal : refusals) {
    entries.push_back({std::string(text(refusal.code)), refusal.place, refusal.message});
  }
  return problem(status_of(refusals.front().code), "Refused; nothing was done.", entries);
}

}  // namespace gateway
