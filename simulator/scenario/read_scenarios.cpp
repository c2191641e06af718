#include "simulator/scenario/read_scenarios.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "files/toml.hpp"
#include "simulator/scenario/verbs.hpp"
#include "simulator/settings.hpp"

namespace simulator {

namespace {

constexpr std::int64_t max_after_ms = 24 * 3'600'000;
constexpr std::int64_t max_reason = 999;
constexpr std::int64_t max_nth = 1'000'000;

std::string_view name_of_place(unsigned where) {
  switch (where) {
    case place::order: return "the steps of an order";
    case place::cancel: return "on_cancel";
    case place::replace: return "on_replace";
    case place::allocation: return "a scenario on an allocation";
    default: return "a scenario on a logon";
  }
}

// What has happened to the order by the time of a step, as far as its file says.
struct Before {
  int fills = 0;
  bool holds = false;
};

Before after(Before before, const Steps& steps) {
  for (const Step& step : steps) {
    before.fills += step.what == Do::fill || step.what == Do::over_fill ? 1 : 0;
    before.holds = before.holds || step.what == Do::hold;
  }
  return before;
}

template <class Scaled>
std::optional<Scaled> read_positive(files::Table& table, std::string_view key, Scaled most) {
  if (!table.has(key)) return std::nullopt;
  const auto value = table.decimal<Scaled>(key);
  if (value.raw <= 0 || value > most) table.refuse(key, "must be above zero and at most " + most.text());
  return value;
}

std::string read_line(files::Table& table, std::string_view key) {
  std::string line = table.text(key, "");
  const bool is_plain =
      std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  if (!is_plain) table.refuse(key, "holds a control character; one line of text is wanted");
  return line;
}

const Verb* find_verb(files::Table& table) {
  const std::string name = table.text("do");
  if (name.empty()) return nullptr;
  const auto found = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& verb) { return verb.name == name; });
  if (found != verbs().end()) return &*found;
  std::vector<std::string> names{"again"};
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  const std::string close = files::nearest(name, names);
  table.refuse("do", "'" + files::shown(name) + "' is no step; " +
                         (close.empty() ? "known are " + files::joined(names) : "did you mean '" + close + "'?"));
  return nullptr;
}

void read_keys(files::Table& table, const Verb& verb, Step& step) {
  const std::string_view quantity = verb.has("by") ? "by" : "quantity";
  if (verb.has(quantity)) step.quantity = read_positive(table, quantity, max_order_quantity);
  if (verb.has("percent") && table.has("percent")) step.percent = static_cast<int>(table.integer("percent", 1, 100));
  if (verb.has("price")) step.price = read_positive(table, "price", max_price);
  if (verb.has("fill") && (table.has("fill") || step.what != Do::repeat)) {
    step.fill = static_cast<int>(table.integer("fill", 1, static_cast<std::int64_t>(max_steps)));
  }
  if (verb.has("reason") && table.has("reason")) step.reason = static_cast<int>(table.integer("reason", 0, max_reason));
  if (verb.has("order")) step.reversed = table.one_of("order", {"as_made", "reversed"}, "as_made") == "reversed";
  if (verb.has("account")) step.account = table.has("account") ? read_line(table, "account") : table.text("account");
  if (verb.has("text")) step.text = read_line(table, "text");
  const Number& number = verb.number;
  if (number.key.empty()) return;
  step.count = number.fallback ? table.integer(number.key, number.low, number.high, *number.fallback)
                               : table.integer(number.key, number.low, number.high);
}

// What no key is wrong in by itself.
void check_keys(files::Table& table, const Step& step) {
  if (step.quantity && step.percent) {
    table.refuse("percent", "contradicts quantity; give one of them, or none for all that is left");
  }
  const bool changes = step.quantity || step.price;
  if (step.what == Do::correct && !changes) table.refuse("do", "'correct' needs another quantity or price");
  if (step.what == Do::replace && !changes) table.refuse("do", "'replace' needs another quantity or price");
  if (step.what == Do::over_fill && !step.quantity) table.refuse("by", "is missing: how much more than was ordered");
  if (step.what == Do::fill_unknown && !step.quantity) table.refuse("quantity", "is missing");
}

