#include "simulator/control/step_json.hpp"

#include <algorithm>

#include "files/text.hpp"
#include "simulator/scenario/read_scenarios.hpp"
#include "simulator/scenario/verbs.hpp"
#include "web/json_body.hpp"

namespace simulator {

namespace json = boost::json;

namespace {

constexpr const char* example = R"({"do":"fill","quantity":"100","price":"187.40"})";

// A basic string of TOML. What is not printable goes in as \uXXXX, so that whoever reads the step can name it.
std::string toml_string(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      all += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7f) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      all += {'\\', 'u', '0', '0', digits[byte >> 4U], digits[byte & 15U]};
    } else {
      all.push_back(c);
    }
  }
  return all + '"';
}

std::optional<std::string> toml_of(const json::value& value) {
  if (const json::string* text = value.if_string()) return toml_string({text->data(), text->size()});
  if (value.is_int64()) return std::to_string(value.get_int64());
  return std::nullopt;
}

web::Response malformed(const std::string& place, const std::string& message) {
  return web::problem({core::Error{place, message}});
}

// "step:1:8: key 'step.quantity': is ..." names a place in a text that nobody wrote; the member is what counts.
web::Response refusal_of(const core::Error& error) {
  constexpr std::string_view begin = "key 'step.";
  const std::string& text = error.message;
  const std::size_t end = text.find("': ");
  if (!text.starts_with(begin) || end == std::string::npos) return malformed("body", text);
  return malformed(text.substr(begin.size(), end - begin.size()), text.substr(end + 3));
}

std::optional<core::Error> idle_fill(const SeenOrder& order, const Step& step) {
  if (order.unfilled.raw <= 0) return core::Error{"do", "nothing is left to be filled; over_fill fills more than that"};
  if (!step.quantity || *step.quantity <= order.unfilled) return std::nullopt;
  return core::Error{"quantity", step.quantity->text() + " is more than the " + order.unfilled.text() +
                                     " that are left; over_fill fills more than that"};
}

std::optional<core::Error> idle_change(const SeenOrder& order, const Step& step) {
  const auto number = static_cast<std::size_t>(step.fill.value_or(1));
  if (number > order.fills.size()) {
    return core::Error{
        "fill", "there is no fill " + std::to_string(number) + "; the order has " + std::to_string(order.fills.size())};
  }
  if (step.what == Do::repeat || order.fills.at(number - 1).quantity.raw > 0) return std::nullopt;
  return core::Error{"fill", "fill " + std::to_string(number) + " is busted already"};
}

}  // namespace

tl::expected<Step, web::Response> step_from_json(std::string_view body, unsigned places) {
  const auto object = web::object_from_json(body, "a step", example);
  if (!object) return tl::unexpected(object.error());
  std::string toml;
  for (const json::key_value_pair& pair : *object) {
    const std::string key(pair.key().data(), pair.key().size());
    const std::optional<std::string> value = toml_of(pair.value());
    if (!value) {
      return tl::unexpected(malformed(files::shown(key), "must be a string in quotes or a whole number without"));
    }
    toml += (toml.empty() ? "{ " : ", ") + toml_string(key) + " = " + *value;
  }
  return step_from_toml(toml.empty() ? "{}" : toml + " }", places);
}

tl::expected<Step, web::Response> step_from_toml(std::string_view body, unsigned places) {
  const core::Result<Step> step = parse_step(body, places);
  if (!step) return tl::unexpected(refusal_of(step.error()));
  return *step;
}

std::optional<core::Error> idle(const SeenOrder& order, const Step& step, const std::vector<SeenOrder>& orders) {
  switch (step.what) {
    case Do::fill: return idle_fill(order, step);
    case Do::bust:
    case Do::correct:
    case Do::repeat: return idle_change(order, step);
    case Do::release:
      return order.is_holding ? std::nullopt : std::optional(core::Error{"do", "nothing is held; hold comes before"});
    case Do::market:
      return core::Error{"do", "only a scenario can give an order to the market: as it came, before anything else"};
    case Do::fill_other: {
      const bool has_other = std::any_of(orders.begin(), orders.end(), [&](const SeenOrder& each) {
        return each.is_scripted && each.order->order_id != order.order->order_id &&
               each.order->client == order.order->client && each.order->status != fix::OrdStatus::rejected;
      });
      return has_other ? std::nullopt
                       : std::optional(core::Error{"do", "no scenario has another order of this client"});
    }
    default: return std::nullopt;
  }
}

}  // namespace simulator
