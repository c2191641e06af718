#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"

// What a scenario file says, as data: which orders it is about, and what the exchange does with them.
namespace simulator {

// What one step does. README.md has a table of all of them; verbs.cpp says which keys each has, and where it may stand.
enum class Do {
  // a report about the order
  pending_new,
  acknowledge,
  reject,
  fill,
  over_fill,
  fill_other,
  fill_unknown,
  bust,
  correct,
  repeat,
  done_for_day,
  expire,
  cancel,
  suspend,
  stop,
  calculate,
  replace,
  restate,
  pending_cancel,
  pending_replace,
  // what becomes of its reports, and of itself
  hold,
  release,
  market,
  // answers to a cancel, a replacement, an allocation
  accept,
  refuse,
  receive,
  reject_account,
  // the session
  disconnect,
  logout,
  resend_all,
  poss_resend,
  gap,
  sequence_reset,
  reset_numbers,
  resend_requests,
  garbage,
  wrong_checksum,
  wrong_body_length,
  half_open,
  slow_reading,
  heartbeats_stopped,
  clock_skew,
  wrong_comp_id,
};

// About the session, and no order: it is carried out on the client's connection.
[[nodiscard]] constexpr bool is_about_session(Do what) { return what >= Do::disconnect; }

struct Step {
  Do what = Do::acknowledge;
  std::chrono::milliseconds after{0};  // after the step before it, or after what began the list
  std::optional<core::Quantity> quantity = std::nullopt;
  std::optional<int> percent = std::nullopt;  // of the order's quantity
  std::optional<core::Price> price = std::nullopt;
  std::optional<int> fill = std::nullopt;    // which one of the order, from 1
  std::optional<int> reason = std::nullopt;  // as the field has it that the step is about
  std::int64_t count = 0;                    // messages, times, bytes or milliseconds: verbs.cpp says which
  bool reversed = false;
  std::string account{};
  std::string text{};

  friend bool operator==(const Step&, const Step&) = default;
};

using Steps = std::vector<Step>;

// What an order, a logon or an allocation must be like; what is not said may be anything.
struct When {
  core::Symbol symbol{};
  std::optional<core::Quantity> least{}, most{};
  std::string account{};
  std::string client{};  // its CompID
  std::optional<core::Side> side{};
  std::optional<core::OrderType> type{};
  std::optional<std::chrono::seconds> from{}, to{};  // time of day in UTC: from <= time < to
  std::optional<int> nth{};                          // of those that fit all else, from 1

  friend bool operator==(const When&, const When&) = default;
};

enum class On { order, logon, allocation };
enum class OnStatus { answer, ignore, unknown };

struct Scenario {
  std::string name;
  On on = On::order;
  When when{};
  Steps steps{};
  Steps on_cancel{Step{.what = Do::accept}};
  Steps on_replace{Step{.what = Do::accept}};
  OnStatus on_status = OnStatus::answer;

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

}  // namespace simulator
