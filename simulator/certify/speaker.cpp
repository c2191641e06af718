#include "simulator/certify/speaker.hpp"

#include <algorithm>
#include <charconv>

namespace simulator::certify {

namespace {

int number_of(const Fields& fields, int tag) {
  const std::string text = value_of(fields, tag);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.size() <= 9 && error == std::errc() && end == text.data() + text.size() ? number : 0;
}

Difference wrong_number(int came, int expected, const std::string& besides = "") {
  return {34, "'" + std::to_string(came) + "' came, '" + std::to_string(expected) + "' was expected" + besides};
}

}  // namespace

std::string timestamp(core::Time time) {
  const std::string text = core::fix_timestamp(time);  // to the microsecond
  return text.substr(0, text.size() - 3);
}

void Speaker::name(std::string sender, std::string target) {
  if (!sender.empty()) sender_ = std::move(sender);
  if (!target.empty()) target_ = std::move(target);
}

std::string Speaker::compose(const Fields& given, const std::set<int>& left_out, core::Time now) {
  const std::string type = value_of(given, 35);
  const bool restarts = type == "A" && value_of(given, 141) == "Y";
  if (restarts && !heard_reset_) {
    next_out_ = 1;
    next_in_ = 1;
  }
  const auto is_given = [&](int tag) { return std::ranges::find(given, tag, &Field::tag) != given.end(); };
  Fields message;
  const auto usual = [&](int tag, const std::string& value) {
    if (is_given(tag)) {
      message.push_back({tag, value_of(given, tag)});
    } else if (!left_out.contains(tag)) {
      message.push_back({tag, value});
    }
  };
  const bool counted = !is_given(34) && !left_out.contains(34);
  usual(8, begin_string_);
  usual(35, "");
  usual(49, sender_);
  usual(56, target_);
  usual(34, std::to_string(next_out_));
  const auto is_usual = [](int tag) {
    return tag == 8 || tag == 35 || tag == 49 || tag == 56 || tag == 34 || tag == 52;
  };
  for (const Field& field : given) {
    if (is_header(field.tag) && !is_usual(field.tag)) message.push_back(field);
  }
  usual(52, timestamp(now));
  for (const Field& field : given) {
    if (!is_header(field.tag)) message.push_back(field);
  }
  if (counted) ++next_out_;
  if (type == "4") next_out_ = std::max(next_out_, number_of(given, 36));
  return bytes_of(message);
}

Differences Speaker::hear(const Fields& message) {
  Differences differences = fault_of_names(message);
  const int number = number_of(message, 34);
  if (number < 1) {
    differences.push_back({34, "'" + value_of(message, 34) + "' came, a whole number was expected"});
    return differences;
  }
  const Differences more = value_of(message, 35) == "A" ? hear_logon(message, number) : count(message, number);
  differences.insert(differences.end(), more.begin(), more.end());
  return differences;
}

Differences Speaker::fault_of_names(const Fields& message) const {
  Differences differences;
  const auto check = [&](int tag, const std::string& expected) {
    const std::string came = value_of(message, tag);
    if (came != expected && !expected.empty()) {
      differences.push_back({tag, "'" + came + "' came, '" + expected + "' was expected"});
    }
  };
  check(8, begin_string_);
  check(49, target_);
  check(56, sender_);
  return differences;
}

// A number above the expected one is taken: what was said while nobody listened is not asked for.
Differences Speaker::hear_logon(const Fields& message, int number) {
  if (sender_.empty()) sender_ = value_of(message, 56);
  if (target_.empty()) target_ = value_of(message, 49);
  heard_reset_ = value_of(message, 141) == "Y";
  if (heard_reset_) {
    next_out_ = 1;
    next_in_ = 1;
  }
  Differences differences;
  if (next_in_ && number < *next_in_) differences.push_back(wrong_number(number, *next_in_));
  if (heard_reset_ && number != 1) differences.push_back(wrong_number(number, 1, ", with ResetSeqNumFlag(141)"));
  next_in_ = number + 1;
  return differences;
}

Differences Speaker::count(const Fields& message, int number) {
  const int expected = next_in();
  const bool is_reset = value_of(message, 35) == "4";
  const int new_number = is_reset ? number_of(message, 36) : number + 1;
  const bool is_fill = value_of(message, 123) == "Y";
  next_in_ = std::max(expected, new_number);
  if (number == expected || (is_reset && !is_fill)) return {};
  if (number < expected) {
    if (value_of(message, 43) == "Y") return {};
    return {wrong_number(number, expected,
                         ": the number is used up, and PossDupFlag(43) does not say that it comes again")};
  }
  return {wrong_number(number, expected, ": messages are missing")};
}

}  // namespace simulator::certify
