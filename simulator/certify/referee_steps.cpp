#include <utility>

#include "simulator/certify/referee.hpp"
#include "simulator/certify/suite_words.hpp"

// What each kind of step does.
namespace simulator::certify {

namespace {

std::string described(const Alternative& alternative) {
  switch (alternative.kind) {
    case Alternative::Kind::logout: return "a Logout(5)";
    case Alternative::Kind::close: return "the end of the connection";
    case Alternative::Kind::message: break;
  }
  std::string text;
  for (const Item& item : alternative.items) text.append(text.empty() ? "" : "|").append(text_of(item));
  return text;
}

std::string described(const Step& step) {
  std::string text;
  for (const Alternative& each : step.any_of) text.append(text.empty() ? "" : " or ").append(described(each));
  return text;
}

// Ours of a Logon or Logout, with those of the step in the place of the usual ones.
Fields merged(Fields usual, const Fields& given) {
  std::erase_if(usual,
                [&](const Field& field) { return std::ranges::find(given, field.tag, &Field::tag) != given.end(); });
  usual.insert(usual.end(), given.begin(), given.end());
  return usual;
}

bool names_tag(const Alternative& alternative, int tag) {
  return std::ranges::find(alternative.items, tag, &Item::tag) != alternative.items.end();
}

}  // namespace

Referee::Progress Referee::carry_out(const Step& step, core::Time now) {
  switch (step.kind) {
    case Step::Kind::note: return pass(now);
    case Step::Kind::ask: wants_.asks.push_back({step.words, false}); return pass(now);
    case Step::Kind::check: return check(step, now);
    case Step::Kind::connect: return connected_ ? pass(now) : connect(now);
    case Step::Kind::logon: return log_on(step, now);
    case Step::Kind::logout: return log_out(step, now);
    case Step::Kind::expect: return expect(step, now);
    case Step::Kind::nothing: return expect_nothing(now);
    case Step::Kind::send: return send_step(step, now);
    case Step::Kind::raw: return send_raw(step, now);
    case Step::Kind::close: hang_up(); return pass(now);
    case Step::Kind::wait: return now < deadline_ ? Progress::waits : pass(now);
    case Step::Kind::skip: speaker_.skip(step.count); return pass(now);
    case Step::Kind::set: return set(step, now);
    case Step::Kind::ignore: ignored_.insert(ignored_.end(), step.any_of.begin(), step.any_of.end()); return pass(now);
    case Step::Kind::by_hand: by_hand_ = true; return pass(now);
    case Step::Kind::automatic: by_hand_ = false; return pass(now);
  }
  return Progress::waits;
}

Referee::Progress Referee::connect(core::Time now) {
  if (now < deadline_) return Progress::waits;
  const std::string waited = text_of(steps_[step_].time);
  return fail_with(settings_.dials ? "no connection was made in " + waited : "no client connected in " + waited, now);
}

Referee::Progress Referee::log_on(const Step& step, core::Time now) {
  if (was_logged_on_) return fail_with("the client is logged on already", now);
  // A listening side goes on waiting when somebody connects and goes without a word.
  if (!connected_ && settings_.dials && closed_by_them_)
    return fail_with("the connection was closed before a Logon(A) came", now);
  if (!connected_) return connect(now);
  std::set<int> left_out;
  const auto given = filled_fields(step.items, left_out, now);
  if (!given) return fail_with(given.error().message, now);
  if (settings_.dials && !sent_logon_) send(merged({{35, "A"}, {98, "0"}, {108, "30"}}, *given), left_out, false, now);
  if (inbox_.empty()) {
    if (now < deadline_) return Progress::waits;
    return fail_with("connected, but no Logon(A) came in " + text_of(step.time), now);
  }
  const Heard heard = inbox_.front();
  take_front(false);
  if (value_of(heard.message, 35) != "A") {
    Differences differences = heard.faults;
    differences.push_back({0, "something else came before the Logon(A)"});
    return fail(std::move(differences), now);
  }
  if (!heard.faults.empty()) return fail(heard.faults, now);
  last_expected_ = heard.message;
  if (!settings_.dials) {
    Fields answer{{35, "A"}, {98, "0"}, {108, value_of(heard.message, 108)}};
    if (value_of(heard.message, 141) == "Y") answer.push_back({141, "Y"});
    send(merged(std::move(answer), *given), left_out, false, now);
  }
  return pass(now);
}

Referee::Progress Referee::log_out(const Step& step, core::Time now) {
  if (!sent_logout_) {
    if (!connected_) return fail_with("there is no connection", now);
    std::set<int> left_out;
    const auto given = filled_fields(step.items, left_out, now);
    if (!given) return fail_with(given.error().message, now);
    send(merged({{35, "5"}}, *given), left_out, false, now);
  }
  while (!inbox_.empty()) {
    const Heard heard = inbox_.front();
    const bool passed_over = passes_over(heard, now);
    take_front(passed_over);
    if (passed_over) continue;
    if (value_of(heard.message, 35) != "5") {
      Differences differences = heard.faults;
      differences.push_back({0, "came although nothing more was expected"});
      return fail(std::move(differences), now);
    }
    if (!heard.faults.empty()) return fail(heard.faults, now);
    last_expected_ = heard.message;
    hang_up();
    return pass(now);
  }
  if (!connected_) return fail_with("the connection was closed without an answer to the Logout(5)", now);
  if (now < deadline_) return Progress::waits;
  return fail_with("no answer to the Logout(5) came in " + text_of(step.time), now);
}

Referee::Progress Referee::expect(const Step& step, core::Time now) {
  while (!inbox_.empty()) {
    const Heard heard = inbox_.front();
    const std::vector<Judged> judged = judge(step, heard, now);
    const auto good = std::ranges::find_if(judged, [](const Judged& each) { return each.match.differences.empty(); });
    if (good != judged.end()) {
      take_front(false);
      return accept(heard, *good, now);
    }
    const bool passed_over = passes_over(heard, now);
    take_front(passed_over);
    if (!passed_over) return refuse(step, heard, judged.empty() ? nullptr : &judged.front(), now);
  }
  if (!connected_) {
    const bool was_expected =
        std::ranges::find(step.any_of, Alternative::Kind::close, &Alternative::kind) != step.any_of.end();
    if (was_expected && closed_by_them_) return pass(now);
    return fail_with(
        (closed_by_them_ ? "the connection was closed, expected was " : "there is no connection, expected was ") +
            described(step),
        now);
  }
  if (now < deadline_) return Progress::waits;
  return fail_with("did not come in " + text_of(step.time) + ": " + described(step), now);
}

// How the message fits each alternative that could be meant; those of its own type in front.
std::vector<Referee::Judged> Referee::judge(const Step& step, const Heard& heard, core::Time now) const {
  static const Items logout{{35, Item::Kind::text, "5"}};
  std::vector<Judged> all;
  for (const Alternative& each : step.any_of) {
    if (each.kind == Alternative::Kind::close) continue;
    Judged judged{&each, match(each.kind == Alternative::Kind::logout ? logout : each.items, heard.message,
                               lookup(now, heard.expected_number))};
    for (const Difference& fault : heard.faults) {
      if (!by_hand_ && !names_tag(each, fault.tag)) judged.match.differences.push_back(fault);
    }
    all.push_back(std::move(judged));
  }
  const auto is_other_type = [](const Judged& judged) {
    return std::ranges::find(judged.match.differences, 35, &Difference::tag) != judged.match.differences.end();
  };
  std::ranges::stable_sort(all, {}, is_other_type);
  return all;
}

Referee::Progress Referee::accept(const Heard& heard, const Judged& judged, core::Time now) {
  for (const auto& [name, value] : judged.match.captured) variables_[name] = value;
  last_expected_ = heard.message;
  if (judged.alternative->kind == Alternative::Kind::logout && !sent_logout_ && connected_) {
    send({{35, "5"}}, {}, false, now);
  }
  return pass(now);
}

Referee::Progress Referee::refuse(const Step& step, const Heard& heard, const Judged* nearest, core::Time now) {
  Differences differences = heard.faults;
  if (nearest == nullptr) differences.push_back({0, "came, expected was " + described(step)});
  if (nearest == nullptr || heard.message.empty()) return fail(std::move(differences), now);
  differences = nearest->match.differences;
  const auto other_type = std::ranges::find(differences, 35, &Difference::tag);
  // Of another type of message nothing else is worth telling.
  if (other_type != differences.end()) return fail(Differences{*other_type}, now);
  if (!settings_.goes_on) return fail(std::move(differences), now);
  const Progress progress = accept(heard, *nearest, now);
  StepOutcome& judged = outcome_.cases.back().steps[step_ - 1];
  judged.verdict = Verdict::failed;
  judged.differences = std::move(differences);
  return progress;
}

// Heartbeats, and what the case does not care for.
bool Referee::passes_over(const Heard& heard, core::Time now) const {
  if (heard.message.empty() || !heard.faults.empty()) return false;
  if (value_of(heard.message, 35) == "0" && !by_hand_) return true;
  return std::ranges::any_of(ignored_, [&](const Alternative& each) {
    return match(each.items, heard.message, lookup(now, heard.expected_number)).differences.empty();
  });
}

void Referee::take_front(bool by_itself) {
  Spoken spoken = std::move(inbox_.front().spoken);
  inbox_.pop_front();
  spoken.by_itself = by_itself;
  if (!steps_.empty())
    outcome_.cases.back().steps[std::min(step_, steps_.size() - 1)].spoken.push_back(std::move(spoken));
}

Referee::Progress Referee::expect_nothing(core::Time now) {
  while (!inbox_.empty()) {
    const Heard heard = inbox_.front();
    const bool passed_over = passes_over(heard, now);
    take_front(passed_over);
    if (passed_over) continue;
    Differences differences = heard.faults;
    differences.push_back({0, "came although nothing was expected"});
    return fail(std::move(differences), now);
  }
  if (was_connected_ && !connected_) return fail_with("the connection was closed", now);
  return now < deadline_ ? Progress::waits : pass(now);
}

Referee::Progress Referee::send_step(const Step& step, core::Time now) {
  if (!connected_) return fail_with(closed_by_them_ ? "the connection was closed" : "there is no connection", now);
  std::set<int> left_out;
  const auto fields = filled_fields(step.items, left_out, now);
  if (!fields) return fail_with(fields.error().message, now);
  send(*fields, left_out, false, now);
  return pass(now);
}

Referee::Progress Referee::send_raw(const Step& step, core::Time now) {
  if (!connected_) return fail_with(closed_by_them_ ? "the connection was closed" : "there is no connection", now);
  const auto text = filled(step.words, lookup(now));
  if (!text) return fail_with(text.error().message, now);
  send_bytes(with_soh(*text), false, now);
  return pass(now);
}

Referee::Progress Referee::check(const Step& step, core::Time now) {
  if (!std::exchange(asked_, true)) wants_.asks.push_back({step.words, true});
  if (!settings_.has_driver || answered_) return pass(now);
  if (now < deadline_) return Progress::waits;
  return fail_with("nobody said in " + text_of(step.time) + " whether it is so", now);
}

Referee::Progress Referee::set(const Step& step, core::Time now) {
  const auto value = filled(step.words, lookup(now));
  if (!value) return fail_with(value.error().message, now);
  if (!settings_.variables.contains(step.name)) variables_[step.name] = *value;
  if (step.name == sender_name) speaker_.name(variables_[step.name], "");
  if (step.name == target_name) speaker_.name("", variables_[step.name]);
  return pass(now);
}

}  // namespace simulator::certify
