#include "files/text.hpp"
#include "simulator/certify/report.hpp"

namespace simulator::certify {

namespace {

// XML has no way to write control characters, and none of ours may break out of an attribute.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : files::cleaned(text, true)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string failure_xml(const CaseOutcome& each, const std::string& file, const Names& names) {
  std::string text;
  for (const StepOutcome& step : each.steps) {
    if (step.verdict != Verdict::failed) continue;
    const std::string place = file + ":" + std::to_string(step.line) + ": ";
    std::string differences;
    for (const Difference& difference : step.differences) differences += place + text_of(difference, names) + "\n";
    const std::string first = step.differences.empty() ? step.source : text_of(step.differences.front(), names);
    text += "      <failure" + attribute("message", place + first) + attribute("type", "difference") + ">" +
            escaped(step.source + "\n" + differences) + "</failure>\n";
    break;  // JUnit has one failure for a case; the rest is in the output
  }
  return text;
}

std::string case_xml(const CaseOutcome& each, const Outcome& outcome, const Names& names) {
  std::string said;
  for (const StepOutcome& step : each.steps) {
    said += std::to_string(step.line) + "  " + step.source + "\n";
    for (const Spoken& spoken : step.spoken) {
      said += std::string(spoken.sent ? "  > " : "  < ") + with_bars(spoken.bytes) + "\n";
    }
    for (const Difference& difference : step.differences) said += "  differs: " + text_of(difference, names) + "\n";
  }
  return "    <testcase" + attribute("classname", outcome.suite) + attribute("name", each.name) +
         attribute("time", seconds_between(each.began, each.ended)) + ">\n" +
         (each.passed() ? std::string() : failure_xml(each, outcome.file, names)) + "      <system-out>" +
         escaped(said) + "</system-out>\n    </testcase>\n";
}

}  // namespace

std::string junit_report(const Outcome& outcome, const Names& names) {
  const std::string counts = attribute("tests", std::to_string(outcome.cases.size())) +
                             attribute("failures", std::to_string(outcome.cases.size() - outcome.passed())) +
                             attribute("errors", "0") +
                             attribute("time", seconds_between(outcome.began, outcome.ended));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite" +
                     attribute("name", outcome.suite) + counts +
                     attribute("timestamp", core::iso_text(outcome.began).substr(0, 19)) + ">\n";
  for (const CaseOutcome& each : outcome.cases) text += case_xml(each, outcome, names);
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace simulator::certify
