#include "files/log.hpp"
#include "simulator/certify/report.hpp"

namespace simulator::certify {

namespace {

std::string member(std::string_view name, std::string_view value) {
  return files::json_string(name) + ":" + files::json_string(value);
}

template <class List, class ToText>
std::string array(std::string_view name, const List& list, ToText to_text) {
  std::string text = files::json_string(name) + ":[";
  std::string_view before;
  for (const auto& each : list) {
    text.append(before).append(to_text(each));
    before = ",";
  }
  return text + "]";
}

std::string word_of(Verdict verdict) {
  return verdict == Verdict::passed ? "passed" : verdict == Verdict::failed ? "failed" : "not reached";
}

std::string field_json(const DecodedField& field) {
  return "{\"tag\":" + std::to_string(field.tag) + "," + member("name", field.name) + "," +
         member("value", field.value) + "," + member("meaning", field.meaning) + "}";
}

std::string spoken_json(const Spoken& spoken, const Names& names) {
  return "{" + member("direction", spoken.sent ? "sent" : "received") + "," +
         member("time", core::iso_text(spoken.at)) + "," + "\"by_itself\":" + (spoken.by_itself ? "true" : "false") +
         "," + member("raw", with_bars(spoken.bytes)) + "," + array("fields", names.decoded(spoken.bytes), field_json) +
         "}";
}

std::string step_json(const StepOutcome& step, const Names& names) {
  return "{\"line\":" + std::to_string(step.line) + "," + member("step", step.source) + "," +
         member("verdict", word_of(step.verdict)) + "," +
         array("messages", step.spoken, [&](const Spoken& spoken) { return spoken_json(spoken, names); }) + "," +
         array("differences", step.differences,
               [&](const Difference& each) {
                 return "{\"tag\":" + std::to_string(each.tag) + "," + member("text", text_of(each, names)) + "}";
               }) +
         "}";
}

std::string case_json(const CaseOutcome& each, const Names& names) {
  return "{" + member("name", each.name) + ",\"line\":" + std::to_string(each.line) + "," +
         member("verdict", each.passed() ? "passed" : "failed") + "," +
         member("seconds", seconds_between(each.began, each.ended)) + "," +
         array("steps", each.steps, [&](const StepOutcome& step) { return step_json(step, names); }) + "}";
}

}  // namespace

std::string json_report(const Outcome& outcome, const Names& names) {
  return "{" + member("suite", outcome.suite) + "," + member("version", outcome.version) + "," +
         member("file", outcome.file) + "," + member("began", core::iso_text(outcome.began)) + "," +
         member("ended", core::iso_text(outcome.ended)) +
         ",\"client_came\":" + (outcome.client_came ? "true" : "false") +
         ",\"next_out\":" + std::to_string(outcome.next_out) + ",\"passed\":" + std::to_string(outcome.passed()) +
         ",\"failed\":" + std::to_string(outcome.cases.size() - outcome.passed()) + "," +
         array("cases", outcome.cases, [&](const CaseOutcome& each) { return case_json(each, names); }) + "}\n";
}

}  // namespace simulator::certify
