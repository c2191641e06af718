#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "simulator/certify/referee.hpp"

// A client in a script against the referee: no sockets, and time that is told.
namespace simulator::certify {

inline Suite suite_in(const std::string& text) {
  auto suite = parse_suite(text, "test.fixcert");
  std::string wrong;
  if (!suite) {
    for (const core::Error& error : suite.error()) wrong += error.text() + "\n";
  }
  EXPECT_EQ(wrong, "");
  return suite.value_or(Suite{});
}

// "35=D|11=A1" as fields.
inline Fields fields_in(const std::string& text) { return fields_of(with_soh(text)); }

class Play {
 public:
  explicit Play(const std::string& cases, RefereeSettings settings = {})
      : suite(suite_in("suite \"Test\"\n" + cases)), referee(suite, with_id(std::move(settings))) {
    client.name("CLIENT", "BROKER");
    referee.start(now);
    collect();
  }

  void connects() {
    EXPECT_TRUE(referee.wants_connection());
    referee.connected(now);
    collect();
  }
  void says(const std::string& fields) { says_bytes(client.compose(fields_in(fields), {}, now)); }
  void says_bytes(const std::string& bytes) {
    referee.received(bytes, now);
    collect();
  }
  void logs_on() {
    connects();
    says("35=A|98=0|108=30");
  }
  void hangs_up() {
    referee.closed(now);
    collect();
  }
  void waits(std::chrono::milliseconds time) {
    for (const core::Time end = now + time; now < end;) {
      now += std::chrono::milliseconds(10);
      referee.tick(now);
      collect();
    }
  }
  // What the referee said last, or the one before it.
  [[nodiscard]] Fields heard(std::size_t back = 0) const {
    return said.size() > back ? fields_of(said[said.size() - 1 - back]) : Fields{};
  }
  [[nodiscard]] std::string types() const {
    std::string types;
    for (const std::string& each : said) types += value_of(fields_of(each), 35);
    return types;
  }
  // The first difference of a case, as line:tag text.
  [[nodiscard]] std::string difference(std::size_t which = 0) const {
    for (const StepOutcome& step : referee.outcome().cases.at(which).steps) {
      if (step.verdict != Verdict::failed) continue;
      const Difference& first = step.differences.at(0);
      return std::to_string(step.line) + ":" + std::to_string(first.tag) + " " + first.text;
    }
    return {};
  }
  [[nodiscard]] bool passed() const {
    return referee.finished() && referee.outcome().passed() == referee.outcome().cases.size();
  }

  Suite suite;
  core::Time now = core::parse_iso("2026-11-24T14:00:00Z").value();
  Referee referee;
  Speaker client{"FIX.4.4", 1, std::nullopt};
  std::vector<std::string> said;
  std::vector<std::string> asked;
  bool hung_up = false;

 private:
  static RefereeSettings with_id(RefereeSettings settings) {
    settings.id = "RUN";
    return settings;
  }
  void collect() {
    const Referee::Wants wants = referee.take();
    fix::Framer framer(64 * 1024);
    framer.add(wants.bytes);
    while (const auto item = framer.next()) {
      if (item->kind == fix::Framer::Item::Kind::frame) said.emplace_back(item->bytes);
    }
    for (const auto& ask : wants.asks) asked.push_back((ask.is_check ? "check " : "") + ask.words);
    hung_up = hung_up || wants.close;
  }
};

}  // namespace simulator::certify
