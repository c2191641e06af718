#include "simulator/scenario/troubled_peer.hpp"

#include <optional>
#include <utility>

#include "core/check.hpp"
#include "fix/wire_text.hpp"
#include "simulator/frames.hpp"

namespace simulator {

namespace {

constexpr int sender_comp_id = 49;
constexpr int sending_time = 52;
constexpr int msg_seq_num = 34;
constexpr int reset_seq_num_flag = 141;

std::string with_skew(const std::string& frame, std::chrono::milliseconds skew) {
  const auto time = core::parse_fix_timestamp(fix::field_of(frame, sending_time).value_or(""));
  return time ? with_value(frame, sending_time, core::fix_timestamp(*time + skew)) : frame;
}

}  // namespace

// One way out, and what is wrong with it. Shared with the wires, which may live longer than the peer.
struct TroubledPeer::Line {
  std::shared_ptr<fix::Wire> wire;  // nothing: not connected
  // As long as the connection lasts.
  bool dead = false;  // nothing gets through any more, either way, and nobody is told
  bool without_heartbeats = false;
  std::int64_t until_cut = 0;  // so many more messages; 0: no cut
  // Until the next report, or the next ones.
  bool poss_resend = false;
  bool wrong_sum = false;
  bool wrong_length = false;
  bool wrong_name = false;
  std::int64_t lost = 0;
  // Until it is set again.
  std::chrono::milliseconds skew{0};

  void connect(std::shared_ptr<fix::Wire> to) {
    wire = std::move(to);
    dead = without_heartbeats = false;
    until_cut = 0;
  }
  void write(std::string_view bytes) {
    if (wire && !dead) wire->send(bytes);
  }
  void close() {
    if (wire && !dead) wire->close();
  }
  void send(std::string_view frame) {
    if (without_heartbeats && type_of(frame) == "0") return;
    std::string out(frame);
    if (is_application(frame)) {
      if (lost > 0) {
        --lost;
        return;
      }
      if (std::exchange(poss_resend, false)) out = with_header(out, "97=Y");
      if (std::exchange(wrong_name, false)) out = with_value(out, sender_comp_id, "NOBODY");
    }
    if (skew.count() != 0) out = with_skew(out, skew);
    if (is_application(frame)) {
      if (std::exchange(wrong_length, false)) out = with_wrong_length(out);
      if (std::exchange(wrong_sum, false)) out = with_wrong_sum(out);
    }
    write(out);
    if (until_cut == 0) return;
    --until_cut;
    if (until_cut == 0) {
      close();
      dead = true;
    }
  }
};

class TroubledPeer::OneWire final : public fix::Wire {
 public:
  explicit OneWire(std::shared_ptr<Line> line) : line_(std::move(line)) {}
  void send(std::string_view bytes) override { line_->send(bytes); }
  void close() override { line_->close(); }

 private:
  std::shared_ptr<Line> line_;
};

TroubledPeer::TroubledPeer(fix::Session& session, const fix::SessionStore& store, const core::Clock& clock,
                           std::uint64_t seed)
    : session_(session), store_(store), clock_(clock), random_(core::mix(seed)), line_(std::make_shared<Line>()) {}

TroubledPeer::~TroubledPeer() { line_->wire.reset(); }

void TroubledPeer::connected(std::shared_ptr<fix::Wire> wire) {
  line_->connect(std::move(wire));
  reads_from_ = {};
  session_.connected(std::make_shared<OneWire>(line_));
}

void TroubledPeer::received(std::string_view frame) {
  if (line_->dead) return;
  if (!resets_numbers_ || type_of(frame) != "A") return session_.received(frame);
  // As if the client had asked for it: then the session's answer says so, too.
  resets_numbers_ = false;
  const std::string first = with_value(without(frame, reset_seq_num_flag), msg_seq_num, "1");
  session_.received(with_field(first, "141=Y"));
}

void TroubledPeer::disconnected() {
  session_.disconnected();
  line_->wire.reset();
  if (std::exchange(logged_out_, false)) session_.log_on();
}

void TroubledPeer::act(const Step& step) {
  switch (step.what) {
    case Do::disconnect:
      if (step.count == 0) return session_.disconnected();
      line_->until_cut = step.count;
      return;
    case Do::logout:
      logged_out_ = true;
      return session_.log_out(step.text.empty() ? "as the scenario asks for" : step.text);
    case Do::resend_all: return write_all_again();
    case Do::poss_resend: line_->poss_resend = true; return;
    case Do::gap: line_->lost += step.count; return;
    case Do::sequence_reset: {
      const auto next = session_.numbers().next_sender + static_cast<int>(step.count);
      line_->write(forged("4", "36=" + std::to_string(next) + "|"));
      return session_.skip_to(next);
    }
    case Do::reset_numbers: resets_numbers_ = true; return;
    case Do::resend_requests:
      for (std::int64_t i = 0; i < step.count; ++i) write_as_next("2", "7=1|16=0|");
      return;
    case Do::garbage: return line_->write(garbage(step.count));
    case Do::wrong_checksum: line_->wrong_sum = true; return;
    case Do::wrong_body_length: line_->wrong_length = true; return;
    case Do::half_open: line_->dead = true; return;
    case Do::slow_reading: reads_from_ = clock_.now() + std::chrono::milliseconds(step.count); return;
    case Do::heartbeats_stopped: line_->without_heartbeats = true; return;
    case Do::clock_skew: line_->skew = std::chrono::milliseconds(step.count); return;
    case Do::wrong_comp_id: line_->wrong_name = true; return;
    default: CHECK(is_about_session(step.what));
  }
}

std::string TroubledPeer::forged(const std::string& type, const std::string& fields) const {
  const fix::SessionSettings& settings = session_.settings();
  return framed("35=" + type + "|34=" + std::to_string(session_.numbers().next_sender) +
                    "|49=" + settings.sender_comp_id + "|52=" + core::fix_timestamp(clock_.now() + line_->skew) +
                    "|56=" + settings.target_comp_id + "|" + fields,
                fix::begin_string(settings.version));
}

// A message of our own, which uses up a number of the session's.
void TroubledPeer::write_as_next(const std::string& type, const std::string& fields) {
  line_->write(forged(type, fields));
  session_.skip_to(session_.numbers().next_sender + 1);
}

void TroubledPeer::write_all_again() {
  for (const std::string& frame : store_.sent(1, session_.numbers().next_sender - 1)) {
    if (is_application(frame)) line_->write(as_duplicate(frame));
  }
}

std::string TroubledPeer::garbage(std::int64_t bytes) {
  std::string all;
  for (std::int64_t i = 0; i < bytes; ++i) all.push_back(static_cast<char>(random_.below(256)));
  return all;
}

}  // namespace simulator
