#include "simulator/certify/referee.hpp"

#include <utility>

// Cases and steps: which one is at hand, and what comes after it.
namespace simulator::certify {

namespace {

constexpr std::chrono::seconds farewell{1};  // for the answer to our Logout(5) after a case failed

Step end_of(const Case& which) {
  return {.kind = Step::Kind::logout,
          .line = which.steps.empty() ? which.line : which.steps.back().line,
          .source = "(the end: a Logout, its answer, and nothing else before it)",
          .time = default_patience};
}

}  // namespace

Referee::Referee(const Suite& suite, RefereeSettings settings)
    : suite_(suite),
      settings_(std::move(settings)),
      outcome_{.suite = suite.name, .version = suite.version, .file = suite.file},
      speaker_(suite.version, settings_.next_out, settings_.next_in) {}

void Referee::start(core::Time now) {
  outcome_.began = now;
  begin_case(now);
  go_on(now);
}

void Referee::tick(core::Time now) {
  now_ = now;
  if (logged_on_ && !by_hand_ && !sent_logout_ && now - last_sent_ >= heartbeat_) send({{35, "0"}}, {}, true, now);
  go_on(now);
}

void Referee::answered(core::Time now) {
  answered_ = true;
  go_on(now);
}

void Referee::fail(const std::string& why, core::Time now) {
  if (finished_ || leaving_) return;
  fail_with(why, now);
  go_on(now);
}

core::Time Referee::due() const {
  core::Time due = deadline_;
  if (logged_on_ && !by_hand_ && !sent_logout_) due = std::min(due, last_sent_ + heartbeat_);
  return due;
}

bool Referee::wants_connection() const {
  if (finished_ || leaving_ || connected_ || wants_.close || step_ >= steps_.size()) return false;
  return steps_[step_].kind == Step::Kind::connect || steps_[step_].kind == Step::Kind::logon;
}

void Referee::go_on(core::Time now) {
  now_ = now;
  while (!finished_ && go_one(now) == Progress::goes_on) {
  }
}

Referee::Progress Referee::go_one(core::Time now) {
  if (leaving_) return leave(now);
  if (step_ < steps_.size()) {
    if (!begun_) begin_step(now);
    return carry_out(steps_[step_], now);
  }
  const bool said_goodbye = steps_.size() > suite_.setup.size() + suite_.cases[outcome_.cases.size() - 1].steps.size();
  if (logged_on_ && !said_goodbye) {
    steps_.push_back(end_of(suite_.cases[outcome_.cases.size() - 1]));
    outcome_.cases.back().steps.push_back(
        {.kind = steps_.back().kind, .line = steps_.back().line, .source = steps_.back().source});
    return Progress::goes_on;
  }
  end_case(now);
  return Progress::goes_on;
}

void Referee::begin_case(core::Time now) {
  const Case& next = suite_.cases[outcome_.cases.size()];
  outcome_.cases.push_back({.name = next.name, .line = next.line, .began = now});
  steps_ = suite_.setup;
  steps_.insert(steps_.end(), next.steps.begin(), next.steps.end());
  for (const Step& step : steps_) {
    outcome_.cases.back().steps.push_back({.kind = step.kind, .line = step.line, .source = step.source});
  }
  step_ = 0;
  begun_ = false;
  leaving_ = false;
  by_hand_ = false;
  closed_by_them_ = false;
  variables_ = settings_.variables;
  const auto given = [&](std::string_view name) {
    const auto found = variables_.find(std::string(name));
    return found == variables_.end() ? std::string() : found->second;
  };
  speaker_.name(given(sender_name), given(target_name));
  ignored_.clear();
  inbox_.clear();
  last_expected_.reset();
}

void Referee::end_case(core::Time now) {
  if (connected_) hang_up();
  outcome_.cases.back().ended = now;
  // Nobody is there to be certified: the other cases would wait in vain.
  if (outcome_.client_came && outcome_.cases.size() < suite_.cases.size()) return begin_case(now);
  finished_ = true;
  outcome_.next_out = speaker_.next_out();
  outcome_.ended = now;
}

void Referee::begin_step(core::Time now) {
  begun_ = true;
  was_connected_ = connected_;
  was_logged_on_ = logged_on_;
  asked_ = answered_ = false;
  deadline_ = now + steps_[step_].time;
  at_hand().began = now;
}

Referee::Progress Referee::pass(core::Time now) {
  at_hand().verdict = Verdict::passed;
  at_hand().ended = now;
  ++step_;
  begun_ = false;
  return Progress::goes_on;
}

Referee::Progress Referee::fail(Differences differences, core::Time now) {
  // Between two steps it is the last one that hears of it.
  step_ = std::min(step_, steps_.size() - 1);
  StepOutcome& step = at_hand();
  if (!begun_) step.began = now;
  step.verdict = Verdict::failed;
  step.ended = now;
  step.differences.insert(step.differences.end(), differences.begin(), differences.end());
  leaving_ = true;
  deadline_ = now + farewell;
  if (logged_on_ && !sent_logout_) {
    send({{35, "5"}, {58, "the case failed"}}, {}, true, now);
    sent_logout_ = true;
  }
  return Progress::goes_on;
}

// After a failure: a Logout, so that the client is in order for the next case.
Referee::Progress Referee::leave(core::Time now) {
  bool answered = !sent_logout_;
  while (!inbox_.empty()) {
    answered = answered || value_of(inbox_.front().message, 35) == "5";
    take_front(true);
  }
  if (connected_ && !answered && now < deadline_) return Progress::waits;
  end_case(now);
  return Progress::goes_on;
}

}  // namespace simulator::certify
