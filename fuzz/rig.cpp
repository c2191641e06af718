#include "fuzz/rig.hpp"

#include "core/check.hpp"
#include "fix/wire_text.hpp"
#include "fuzz/frames.hpp"

namespace fuzz {

namespace {

constexpr int max_given_at_once = 1 + 256;  // the missing one, and what may wait behind it: fix/README.md
const core::Time start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{14};

}  // namespace

struct Rig::Wire final : fix::Wire {
  void send(std::string_view bytes) override {
    CHECK(!closed);
    CHECK(fix::is_well_framed(bytes));
  }
  void close() override { closed = true; }
  bool closed = false;
};

void Rig::Store::save(const fix::SequenceNumbers& numbers) {
  const fix::SequenceNumbers before = kept_.load();
  const bool back = numbers.next_target < before.next_target || numbers.next_sender < before.next_sender;
  CHECK(!back || reset_ || (numbers.next_target == 1 && numbers.next_sender == 1));
  reset_ = false;
  if (back) rig_.last_given_ = 0;
  kept_.save(numbers);
}

void Rig::Store::forget_sent() {
  reset_ = true;
  rig_.last_given_ = 0;
  kept_.forget_sent();
}

Rig::Rig(fix::Role role) : framer_(64U << 10U) {
  simulation::SimulatedClock::set(start);
  // Two roles in one process, so two identities.
  auto made = fix::Session::create({.name = core::SessionName("DESK"),
                                    .sender_comp_id = "DESK",
                                    .target_comp_id = role == fix::Role::dialling ? "DIALLED" : "DIALLING",
                                    .role = role,
                                    .dictionary = "fix-specs/FIX44.xml"},
                                   store_, *this, *this, clock_);
  CHECK(made.has_value());
  session_ = std::move(*made);
}

void Rig::begin() {
  disconnect();
  simulation::SimulatedClock::set(start);
  session_->log_on();
  connect();
  receive_message("A", 1, "98=0|108=30|141=Y|");
  CHECK(session_->logged_on());
  disconnect();
  CHECK(!announced_);
  CHECK(session_->numbers().next_target == 2 && session_->numbers().next_sender == 2);
  last_given_ = 1;
}

void Rig::connect() {
  disconnect();
  wire_ = std::make_shared<Wire>();
  framer_ = fix::Framer(64U << 10U);
  session_->connected(wire_);
  session_->tick();
}

void Rig::disconnect() {
  if (wire_) session_->disconnected();
  wire_.reset();
}

void Rig::log_on(const std::string& more) { receive_message("A", expected(), "98=0|108=30|" + more); }

void Rig::tick(std::chrono::milliseconds later) {
  simulation::SimulatedClock::advance(later);
  given_in_step_ = 0;
  session_->tick();
}

// As the network does it: a broken stream and a closed wire end the connection.
void Rig::receive(std::string_view bytes) {
  if (!wire_) return;
  framer_.add(bytes);
  while (wire_ && !wire_->closed) {
    const auto item = framer_.next();
    if (!item) return;
    if (item->kind == fix::Framer::Item::Kind::broken) break;
    given_in_step_ = 0;
    if (item->kind == fix::Framer::Item::Kind::frame) session_->received(item->bytes);
    CHECK(session_->is_connected() == !wire_->closed);
  }
  disconnect();
}

void Rig::receive_message(std::string_view type, int seq_num, std::string_view fields) {
  const auto& settings = session_->settings();
  receive(
      framed(with_soh("35=" + std::string(type) + "|34=" + std::to_string(seq_num) + "|49=" + settings.target_comp_id +
                      "|52=" + core::fix_timestamp(clock_.now()) + "|56=" + settings.sender_comp_id + "|") +
             with_soh(fields)));
}

void Rig::send_order() {
  fix::NewOrderSingle order;
  order.cl_ord_id = "O" + std::to_string(session_->numbers().next_sender);
  order.symbol = core::Symbol("AAPL");
  order.quantity = core::Quantity::whole(100);
  order.transact_time = clock_.now();
  const int number = session_->numbers().next_sender;
  const auto sent = session_->send(order);
  if (sent) CHECK(*sent == number && session_->numbers().next_sender == number + 1);
}

void Rig::on_logon(const core::SessionName& /*session*/) {
  CHECK(!announced_);
  announced_ = true;
}

void Rig::on_logout(const core::SessionName& /*session*/, std::string_view /*reason*/) {
  CHECK(announced_);
  announced_ = false;
}

void Rig::on_message(const core::SessionName& /*session*/, const fix::Header& header, const fix::Message& message) {
  const auto* reject = std::get_if<fix::MessageReject>(&message);
  if (reject != nullptr && !reject->business) return;  // Reject(3) is of the session, and may come behind a gap
  given(header.seq_num);
}

void Rig::on_unreadable(const core::SessionName& /*session*/, const fix::UnreadableMessage& message) {
  CHECK(!message.reason.empty() && !message.raw.empty());
  given(message.seq_num);
}

void Rig::message(const core::SessionName& /*session*/, Direction /*direction*/, std::string_view bytes) {
  CHECK(!bytes.empty());
}

void Rig::event(const core::SessionName& /*session*/, fix::EventKind /*kind*/, std::string_view text) {
  CHECK(!text.empty());
}

void Rig::given(int seq_num) {
  CHECK(announced_);
  CHECK(seq_num > last_given_);
  last_given_ = seq_num;
  CHECK(++given_in_step_ <= max_given_at_once);
}

Rig& fresh_rig(fix::Role role) {
  static Rig dialling(fix::Role::dialling);
  static Rig listening(fix::Role::listening);
  Rig& rig = role == fix::Role::dialling ? dialling : listening;
  rig.begin();
  return rig;
}

}  // namespace fuzz
