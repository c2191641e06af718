#pragma once

#include <memory>
#include <string>

#include "tests/fix/pair.hpp"

namespace fix::test {

// A broker of bytes: what it writes decides, not what a session would.
struct RawBroker {
  void connect(int seq_num, bool reset = false) {
    pair.desk.session->disconnected();
    line = std::make_shared<MemoryLine>();
    pair.desk.session->connected(std::make_shared<MemoryWire>(line));
    pair.desk.session->tick();
    send("A", seq_num, reset ? "98=0|108=30|141=Y|" : "98=0|108=30|");
  }
  void send(const std::string& type, int seq_num, const std::string& more = "") {
    pair.desk.session->received(frame(from_broker(type, seq_num, more)));
  }
  // How often the desk's session told of something of this kind.
  [[nodiscard]] long told(EventKind kind) const { return std::ranges::count(pair.desk.log.kinds, kind); }
  [[nodiscard]] int expected() const { return pair.desk.session->numbers().next_target; }
  // The newest message of ours, with | for SOH.
  [[nodiscard]] std::string answer() const { return line->frames.empty() ? "" : shown(line->frames.back()); }

  Pair pair;
  std::shared_ptr<MemoryLine> line;
};

}  // namespace fix::test
