#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "fix/messages.hpp"
#include "fix/schedule.hpp"
#include "fix/version.hpp"

// One FIX session without any I/O: bytes in, bytes out, time handed in by calls. QuickFIX does the protocol inside; it
// is seen nowhere else. Everything runs on the caller's thread; nothing here locks, sleeps or touches a socket.
namespace fix {

// Where a session's bytes go. The network has one that writes to a socket; the gateway puts its outbox in front, so
// that bytes leave after the batch that produced them is durable. After close() nothing more is sent.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void send(std::string_view bytes) = 0;
  virtual void close() = 0;
};

// What the network drives: exactly one connection at a time, from connected() to disconnected().
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void connected(std::shared_ptr<Wire> wire) = 0;
  virtual void received(std::string_view frame) = 0;  // one whole FIX message
  virtual void disconnected() = 0;
  virtual void tick() = 0;  // called about twice a second: heartbeats, time-outs, logon
  // False: what comes in is not read now, and waits in the buffers of TCP until it is; ask again soon.
  [[nodiscard]] virtual bool reads() const { return true; }
  // False: do not dial now; ask again later.
  [[nodiscard]] virtual bool wants_connection() const { return true; }
  // On the connection that is there, or on the last one. False again and again: who dials waits longer each time.
  [[nodiscard]] virtual bool has_logged_on() const { return true; }
  // True: a message ends where its BodyLength(9) says, even when that is wrong and takes the next one with it.
  [[nodiscard]] virtual bool believes_lengths() const { return false; }
};

struct SequenceNumbers {
  int next_sender = 1;
  int next_target = 1;
  core::Time created;  // when the numbers last started at 1

  friend bool operator==(const SequenceNumbers&, const SequenceNumbers&) = default;
};

// The session's memory over restarts. Calls are made from inside received(), tick() and send(); what they save belongs
// to the same step as the messages that came with it, and the owner makes both durable together.
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  [[nodiscard]] virtual SequenceNumbers load() const = 0;
  virtual void save(const SequenceNumbers& numbers) = 0;
  virtual void keep_sent(int seq_num, std::string_view bytes) = 0;
  // In order of number; numbers that were never kept are left out.
  [[nodiscard]] virtual std::vector<std::string> sent(int first, int last) const = 0;
  virtual void forget_sent() = 0;  // the numbers start again at 1
};

// What an event means to whoever watches over sessions.
enum class EventKind {
  usual,          // the life of a session: connecting, logging on and off, hours, gaps that are filled
  numbers_reset,  // the other side started both numbers at 1 again within a day: what was under way may be lost
  trouble,        // why a session does not come about, or what goes wrong on one: somebody should know
};

// Bytes as they crossed the wire, for the raw log; passwords (tags 554, 925, 96) are already blanked.
class MessageLog {
 public:
  enum class Direction { in, out };
  virtual ~MessageLog() = default;
  virtual void message(const core::SessionName& session, Direction direction, std::string_view bytes) = 0;
  virtual void event(const core::SessionName& session, EventKind kind, std::string_view text) = 0;
};

// A message that came in, was consumed by the session (its number is used up), and could not be turned into a struct,
// or was refused by our dictionary. It must be kept as a break: it may have been a fill.
struct UnreadableMessage {
  int seq_num = 0;
  std::string msg_type;  // "8", "9", ...
  std::string raw;
  std::string reason;  // names field and tag, and what would be right
};

class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  virtual void on_logon(const core::SessionName& session) = 0;
  virtual void on_logout(const core::SessionName& session, std::string_view reason) = 0;
  virtual void on_message(const core::SessionName& session, const Header& header, const Message& message) = 0;
  virtual void on_unreadable(const core::SessionName& session, const UnreadableMessage& message) = 0;
  // The other side asks for our messages `first` to `last` (0: to the newest) again, and was answered: orders among
  // them with a gap fill, so that what it had not received of them will never come.
  virtual void on_resend_asked(const core::SessionName& /*session*/, int /*first*/, int /*last*/) {}
  // A report, 8 or 9, that came with PossDupFlag(43) under a number that is used up: as a rule one that was given
  // before. But it may be one that never came, over which the other side had gone with a SequenceReset(4).
  virtual void on_repeated(const core::SessionName& /*session*/, const Header& /*header*/, const Message& /*message*/) {
  }
  // A SequenceReset(4) went on beyond our number `first` to `last`, which never came and will not; `is_gap_fill`: it
  // said that nothing was in them. Not told of what lies before this connection's Logon(A), after which the owner asks
  // anyway, unless it was no gap fill.
  virtual void on_passed_over(const core::SessionName& /*session*/, int /*first*/, int /*last*/, bool /*is_gap_fill*/) {
  }
};

