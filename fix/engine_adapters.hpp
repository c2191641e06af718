#pragma once

#include <string>

#include "core/time.hpp"
#include "fix/quickfix.hpp"
#include "fix/session.hpp"

// What the engine asks of its surroundings, answered from ours. Private to fix/.
namespace fix {

// The engine's message store on our SessionStore. Numbers are kept in memory; every change is saved. What the store
// throws goes on as FIX::IOException: the engine calls from functions that may throw nothing else, and anything else
// would end the process.
class StoreAdapter final : public FIX::MessageStore, public FIX::MessageStoreFactory {
 public:
  StoreAdapter(SessionStore& store, const core::Clock& clock);

  [[nodiscard]] const SequenceNumbers& numbers() const { return numbers_; }
  [[nodiscard]] int resets() const { return resets_; }  // how often they started at 1 again

  // While a frame is handled that may not do everything that the engine would let it do.
  struct Leave {
    bool count_target = true;  // false: the engine would count this message although its number is not the expected one
    bool reset = false;        // true only for a Logon(A) with ResetSeqNumFlag(141) = Y that has been checked
  };
  class Frame {
   public:
    Frame(StoreAdapter& adapter, Leave leave) : adapter_(adapter) { adapter_.leave_ = leave; }
    ~Frame() { adapter_.leave_ = Leave{}; }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

   private:
    StoreAdapter& adapter_;
  };

  bool set(int seq_num, const std::string& bytes) override;
  void get(int first, int last, std::vector<std::string>& messages) const override;
  int getNextSenderMsgSeqNum() const override { return numbers_.next_sender; }
  int getNextTargetMsgSeqNum() const override { return numbers_.next_target; }
  void setNextSenderMsgSeqNum(int number) override;
  void setNextTargetMsgSeqNum(int number) override;
  void incrNextSenderMsgSeqNum() override { setNextSenderMsgSeqNum(numbers_.next_sender + 1); }
  void incrNextTargetMsgSeqNum() override;
  FIX::UtcTimeStamp getCreationTime() const override;
  void reset() override;
  void refresh() override {}

  FIX::MessageStore* create(const FIX::SessionID&) override { return this; }
  void destroy(FIX::MessageStore*) override {}  // belongs to the session

 private:
  void save(const SequenceNumbers& numbers);

  SessionStore& store_;
  const core::Clock& clock_;
  SequenceNumbers numbers_;
  int resets_ = 0;
  Leave leave_;
};

class LogAdapter final : public FIX::Log, public FIX::LogFactory {
 public:
  LogAdapter(core::SessionName name, MessageLog& log) : name_(std::move(name)), log_(log) {}

  // The last thing that the engine said before it closed a connection: the reason, as far as it tells one.
  [[nodiscard]] const std::string& last_event() const { return last_event_; }

  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& bytes) override;
  void onOutgoing(const std::string& bytes) override;
  void onEvent(const std::string& text) override;  // by the engine
  void event(EventKind kind, const std::string& text);

  FIX::Log* create() override { return this; }
  FIX::Log* create(const FIX::SessionID&) override { return this; }
  void destroy(FIX::Log*) override {}  // belongs to the session

 private:
  core::SessionName name_;
  MessageLog& log_;
  std::string last_event_;
};

// One session's settings as the engine reads them.
[[nodiscard]] FIX::Dictionary engine_settings(const SessionSettings& settings);

// A heartbeat in the place of a message: the engine counts it and goes on with what waited behind it.
[[nodiscard]] FIX::Message stand_in_for(int seq_num, const SessionSettings& settings);

}  // namespace fix
