#include "simulator/certify/report.hpp"

#include <cstdio>

namespace simulator::certify {

namespace {

constexpr std::size_t wide = 100;  // where the word for the verdict stands

std::string word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "ok";
    case Verdict::failed: return "FAILED";
    case Verdict::not_reached: return "not reached";
  }
  return {};
}

// A line with a word at its right end.
std::string with_word(std::string line, const std::string& word) {
  line.append(line.size() < wide ? wide - line.size() : 1, ' ');
  return line + "  " + word + "\n";
}

std::string step_text(const StepOutcome& step, const Names& names) {
  const std::string number = std::to_string(step.line);
  std::string text =
      with_word(std::string(5 - std::min<std::size_t>(number.size(), 4), ' ') + number + "  " + step.source,
                word_of(step.verdict));
  for (const Spoken& spoken : step.spoken) {
    text += std::string("         ") + (spoken.sent ? "> " : "< ") + names.line(spoken.bytes) +
            (spoken.by_itself ? "  (by itself)" : "") + "\n";
  }
  for (const Difference& difference : step.differences)
    text += "         differs: " + text_of(difference, names) + "\n";
  return text;
}

}  // namespace

std::string text_of(const Difference& difference, const Names& names) {
  return difference.tag == 0 ? difference.text : names.field(difference.tag) + ": " + difference.text;
}

std::string seconds_between(core::Time from, core::Time to) {
  const auto ms = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count());
  const std::string thousandths = std::to_string(1'000 + ms % 1'000).substr(1);
  return std::to_string(ms / 1'000) + "." + thousandths;
}

std::string summary_of(const Outcome& outcome) {
  const std::size_t passed = outcome.passed();
  return std::to_string(outcome.cases.size()) + (outcome.cases.size() == 1 ? " case: " : " cases: ") +
         std::to_string(passed) + " passed, " + std::to_string(outcome.cases.size() - passed) + " failed";
}

std::string text_report(const Outcome& outcome, const Names& names) {
  std::string text = outcome.suite + ", " + outcome.version + ", " + outcome.file + "\n";
  for (const CaseOutcome& each : outcome.cases) {
    text += "\nCase \"" + each.name + "\"\n";
    for (const StepOutcome& step : each.steps) text += step_text(step, names);
  }
  text += "\n";
  for (const CaseOutcome& each : outcome.cases) {
    text += with_word(each.name,
                      (each.passed() ? "ok      " : "FAILED  ") + seconds_between(each.began, each.ended) + " s");
  }
  text += "A run that goes on from here begins with --next-out " + std::to_string(outcome.next_out) + "\n";
  return text + summary_of(outcome) + ", in " + seconds_between(outcome.began, outcome.ended) + " s\n";
}

}  // namespace simulator::certify
