#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fix/framer.hpp"
#include "simulator/certify/outcome.hpp"
#include "simulator/certify/speaker.hpp"

namespace simulator::certify {

struct RefereeSettings {
  bool dials = false;       // we connect and log on; otherwise the client does
  bool has_driver = false;  // somebody answers checks; a person just looks
  bool goes_on = false;     // after a message of the right type that differs, too: what a replay is for
  int next_out = 1;         // our first MsgSeqNum(34)
  std::optional<int> next_in = std::nullopt;     // the client's; nothing: as its first Logon says
  std::string id;                                // other for each run, for ids that nobody has used: $ID
  std::map<std::string, std::string> variables;  // given for this run: they come before what the suite sets
};

// Carries a suite out on one connection after the other. No clock and no socket: bytes and time are handed in, and what
// is to be done is taken out. Every call may change all of wants_connection(), due(), take() and finished().
class Referee {
 public:
  Referee(const Suite& suite, RefereeSettings settings);

  void start(core::Time now);
  void connected(core::Time now);
  void received(std::string_view bytes, core::Time now);
  void closed(core::Time now);  // by the other side
  void tick(core::Time now);
  void answered(core::Time now);                      // a `check` is so
  void fail(const std::string& why, core::Time now);  // for a reason outside: the step at hand fails

  struct Wants {
    struct Ask {
      std::string words;
      bool is_check = false;
    };
    std::string bytes;      // to be sent
    bool close = false;     // after them
    std::vector<Ask> asks;  // of whoever handles the client
  };
  [[nodiscard]] Wants take() { return std::exchange(wants_, {}); }
  [[nodiscard]] bool wants_connection() const;
  [[nodiscard]] core::Time due() const;  // when tick() is to be called at the latest
  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  struct Heard {
    Spoken spoken;
    Fields message;
    Differences faults;       // of its header
    int expected_number = 1;  // when it came: $NEXT_IN to whoever judges it
  };
  struct Judged {
    const Alternative* alternative = nullptr;
    Match match;
  };
  enum class Progress { waits, goes_on };

  // referee.cpp: cases and steps
  void go_on(core::Time now);
  void begin_case(core::Time now);
  void end_case(core::Time now);
  Progress go_one(core::Time now);
  Progress leave(core::Time now);
  void begin_step(core::Time now);
  Progress pass(core::Time now);
  Progress fail(Differences differences, core::Time now);
  Progress fail_with(std::string why, core::Time now) { return fail(Differences{{0, std::move(why)}}, now); }
  [[nodiscard]] StepOutcome& at_hand() { return outcome_.cases.back().steps[step_]; }

  // referee_steps.cpp: what each kind of step does
  Progress carry_out(const Step& step, core::Time now);
  Progress connect(core::Time now);
  Progress log_on(const Step& step, core::Time now);
  Progress log_out(const Step& step, core::Time now);
  Progress expect(const Step& step, core::Time now);
  Progress expect_nothing(core::Time now);
  Progress send_step(const Step& step, core::Time now);
  Progress send_raw(const Step& step, core::Time now);
  Progress check(const Step& step, core::Time now);
  Progress set(const Step& step, core::Time now);
  [[nodiscard]] std::vector<Judged> judge(const Step& step, const Heard& heard, core::Time now) const;
  Progress accept(const Heard& heard, const Judged& judged, core::Time now);
  Progress refuse(const Step& step, const Heard& heard, const Judged* nearest, core::Time now);
  [[nodiscard]] bool passes_over(const Heard& heard, core::Time now) const;
  void take_front(bool by_itself);

  // referee_line.cpp: the connection
  void hear(std::string_view frame, core::Time now);
  void hear_garbled(std::string why, core::Time now);
  bool answer_by_itself(const Heard& heard, core::Time now);
  void send(const Fields& fields, const std::set<int>& left_out, bool by_itself, core::Time now);
  void send_bytes(std::string bytes, bool by_itself, core::Time now);
  void hang_up();
  [[nodiscard]] core::Result<std::string> value_of_name(const std::string& name, core::Time now, int next_in) const;
  [[nodiscard]] Lookup lookup(core::Time now) const { return lookup(now, speaker_.next_in()); }
  [[nodiscard]] Lookup lookup(core::Time now, int next_in) const;
  [[nodiscard]] core::Result<Fields> filled_fields(const Items& items, std::set<int>& left_out, core::Time now) const;
  [[nodiscard]] bool expects_type(std::string_view type) const;

  const Suite& suite_;
  RefereeSettings settings_;
  Outcome outcome_;
  Speaker speaker_;
  Wants wants_;
  bool finished_ = false;

  std::vector<Step> steps_;  // of the case at hand: the setup's, its own, and its end
  std::size_t step_ = 0;
  bool begun_ = false;    // the step
  bool leaving_ = false;  // after the case failed
  core::Time now_;
  core::Time deadline_;
  std::map<std::string, std::string> variables_;
  std::vector<Alternative> ignored_;
  std::optional<Fields> last_expected_;
  bool by_hand_ = false;
  bool asked_ = false;  // in this step
  bool answered_ = false;

  bool connected_ = false;
  bool closed_by_them_ = false;
  bool was_connected_ = false;  // when the step began
  bool was_logged_on_ = false;
  bool sent_logon_ = false;
  bool heard_logon_ = false;
  bool logged_on_ = false;
  bool sent_logout_ = false;
  std::chrono::seconds heartbeat_{30};
  core::Time last_sent_;
  std::optional<fix::Framer> framer_;
  std::deque<Heard> inbox_;
};

}  // namespace simulator::certify
