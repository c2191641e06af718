#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "portfolio/instrument.hpp"

// What a model is to hold: an instrument and a percentage each, cash fills up to 100. Ranges around a percentage and
// exceptions of single sleeves will be fields of Target and of who asks for it; nothing of them is here yet.
namespace portfolio {

// 12.5 is 12.5 %.
using Percent = core::Scaled<struct PercentTag, 4>;
inline constexpr Percent all_of_it = Percent::whole(100);

struct Target {
  core::Symbol symbol;
  Percent percent;

  friend bool operator==(const Target&, const Target&) = default;
};

// By symbol. Without any the model is dynamic: it has no targets, only what it holds.
struct Targets {
  std::vector<Target> of;

  [[nodiscard]] bool is_dynamic() const { return of.empty(); }
  [[nodiscard]] Percent cash() const;  // 100 less the sum

  friend bool operator==(const Targets&, const Targets&) = default;
};

// What a person typed in one row.
struct TargetRow {
  std::string symbol;
  std::string percent;  // a number without a sign of percent: 12.5
  std::string place{};  // for errors; empty: "target 3, TSLA"
};

// All zeros, or no rows, clear the targets. A zero among others stays: it says that none is to be held.
// Error, with its place: a symbol that is unknown, twice there, expired, or not in the model's
// currency; a percentage that is none, over 100, below -100, or below zero where the instrument cannot be shorted; or
// a sum over 100.
[[nodiscard]] core::Result<Targets> parse_targets(std::span<const TargetRow> rows, const Instruments& instruments,
                                                  core::Currency currency, core::Time now);

// Targets as they were saved once.
struct TargetsVersion {
  std::int64_t number = 0;  // 1, 2, 3, ...
  core::Time time;
  std::string who;
  std::string why;
  Targets targets;

  friend bool operator==(const TargetsVersion&, const TargetsVersion&) = default;
};

class TargetsHistory {
 public:
  // REQUIRES: not before the last one
  void add(core::Time time, std::string who, std::string why, Targets targets);

  [[nodiscard]] const Targets& current() const;
  [[nodiscard]] std::int64_t number() const { return static_cast<std::int64_t>(versions_.size()); }  // 0: none yet
  // As they were at that moment, the moment itself included; nullptr: before the first version.
  [[nodiscard]] const TargetsVersion* at(core::Time time) const;
  [[nodiscard]] const std::vector<TargetsVersion>& all() const { return versions_; }

 private:
  std::vector<TargetsVersion> versions_;
};

// What one version has and another has not, by symbol; a symbol that one of them does not name has 0 there.
struct TargetChange {
  core::Symbol symbol;
  Percent before;
  Percent after;

  friend bool operator==(const TargetChange&, const TargetChange&) = default;
};
[[nodiscard]] std::vector<TargetChange> changes(const Targets& before, const Targets& after);

}  // namespace portfolio