void check_order(files::Table& table, const Step& step, const Before& before) {
  const bool names_fill = step.what == Do::bust || step.what == Do::correct || step.what == Do::repeat;
  if (names_fill && step.fill.value_or(1) > before.fills) {
    table.refuse(step.fill ? "fill" : "do", "there can be no fill " + std::to_string(step.fill.value_or(1)) +
                                                " yet; the steps before make " + std::to_string(before.fills));
  }
  if (step.what == Do::release && !before.holds) table.refuse("do", "nothing is held; a 'hold' must come before");
}

std::optional<Step> read_step(files::Table& table, unsigned where) {
  const Verb* const verb = find_verb(table);
  if (verb == nullptr) return std::nullopt;
  if ((verb->places & where) == 0) {
    table.refuse("do", "'" + std::string(verb->name) + "' cannot stand in " + std::string(name_of_place(where)));
  }
  Step step{.what = verb->what};
  step.after = std::chrono::milliseconds(table.integer("after_ms", 0, max_after_ms, 0));
  read_keys(table, *verb, step);
  check_keys(table, step);
  return step;
}

// Steps of one list, with each `again` written out.
class List {
 public:
  List(unsigned where, Before before, std::size_t room) : where_(where), before_(before), room_(room) {}

  Steps read(files::Table& scenario, std::string_view key) {
    for (files::Table& table : scenario.tables(key)) add(table);
    return std::move(steps_);
  }

 private:
  void add(files::Table& table) {
    if (gone_) table.refuse("do", "nothing can follow 'market': the order is not the scenario's any more");
    starts_.push_back(steps_.size());
    if (table.text("do", "-") == "again") return add_again(table);
    const std::optional<Step> step = read_step(table, where_);
    if (!step) return;
    check_order(table, *step, after(before_, steps_));
    if (step->what == Do::market) {
      gone_ = true;
      const bool is_touched =
          !std::all_of(steps_.begin(), steps_.end(), [](const Step& each) { return is_about_session(each.what); });
      if (is_touched) table.refuse("do", "'market' hands over the order as it came; only session steps may go before");
    }
    if (steps_.size() >= room_) return refuse_length(table, "do");
    steps_.push_back(*step);
  }

  void add_again(files::Table& table) {
    const auto own = static_cast<std::int64_t>(starts_.size());
    const std::int64_t from = table.integer("from", 1, own, 1);
    if (!table.has("times")) {
      table.refuse("do", "'again' would go on for ever; say how many `times`");
    }
    const auto times = table.has("times") ? table.integer("times", 1, static_cast<std::int64_t>(max_steps)) : 0;
    if (from < 1) return;
    if (from == own) return table.refuse("from", "is this step itself, which would go on for ever");
    const Steps repeated(steps_.begin() + static_cast<std::ptrdiff_t>(starts_.at(from - 1)), steps_.end());
    for (std::int64_t i = 0; i < times; ++i) {
      if (steps_.size() + repeated.size() > room_) return refuse_length(table, "times");
      steps_.insert(steps_.end(), repeated.begin(), repeated.end());
    }
  }

  void refuse_length(files::Table& table, std::string_view key) {
    table.refuse(key, "makes more than " + std::to_string(max_steps) + " steps of this scenario");
    room_ = 0;
  }

  unsigned where_;
  Before before_;
  std::size_t room_;
  Steps steps_;
  std::vector<std::size_t> starts_;  // where the steps of the file begin
  bool gone_ = false;
};

void read_quantities(files::Table& table, When& when) {
  if (!table.has("quantity")) return;
  if (!table.holds_table("quantity")) {
    when.least = when.most = read_positive(table, "quantity", max_order_quantity);
    return;
  }
  files::Table range = table.table("quantity");
  when.least = read_positive(range, "from", max_order_quantity);
  when.most = read_positive(range, "to", max_order_quantity);
  if (!when.least && !when.most) table.refuse("quantity", "needs `from`, `to` or both");
  if (when.least && when.most && *when.most < *when.least) range.refuse("to", "is below `from`");
}

When read_when(files::Table& table, On on) {
  When when;
  when.client = table.has("client") ? table.word("client") : "";
  if (on != On::logon) {
    when.symbol = core::Symbol(table.has("symbol") ? table.word("symbol") : "");
    read_quantities(table, when);
    when.account = table.text("account", "");
    const std::string side = table.one_of("side", {"buy", "sell"}, "");
    if (!side.empty()) when.side = side == "buy" ? core::Side::buy : core::Side::sell;
  }
  if (on == On::order) {
    static const std::map<std::string, core::OrderType> types{{"market", core::OrderType::market},
                                                              {"limit", core::OrderType::limit},
                                                              {"stop", core::OrderType::stop},
                                                              {"stop_limit", core::OrderType::stop_limit}};
    const std::string type = table.one_of("type", {"market", "limit", "stop", "stop_limit"}, "");
    if (!type.empty()) when.type = types.at(type);
  }
  when.from = read_time_of_day(table, "from");
  when.to = read_time_of_day(table, "to");
  if (when.from && when.to && *when.to <= *when.from) table.refuse("to", "is not after `from`, so no time fits");
  if (table.has("nth")) when.nth = static_cast<int>(table.integer("nth", 1, max_nth));
  return when;
}

