#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "files/log.hpp"
#include "simulator/certify/replay.hpp"

// What the broker did with each order, in the language of the exchange's scenarios.
namespace simulator::certify {

namespace {

struct Order {
  std::string symbol;
  std::string quantity;
  std::string words;
  core::Time last;  // when the step before was
  std::vector<std::string> steps;
  std::vector<std::string> on_cancel;
  std::vector<std::string> fills;  // ExecIDs of what can be busted or corrected
  bool was_cancelled = false;      // or tried to be
  bool asked_to_cancel = false;    // and not answered
  std::vector<std::string> left_out;
};

// TOML's basic strings have the same escapes as JSON's.
std::string text(const std::string& value) { return files::json_string(value); }

std::string with_reason(std::string words, const Fields& report, int reason_tag) {
  const std::string reason = value_of(report, reason_tag);
  if (!reason.empty() && reason.find_first_not_of("0123456789") == std::string::npos) words += ", reason = " + reason;
  const std::string remark = value_of(report, 58);
  return remark.empty() ? words : words + ", text = " + text(remark);
}

std::string step(const std::string& what, std::chrono::milliseconds after) {
  return "{ do = " + what + ", after_ms = " + std::to_string(std::max<std::int64_t>(0, after.count())) + " }";
}

class Scenarios {
 public:
  core::Result<std::string> of(const Recording& recording) {
    for (const auto& connection : recording.connections) {
      for (const RecordedMessage& recorded : connection) {
        if (value_of(recorded.message, 43) != "Y") take(recorded);
      }
    }
    if (orders_.empty()) return core::fail(recording.file, "has no NewOrderSingle(D), and so nothing for a scenario");
    std::string toml = "# What was answered in " + recording.file + ", session " + recording.session + ".\n";
    std::map<std::string, int> same_words;
    std::map<std::string, int> so_many;  // with the same condition: then it takes the number of the order besides
    std::map<std::string, int> nth;
    for (const Order& order : orders_) ++so_many[condition(order)];
    for (const Order& order : orders_) {
      const int again = same_words[order.words]++;
      std::string when = condition(order);
      if (so_many[when] > 1) when += ", nth = " + std::to_string(++nth[condition(order)]);
      toml += "\n[[scenario]]\nname = " + text(order.words + (again == 0 ? "" : ", again " + std::to_string(again))) +
              "\nwhen = { " + when + " }\n" + list("steps", order.steps);
      if (order.was_cancelled) toml += list("on_cancel", order.on_cancel);
      for (const std::string& each : order.left_out) toml += "# Left out, because no step does it: " + each + "\n";
    }
    return toml;
  }

 private:
  static std::string condition(const Order& order) {
    return "symbol = " + text(order.symbol) + ", quantity = " + text(order.quantity);
  }

  // An empty list says something too: that nothing was done.
  static std::string list(const std::string& key, const std::vector<std::string>& steps) {
    if (steps.empty()) return key + " = []\n";
    std::string toml = key + " = [\n";
    for (const std::string& each : steps) toml += "  " + each + ",\n";
    return toml + "]\n";
  }

  void take(const RecordedMessage& recorded) {
    const Fields& message = recorded.message;
    const std::string type = value_of(message, 35);
    if (recorded.by_client && type == "D") {
      by_id_[value_of(message, 11)] = orders_.size();
      orders_.push_back({.symbol = value_of(message, 55),
                         .quantity = value_of(message, 38),
                         .words = order_in_words(message),
                         .last = recorded.at});
    } else if (recorded.by_client && type == "F") {
      Order* order = find(message);
      if (order == nullptr) return;
      by_id_[value_of(message, 11)] = static_cast<std::size_t>(order - orders_.data());
      order->was_cancelled = order->asked_to_cancel = true;
      order->last = recorded.at;
    } else if (!recorded.by_client && (type == "8" || type == "9")) {
      Order* order = find(message);
      if (order == nullptr) return;
      type == "9" ? refused(*order, recorded) : reported(*order, recorded);
    }
  }

  Order* find(const Fields& message) {
    for (const int tag : {41, 11}) {
      const auto found = by_id_.find(value_of(message, tag));
      if (found != by_id_.end()) return &orders_[found->second];
    }
    return nullptr;
  }

  static std::chrono::milliseconds since_last(Order& order, const RecordedMessage& recorded) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(recorded.at - std::exchange(order.last, recorded.at));
  }

  static void refused(Order& order, const RecordedMessage& recorded) {
    order.asked_to_cancel = false;
    order.on_cancel.push_back(step(with_reason("\"refuse\"", recorded.message, 102), since_last(order, recorded)));
  }

  void reported(Order& order, const RecordedMessage& recorded) {
    const Fields& report = recorded.message;
    const std::string type = value_of(report, 150);
    if (type == "4" && order.asked_to_cancel) {
      order.asked_to_cancel = false;
      order.on_cancel.push_back(step("\"accept\"", since_last(order, recorded)));
      return;
    }
    if (type == "6" && order.asked_to_cancel) {
      order.on_cancel.push_back(step("\"pending_cancel\"", since_last(order, recorded)));
      return;
    }
    const std::string what = words_of(order, report, type);
    if (what.empty()) {
      order.left_out.push_back("ExecType(150) " + type + ", line " + std::to_string(recorded.line));
      return;
    }
    order.steps.push_back(step(what, since_last(order, recorded)));
  }

  static std::string words_of(Order& order, const Fields& report, const std::string& type) {
    static const std::map<std::string, std::string> plain = {
        {"0", "acknowledge"}, {"A", "pending_new"}, {"4", "cancel"},  {"3", "done_for_day"}, {"C", "expire"},
        {"D", "restate"},     {"7", "stopped"},     {"9", "suspend"}, {"B", "calculated"}};
    if (const auto found = plain.find(type); found != plain.end()) return text(found->second);
    if (type == "8") return with_reason("\"reject\"", report, 103);
    const std::string terms = "quantity = " + text(value_of(report, 32)) + ", price = " + text(value_of(report, 31));
    if (type == "F") {
      order.fills.push_back(value_of(report, 17));
      return "\"fill\", " + terms;
    }
    if (type != "G" && type != "H") return {};
    const auto fill = std::ranges::find(order.fills, value_of(report, 19));
    if (fill == order.fills.end()) return {};
    const std::string number = std::to_string(fill - order.fills.begin() + 1);
    if (type == "H") return "\"bust\", fill = " + number;
    *fill = value_of(report, 17);  // a later change names the correction
    return "\"correct\", fill = " + number + ", " + terms;
  }

  std::vector<Order> orders_;
  std::map<std::string, std::size_t> by_id_;  // ClOrdID(11), those of cancels too
};

}  // namespace

core::Result<std::string> scenarios_of(const Recording& recording) { return Scenarios().of(recording); }

}  // namespace simulator::certify
