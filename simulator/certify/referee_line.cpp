#include <charconv>
#include <utility>

#include "fix/wire_text.hpp"
#include "simulator/certify/referee.hpp"

// The connection: what comes and goes on it, and what is answered without a step.
namespace simulator::certify {

namespace {

constexpr std::size_t max_frame_bytes = 64 * 1024;

}  // namespace

void Referee::connected(core::Time now) {
  connected_ = true;
  closed_by_them_ = false;
  sent_logon_ = heard_logon_ = logged_on_ = sent_logout_ = false;
  framer_.emplace(max_frame_bytes);
  inbox_.clear();
  last_sent_ = now;
  go_on(now);
}

void Referee::closed(core::Time now) {
  if (!connected_) return;
  connected_ = logged_on_ = false;
  closed_by_them_ = true;
  go_on(now);
}

void Referee::received(std::string_view bytes, core::Time now) {
  if (!connected_) return;
  outcome_.client_came = true;
  framer_->add(bytes);
  while (const auto item = framer_->next()) {
    if (item->kind == fix::Framer::Item::Kind::frame) {
      hear(item->bytes, now);
      continue;
    }
    hear_garbled(item->text, now);
    if (item->kind == fix::Framer::Item::Kind::broken) break;
  }
  go_on(now);
}

void Referee::hear_garbled(std::string why, core::Time now) {
  Heard heard;
  heard.spoken.at = now;
  heard.faults.push_back({0, "bytes came that are no message: " + std::move(why)});
  inbox_.push_back(std::move(heard));
}

void Referee::hear(std::string_view frame, core::Time now) {
  Heard heard;
  heard.spoken.at = now;
  heard.spoken.bytes = frame;
  heard.message = fields_of(frame);
  heard.expected_number = speaker_.next_in();
  heard.faults = speaker_.hear(heard.message);
  const std::string type = value_of(heard.message, 35);
  if (type == "A") {
    heard_logon_ = true;
    logged_on_ = sent_logon_;
    const std::string seconds = value_of(heard.message, 108);
    int heartbeat = 0;
    std::from_chars(seconds.data(), seconds.data() + seconds.size(), heartbeat);
    if (heartbeat > 0 && heartbeat <= 3'600) heartbeat_ = std::chrono::seconds(heartbeat);
  }
  if (type == "5") logged_on_ = false;
  // What has a fault is judged by the step at hand, whatever it is.
  if (heard.faults.empty() && !by_hand_ && !leaving_ && logged_on_ && answer_by_itself(heard, now)) {
    if (step_ < steps_.size()) at_hand().spoken.push_back(heard.spoken);
    return;
  }
  inbox_.push_back(std::move(heard));
}

// A TestRequest and a ResendRequest, unless the case has steps for them. The resend is a gap fill: a case that wants
// messages again sends them itself.
bool Referee::answer_by_itself(const Heard& heard, core::Time now) {
  const std::string type = value_of(heard.message, 35);
  if ((type != "1" && type != "2") || expects_type(type)) return false;
  if (type == "1") {
    send({{35, "0"}, {112, value_of(heard.message, 112)}}, {}, true, now);
    return true;
  }
  const std::string next = std::to_string(speaker_.next_out());
  send({{35, "4"}, {34, value_of(heard.message, 7)}, {43, "Y"}, {122, timestamp(now)}, {123, "Y"}, {36, next}}, {},
       true, now);
  return true;
}

bool Referee::expects_type(std::string_view type) const {
  const auto names_it = [&](const Alternative& each) {
    if (each.kind == Alternative::Kind::logout) return type == "5";
    return std::ranges::any_of(each.items, [&](const Item& item) {
      return item.tag == 35 && item.kind == Item::Kind::text && item.text == type;
    });
  };
  return std::ranges::any_of(steps_, [&](const Step& step) {
    return step.kind == Step::Kind::expect && std::ranges::any_of(step.any_of, names_it);
  });
}

void Referee::send(const Fields& fields, const std::set<int>& left_out, bool by_itself, core::Time now) {
  const std::string type = value_of(fields, 35);
  std::string bytes = speaker_.compose(fields, left_out, now);
  if (type == "A") {
    sent_logon_ = true;
    logged_on_ = heard_logon_;
  }
  if (type == "5") sent_logout_ = true;
  send_bytes(std::move(bytes), by_itself, now);
}

void Referee::send_bytes(std::string bytes, bool by_itself, core::Time now) {
  wants_.bytes += bytes;
  last_sent_ = now;
  if (steps_.empty()) return;
  outcome_.cases.back().steps[std::min(step_, steps_.size() - 1)].spoken.push_back(
      {true, now, std::move(bytes), by_itself});
}

void Referee::hang_up() {
  wants_.close = true;
  connected_ = logged_on_ = false;
}

core::Result<std::string> Referee::value_of_name(const std::string& name, core::Time now, int next_in) const {
  if (name.find_first_not_of("0123456789") == std::string::npos) {
    const int tag = std::atoi(name.c_str());
    if (last_expected_) {
      for (const Field& field : *last_expected_) {
        if (field.tag == tag) return field.value;
      }
    }
    return core::fail("", "$" + name + ": the message that was expected last has no such field");
  }
  if (name == "NEXT_OUT") return std::to_string(speaker_.next_out());
  if (name == "NEXT_IN") return std::to_string(next_in);
  if (name == "NOW") return timestamp(now);
  if (name == "TODAY") return core::fix_date(now);
  if (name == "ID") return settings_.id + "-" + std::to_string(outcome_.cases.size());
  if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
  if (name == sender_name) return speaker_.sender();
  if (name == target_name) return speaker_.target();
  return core::fail("", "$" + name + " was not captured: the message that has it did not come");
}

Lookup Referee::lookup(core::Time now, int next_in) const {
  return [this, now, next_in](const std::string& name) { return value_of_name(name, now, next_in); };
}

core::Result<Fields> Referee::filled_fields(const Items& items, std::set<int>& left_out, core::Time now) const {
  Fields fields;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::absent) {
      left_out.insert(item.tag);
      continue;
    }
    auto value = filled(item.text, lookup(now));
    if (!value) return tl::unexpected(value.error());
    fields.push_back({item.tag, *std::move(value)});
  }
  return fields;
}

}  // namespace simulator::certify
