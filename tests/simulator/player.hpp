#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "files/log.hpp"
#include "simulator/server.hpp"
#include "tests/simulator/fixture.hpp"

// Plays a small client of bytes against the real server on a loopback socket, and compares what comes over the wire.
namespace simulator {

// A play is lines, in the order in which they happen:
//   "> D 11=B1 38=100"     the client says this; fields that it leaves out are filled in (Player::say)
//   "< 8 150=F 17=*X2"     the next message that comes has this type and these fields; * stands for any beginning,
//                          "tag!" for a field that is not there, "52=+1h" for an hour ahead of the real time
//   "< skipped"            bytes that are no message
//   "< closed"             the server has closed the connection
//   "connect", "connect FUND"   a new connection, and the client's Logon(A)
//   "unread"               the server has not read what was said last
//   "later"                a minute passes
//   "silence"              nothing comes
using Play = std::vector<std::string_view>;

class Player {
 public:
  explicit Player(const Settings& settings);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // What was not as the play says, for a person; empty when all was.
  [[nodiscard]] std::string play(const Play& play);
  // All messages that came, without SendingTime(52) and its like, and CheckSum(10).
  [[nodiscard]] const std::string& heard() const { return heard_; }

 private:
  class Client;
  class Clock;
  class Counter;

  [[nodiscard]] std::string act(std::string_view line);
  [[nodiscard]] std::string expect(std::string_view pattern);
  void connect(std::string_view client);
  void say(std::string_view line);
  void settle();
  template <class Condition>
  bool wait_until(Condition condition, int milliseconds);

  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Counter> read_;
  std::ostringstream log_text_;
  std::unique_ptr<files::Log> log_;
  boost::asio::io_context io_;
  std::string problem_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Client> client_;
  std::string name_;
  std::map<std::string, int, std::less<>> next_out_;  // MsgSeqNum(34), by client
  std::string heard_;
};

}  // namespace simulator
