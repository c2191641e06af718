#include "simulator/scenario/verbs.hpp"

#include <array>

#include "core/check.hpp"

namespace simulator {

namespace {

using namespace place;

constexpr std::int64_t most_ms = 3'600'000;
constexpr std::int64_t most_messages = 1'000;

constexpr auto table = std::to_array<Verb>({
    {"pending_new", Do::pending_new, about_order, "text"},
    {"acknowledge", Do::acknowledge, about_order, "text"},
    {"reject", Do::reject, order | allocation, "reason text"},
    {"fill", Do::fill, about_order, "quantity percent price"},
    {"over_fill", Do::over_fill, about_order, "by price"},
    {"fill_other", Do::fill_other, about_order, "quantity price"},
    {"fill_unknown", Do::fill_unknown, about_order, "quantity price"},
    {"bust", Do::bust, about_order, "fill text"},
    {"correct", Do::correct, about_order, "fill quantity price text"},
    {"repeat", Do::repeat, about_order, "fill quantity price"},
    {"done_for_day", Do::done_for_day, about_order, "text"},
    {"expire", Do::expire, about_order, "text"},
    {"cancel", Do::cancel, about_order, "text"},
    {"suspend", Do::suspend, about_order, "text"},
    {"stopped", Do::stop, about_order, "text"},
    {"calculated", Do::calculate, about_order, "text"},
    {"replace", Do::replace, about_order, "quantity price text"},
    {"restate", Do::restate, about_order, "reason quantity price text"},
    {"pending_cancel", Do::pending_cancel, about_order, "text"},
    {"pending_replace", Do::pending_replace, about_order, "text"},
    {"hold", Do::hold, about_order},
    {"release", Do::release, about_order, "order"},
    {"market", Do::market, order},
    {"accept", Do::accept, any_answer | allocation, "text"},
    {"refuse", Do::refuse, any_answer, "reason text"},
    {"receive", Do::receive, allocation, "text"},
    {"reject_account", Do::reject_account, allocation, "account reason text"},
    {"disconnect", Do::disconnect, anywhere, "", {"after_messages", 0, most_messages, 0}},
    {"logout", Do::logout, anywhere, "text"},
    {"resend_all", Do::resend_all, anywhere},
    {"poss_resend", Do::poss_resend, anywhere},
    {"gap", Do::gap, anywhere, "", {"messages", 1, most_messages, {}}},
    {"sequence_reset", Do::sequence_reset, anywhere, "", {"by", 1, 1'000'000, {}}},
    {"reset_numbers", Do::reset_numbers, anywhere},
    {"resend_requests", Do::resend_requests, anywhere, "", {"times", 1, most_messages, {}}},
    {"garbage", Do::garbage, anywhere, "", {"bytes", 1, 100'000, {}}},
    {"wrong_checksum", Do::wrong_checksum, anywhere},
    {"wrong_body_length", Do::wrong_body_length, anywhere},
    {"half_open", Do::half_open, anywhere},
    {"slow_reading", Do::slow_reading, anywhere, "", {"ms", 1, most_ms, {}}},
    {"heartbeats_stopped", Do::heartbeats_stopped, anywhere},
    {"clock_skew", Do::clock_skew, anywhere, "", {"ms", -most_ms * 48, most_ms * 48, {}}},
    {"wrong_comp_id", Do::wrong_comp_id, anywhere},
});

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.at(i).what != static_cast<Do>(i)) return false;
  }
  return true;
}
static_assert(is_in_order());

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text + '"';
}

std::string text(const Steps& steps) {
  std::string all;
  for (const Step& step : steps) all += (all.empty() ? "" : ", ") + text(step);
  return "[" + all + "]";
}

std::string text(const When& when) {
  std::string all;
  const auto add = [&](std::string_view key, const auto& value) {
    if (value) all += std::string(key) + " = " + std::to_string(*value) + ", ";
  };
  const auto raw = [](const auto& quantity) { return quantity ? std::optional(quantity->raw) : std::nullopt; };
  const auto seconds = [](const auto& time) { return time ? std::optional(time->count()) : std::nullopt; };
  const auto number = [](const auto& value) { return value ? std::optional(static_cast<int>(*value)) : std::nullopt; };
  add("least", raw(when.least));
  add("most", raw(when.most));
  add("side", number(when.side));
  add("type", number(when.type));
  add("from", seconds(when.from));
  add("to", seconds(when.to));
  add("nth", when.nth);
  return all + quoted(when.symbol.text()) + quoted(when.account) + quoted(when.client);
}

}  // namespace

bool Verb::has(std::string_view key) const {
  for (std::string_view rest = keys; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == key) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::span<const Verb> verbs() { return table; }

const Verb& verb_of(Do what) { return table.at(static_cast<std::size_t>(what)); }

std::string text(const Step& step) {
  const Verb& verb = verb_of(step.what);
  std::string all = "{ do = " + quoted(verb.name);
  const auto add = [&](std::string_view key, const std::string& value) {
    all += ", " + std::string(key) + " = " + value;
  };
  if (step.after.count() != 0) add("after_ms", std::to_string(step.after.count()));
  if (step.quantity) add(verb.has("by") ? "by" : "quantity", quoted(step.quantity->text()));
  if (step.percent) add("percent", std::to_string(*step.percent));
  if (step.price) add("price", quoted(step.price->text()));
  if (step.fill) add("fill", std::to_string(*step.fill));
  if (step.reason) add("reason", std::to_string(*step.reason));
  if (!verb.number.key.empty()) add(verb.number.key, std::to_string(step.count));
  if (step.reversed) add("order", quoted("reversed"));
  if (!step.account.empty()) add("account", quoted(step.account));
  if (!step.text.empty()) add("text", quoted(step.text));
  return all + " }";
}

std::string text(const Scenario& scenario) {
  return quoted(scenario.name) + std::to_string(static_cast<int>(scenario.on)) + text(scenario.when) +
         text(scenario.steps) + text(scenario.on_cancel) + text(scenario.on_replace) +
         std::to_string(static_cast<int>(scenario.on_status));
}

}  // namespace simulator
