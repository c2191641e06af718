#pragma once

#include <array>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "fix/framer.hpp"
#include "fix/session.hpp"
#include "simulation/agenda.hpp"
#include "simulation/trace.hpp"

namespace simulation {

enum class End : std::size_t { gateway, broker };
[[nodiscard]] constexpr End other(End end) { return end == End::gateway ? End::broker : End::gateway; }
[[nodiscard]] constexpr std::size_t index(End end) { return static_cast<std::size_t>(end); }

struct LineSettings {
  End dialler = End::gateway;
  std::chrono::microseconds min_delay{100};
  std::chrono::microseconds max_delay{3'000};
  std::size_t max_piece_bytes = 4'096;      // the bytes arrive in pieces up to this
  std::size_t max_unsent_bytes = 16 << 20;  // as fix::NetworkLimits
};

// One session's way between two machines: TCP connections one after the other, served at both ends as fix::Network
// serves them (dialling again, one connection a peer, the first message a Logon, ticks), with real framing. What is
// broken here is broken as networks break it: bytes of a connection arrive in order or not at all.
class Line {
 public:
  // What to put on the wire in the place of a message; nothing: this edit waits for another one.
  using Edit = std::function<std::optional<std::vector<std::string>>(const std::string& frame)>;
  using Parties = std::array<const Party*, 2>;

  Line(Agenda& agenda, Trace& trace, std::string name, Parties parties, LineSettings settings, std::uint64_t seed);
  ~Line();

  void set_party(End end, const Party& party) { parties_.at(index(end)) = &party; }

  // A program runs at this end, and serves the session from now on.
  void up(End end, fix::Peer& peer);
  // It is gone. `silently`: with its machine, and the other side is told nothing.
  void down(End end, bool silently);

  // The connection breaks when so many more bytes have arrived at `at`. Who does not notice keeps a dead connection.
  void cut(End at, std::size_t after_bytes, bool gateway_notices, bool broker_notices);
  // A program that does not read for a while.
  void stall(End reader, std::chrono::milliseconds span);
  // Once, for the next message of `sender` that it fits.
  void edit(End sender, Edit edit) { edits_.at(index(sender)).push_back(std::move(edit)); }
  // Bytes that no session sent.
  void inject(End sender, std::string_view bytes);
  // Somebody else dials and says these bytes. A Logon under the name of a session that is not connected would be taken
  // for the real one: without TLS nothing can tell. It is turned away here, so that this tests the others.
  void strange_connection(const std::string& bytes);
  // No more faults; what is broken already is found out in time.
  void heal();

  // Told each message that a session lets out, before any edit.
  std::function<void(End, std::string_view)> on_frame;

 private:
  struct Connection;
  class OneWire;

  void dial_soon(std::chrono::milliseconds delay);
  void dial();
  void serve(const std::shared_ptr<Connection>& connection, End end, std::string_view first);
  void tick_later(const std::shared_ptr<Connection>& connection, End end);
  void send(const std::shared_ptr<Connection>& connection, End from, std::string_view frame);
  void put(const std::shared_ptr<Connection>& connection, End from, std::string_view bytes);
  void put_piece(const std::shared_ptr<Connection>& connection, End to, std::string bytes, bool is_end);
  void arrive(const std::shared_ptr<Connection>& connection, End to);
  void hand_over(const std::shared_ptr<Connection>& connection, End to);
  void meet(const std::shared_ptr<Connection>& connection, End to);
  void close(const std::shared_ptr<Connection>& connection, End end);
  void hang_up(const std::shared_ptr<Connection>& connection, End end);
  void break_off(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] std::chrono::nanoseconds draw_delay();
  [[nodiscard]] const Party& party(End end) const { return *parties_.at(index(end)); }

  Agenda& agenda_;
  Trace& trace_;
  std::string name_;
  Parties parties_;
  LineSettings settings_;
  core::Random random_;
  std::array<fix::Peer*, 2> peers_{};
  std::array<std::shared_ptr<Connection>, 2> served_;  // at each end
  std::vector<std::weak_ptr<Connection>> connections_;
  std::array<std::list<Edit>, 2> edits_;
  bool dialling_ = false;
};

}  // namespace simulation
