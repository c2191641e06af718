#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "simulator/certify/match.hpp"

// What became of a certification, step by step.
namespace simulator::certify {

struct Spoken {
  bool sent = false;  // by us
  core::Time at;
  std::string bytes;
  bool by_itself = false;  // a heartbeat and the like, which no step is about
};

enum class Verdict { passed, failed, not_reached };

struct StepOutcome {
  Step::Kind kind = Step::Kind::note;
  int line = 0;
  std::string source;
  Verdict verdict = Verdict::not_reached;
  std::vector<Spoken> spoken;
  Differences differences;  // why it failed
  core::Time began;
  core::Time ended;
};

struct CaseOutcome {
  std::string name;
  int line = 0;
  std::vector<StepOutcome> steps;
  core::Time began;
  core::Time ended;

  [[nodiscard]] bool passed() const {
    return std::ranges::all_of(steps, [](const StepOutcome& step) { return step.verdict == Verdict::passed; });
  }
};

struct Outcome {
  std::string suite;
  std::string version;
  std::string file;
  std::vector<CaseOutcome> cases;
  core::Time began;
  core::Time ended;
  bool client_came = false;
  int next_out = 1;  // MsgSeqNum(34) of what we would say next, for a run that goes on from here

  [[nodiscard]] std::size_t passed() const {
    return static_cast<std::size_t>(std::ranges::count_if(cases, &CaseOutcome::passed));
  }
};

}  // namespace simulator::certify