Scenario read_scenario(files::Table& table) {
  Scenario scenario;
  scenario.name = table.text("name");
  const std::string on = table.one_of("on", {"order", "logon", "allocation"}, "order");
  scenario.on = on == "logon" ? On::logon : on == "allocation" ? On::allocation : On::order;
  if (auto when = table.optional_table("when")) scenario.when = read_when(*when, scenario.on);
  if (!table.has("steps")) table.refuse("steps", "is missing; steps = [] does nothing");
  const unsigned where = scenario.on == On::logon        ? place::logon
                         : scenario.on == On::allocation ? place::allocation
                                                         : place::order;
  scenario.steps = List(where, {}, max_steps).read(table, "steps");
  if (scenario.on != On::order) {
    scenario.on_cancel = scenario.on_replace = {};
    return scenario;
  }
  const Before before = after({}, scenario.steps);
  std::size_t room = max_steps - scenario.steps.size();
  if (table.has("on_cancel")) scenario.on_cancel = List(place::cancel, before, room).read(table, "on_cancel");
  room -= std::min(room, scenario.on_cancel.size());
  if (table.has("on_replace")) scenario.on_replace = List(place::replace, before, room).read(table, "on_replace");
  const std::string status = table.one_of("on_status", {"answer", "ignore", "unknown"}, "answer");
  scenario.on_status = status == "ignore"    ? OnStatus::ignore
                       : status == "unknown" ? OnStatus::unknown
                                             : OnStatus::answer;
  return scenario;
}

// Where each name stands, over all files that are read together.
using Names = std::map<std::string, std::string>;

tl::expected<std::vector<Scenario>, files::Errors> read(core::Result<files::Table> loaded, Names& names) {
  if (!loaded) return tl::unexpected(files::Errors{loaded.error()});
  files::Table& root = *loaded;
  std::vector<Scenario> scenarios;
  for (files::Table& table : root.tables("scenario")) {
    Scenario scenario = read_scenario(table);
    const auto [first, is_new] = names.emplace(scenario.name, table.place("name"));
    if (!is_new) table.refuse("name", "'" + files::shown(scenario.name) + "' is taken already, at " + first->second);
    for (const Scenario& before : scenarios) {
      if (before.on != scenario.on || before.when != scenario.when) continue;
      table.refuse("when", "is that of '" + before.name + "', which comes first; so this one never would");
    }
    scenarios.push_back(std::move(scenario));
  }
  if (scenarios.empty()) root.refuse("scenario", "there must be one [[scenario]] with name and steps at least");
  if (files::Errors errors = root.finish(); !errors.empty()) return tl::unexpected(std::move(errors));
  return scenarios;
}

}  // namespace

tl::expected<std::vector<Scenario>, files::Errors> load_scenarios(const std::vector<std::filesystem::path>& paths) {
  std::vector<Scenario> all;
  files::Errors errors;
  Names names;
  for (const std::filesystem::path& path : paths) {
    auto scenarios = read(files::Table::load(path), names);
    if (scenarios) {
      std::move(scenarios->begin(), scenarios->end(), std::back_inserter(all));
    } else {
      errors.insert(errors.end(), scenarios.error().begin(), scenarios.error().end());
    }
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return all;
}

tl::expected<std::vector<Scenario>, files::Errors> parse_scenarios(std::string_view toml, const std::string& name) {
  Names names;
  return read(files::Table::parse(toml, name), names);
}

core::Result<Step> parse_step(std::string_view toml, unsigned places) {
  auto root = files::Table::parse("step = " + std::string(toml), "step");
  if (!root) return tl::unexpected(root.error());
  files::Table table = root->table("step");
  const std::optional<Step> step = read_step(table, places);
  if (files::Errors errors = root->finish(); !errors.empty()) return tl::unexpected(errors.front());
  if (!step) return core::fail("step", "is none");
  return *step;
}

}  // namespace simulator
