#pragma once

#include <optional>
#include <string>

namespace fix {

// How long a session waits for the other side before it gives the connection up. Counted in ticks, because the engine
// measures by the system clock, and one that is set back by a day would keep a dead connection for a day.
class Patience {
 public:
  // How often tick() is called a second, about.
  static constexpr int ticks_per_second = 2;

  // What the session sees at a tick.
  struct Sight {
    bool sent_logout = false;  // ours, not answered
    int expected = 1;          // the next MsgSeqNum(34)
    bool later_ones_wait = false;
  };

  void connected(int heartbeat_s);
  void agreed(int heartbeat_s) { heartbeat_s_ = heartbeat_s; }  // in the Logon(A)
  void received() { silent_ticks_ = 0; }
  // Why the connection should be given up; nothing while there is hope.
  [[nodiscard]] std::optional<std::string> tick(const Sight& sight);

 private:
  int heartbeat_s_ = 0;
  int silent_ticks_ = 0;  // since the last message came in
  int logout_ticks_ = 0;  // since our Logout(5) went out
  int gap_at_ = 0;        // the number that was expected at the last tick
  int gap_ticks_ = 0;     // for how long it has been missing while later ones are there
};

}  // namespace fix