enum class Role { dialling, listening };  // FIX: initiator, acceptor

struct SessionSettings {
  core::SessionName name;
  Version version = Version::fix44;
  std::string sender_comp_id;  // SenderCompID(49), ours
  std::string target_comp_id;  // TargetCompID(56), theirs
  Role role = Role::dialling;
  int heartbeat_s = 30;    // HeartBtInt(108), 1 to 3600
  std::string dictionary;  // path of the XML data dictionary; FIX 5.0 has that of its transport beside it, FIXT11.xml;
                           // empty: our own, which is in the program
  // True on the desk's side: orders and cancels that are asked for again become a gap fill (DESIGN law 8). False on the
  // simulator's side: execution reports are sent again.
  bool never_resend_orders = true;
  // Outside it there is no connection: a session that dials does not, one that listens answers a Logon(A) with
  // Logout(5). At the end of a window the session logs out. Nothing: always open.
  std::optional<Schedule> schedule = std::nullopt;
  bool reset_at_start = true;  // both numbers are 1 again in each window, on both sides, without a word about it
  // For a session that listens, for testers.
  std::optional<int> agreed_heartbeat_s = std::nullopt;  // a Logon(A) with another HeartBtInt(108) is refused
  bool reset_on_logon = false;                           // each Logon(A) starts both numbers at 1
  // Judged as the public session tests of FIX expect it, also where README.md says that we do better: the dictionary
  // lets pass nothing that it does not list, SendingTime(52) must be right within two minutes, a Logon(A) within the
  // session may reset the numbers, after a Logout(5) for a fault the other side has a moment for its own.
  bool strict = false;
  // NewOrderSingle(D) and SecurityDefinition(d) come back as they were received, but for a D with PossResend(97) whose
  // ClOrdID(11) came before in the session. The owner hears of logons, logouts and rejects only.
  bool echoes = false;
};

// Whether numbers that began at `created` end with a window that is over at `now`; those that began while the session
// was closed belong to the window after. A clock that is set back changes nothing: no window starts its numbers twice.
[[nodiscard]] bool begins_anew(const SessionSettings& settings, core::Time created, core::Time now);

class Session final : public Peer {
 public:
  // Errors: the dictionary is missing or broken; the identity is in use in this process. `store`, `owner`, `log`,
  // `clock` must outlive the session.
  [[nodiscard]] static core::Result<std::unique_ptr<Session>> create(const SessionSettings& settings,
                                                                     SessionStore& store, SessionOwner& owner,
                                                                     MessageLog& log, const core::Clock& clock);
  ~Session() override;

  void connected(std::shared_ptr<Wire> wire) override;
  void received(std::string_view frame) override;
  void disconnected() override;
  void tick() override;
  [[nodiscard]] bool wants_connection() const override { return !closed_until(); }
  [[nodiscard]] bool has_logged_on() const override;
  [[nodiscard]] bool believes_lengths() const override { return settings().strict; }

  // Sends one application message and returns its MsgSeqNum(34). Error: not logged on; then nothing was stored or sent.
  [[nodiscard]] core::Result<int> send(const Message& message);

  [[nodiscard]] bool logged_on() const;
  [[nodiscard]] bool is_connected() const;
  [[nodiscard]] const SessionSettings& settings() const;
  [[nodiscard]] SequenceNumbers numbers() const;
  // By the schedule: when it opens again; nothing while it is open.
  [[nodiscard]] std::optional<core::Time> closed_until() const;
  // Sends Logout(5) and stays logged out until log_on() is called. A session starts enabled.
  void log_out(std::string_view reason);
  void log_on();
  // Our next message takes this number: those before it were used up by somebody else, such as a simulator that writes
  // messages of its own. Asked for again, they are a gap fill. REQUIRES: not below the present one
  void skip_to(int next_sender);

 private:
  class Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fix
