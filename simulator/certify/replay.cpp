#include "simulator/certify/replay.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "simulator/certify/template.hpp"

namespace simulator::certify {

namespace {

constexpr std::array id_tags = {11, 17, 19, 37, 41, 198, 262, 379, 526, 527, 584, 790};
// Times of the moment, and dates that follow from them: no two runs have the same.
constexpr std::array time_tags = {60, 75, 126, 168, 272, 273};

template <class Tags>
bool is_one_of(const Tags& tags, int tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

std::string name_for(int tag) {
  switch (tag) {
    case 11:
    case 41: return "order";
    case 37: return "broker_order";
    case 17:
    case 19: return "exec";
    default: return "id";
  }
}

class Translation {
 public:
  Translation(const Recording& recording, const ReplayTerms& terms) : recording_(recording), terms_(terms) {}

  Suite suite() {
    Suite suite{.name = "Replay of " + recording_.file + ", session " + recording_.session, .file = recording_.file};
    const Fields& first = recording_.connections.front().front().message;
    if (const std::string version = value_of(first, 8); !version.empty()) suite.version = version;
    const bool is_ours = recording_.connections.front().front().by_client == (terms_.side == Side::client);
    if (terms_.side == Side::client) {
      suite.setup.push_back(set(sender_name, value_of(first, is_ours ? 49 : 56)));
      suite.setup.push_back(set(target_name, value_of(first, is_ours ? 56 : 49)));
    }
    for (const auto& connection : recording_.connections) add(connection);
    suite.cases.push_back({.name = terms_.side == Side::broker ? "The broker's side" : "The client's side",
                           .line = 1,
                           .steps = std::move(steps_)});
    return suite;
  }

 private:
  static Step set(std::string_view name, const std::string& value) {
    Step step{.kind = Step::Kind::set, .name = std::string(name), .words = as_template(value)};
    step.source = text_of(step);
    return step;
  }
  void push(Step step, int line) {
    step.line = line;
    step.source = text_of(step);
    steps_.push_back(std::move(step));
  }

  void add(const std::vector<RecordedMessage>& connection) {
    push({.kind = Step::Kind::logon, .time = connect_patience}, connection.front().line);
    last_ = connection.front().at;
    for (const RecordedMessage& recorded : connection) {
      const std::string type = value_of(recorded.message, 35);
      const bool ours = recorded.by_client == (terms_.side == Side::client);
      if (type == "A") last_ = recorded.at;
      // Ours, whoever began then: nobody can ask a client for a Logout.
      if (type == "5") return push({.kind = Step::Kind::logout, .time = default_patience}, recorded.line);
      const bool is_session = type == "A" || type == "0" || type == "1" || type == "2" || type == "4";
      if (is_session || value_of(recorded.message, 43) == "Y") continue;
      if (ours) {
        add_sent(recorded);
      } else {
        add_expected(recorded, type);
      }
      last_ = recorded.at;
    }
    push({.kind = Step::Kind::close}, connection.back().line);
  }

  [[nodiscard]] std::chrono::milliseconds pause(const RecordedMessage& recorded) const {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(recorded.at - last_);
    return std::clamp(passed, std::chrono::milliseconds(0), std::chrono::milliseconds(std::chrono::hours(24)));
  }
  // Twice what it took then, and the usual time besides.
  [[nodiscard]] std::chrono::milliseconds patience(const RecordedMessage& recorded) const {
    const auto long_ago = pause(recorded);
    if (long_ago < default_patience) return default_patience;
    return std::chrono::ceil<std::chrono::seconds>(
        std::min(2 * long_ago, std::chrono::milliseconds(std::chrono::hours(24))));
  }

  void add_sent(const RecordedMessage& recorded) {
    if (terms_.in_time && pause(recorded).count() > 0)
      push({.kind = Step::Kind::wait, .time = pause(recorded)}, recorded.line);
    Step step{.kind = Step::Kind::send};
    for (const Field& field : recorded.message) {
      if (field.tag == 0 || field.tag == 9 || field.tag == 10 || (is_header(field.tag) && field.tag != 35)) continue;
      step.items.push_back({field.tag, Item::Kind::text, said_again(field)});
    }
    push(std::move(step), recorded.line);
  }

  std::string said_again(const Field& field) {
    if (field.tag == 60) return "$NOW";
    if (field.tag == 75) return "$TODAY";
    if (!is_id(field)) return as_template(field.value);
    const auto [known, is_new] = ids_.emplace(field.value, as_template(field.value) + "-${ID}");
    return known->second;
  }

  void add_expected(const RecordedMessage& recorded, const std::string& type) {
    if (terms_.side == Side::broker && (type == "D" || type == "F")) {
      push({.kind = Step::Kind::ask, .words = asked_for(recorded.message, type)}, recorded.line);
    }
    Step step{.kind = Step::Kind::expect, .time = patience(recorded)};
    step.any_of.emplace_back();
    for (const Field& field : recorded.message) {
      const bool is_free = field.tag == 0 || field.tag == 9 || field.tag == 10 || is_one_of(time_tags, field.tag) ||
                           (is_header(field.tag) && field.tag != 35);
      if (!is_free) step.any_of.front().items.push_back(heard_again(field));
    }
    push(std::move(step), recorded.line);
  }

  Item heard_again(const Field& field) {
    if (!is_id(field)) return {field.tag, Item::Kind::text, as_template(field.value)};
    const auto [known, is_new] = ids_.emplace(field.value, "");
    if (!is_new) return {field.tag, Item::Kind::text, known->second};
    const std::string name = name_for(field.tag) + std::to_string(++captured_[name_for(field.tag)]);
    known->second = "${" + name + "}";
    return {field.tag, Item::Kind::any, {}, name};
  }

  static bool is_id(const Field& field) {
    return is_one_of(id_tags, field.tag) && !field.value.empty() && field.value != "0" && field.value != "NONE" &&
           field.value != "UNKNOWN";
  }

  std::string asked_for(const Fields& message, const std::string& type) {
    if (type == "D") return orders_[value_of(message, 11)] = order_in_words(message);
    const auto order = orders_.find(value_of(message, 41));
    return "Cancel: " + (order == orders_.end() ? order_in_words(message) : order->second);
  }

  const Recording& recording_;
  ReplayTerms terms_;
  std::vector<Step> steps_;
  core::Time last_;
  std::map<std::string, std::string> ids_;     // as recorded; as they are said now
  std::map<std::string, int> captured_;        // how many, by what their names begin with
  std::map<std::string, std::string> orders_;  // in words, by ClOrdID(11)
};

}  // namespace

std::string order_in_words(const Fields& order) {
  std::string text = value_of(order, 54) == "2" ? "Sell " : "Buy ";
  text += value_of(order, 38) + " " + value_of(order, 55);
  const std::string limit = value_of(order, 44);
  return text + (limit.empty() ? " at the market" : ", limit " + limit);
}

Suite suite_of(const Recording& recording, const ReplayTerms& terms) { return Translation(recording, terms).suite(); }

}  // namespace simulator::certify
