#include "fix/session.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "fix/dictionaries.hpp"
#include "fix/engine_adapters.hpp"
#include "fix/field_names.hpp"
#include "fix/frame_faults.hpp"
#include "fix/hours.hpp"
#include "fix/patience.hpp"
#include "fix/translate.hpp"
#include "fix/wire_text.hpp"

namespace fix {
namespace {

// Messages that wait in the engine behind a gap. What comes beyond is dropped: the resend that was asked for runs to
// the newest message, so it brings them again.
constexpr std::size_t max_waiting_frames = 256;

constexpr int most_seconds_between_ticks = 2;

bool is_session_level(std::string_view type) {
  return type.size() == 1 && std::string_view("0A12345").find(type[0]) != std::string_view::npos;
}

struct Incoming {
  std::string_view frame;
  std::string type;
  int seq_num = 0;
};

Incoming look_at(std::string_view frame) {
  return {frame, std::string(field_of(frame, field::msg_type.tag).value_or("")),
          number_of(frame, field::msg_seq_num.tag).value_or(0)};
}

std::string value_or_empty(const FIX::FieldMap& fields, Field field) {
  return fields.isSetField(field.tag) ? fields.getField(field.tag) : std::string();
}

}  // namespace

class Session::Impl final : public FIX::Application, public FIX::Responder {
 public:
  Impl(const SessionSettings& settings, SessionStore& store, SessionOwner& owner, MessageLog& log,
       const core::Clock& clock)
      : settings_(settings),
        owner_(owner),
        store_(store, clock),
        log_(settings.name, log),
        clock_(clock),
        hours_(settings.schedule, clock) {}
  ~Impl() override {
    if (wire_) wire_->close();
  }

  void create_engine(const FIX::DataDictionaryProvider& dictionary) {
    const ConfigErrorsOnly scope;
    const FIX::SessionID id(settings_.begin_string, settings_.sender_comp_id, settings_.target_comp_id);
    FIX::SessionFactory factory(*this, store_, &log_);
    engine_.reset(factory.create(id, engine_settings(settings_)));
    engine_->setDataDictionaryProvider(dictionary);
    is_data_ = [&words = engine_->getDataDictionaryProvider().getSessionDataDictionary(settings_.begin_string)](
                   int tag) { return words.isDataField(tag); };
  }

  void connected(std::shared_ptr<Wire> wire);
  void received(std::string_view frame);
  void disconnected();
  void tick();
  core::Result<int> send(const Message& message);
  void log_out(std::string_view reason);
  void log_on() {
    stays_out_ = false;
    engine_->logon();
  }
  [[nodiscard]] bool logged_on() const { return wire_ && engine_->isLoggedOn() && !engine_->sentLogout(); }
  [[nodiscard]] bool is_connected() const { return wire_ != nullptr; }
  [[nodiscard]] const SessionSettings& settings() const { return settings_; }
  [[nodiscard]] const SequenceNumbers& numbers() const { return store_.numbers(); }
  [[nodiscard]] std::optional<core::Time> closed_until() const { return hours_.closed_until(); }

 private:
  void handle(const Incoming& in);
  void refuse_logon(const Incoming& in, const std::string& reason);
  void tell_of_lost_gap(const std::string& who);
  void start_numbers_anew();
  void end_hours();
  [[nodiscard]] bool must_drop(const Incoming& in);
  void skip_unparsable(const Incoming& in, const std::string& why);
  [[nodiscard]] bool must_ask_first();
  void refused(const FIX::Message& reject);
  void lose_patience();
  void report_passed_over();
  void unreadable(int seq_num, const std::string& raw, std::string reason);
  void forget_connection();
  template <class Step>
  void guarded(const char* doing, Step step);

  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override;
  void onLogout(const FIX::SessionID&) override;
  void toAdmin(FIX::Message& message, const FIX::SessionID&) override;
  void toApp(FIX::Message& message, const FIX::SessionID&) override;
  void fromAdmin(const FIX::Message& message, const FIX::SessionID&) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID&) override;
  // FIX::Responder
  bool send(const std::string& bytes) override;
  void disconnect() override;

