#include "fix/session.hpp"

#include <algorithm>
#include <utility>

#include "fix/dictionaries.hpp"
#include "fix/frame_faults.hpp"
#include "fix/session_impl.hpp"
#include "fix/translate.hpp"
#include "fix/unsupported.hpp"
#include "fix/wire_text.hpp"

namespace fix {
namespace {

// Messages that wait in the engine behind a gap. What comes beyond is dropped: the resend that was asked for runs to
// the newest message, so it brings them again.
constexpr std::size_t max_waiting_frames = 256;

constexpr int most_seconds_between_ticks = 2;

// Numbers that began as long ago may be started again by a Logon(A): a day's, at any hour of the next one's morning.
constexpr std::chrono::hours custom_reset_after{20};

Incoming look_at(std::string_view frame) {
  return {frame, std::string(field_of(frame, field::msg_type.tag).value_or("")),
          number_of(frame, field::msg_seq_num.tag).value_or(0)};
}

}  // namespace

void Session::Impl::connected(std::shared_ptr<Wire> wire) {
  disconnected();
  if (settings_.role == Role::dialling && hours_.closed_until()) return wire->close();
  guarded("connecting", [&] {
    engine_->disconnect();  // throws or empties its queue: nothing of an old series may wait for new numbers
    wire_ = wire;
    patience_.connected(settings_.heartbeat_s);
    asked_ = false;
    ticked_ = FIX::UtcTimeStamp();
    has_logged_on_ = false;
    logout_reason_.clear();
    hours_.connected();
    if (begins_anew(settings_, store_.numbers().created, clock_.now())) start_numbers_anew();
    if (!stays_out_) engine_->logon();
    engine_->setResponder(this);
  });
  if (!wire_) wire->close();
}

void Session::Impl::received(std::string_view frame) {
  if (!wire_) return;  // what was still in a buffer when the session closed the connection
  patience_.received();
  asked_ = false;
  guarded("receiving", [&] { handle(look_at(frame)); });
}

void Session::Impl::disconnected() {
  if (wire_ && logout_reason_.empty()) logout_reason_ = "connection closed";
  guarded("disconnecting", [&] { engine_->disconnect(); });
  forget_connection();
}

void Session::Impl::tick() {
  if (!wire_) return;  // without a connection the engine would use up a number for a Logon that goes nowhere
  guarded("ticking", [&] {
    if (hours_.is_over()) end_hours();
    if (!wire_) return;
    if (!must_ask_first()) engine_->next(FIX::UtcTimeStamp());
    lose_patience();
  });
}

// To the engine a clock that jumped ahead looks like silence, and it would end the connection: the other side is asked
// for a sign of life, and until one comes only patience may end it.
bool Session::Impl::must_ask_first() {
  const FIX::UtcTimeStamp now;
  const bool jumped = now - std::exchange(ticked_, now) > most_seconds_between_ticks;
  if (settings_.strict || !logged_on() || !engine_->isEnabled()) return false;
  if (jumped && !asked_) {
    asked_ = true;
    log_.event(EventKind::usual,
               "the clock jumped ahead, or the process stood still: the other side is asked whether it is there");
    FIX::Message question;
    question.getHeader().setField(FIX::MsgType("1"));
    question.setField(FIX::TestReqID("clock"));
    engine_->send(question);
  }
  return asked_;
}

// Our Logout(5), or the end of a connection that has not logged on.
void Session::Impl::end_hours() {
  if (engine_->sentLogout()) return;
  const std::string reason = "the session's hours are over; it opens again on " + hours_.next_opening();
  log_.event(EventKind::usual, reason);
  logout_reason_ = reason;
  if (!logged_on()) return engine_->disconnect();
  engine_->logout(reason);
}

void Session::Impl::lose_patience() {
  if (!wire_) return;
  const int expected = store_.numbers().next_target;
  const auto why = patience_.tick({.sent_logout = engine_->sentLogout(),
                                   .expected = expected,
                                   .later_ones_wait = !waiting_.empty() && waiting_.begin()->first > expected});
  if (!why) return;
  log_.event(EventKind::trouble, *why);
  engine_->disconnect();
}

core::Result<int> Session::Impl::send(const Message& message) {
  if (!logged_on()) return core::fail("session " + settings_.name.text(), "not logged on");
  auto encoded = encode(message, settings_.version);
  if (!encoded) return tl::unexpected(encoded.error());
  const int seq_num = store_.numbers().next_sender;
  bool sent = false;
  sending_ = true;
  guarded("sending", [&] { sent = engine_->send(*encoded); });
  sending_ = false;
  if (!sent) return core::fail("session " + settings_.name.text(), "the engine did not send: " + log_.last_event());
  return seq_num;
}

void Session::Impl::log_out(std::string_view reason) {
  if (announced_) logout_reason_ = reason;
  stays_out_ = true;
  engine_->logout(std::string(reason));
  tick();
}

// Whether the engine should see this Logon(A); otherwise the connection has been ended.
bool Session::Impl::takes_logon(const Incoming& in, bool reset) {
  // What waits behind a gap would be taken for messages of the new series.
  const bool may_reset = settings_.strict && reset && waiting_.empty();
  if (engine_->receivedLogon() && !may_reset) {
    refuse_logon(in, "Logon(35=A) within a session is not taken; log out first");
    return false;
  }
  if (const auto why = fault_of_logon(in.frame, settings_)) {
    log_.onIncoming(std::string(in.frame));
    log_.event(EventKind::trouble, "Logon refused: " + *why);
    engine_->disconnect();
    return false;
  }
  if (hours_.is_over()) {
    refuse_logon(in, "outside the session's hours; it opens on " + hours_.next_opening());
    return false;
  }
  logon_number_ = reset ? 1 : in.seq_num;
  patience_.agreed(number_of(in.frame, field::heart_bt_int.tag).value_or(settings_.heartbeat_s));
  return true;
}

void Session::Impl::handle(const Incoming& in) {
  const int expected = store_.numbers().next_target;
  const bool reset = in.type == "A" && field_of(in.frame, field::reset_seq_num_flag.tag) == "Y";
  if (in.type == "A" && !takes_logon(in, reset)) return;
  if (!engine_->receivedLogon() && in.type != "A" && in.type != "3" && in.type != "5") {
    log_.onIncoming(std::string(in.frame));
    log_.event(EventKind::trouble, "MsgType(35) '" + in.type + "' came before the Logon(A)");
    return engine_->disconnect();
  }
  if (const auto why = fault_of_resend(in.frame, expected, store_.numbers().next_sender)) return refuse_logon(in, *why);
  fault_ = fault_of(in.frame, settings_, expected);
  if (reset) tell_of_lost_gap("the other side restarts the numbers");
  if (fault_.empty() && in.seq_num > expected) seen_ = std::max(seen_, in.seq_num);
  if (must_drop(in)) return log_.onIncoming(std::string(in.frame));
  if (in.seq_num >= expected) waiting_.insert_or_assign(in.seq_num, std::string(in.frame));
  // The engine counts these whatever their number; behind a gap that would hide a message that is still missing.
  const bool overcounted = in.type == "3" || in.type == "5" || !is_session_level(in.type);
  const bool ending = engine_->sentLogout();
  const SequenceNumbers before = store_.numbers();
  const int resets = store_.resets();
  const bool repeated = fault_.empty() && (in.type == "8" || in.type == "9") && in.seq_num < expected &&
                        field_of(in.frame, field::poss_dup_flag.tag) == "Y";
  {
    const StoreAdapter::Frame frame(store_, {.count_target = !overcounted || in.seq_num == expected,
                                             .reset = reset || (in.type == "A" && settings_.reset_on_logon)});
    const bool is_unsupported =
        !settings_.echoes && is_unsupported_business(in.type, settings_.version) && is_well_framed(in.frame);
    // The engine would read as many bytes as a data field is said to have, beyond the frame too.
    if (const auto why = wrong_data_length(in.frame, is_data_)) {
      log_.onIncoming(std::string(in.frame));
      skip_unparsable(in, *why);
    } else if (is_unsupported) {
      log_.onIncoming(std::string(in.frame));
      engine_->next(stand_in_for(in.frame), FIX::UtcTimeStamp());
    } else {
      try {
        engine_->next(std::string(in.frame), FIX::UtcTimeStamp());
      } catch (const FIX::InvalidMessage& problem) {
        skip_unparsable(in, problem.what());
      }
    }
  }
  // Refused by the dictionary, say: before the logon the engine rejects nothing, and would leave it at that.
  if (in.type == "A" && wire_ && !engine_->receivedLogon()) {
    log_.event(EventKind::trouble, "Logon refused: " + log_.last_event());
    engine_->disconnect();
  }
  report_passed_over();
  if (reset) never_came_.reset();
  if (store_.resets() != resets) tell_of_reset(before);
  tell_of_passed_over();
  if (repeated) give_repetition(in);
  if (const auto asked = std::exchange(resend_asked_, std::nullopt)) {
    owner_.on_resend_asked(settings_.name, asked->first, asked->second);
  }
  // The engine would wait for an answer to its Logout, for as long as the other side keeps sending.
  if (!ending && engine_->sentLogout() && !settings_.strict) engine_->disconnect();
  fault_.clear();
  answered_to_.reset();
}

// A second Logon above all: the engine would take a reset with what it keeps behind a gap, and a message of the old
// series would then be counted in the place of one of the new.
void Session::Impl::refuse_logon(const Incoming& in, const std::string& reason) {
  log_.onIncoming(std::string(in.frame));
  log_.event(EventKind::trouble, reason);
  logout_reason_ = reason;
  FIX::Message logout;
  logout.getHeader().setField(FIX::MsgType("5"));
  logout.setField(FIX::Text(reason));
  engine_->send(logout);
  engine_->disconnect();
}

void Session::Impl::tell_of_lost_gap(const std::string& who) {
  const int from = store_.numbers().next_target;
  const int to = std::exchange(seen_, 0);
  if (to < from) return;
  log_.event(EventKind::trouble, who + " while messages " + std::to_string(from) + ".." + std::to_string(to) +
                                     " were still asked for; they are lost");
}

// By the other side's Logon(A). Once a day it is the custom; within a day it takes messages with it.
void Session::Impl::tell_of_reset(const SequenceNumbers& before) {
  const core::Time now = clock_.now();
  if (settings_.reset_on_logon || settings_.strict) return;  // expected
  if (before.next_target == 1 || now - before.created >= custom_reset_after) return;
  const bool is_other_window = settings_.schedule && settings_.schedule->window_at_or_after(now).start >
                                                         settings_.schedule->window_at_or_after(before.created).start;
  if (is_other_window) return;
  log_.event(
      EventKind::numbers_reset,
      "the other side starts both numbers at 1 again within a day, with ResetSeqNumFlag(141): it had sent up to " +
          std::to_string(before.next_target - 1) + " and we up to " + std::to_string(before.next_sender - 1) +
          " since " + core::iso_text(before.created) + "; what was under way cannot be asked for again");
}

// By the schedule. The other side's schedule says the same, so nothing is said about it, as QuickFIX has it.
void Session::Impl::start_numbers_anew() {
  tell_of_lost_gap("a new window restarts the numbers");
  log_.event(EventKind::usual, "a new window: the numbers start again at 1");
  const StoreAdapter::Frame frame(store_, {.reset = true});
  store_.reset();
  never_came_.reset();
}

bool Session::Impl::must_drop(const Incoming& in) {
  const bool never_waits = in.type == "A" || in.type == "2" || in.type == "3" || in.type == "5" ||
                           (in.type == "4" && field_of(in.frame, 123) != "Y");
  if (in.seq_num <= store_.numbers().next_target || never_waits || waiting_.size() < max_waiting_frames) {
    dropping_ = dropping_ && waiting_.size() >= max_waiting_frames;
    return false;
  }
  if (!dropping_)
    log_.event(EventKind::trouble,
               "too many messages wait behind a gap: later ones are dropped until the resend brings them");
  dropping_ = true;
  return true;
}

// Garbled messages are ignored and asked for again. But one whose length and sum are right would come back the same for
// ever, and hold up everything behind it: it is counted, and kept as unreadable.
void Session::Impl::skip_unparsable(const Incoming& in, const std::string& why) {
  waiting_.erase(in.seq_num);
  const bool due = in.seq_num == store_.numbers().next_target;
  if (!due || is_session_level(in.type) || !is_well_framed(in.frame) || !logged_on()) return;
  unreadable(in.seq_num, std::string(in.frame), why);
  engine_->next(stand_in_for(in.seq_num, settings_), FIX::UtcTimeStamp());
}

void Session::Impl::report_passed_over() {
  while (!waiting_.empty() && waiting_.begin()->first < store_.numbers().next_target) {
    const auto node = waiting_.extract(waiting_.begin());
    unreadable(node.key(), node.mapped(), "refused by the session, or passed over by a SequenceReset(4)");
  }
}

// What lay before the Logon(A) is covered by what the owner asks after it, when the other side says that it was
// nothing.
void Session::Impl::tell_of_passed_over() {
  for (const PassedOver& passed : std::exchange(passed_over_, {})) {
    never_came_.passed_over(passed.first, passed.last);
    if (passed.is_gap_fill && passed.last <= logon_number_) continue;
    log_.event(EventKind::usual, "messages " + std::to_string(passed.first) + ".." + std::to_string(passed.last) +
                                     (passed.is_gap_fill ? " were gap filled"
                                                         : " were passed over by a SequenceReset(4) and never came"));
    owner_.on_passed_over(settings_.name, passed.first, passed.last, passed.is_gap_fill);
  }
}

// The engine throws away what has a number that is used up.
void Session::Impl::give_repetition(const Incoming& in) {
  if (!is_well_framed(in.frame) || wrong_data_length(in.frame, is_data_)) return;
  const std::string raw(in.frame);
  const auto keep = [&](std::string why) {
    if (never_came_.take(in.seq_num)) unreadable(in.seq_num, raw, std::move(why));
  };
  const auto give = [&] {
    const FIX::Message message = validated(raw, engine_->getDataDictionaryProvider(), settings_.version);
    const auto header = decode_header(message);
    const auto body = decode(message, settings_.version);
    if (!header || !body) return keep((header ? body.error() : header.error()).text());
    owner_.on_repeated(settings_.name, *header, *body);
  };
  try {
    give();
  } catch (const FIX::Exception& problem) {
    keep(problem.what());
  }
}

void Session::Impl::unreadable(int seq_num, const std::string& raw, std::string reason) {
  const std::string type(field_of(raw, field::msg_type.tag).value_or(""));
  if (is_session_level(type)) return;
  log_.event(EventKind::trouble,
             "message " + std::to_string(seq_num) + " of type " + type + " is unreadable: " + reason);
  owner_.on_unreadable(settings_.name, {seq_num, type, raw, std::move(reason)});
}

void Session::Impl::forget_connection() {
  if (wire_) wire_->close();
  wire_.reset();
  waiting_.clear();
  dropping_ = false;
}

core::Result<std::unique_ptr<Session>> Session::create(const SessionSettings& settings, SessionStore& store,
                                                       SessionOwner& owner, MessageLog& log, const core::Clock& clock) {
  const std::string place = "session " + settings.name.text();
  if (settings.heartbeat_s < 1 || settings.heartbeat_s > 3600) {
    return core::fail(place, "heartbeat of " + std::to_string(settings.heartbeat_s) + " s; 1 to 3600 are possible");
  }
  const FIX::SessionID id(begin_string(settings.version), settings.sender_comp_id, settings.target_comp_id);
  if (FIX::Session::doesSessionExist(id)) {
    return core::fail(place, "the identity " + id.toString() + " is already in use in this process");
  }
  try {
    const auto dictionary =
        shared_dictionary(settings.version, settings.dictionary, {settings.strict, settings.echoes});
    if (!dictionary) return core::fail(place + ": dictionary", dictionary.error().text());
    auto impl = std::make_unique<Impl>(settings, store, owner, log, clock);
    impl->create_engine(*dictionary);
    return std::unique_ptr<Session>(new Session(std::move(impl)));
  } catch (const std::exception& problem) {
    return core::fail(place, problem.what());
  }
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;
void Session::connected(std::shared_ptr<Wire> wire) { impl_->connected(std::move(wire)); }
void Session::received(std::string_view frame) { impl_->received(frame); }
void Session::disconnected() { impl_->disconnected(); }
void Session::tick() { impl_->tick(); }
core::Result<int> Session::send(const Message& message) { return impl_->send(message); }
bool Session::logged_on() const { return impl_->logged_on(); }
bool Session::has_logged_on() const { return impl_->has_logged_on(); }
bool Session::is_connected() const { return impl_->is_connected(); }
const SessionSettings& Session::settings() const { return impl_->settings(); }
SequenceNumbers Session::numbers() const { return impl_->numbers(); }
std::optional<core::Time> Session::closed_until() const { return impl_->closed_until(); }
void Session::log_out(std::string_view reason) { impl_->log_out(reason); }
void Session::log_on() { impl_->log_on(); }
void Session::skip_to(int next_sender) { impl_->skip_to(next_sender); }

}  // namespace fix
