#include "gateway/broker_line.hpp"

#include <utility>

namespace gateway {

namespace {

// Bytes wait for their batch; so does closing, or the last words would be cut off.
class OutboxWire final : public fix::Wire {
 public:
  OutboxWire(std::shared_ptr<fix::Wire> wire, Outbox& outbox) : wire_(std::move(wire)), outbox_(outbox) {}

  void send(std::string_view bytes) override {
    outbox_.after([wire = wire_, bytes = std::string(bytes)] { wire->send(bytes); });
  }
  void close() override {
    outbox_.after([wire = wire_] { wire->close(); });
  }

 private:
  std::shared_ptr<fix::Wire> wire_;
  Outbox& outbox_;
};

bool is_status_request(std::string_view message) {
  return message.find(
             "\x01"
             "35=H\x01") != std::string_view::npos;
}

}  // namespace

JournalSessionStore::JournalSessionStore(core::SessionName name, fix::SequenceNumbers numbers, Outbox& outbox)
    : name_(std::move(name)), numbers_(numbers), outbox_(outbox) {}

void JournalSessionStore::save(const fix::SequenceNumbers& numbers) {
  numbers_ = numbers;
  outbox_.session(name_).numbers = numbers;
}

void JournalSessionStore::keep_sent(int seq_num, std::string_view bytes) {
  SessionChange& change = outbox_.session(name_);
  change.numbers = numbers_;
  change.sent.emplace_back(seq_num, bytes);
  if (!is_status_request(bytes)) return;
  questions_.emplace(seq_num, bytes);
  if (questions_.size() > max_kept) questions_.erase(questions_.begin());
}

std::vector<std::string> JournalSessionStore::sent(int first, int last) const {
  std::vector<std::string> messages;
  for (auto it = questions_.lower_bound(first); it != questions_.end() && it->first <= last; ++it) {
    messages.push_back(it->second);
  }
  return messages;
}

void JournalSessionStore::forget_sent() { questions_.clear(); }

core::Result<std::unique_ptr<BrokerLine>> BrokerLine::open(const fix::SessionSettings& settings,
                                                           fix::SequenceNumbers numbers, Outbox& outbox,
                                                           fix::SessionOwner& owner, fix::MessageLog& log,
                                                           const core::Clock& clock) {
  std::unique_ptr<BrokerLine> line(new BrokerLine(settings.name, numbers, outbox));
  auto session = fix::Session::create(settings, line->store_, owner, log, clock);
  if (!session) return tl::unexpected(session.error());
  line->session_ = std::move(*session);
  return line;
}

BrokerLine::BrokerLine(core::SessionName name, fix::SequenceNumbers numbers, Outbox& outbox)
    : store_(std::move(name), numbers, outbox), outbox_(outbox) {}

void BrokerLine::connected(std::shared_ptr<fix::Wire> wire) {
  if (outbox_.waits()) return wire->close();
  wire_ = wire;
  session_->connected(std::make_shared<OutboxWire>(std::move(wire), outbox_));
  outbox_.step_done();
}

void BrokerLine::received(std::string_view frame) {
  if (!wire_) return;  // what is not taken in has not used up its number: the broker is asked for it at the next logon
  if (!outbox_.takes_in(frame.size())) return end_connection();
  session_->received(frame);
  outbox_.step_done();
}

void BrokerLine::disconnected() {
  if (!std::exchange(wire_, nullptr)) return;
  session_->disconnected();
  outbox_.step_done();
}

void BrokerLine::end_connection() {
  wire_->close();  // past the outbox, which lets nothing out
  disconnected();
}

void BrokerLine::tick() {
  session_->tick();
  outbox_.step_done();
}

}  // namespace gateway