  SessionSettings settings_;
  SessionOwner& owner_;
  StoreAdapter store_;
  LogAdapter log_;
  std::shared_ptr<Wire> wire_;
  std::function<bool(int)> is_data_;    // by the dictionary
  std::map<int, std::string> waiting_;  // frames that came in and whose number is not used up yet
  std::string logout_reason_;
  Patience patience_;
  const core::Clock& clock_;
  Hours hours_;
  std::optional<std::pair<int, int>> resend_asked_;  // by the frame that is handled now
  std::string fault_;       // of the frame that is handled now: why the engine may end the connection
  int seen_ = 0;            // the highest number that came and was too high; kept when the connection breaks
  bool announced_ = false;  // the owner was told of a logon and not yet of its end
  bool sending_ = false;    // inside send(): what the engine sends now is the owner's
  bool dropping_ = false;
  bool asked_ = false;                    // because the clock jumped, and nothing came in since
  FIX::UtcTimeStamp ticked_;              // when last
  bool stays_out_ = false;                // the owner logged out; the end of a window does so until the next only
  std::unique_ptr<FIX::Session> engine_;  // last: its destructor calls store_ and log_
};

// The edge where the engine's exceptions end. The connection is given up; what was not counted is asked for again.
template <class Step>
void Session::Impl::guarded(const char* doing, Step step) {
  try {
    step();
  } catch (const std::exception& problem) {
    log_.onEvent(std::string(doing) + ": " + problem.what());
    try {
      engine_->disconnect();
    } catch (const std::exception& second) {
      log_.onEvent(std::string("disconnecting: ") + second.what());
    }
  }
}

