#include "fix/engine_adapters.hpp"

#include "fix/engine_events.hpp"
#include "fix/wire_text.hpp"

namespace fix {
namespace {

template <class Action>
void as_io_exception(Action action) {
  try {
    action();
  } catch (const std::exception& problem) {
    throw FIX::IOException(problem.what());
  }
}

// A log that fails costs its lines and nothing else; the engine calls it while it creates a session, too.
template <class Action>
void unless_it_fails(Action action) {
  try {
    action();
  } catch (const std::exception&) {
    return;  // where could it be told?
  }
}

}  // namespace

StoreAdapter::StoreAdapter(SessionStore& store, const core::Clock& clock)
    : store_(store), clock_(clock), numbers_(store.load()) {
  if (numbers_.created == core::Time{}) numbers_.created = clock.now();
}

bool StoreAdapter::set(int seq_num, const std::string& bytes) {
  as_io_exception([&] { store_.keep_sent(seq_num, bytes); });
  return true;
}

void StoreAdapter::get(int first, int last, std::vector<std::string>& messages) const {
  as_io_exception([&] { messages = store_.sent(first, last); });
}

void StoreAdapter::setNextSenderMsgSeqNum(int number) {
  SequenceNumbers changed = numbers_;
  changed.next_sender = number;
  save(changed);
}

void StoreAdapter::setNextTargetMsgSeqNum(int number) {
  SequenceNumbers changed = numbers_;
  changed.next_target = number;
  save(changed);
}

void StoreAdapter::incrNextTargetMsgSeqNum() {
  if (leave_.count_target) setNextTargetMsgSeqNum(numbers_.next_target + 1);
}

// The engine resets the numbers when this time and the present lie in different runs of its schedule, which knows UTC
// and the machine's zone only. Ours is in hours.hpp, and the engine's is open at all times. So the answer is always "an
// hour from now", which the range of engine_settings() counts as the same run, over midnight and at any system time.
FIX::UtcTimeStamp StoreAdapter::getCreationTime() const {
  FIX::UtcTimeStamp time;
  time += 3600;
  return time;
}

void StoreAdapter::reset() {
  if (!leave_.reset) return;
  as_io_exception([&] { store_.forget_sent(); });
  save(SequenceNumbers{.created = clock_.now()});
  ++resets_;
}

// Nothing counts that was not saved.
void StoreAdapter::save(const SequenceNumbers& numbers) {
  as_io_exception([&] { store_.save(numbers); });
  numbers_ = numbers;
}

void LogAdapter::onIncoming(const std::string& bytes) {
  unless_it_fails([&] { log_.message(name_, MessageLog::Direction::in, blank_passwords(bytes)); });
}

void LogAdapter::onOutgoing(const std::string& bytes) {
  unless_it_fails([&] { log_.message(name_, MessageLog::Direction::out, blank_passwords(bytes)); });
}

void LogAdapter::onEvent(const std::string& text) { event(kind_of_engine_event(text), text); }

void LogAdapter::event(EventKind kind, const std::string& text) {
  unless_it_fails([&] {
    if (text != "Disconnecting") last_event_ = text;
    log_.event(name_, kind, text);
  });
}

FIX::Dictionary engine_settings(const SessionSettings& settings) {
  FIX::Dictionary engine;
  engine.setString(FIX::CONNECTION_TYPE, settings.role == Role::dialling ? "initiator" : "acceptor");
  engine.setString(FIX::USE_DATA_DICTIONARY, "N");  // it is shared, see dictionaries.hpp
  if (has_transport(settings.version)) engine.setString(FIX::DEFAULT_APPLVERID, "FIX.5.0SP2");
  engine.setString(FIX::HEARTBTINT, std::to_string(settings.heartbeat_s));
  // The whole day and no seam: a start one nanosecond after the end leaves no moment outside.
  engine.setString(FIX::START_TIME, "00:00:00.000000001");
  engine.setString(FIX::END_TIME, "00:00:00");
  engine.setString(FIX::LOGON_TIMEOUT, "10");
  engine.setString(FIX::LOGOUT_TIMEOUT, "5");
  engine.setString(FIX::RESET_ON_LOGON, settings.reset_on_logon ? "Y" : "N");
  engine.setString(FIX::RESET_ON_LOGOUT, "N");
  engine.setString(FIX::RESET_ON_DISCONNECT, "N");
  engine.setString(FIX::PERSIST_MESSAGES, "Y");
  engine.setString(FIX::TIMESTAMP_PRECISION, settings.strict ? "3" : "6");
  // A report from a broker whose clock is wrong is still a report; Header::sending_time lets the layers above judge.
  engine.setString(FIX::CHECK_LATENCY, settings.strict ? "Y" : "N");
  return engine;
}

FIX::Message stand_in_for(int seq_num, const SessionSettings& settings) {
  FIX::Message heartbeat;
  FIX::Header& header = heartbeat.getHeader();
  header.setField(FIX::BeginString(begin_string(settings.version)));
  header.setField(FIX::BodyLength(0));
  header.setField(FIX::MsgType("0"));
  header.setField(FIX::SenderCompID(settings.target_comp_id));
  header.setField(FIX::TargetCompID(settings.sender_comp_id));
  header.setField(FIX::MsgSeqNum(seq_num));
  header.setField(FIX::SendingTime(FIX::UtcTimeStamp(), 6));
  heartbeat.getTrailer().setField(FIX::CheckSum(0));
  return heartbeat;
}

}  // namespace fix
