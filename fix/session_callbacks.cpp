#include <cstdlib>

#include "fix/session_impl.hpp"
#include "fix/translate.hpp"
#include "fix/unsupported.hpp"
#include "fix/wire_text.hpp"

// What the engine calls: the owner is told from here.
namespace fix {

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
             (tag.empty() ? field::msg_type.text() + " '" + type + "'"
                          : field_name(engine_->getDataDictionaryProvider(), settings_.version, tag)) +
                 ": " + text);
}

void Session::Impl::onLogon(const FIX::SessionID&) {
  if (announced_) return;
  announced_ = true;
  has_logged_on_ = true;
  owner_.on_logon(settings_.name);
}

void Session::Impl::onLogout(const FIX::SessionID&) {
  if (!announced_) return;
  announced_ = false;
  echo_ = {};
  owner_.on_logout(settings_.name, logout_reason_.empty() ? log_.last_event() : logout_reason_);
}

void Session::Impl::toAdmin(FIX::Message& message, const FIX::SessionID&) {
  const std::string type = value_or_empty(message.getHeader(), field::msg_type);
  if (!sending_ && type == "3") refused(message);
  if (type == "4" && answered_to_) begin_where_it_must(message);
  if (type == "5" && !settings_.strict && !fault_.empty() && !message.isSetField(field::msg_text.tag))
    message.setField(FIX::Text(fault_));
}

// The engine lets the last gap fill of an answer to a ResendRequest(2) begin where the request did, although messages
// were sent again in between: the other side would take it for an old one, and wait for ever.
void Session::Impl::begin_where_it_must(FIX::Message& reset) {
  const int first = std::atoi(value_or_empty(reset.getHeader(), field::msg_seq_num).c_str());
  const int next = std::atoi(value_or_empty(reset, field::new_seq_no).c_str());
  if (first < *answered_to_) reset.getHeader().setField(FIX::MsgSeqNum(*answered_to_));
  fills_nothing_ = next <= *answered_to_;
  answered_to_ = std::max(*answered_to_, next);
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
  const auto frame = header ? waiting_.extract(header->seq_num) : decltype(waiting_)::node_type();
  if (type == "0" && !frame.empty()) refuse_unsupported(frame.key(), frame.mapped());
  if (type == "5" && logout_reason_.empty()) {
    const std::string text = value_or_empty(message, field::msg_text);
    logout_reason_ = "logout by the other side: " + text;
    if (!announced_) log_.event(EventKind::trouble, "the other side refuses the logon: " + text);
  }
  if (type == "2") {
    resend_asked_.emplace(std::atoi(value_or_empty(message, field::begin_seq_no).c_str()),
                          std::atoi(value_or_empty(message, field::end_seq_no).c_str()));
    answered_to_ = resend_asked_->first;
  }
  if (type == "4") note_passed_over(message);
  if (type != "3" || !header) return;
  if (const auto reject = decode(message, settings_.version)) {
    owner_.on_message(settings_.name, *header, *reject);
  } else {
    log_.event(EventKind::trouble, "Reject(3) is unreadable: " + reject.error().text());
  }
}

// The heartbeat that the engine takes now may stand in the place of a message.
void Session::Impl::refuse_unsupported(int seq_num, const std::string& raw) {
  const std::string type(field_of(raw, field::msg_type.tag).value_or(""));
  if (!is_unsupported_business(type, settings_.version)) return;
  const std::string why = field::msg_type.text() + ": '" + type + "' is not a message that is spoken here";
  unreadable(seq_num, raw, why);
  FIX::Message answer = answer_to_unsupported(seq_num, type, why);
  engine_->send(answer);
}

// The engine does what it says when this returns.
void Session::Impl::note_passed_over(const FIX::Message& reset) {
  const int first = store_.numbers().next_target;
  const int last = std::atoi(value_or_empty(reset, field::new_seq_no).c_str()) - 1;
  if (last < first) return;
  passed_over_.push_back({first, last, value_or_empty(reset, field::gap_fill_flag) == "Y"});
}

void Session::Impl::fromApp(const FIX::Message& message, const FIX::SessionID&) {
  const int seq_num = std::atoi(value_or_empty(message.getHeader(), field::msg_seq_num).c_str());
  if (settings_.echoes) return echo(message, seq_num);
  const auto node = waiting_.extract(seq_num);
  const std::string raw = node.empty() ? message.toString() : node.mapped();
  const auto header = decode_header(message);
  const auto body = decode(message, settings_.version);
  if (header && body) return owner_.on_message(settings_.name, *header, *body);
  const std::string why = (header ? body.error() : header.error()).text();
  unreadable(seq_num, raw, why);
  if (auto answer = answer_to_unreadable(message, why, settings_.version)) engine_->send(*answer);
}

void Session::Impl::echo(const FIX::Message& message, int seq_num) {
  if (!Echo::knows(message)) throw FIX::UnsupportedMessageType();  // the engine answers, and refused() is told
  waiting_.erase(seq_num);
  FIX::Message copy = message;
  if (echo_.takes(message)) engine_->send(copy);
}

bool Session::Impl::send(const std::string& bytes) {
  if (!wire_) return false;
  if (std::exchange(fills_nothing_, false)) return true;
  if (answered_to_ && field_of(bytes, field::msg_type.tag) != "4") {
    answered_to_ = number_of(bytes, field::msg_seq_num.tag).value_or(0) + 1;
  }
  wire_->send(bytes);
  return true;
}

void Session::Impl::disconnect() {
  if (!fault_.empty()) {
    log_.event(EventKind::trouble, "disconnected: " + fault_);
    if (logout_reason_.empty()) logout_reason_ = fault_;
    fault_.clear();
  }
  forget_connection();
}

}  // namespace fix