void Session::Impl::connected(std::shared_ptr<Wire> wire) {
  disconnected();
  if (settings_.role == Role::dialling && hours_.closed_until()) return wire->close();
  guarded("connecting", [&] {
    engine_->disconnect();  // throws or empties its queue: nothing of an old series may wait for new numbers
    wire_ = wire;
    patience_.connected(settings_.heartbeat_s);
    asked_ = false;
    ticked_ = FIX::UtcTimeStamp();
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
  if (!logged_on() || !engine_->isEnabled()) return false;
  if (jumped && !asked_) {
    asked_ = true;
    log_.onEvent("the clock jumped ahead, or the process stood still: the other side is asked whether it is there");
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
  log_.onEvent(reason);
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
  log_.onEvent(*why);
  engine_->disconnect();
}

core::Result<int> Session::Impl::send(const Message& message) {
  if (!logged_on()) return core::fail("session " + settings_.name.text(), "not logged on");
  auto encoded = encode(message);
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

void Session::Impl::handle(const Incoming& in) {
  const int expected = store_.numbers().next_target;
  const bool reset = in.type == "A" && field_of(in.frame, field::reset_seq_num_flag.tag) == "Y";
  if (in.type == "A") {
    if (engine_->receivedLogon()) return refuse_logon(in, "Logon(35=A) within a session is not taken; log out first");
    if (const auto why = fault_of_logon(in.frame, settings_)) {
      log_.onIncoming(std::string(in.frame));
      log_.onEvent("Logon refused: " + *why);
      return engine_->disconnect();
    }
    if (hours_.is_over()) return refuse_logon(in, "outside the session's hours; it opens on " + hours_.next_opening());
    patience_.agreed(number_of(in.frame, field::heart_bt_int.tag).value_or(settings_.heartbeat_s));
  }
  if (!engine_->receivedLogon() && in.type != "A" && in.type != "3" && in.type != "5") {
    log_.onIncoming(std::string(in.frame));
    log_.onEvent("MsgType(35) '" + in.type + "' came before the Logon(A)");
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
  {
    const StoreAdapter::Frame frame(store_, {.count_target = !overcounted || in.seq_num == expected, .reset = reset});
    // The engine would read as many bytes as a data field is said to have, beyond the frame too.
    if (const auto why = wrong_data_length(in.frame, is_data_)) {
      log_.onIncoming(std::string(in.frame));
      skip_unparsable(in, *why);
    } else {
      try {
        engine_->next(std::string(in.frame), FIX::UtcTimeStamp());
      } catch (const FIX::InvalidMessage& problem) {
        skip_unparsable(in, problem.what());
      }
    }
  }
  report_passed_over();
  if (const auto asked = std::exchange(resend_asked_, std::nullopt)) {
    owner_.on_resend_asked(settings_.name, asked->first, asked->second);
  }
  // The engine would wait for an answer to its Logout, for as long as the other side keeps sending.
  if (!ending && engine_->sentLogout()) engine_->disconnect();
  fault_.clear();
}

// A second Logon above all: the engine would take a reset with what it keeps behind a gap, and a message of the old
// series would then be counted in the place of one of the new.
void Session::Impl::refuse_logon(const Incoming& in, const std::string& reason) {
  log_.onIncoming(std::string(in.frame));
  log_.onEvent(reason);
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
  log_.onEvent(who + " while messages " + std::to_string(from) + ".." + std::to_string(to) +
               " were still asked for; they are lost");
}

// By the schedule. The other side's schedule says the same, so nothing is said about it, as QuickFIX has it.
void Session::Impl::start_numbers_anew() {
  tell_of_lost_gap("a new window restarts the numbers");
  log_.onEvent("a new window: the numbers start again at 1");
  const StoreAdapter::Frame frame(store_, {.reset = true});
  store_.reset();
}

bool Session::Impl::must_drop(const Incoming& in) {
  const bool never_waits = in.type == "A" || in.type == "2" || in.type == "3" || in.type == "5" ||
                           (in.type == "4" && field_of(in.frame, 123) != "Y");
  if (in.seq_num <= store_.numbers().next_target || never_waits || waiting_.size() < max_waiting_frames) {
    dropping_ = dropping_ && waiting_.size() >= max_waiting_frames;
    return false;
  }
  if (!dropping_)
    log_.onEvent("too many messages wait behind a gap: later ones are dropped until the resend brings them");
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

// The engine is about to send Reject(3) or BusinessMessageReject(j). If the refused message is counted now, it will
// never come again.
void Session::Impl::refused(const FIX::Message& reject) {
  const auto found = waiting_.find(std::atoi(value_or_empty(reject, field::ref_seq_num).c_str()));
  if (found == waiting_.end()) return;
  const auto [seq_num, raw] = *found;
  waiting_.erase(found);
  if (seq_num >= store_.numbers().next_target) return;  // behind a gap: it will come again
  const std::string tag = value_or_empty(reject, field::ref_tag_id);
  const std::string text = value_or_empty(reject, field::msg_text);
  const std::string type = value_or_empty(reject, field::ref_msg_type);
  unreadable(seq_num, raw,
             (tag.empty() ? field::msg_type.text() + " '" + type + "'" : field_name(*engine_, tag)) + ": " + text);
}

void Session::Impl::report_passed_over() {
  while (!waiting_.empty() && waiting_.begin()->first < store_.numbers().next_target) {
    const auto node = waiting_.extract(waiting_.begin());
    unreadable(node.key(), node.mapped(), "refused by the session, or passed over by a SequenceReset(4)");
  }
}

void Session::Impl::unreadable(int seq_num, const std::string& raw, std::string reason) {
  const std::string type(field_of(raw, field::msg_type.tag).value_or(""));
  if (is_session_level(type)) return;
  log_.onEvent("message " + std::to_string(seq_num) + " of type " + type + " is unreadable: " + reason);
  owner_.on_unreadable(settings_.name, {seq_num, type, raw, std::move(reason)});
}

void Session::Impl::forget_connection() {
  if (wire_) wire_->close();
  wire_.reset();
  waiting_.clear();
  dropping_ = false;
}

void Session::Impl::onLogon(const FIX::SessionID&) {
  if (announced_) return;
  announced_ = true;
  owner_.on_logon(settings_.name);
}

void Session::Impl::onLogout(const FIX::SessionID&) {
  if (!announced_) return;
  announced_ = false;
  owner_.on_logout(settings_.name, logout_reason_.empty() ? log_.last_event() : logout_reason_);
}

void Session::Impl::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  const std::string type = value_or_empty(message.getHeader(), field::msg_type);
  if (!sending_ && type == "3") refused(message);
  if (type == "5" && !fault_.empty() && !message.isSetField(field::msg_text.tag)) message.setField(FIX::Text(fault_));
}

void Session::Impl::toApp(FIX::Message& message, const FIX::SessionID&) {
  const std::string type = value_or_empty(message.getHeader(), field::msg_type);
  if (!sending_ && type == "j") refused(message);
  const bool again = value_or_empty(message.getHeader(), field::poss_dup_flag) == "Y";
  const bool order = type == "D" || type == "F" || type == "G";
  if (again && order && settings_.never_resend_orders) throw FIX::DoNotSend();
}

void Session::Impl::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  const std::string type = value_or_empty(message.getHeader(), field::msg_type);
  const auto header = decode_header(message);
  if (header) waiting_.erase(header->seq_num);
  if (type == "5" && logout_reason_.empty()) {
    logout_reason_ = "logout by the other side: " + value_or_empty(message, field::msg_text);
  }
  if (type == "2") {
    resend_asked_.emplace(std::atoi(value_or_empty(message, field::begin_seq_no).c_str()),
                          std::atoi(value_or_empty(message, field::end_seq_no).c_str()));
  }
  if (type != "3" || !header) return;
  if (const auto reject = decode(message)) {
    owner_.on_message(settings_.name, *header, *reject);
  } else {
    log_.onEvent("Reject(3) is unreadable: " + reject.error().text());
  }
}

void Session::Impl::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  const int seq_num = std::atoi(value_or_empty(message.getHeader(), field::msg_seq_num).c_str());
  const auto node = waiting_.extract(seq_num);
  const std::string raw = node.empty() ? message.toString() : node.mapped();
  const auto header = decode_header(message);
  const auto body = decode(message);
  if (header && body) return owner_.on_message(settings_.name, *header, *body);
  const std::string why = (header ? body.error() : header.error()).text();
  unreadable(seq_num, raw, why);
  if (auto answer = answer_to_unreadable(message, why)) engine_->send(*answer);
}

bool Session::Impl::send(const std::string& bytes) {
  if (!wire_) return false;
  wire_->send(bytes);
  return true;
}

void Session::Impl::disconnect() {
  if (!fault_.empty()) {
    log_.onEvent("disconnected: " + fault_);
    if (logout_reason_.empty()) logout_reason_ = fault_;
    fault_.clear();
  }
  forget_connection();
}

core::Result<std::unique_ptr<Session>> Session::create(const SessionSettings& settings, SessionStore& store,
                                                       SessionOwner& owner, MessageLog& log, const core::Clock& clock) {
  const std::string place = "session " + settings.name.text();
  if (settings.heartbeat_s < 1 || settings.heartbeat_s > 3600) {
    return core::fail(place, "heartbeat of " + std::to_string(settings.heartbeat_s) + " s; 1 to 3600 are possible");
  }
  const FIX::SessionID id(settings.begin_string, settings.sender_comp_id, settings.target_comp_id);
  if (FIX::Session::doesSessionExist(id)) {
    return core::fail(place, "the identity " + id.toString() + " is already in use in this process");
  }
  try {
    const auto dictionary = shared_dictionary(settings.begin_string, settings.dictionary);
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
bool Session::is_connected() const { return impl_->is_connected(); }
const SessionSettings& Session::settings() const { return impl_->settings(); }
SequenceNumbers Session::numbers() const { return impl_->numbers(); }
std::optional<core::Time> Session::closed_until() const { return impl_->closed_until(); }
void Session::log_out(std::string_view reason) { impl_->log_out(reason); }
void Session::log_on() { impl_->log_on(); }

}  // namespace fix
