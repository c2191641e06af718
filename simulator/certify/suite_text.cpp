#include "simulator/certify/suite.hpp"
#include "simulator/certify/suite_words.hpp"

// A suite written out, so that a recording can become one.
namespace simulator::certify {

namespace {

std::string text_of_items(const Items& items) {
  std::string text;
  for (const Item& item : items) text.append(text.empty() ? "" : "|").append(text_of(item));
  return text;
}

std::string text_of_alternative(const Alternative& alternative) {
  switch (alternative.kind) {
    case Alternative::Kind::logout: return "logout";
    case Alternative::Kind::close: return "close";
    case Alternative::Kind::message: break;
  }
  return text_of_items(alternative.items);
}

std::string within(const Step& step, std::chrono::milliseconds usual) {
  return step.time == usual ? "" : " within " + text_of(step.time);
}

std::string with_items(std::string_view word, const Step& step) {
  return std::string(word) + (step.items.empty() ? "" : " " + text_of_items(step.items));
}

std::string any_of(const Step& step) {
  std::string text;
  for (const Alternative& each : step.any_of) text.append(text.empty() ? "" : " or ").append(text_of_alternative(each));
  return text;
}

}  // namespace

std::string text_of(const Step& step) {
  switch (step.kind) {
    case Step::Kind::note: return "note " + in_quotes(step.words);
    case Step::Kind::ask: return "ask " + in_quotes(step.words);
    case Step::Kind::check: return "check " + in_quotes(step.words) + within(step, connect_patience);
    case Step::Kind::connect: return "connect" + within(step, connect_patience);
    case Step::Kind::logon: return with_items("logon", step) + within(step, connect_patience);
    case Step::Kind::logout: return with_items("logout", step) + within(step, default_patience);
    case Step::Kind::expect: return "expect " + any_of(step) + within(step, default_patience);
    case Step::Kind::nothing: return "expect nothing within " + text_of(step.time);
    case Step::Kind::send: return with_items("send", step);
    case Step::Kind::raw: return "raw " + in_quotes(step.words);
    case Step::Kind::close: return "close";
    case Step::Kind::wait: return "wait " + text_of(step.time);
    case Step::Kind::skip: return "skip " + std::to_string(step.count);
    case Step::Kind::set: return "set " + step.name + " " + in_quotes(step.words);
    case Step::Kind::ignore: return "ignore " + any_of(step);
    case Step::Kind::by_hand: return "by hand";
    case Step::Kind::automatic: return "by itself";
  }
  return {};
}

std::string text_of(const Suite& suite) {
  std::string text = "suite " + in_quotes(suite.name) + " version " + suite.version + "\n\n";
  for (const Step& step : suite.setup) text += text_of(step) + "\n";
  if (!suite.setup.empty()) text += "\n";
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    text += (i == 0 ? "case " : "\ncase ") + in_quotes(suite.cases[i].name) + "\n";
    for (const Step& step : suite.cases[i].steps) text += "  " + text_of(step) + "\n";
  }
  return text;
}

}  // namespace simulator::certify
