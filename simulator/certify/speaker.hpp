#pragma once

#include <optional>
#include <set>
#include <string>

#include "core/time.hpp"
#include "simulator/certify/match.hpp"

namespace simulator::certify {

// Writes and reads the headers of messages: names and numbers. Unlike a session it does what it is told, wrong numbers
// too, and ends no connection.
class Speaker {
 public:
  // `next_in`: nothing takes the number that the other side's first Logon(A) has.
  Speaker(std::string begin_string, int next_out, std::optional<int> next_in)
      : begin_string_(std::move(begin_string)), next_out_(next_out), next_in_(next_in) {}

  // Ours and theirs. Without them they follow from the other side's Logon(A).
  void name(std::string sender, std::string target);
  [[nodiscard]] const std::string& sender() const { return sender_; }
  [[nodiscard]] const std::string& target() const { return target_; }

  // The bytes of a message of these fields, with those of the header and trailer that are neither among them nor in
  // `left_out`. A number that is given is not counted.
  [[nodiscard]] std::string compose(const Fields& given, const std::set<int>& left_out, core::Time now);

  // Counts a message that came, and says what is wrong with its header.
  [[nodiscard]] Differences hear(const Fields& message);

  [[nodiscard]] int next_out() const { return next_out_; }
  [[nodiscard]] int next_in() const { return next_in_.value_or(1); }
  void skip(int count) { next_out_ += count; }

 private:
  [[nodiscard]] Differences fault_of_names(const Fields& message) const;
  [[nodiscard]] Differences hear_logon(const Fields& message, int number);
  [[nodiscard]] Differences count(const Fields& message, int number);

  std::string begin_string_;
  std::string sender_;
  std::string target_;
  int next_out_;
  std::optional<int> next_in_;
  bool heard_reset_ = false;  // in the Logon(A) that came last
};

[[nodiscard]] std::string timestamp(core::Time time);  // to the millisecond, as every version of FIX reads it

}  // namespace simulator::certify
