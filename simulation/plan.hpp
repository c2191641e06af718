#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fix/schedule.hpp"
#include "simulation/line.hpp"
#include "simulator/settings.hpp"

namespace simulation {

// What can befall a day. Those up to `retry`, and wishes, are the desk's own doing; all others are faults.
enum class Kind {
  order,
  cancel,
  retry,  // a command is given again with its key
  // the gateway
  crash,      // the process dies
  power_cut,  // the machine dies
  stop,       // it is stopped as it should be
  // clocks
  gateway_clock,
  broker_clock,
  // the network
  cut,
  half_open,  // one side does not notice
  slow_reader,
  garble,
  junk,
  big_frame,
  stranger,  // another connection, with the broker's name or without a name
  logon_storm,
  second_logon,
  // FIX sessions
  gap_from_broker,
  gap_from_gateway,
  replay,  // everything is sent again with PossDupFlag(43)
  poss_resend,
  skip_ahead,  // SequenceReset(4) over messages that never came
  reset_back,  // SequenceReset(4) to a lower number
  numbers_low,
  reset_numbers,  // ResetSeqNumFlag(141)
  broker_restart,
  // business
  late_report,  // out of order; an acknowledgement after its fill
  over_fill,
  fill_after_end,
  unknown_order,
  wrong_symbol,
  reused_exec_id,
  next_day_exec_id,
  bust,
  bust_unknown,
  correction,
  unreadable,
  // What came later stands here, so that older seeds keep their days.
  wish,  // of the desk, about its models
};
inline constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::wish) + 1;
// Kinds that are drawn as faults are among those before these.
inline constexpr std::size_t drawn_kinds = static_cast<std::size_t>(Kind::unreadable) + 1;
[[nodiscard]] std::string_view text(Kind kind);
[[nodiscard]] constexpr bool is_fault(Kind kind) { return kind > Kind::retry && kind != Kind::wish; }
// The broker says what is odd, or false.
[[nodiscard]] constexpr bool is_misreport(Kind kind) { return kind >= Kind::late_report && kind <= Kind::unreadable; }

// One thing that is done. What the numbers mean is up to the kind; they are drawn once, so that an action does the same
// whatever else is left out.
struct Action {
  std::chrono::milliseconds at{0};  // since the start of the day
  Kind kind = Kind::order;
  std::size_t broker = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  bool gives_parts = false;  // of an order: it says what each sleeve is to get
};
[[nodiscard]] std::string text(const Action& action);

struct BrokerShape {
  std::string name;
  LineSettings line;
  int heartbeat_s = 30;
  simulator::ExchangeSettings exchange;
  std::optional<fix::ScheduleText> hours;  // of both sides; they end and begin again within the day
};

struct ModelShape {
  std::string code;
  std::vector<std::int64_t> invested;  // by account, in dollars; 0: not in it
  std::int64_t brought = 0;            // units of the first symbol that each has already
};

// What a symbol is to the desk; exchanges need not know.
struct InstrumentShape {
  std::string security_type = "STK";
  std::int64_t ten_thousandths = 10'000;  // of the multiplier
  bool is_shortable = false;
};

// FIX 4.4, for both sides; from the root of the repository.
inline constexpr const char* dictionary_file = "fix-specs/FIX44.xml";

struct Plan {
  std::uint64_t seed = 0;
  bool is_calm = false;  // no faults: everything must be filled
  std::vector<BrokerShape> brokers;
  std::vector<InstrumentShape> instruments;  // in the order of the exchanges' symbols
  std::vector<ModelShape> models;
  std::size_t accounts = 1;
  std::int64_t independent = 0;  // dollars that each account has outside every model
  std::chrono::microseconds max_commit{2'000};
  std::chrono::milliseconds length{10'000};
  std::int64_t entries_per_snapshot = 100;
  std::vector<Action> actions;  // by time
};

// As in SessionSettings.
[[nodiscard]] std::optional<fix::Schedule> schedule_of(const BrokerShape& broker);

// Everything that a day holds, from one number: which faults there are at all, how often each, and all quantities.
[[nodiscard]] Plan draw_plan(std::uint64_t seed);
// Its shape and its actions, a line each.
[[nodiscard]] std::string text(const Plan& plan);

}  // namespace simulation
