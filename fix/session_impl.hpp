#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fix/dictionaries.hpp"
#include "fix/echo.hpp"
#include "fix/engine_adapters.hpp"
#include "fix/field_names.hpp"
#include "fix/hours.hpp"
#include "fix/never_came.hpp"
#include "fix/patience.hpp"
#include "fix/session.hpp"
#include "fix/unexpected.hpp"

// What is behind a Session. session.cpp says what happens to a connection and to each frame; session_callbacks.cpp what
// the engine calls. Private to fix/.
namespace fix {

[[nodiscard]] inline bool is_session_level(std::string_view type) {
  return type.size() == 1 && std::string_view("0A12345").find(type[0]) != std::string_view::npos;
}

[[nodiscard]] inline std::string value_or_empty(const FIX::FieldMap& fields, Field field) {
  return fields.isSetField(field.tag) ? fields.getField(field.tag) : std::string();
}

struct Incoming {
  std::string_view frame;
  std::string type;
  int seq_num = 0;
};

class Session::Impl final : public FIX::Application, public FIX::Responder {
 public:
  Impl(const SessionSettings& settings, SessionStore& store, SessionOwner& owner, MessageLog& log,
       const core::Clock& clock)
      : settings_(settings),
        owner_(owner),
        store_(store, clock),
        log_(settings.name, log),
        clock_(clock),
        hours_(settings.schedule, clock),
        never_came_(store_.numbers().next_target) {}
  ~Impl() override {
    if (wire_) wire_->close();
  }

  void create_engine(const FIX::DataDictionaryProvider& dictionary) {
    const ConfigErrorsOnly scope;
    const FIX::SessionID id(begin_string(settings_.version), settings_.sender_comp_id, settings_.target_comp_id);
    FIX::SessionFactory factory(*this, store_, &log_);
    engine_.reset(factory.create(id, engine_settings(settings_)));
    engine_->setDataDictionaryProvider(dictionary);
    is_data_ = [&dictionaries = engine_->getDataDictionaryProvider(), version = settings_.version](int tag) {
      return is_data_field(dictionaries, version, tag);
    };
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
  void skip_to(int next_sender) { store_.setNextSenderMsgSeqNum(next_sender); }
  [[nodiscard]] bool logged_on() const { return wire_ && engine_->isLoggedOn() && !engine_->sentLogout(); }
  [[nodiscard]] bool has_logged_on() const { return has_logged_on_; }
  [[nodiscard]] bool is_connected() const { return wire_ != nullptr; }
  [[nodiscard]] const SessionSettings& settings() const { return settings_; }
  [[nodiscard]] const SequenceNumbers& numbers() const { return store_.numbers(); }
  [[nodiscard]] std::optional<core::Time> closed_until() const { return hours_.closed_until(); }

 private:
  void handle(const Incoming& in);
  [[nodiscard]] bool takes_logon(const Incoming& in, bool reset);
  void refuse_logon(const Incoming& in, const std::string& reason);
  void tell_of_reset(const SequenceNumbers& before);
  void tell_of_lost_gap(const std::string& who);
  void start_numbers_anew();
  void end_hours();
  [[nodiscard]] bool must_drop(const Incoming& in);
  void skip_unparsable(const Incoming& in, const std::string& why);
  [[nodiscard]] bool must_ask_first();
  void refused(const FIX::Message& reject);
  void refuse_unsupported(int seq_num, const std::string& raw);
  void lose_patience();
  void report_passed_over();
  void note_passed_over(const FIX::Message& reset);
  void begin_where_it_must(FIX::Message& reset);
  void tell_of_passed_over();
  void give_repetition(const Incoming& in);
  void unreadable(int seq_num, const std::string& raw, std::string reason);
  void echo(const FIX::Message& message, int seq_num);
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
  std::optional<int> answered_to_;                   // while a ResendRequest(2) is answered: the number that comes next
  bool fills_nothing_ = false;                       // the gap fill that the engine sends now
  struct PassedOver {
    int first = 0;
    int last = 0;
    bool is_gap_fill = false;
  };
  std::vector<PassedOver> passed_over_;  // by the frame that is handled now
  NeverCame never_came_;
  Echo echo_;
  int logon_number_ = 0;        // of the Logon(A) that this connection began with
  std::string fault_;           // of the frame that is handled now: why the engine may end the connection
  int seen_ = 0;                // the highest number that came and was too high; kept when the connection breaks
  bool has_logged_on_ = false;  // on the connection that is there, or on the last one
  bool announced_ = false;      // the owner was told of a logon and not yet of its end
  bool sending_ = false;        // inside send(): what the engine sends now is the owner's
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
    log_.event(EventKind::trouble, std::string(doing) + ": " + problem.what());
    try {
      engine_->disconnect();
    } catch (const std::exception& second) {
      log_.event(EventKind::trouble, std::string("disconnecting: ") + second.what());
    }
  }
}

}  // namespace fix
