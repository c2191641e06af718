#pragma once

#include <string>

#include "simulator/certify/decoded.hpp"
#include "simulator/certify/outcome.hpp"

// An outcome for people, for programs, and for build servers.
namespace simulator::certify {

// Every step with what was said, decoded, and what differed; then a line for each case.
[[nodiscard]] std::string text_report(const Outcome& outcome, const Names& names);
[[nodiscard]] std::string json_report(const Outcome& outcome, const Names& names);
// JUnit's XML: a test suite with a test case for each case, failures with what differed.
[[nodiscard]] std::string junit_report(const Outcome& outcome, const Names& names);

// "OrderQty(38): '200' came, '100' was expected"
[[nodiscard]] std::string text_of(const Difference& difference, const Names& names);
[[nodiscard]] std::string seconds_between(core::Time from, core::Time to);  // "0.412"
// "12 cases: 11 passed, 1 failed"
[[nodiscard]] std::string summary_of(const Outcome& outcome);

}  // namespace simulator::certify
