#include "simulation/line.hpp"

#include <algorithm>
#include <deque>

#include "fix/wire_text.hpp"
#include "simulator/frames.hpp"

namespace simulation {

using simulator::type_of;

namespace {

// As fix::Network has them.
constexpr std::size_t max_frame_bytes = 64 * 1024;
constexpr std::chrono::milliseconds tick_every{500};
constexpr std::chrono::milliseconds reconnect{1'000};
constexpr std::chrono::milliseconds close_timeout{2'000};
constexpr std::chrono::milliseconds logon_timeout{10'000};

struct Piece {
  std::string bytes;
  bool is_end = false;
};

struct Notice {
  std::size_t after_bytes = 0;
  std::array<bool, 2> who{};
};

}  // namespace

struct Line::Connection {
  struct Half {
    bool open = true;      // this machine believes in the connection
    bool closing = false;  // closed by the program; what comes in is no longer looked at
    bool known = false;    // a listener has seen a Logon
    bool strange = false;  // who dialled is not our other side
    fix::Framer framer{max_frame_bytes};
    std::deque<Piece> coming;  // to this end
    std::size_t coming_bytes = 0;
    core::Time last_arrival;
    core::Time stalled_until;
    std::optional<Notice> cut;
  };

  Half& at(End end) { return halves.at(index(end)); }

  std::array<Half, 2> halves;
  bool lost = false;  // nothing gets through any more
};

class Line::OneWire final : public fix::Wire {
 public:
  OneWire(Line& line, const std::shared_ptr<Connection>& connection, End end)
      : line_(line), connection_(connection), end_(end) {}
  void send(std::string_view bytes) override {
    if (const auto connection = connection_.lock()) line_.send(connection, end_, bytes);
  }
  void close() override {
    if (const auto connection = connection_.lock()) line_.close(connection, end_);
  }

 private:
  Line& line_;
  std::weak_ptr<Connection> connection_;
  End end_;
};

Line::Line(Agenda& agenda, Trace& trace, std::string name, Parties parties, LineSettings settings, std::uint64_t seed)
    : agenda_(agenda), trace_(trace), name_(std::move(name)), parties_(parties), settings_(settings), random_(seed) {}

Line::~Line() = default;

void Line::up(End end, fix::Peer& peer) {
  peers_.at(index(end)) = &peer;
  if (end == settings_.dialler) dial_soon(std::chrono::milliseconds(1));
}

void Line::down(End end, bool silently) {
  peers_.at(index(end)) = nullptr;
  served_.at(index(end)).reset();
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    if (!connection || !connection->at(end).open) continue;
    connection->at(end).open = false;
    if (silently) {
      connection->lost = true;
    } else if (!connection->lost) {
      put_piece(connection, other(end), {}, true);
    }
  }
}

// ---- one connection after the other

void Line::dial_soon(std::chrono::milliseconds delay) {
  if (dialling_) return;
  dialling_ = true;
  agenda_.in(delay, party(settings_.dialler), [this] {
    dialling_ = false;
    dial();
  });
}

void Line::dial() {
  const End dialler = settings_.dialler;
  if (peers_.at(index(dialler)) == nullptr || served_.at(index(dialler))) return;
  if (peers_.at(index(other(dialler))) == nullptr) return dial_soon(reconnect);
  if (!peers_.at(index(dialler))->wants_connection()) return dial_soon(reconnect);
  std::erase_if(connections_, [](const auto& connection) { return connection.expired(); });
  auto connection = std::make_shared<Connection>();
  connections_.push_back(connection);
  trace_.note(agenda_.now(), {name_, "connected"});
  connection->at(dialler).known = true;
  agenda_.in(logon_timeout, party(other(dialler)), [this, connection, listener = other(dialler)] {
    if (!connection->at(listener).known) hang_up(connection, listener);
  });
  serve(connection, dialler, {});
}

void Line::serve(const std::shared_ptr<Connection>& connection, End end, std::string_view first) {
  fix::Peer& peer = *peers_.at(index(end));
  served_.at(index(end)) = connection;
  peer.connected(std::make_shared<OneWire>(*this, connection, end));
  if (!first.empty()) peer.received(first);
  peer.tick();
  tick_later(connection, end);
}

void Line::tick_later(const std::shared_ptr<Connection>& connection, End end) {
  agenda_.in(tick_every, party(end), [this, connection, end] {
    if (served_.at(index(end)) != connection) return;
    peers_.at(index(end))->tick();
    tick_later(connection, end);
  });
}

// ---- bytes on the way

void Line::send(const std::shared_ptr<Connection>& connection, End from, std::string_view frame) {
  if (!connection->at(from).open || connection->at(from).closing) return;
  trace_.note(agenda_.now(), {name_, from == End::gateway ? ">" : "<", frame});
  if (on_frame) on_frame(from, frame);
  auto& edits = edits_.at(index(from));
  for (auto edit = edits.begin(); edit != edits.end(); ++edit) {
    const auto instead = (*edit)(std::string(frame));
    if (!instead) continue;
    edits.erase(edit);
    for (const std::string& bytes : *instead) {
      trace_.note(agenda_.now(), {name_, "instead:", bytes.size() > 4'096 ? bytes.substr(0, 200) : bytes});
      put(connection, from, bytes);
    }
    return;
  }
  put(connection, from, frame);
}

void Line::inject(End sender, std::string_view bytes) {
  const auto connection = served_.at(index(sender));
  if (!connection || connection->at(sender).closing) return;
  trace_.note(agenda_.now(), {name_, "injected:", bytes.substr(0, 300)});
  put(connection, sender, bytes);
}

void Line::put(const std::shared_ptr<Connection>& connection, End from, std::string_view bytes) {
  Connection::Half& far = connection->at(other(from));
  if (connection->lost) return;
  if (far.coming_bytes + bytes.size() > settings_.max_unsent_bytes) {
    trace_.note(agenda_.now(), {name_, "overrun"});
    return hang_up(connection, from);
  }
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), 1 + random_.below(settings_.max_piece_bytes));
    put_piece(connection, other(from), std::string(bytes.substr(0, size)), false);
    bytes.remove_prefix(size);
  }
}

void Line::put_piece(const std::shared_ptr<Connection>& connection, End to, std::string bytes, bool is_end) {
  Connection::Half& half = connection->at(to);
  half.coming_bytes += bytes.size();
  half.coming.push_back({std::move(bytes), is_end});
  half.last_arrival = std::max(half.last_arrival, agenda_.now() + draw_delay());
  agenda_.at(half.last_arrival, party(to), [this, connection, to] { arrive(connection, to); });
}

void Line::arrive(const std::shared_ptr<Connection>& connection, End to) {
  Connection::Half& half = connection->at(to);
  if (connection->lost || !half.open) return;
  if (half.stalled_until > agenda_.now()) {
    agenda_.at(half.stalled_until, party(to), [this, connection, to] { arrive(connection, to); });
    return;
  }
  Piece piece = std::move(half.coming.front());
  half.coming.pop_front();
  half.coming_bytes -= piece.bytes.size();
  if (piece.is_end) return hang_up(connection, to);
  const bool breaks = half.cut && half.cut->after_bytes <= piece.bytes.size();
  if (breaks) piece.bytes.resize(half.cut->after_bytes);
  if (half.cut && !breaks) half.cut->after_bytes -= piece.bytes.size();
  if (!half.closing) {
    half.framer.add(piece.bytes);
    if (half.known) {
      hand_over(connection, to);
    } else {
      meet(connection, to);
    }
  }
  if (breaks) break_off(connection);
}

// As fix::Network::Impl::hand_over.
void Line::hand_over(const std::shared_ptr<Connection>& connection, End to) {
  Connection::Half& half = connection->at(to);
  while (half.open && !half.closing && served_.at(index(to)) == connection) {
    const auto item = half.framer.next();
    if (!item) return;
    if (item->kind == fix::Framer::Item::Kind::frame) {
      peers_.at(index(to))->received(item->bytes);
      continue;
    }
    trace_.note(agenda_.now(), {name_, "not a message:", item->text});
    if (item->kind == fix::Framer::Item::Kind::broken) return hang_up(connection, to);
  }
}

// As fix::Network::Impl::meet.
void Line::meet(const std::shared_ptr<Connection>& connection, End to) {
  const auto item = connection->at(to).framer.next();
  if (!item) return;
  const bool is_logon = item->kind == fix::Framer::Item::Kind::frame && type_of(item->bytes) == "A";
  if (!is_logon || connection->at(to).strange || served_.at(index(to)) || peers_.at(index(to)) == nullptr) {
    trace_.note(agenda_.now(), {name_, "not taken:", is_logon ? "connected already" : "no Logon"});
    return hang_up(connection, to);
  }
  connection->at(to).known = true;
  const std::string first(item->bytes);
  serve(connection, to, first);
  hand_over(connection, to);
}

// ---- ends

void Line::close(const std::shared_ptr<Connection>& connection, End end) {
  Connection::Half& half = connection->at(end);
  if (!half.open || half.closing) return;
  half.closing = true;
  if (!connection->lost) put_piece(connection, other(end), {}, true);
  agenda_.in(close_timeout, party(end), [this, connection, end] { hang_up(connection, end); });
}

void Line::hang_up(const std::shared_ptr<Connection>& connection, End end) {
  Connection::Half& half = connection->at(end);
  if (!half.open) return;
  half.open = false;
  if (!connection->lost && connection->at(other(end)).open) put_piece(connection, other(end), {}, true);
  if (served_.at(index(end)) != connection) return;
  served_.at(index(end)).reset();
  trace_.note(agenda_.now(), {name_, end == End::gateway ? "gateway disconnected" : "broker disconnected"});
  peers_.at(index(end))->disconnected();
  if (end == settings_.dialler) dial_soon(reconnect);
}

void Line::break_off(const std::shared_ptr<Connection>& connection) {
  Notice notice;
  for (const End end : {End::gateway, End::broker}) {
    if (connection->at(end).cut) notice = *connection->at(end).cut;
  }
  trace_.note(agenda_.now(), {name_, "cut", notice.who.at(0) ? "gateway notices" : "gateway does not notice",
                              notice.who.at(1) ? "broker notices" : "broker does not notice"});
  connection->lost = true;
  for (const End end : {End::gateway, End::broker}) {
    if (!notice.who.at(index(end))) continue;
    agenda_.in(draw_delay(), party(end), [this, connection, end] { hang_up(connection, end); });
  }
}

// ---- faults

void Line::cut(End at, std::size_t after_bytes, bool gateway_notices, bool broker_notices) {
  const auto connection = served_.at(index(settings_.dialler));
  if (!connection || connection->lost) return;
  connection->at(at).cut = Notice{after_bytes, {gateway_notices, broker_notices}};
  connection->at(other(at)).cut.reset();
}

void Line::stall(End reader, std::chrono::milliseconds span) {
  if (const auto connection = served_.at(index(reader))) connection->at(reader).stalled_until = agenda_.now() + span;
}

void Line::strange_connection(const std::string& bytes) {
  const End listener = other(settings_.dialler);
  if (peers_.at(index(listener)) == nullptr) return;
  auto connection = std::make_shared<Connection>();
  connections_.push_back(connection);
  connection->at(settings_.dialler).known = true;
  connection->at(listener).strange = true;
  trace_.note(agenda_.now(), {name_, "a stranger connects and says:", bytes});
  put(connection, settings_.dialler, bytes);
  agenda_.in(close_timeout, party(listener), [this, connection] { hang_up(connection, settings_.dialler); });
}

void Line::heal() {
  for (auto& edits : edits_) edits.clear();
  for (const auto& weak : connections_) {
    const auto connection = weak.lock();
    if (!connection) continue;
    for (Connection::Half& half : connection->halves) {
      half.stalled_until = {};
      half.cut.reset();
    }
  }
}

std::chrono::nanoseconds Line::draw_delay() {
  return std::chrono::microseconds(random_.between(settings_.min_delay.count(), settings_.max_delay.count()));
}

}  // namespace simulation
