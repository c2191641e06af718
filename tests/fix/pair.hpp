#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fix/memory_store.hpp"
#include "fix/memory_wire.hpp"
#include "fix/session.hpp"
#include "fix/wire_text.hpp"

// A desk and a broker back to back in memory: the bytes of each wait in a queue until pump() carries them over.
namespace fix::test {

// "35=8|..." with | for SOH, made into a whole frame: BeginString, BodyLength and CheckSum are put around it.
inline std::string frame(std::string body, const std::string& begin = "FIX.4.4") {
  std::ranges::replace(body, '|', soh);
  std::string text = "8=" + begin + soh + "9=";
  text.append(std::to_string(body.size())).append(1, soh).append(body);
  const std::string sum = std::to_string(1000 + check_sum(text)).substr(1);
  text.append("10=").append(sum).push_back(soh);
  return text;
}

inline std::string dictionary_of(Version version) {
  switch (version) {
    case Version::fix42: return "fix-specs/FIX42.xml";
    case Version::fix50sp2: return "fix-specs/FIX50SP2.xml";
    default: return "fix-specs/FIX44.xml";
  }
}

inline std::string shown(std::string bytes) {
  std::ranges::replace(bytes, soh, '|');
  return bytes;
}

struct Owner final : SessionOwner {
  std::vector<std::string> log;  // what happened, in order, in short
  std::vector<Message> messages;
  std::vector<Header> headers;
  std::vector<UnreadableMessage> unreadable;
  int logons = 0;
  std::vector<std::string> logouts;
  std::vector<std::string> passed_over;
  std::vector<std::pair<int, Message>> repeated;

  void on_logon(const core::SessionName&) override { ++logons; }
  void on_logout(const core::SessionName&, std::string_view reason) override { logouts.emplace_back(reason); }
  void on_message(const core::SessionName&, const Header& header, const Message& message) override {
    headers.push_back(header);
    messages.push_back(message);
    log.push_back("read " + std::to_string(header.seq_num));
  }
  void on_unreadable(const core::SessionName&, const UnreadableMessage& message) override {
    unreadable.push_back(message);
    log.push_back("unreadable " + std::to_string(message.seq_num));
  }
  void on_repeated(const core::SessionName&, const Header& header, const Message& message) override {
    repeated.emplace_back(header.seq_num, message);
  }
  void on_passed_over(const core::SessionName&, int first, int last, bool is_gap_fill) override {
    passed_over.push_back(std::to_string(first) + ".." + std::to_string(last) + (is_gap_fill ? " gap fill" : ""));
  }
};

struct Recorder final : MessageLog {
  std::vector<std::string> lines;
  void message(const core::SessionName& session, Direction direction, std::string_view bytes) override {
    lines.push_back(session.text() + (direction == Direction::in ? " < " : " > ") + shown(std::string(bytes)));
  }
  std::vector<EventKind> kinds;  // of events
  void event(const core::SessionName& session, EventKind kind, std::string_view text) override {
    kinds.push_back(kind);
    lines.push_back(session.text() + " ! " + std::string(text));
  }
  [[nodiscard]] bool mentions(std::string_view text) const {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }
};

// The present, or what a test sets it to. The engine's own timers read the system's clock whatever is set.
struct SettableClock final : core::Clock {
  std::optional<core::Time> set;
  [[nodiscard]] core::Time now() const override { return set ? *set : core::SystemClock().now(); }
};

struct Side {
  explicit Side(SessionStore& kept) : store(kept) {}
  SettableClock clock;
  SessionStore& store;
  Owner owner;
  Recorder log;
  std::shared_ptr<MemoryLine> out;
  std::unique_ptr<Session> session;
};

class Pair {
 public:
  explicit Pair(std::optional<Schedule> hours = std::nullopt, bool resets = true)
      : schedule(std::move(hours)), reset_at_start(resets) {
    start();
  }
  explicit Pair(Version spoken) : version(spoken), reset_at_start(true) { start(); }

  // Sessions made anew on the same stores, as after a restart of both.
  void start() {
    desk.session.reset();
    broker.session.reset();
    make(desk, "DESK", "BROKER", Role::dialling, true);
    make(broker, "BROKER", "DESK", Role::listening, false);
  }
  void connect() {
    desk.out = std::make_shared<MemoryLine>();
    broker.out = std::make_shared<MemoryLine>();
    broker.session->connected(std::make_shared<MemoryWire>(broker.out));
    desk.session->connected(std::make_shared<MemoryWire>(desk.out));
    desk.session->tick();
    pump();
  }
  // Cuts the line: what is on it is lost.
  void cut() {
    desk.session->disconnected();
    broker.session->disconnected();
    desk.out = broker.out = nullptr;
  }
  // Carries frames until none is left. `lose` may swallow frames on their way to the desk.
  void pump(const std::function<bool(const std::string&)>& lose_to_desk = nullptr) {
    while (desk.out && (!desk.out->frames.empty() || !broker.out->frames.empty())) {
      carry(*desk.out, *broker.session, nullptr);
      carry(*broker.out, *desk.session, lose_to_desk);
    }
    if (desk.out && (desk.out->closed || broker.out->closed)) cut();
  }
  // A frame that the broker never wrote, as if it had.
  void to_desk(const std::string& body) {
    desk.session->received(frame(body, begin_string(version)));
    pump();
  }

  MemoryStore desk_store;
  MemoryStore broker_store;
  Side desk{desk_store};
  Side broker{broker_store};
  core::SystemClock clock;
  Version version = Version::fix44;
  std::optional<Schedule> schedule;  // of both
  bool reset_at_start;

 private:
  static void carry(MemoryLine& line, Session& to, const std::function<bool(const std::string&)>& lose) {
    while (!line.frames.empty()) {
      const std::string bytes = line.frames.front();
      line.frames.pop_front();
      if (!lose || !lose(bytes)) to.received(bytes);
    }
  }
  void make(Side& side, const char* ours, const char* theirs, Role role, bool never_resend_orders) {
    auto made = Session::create({.name = core::SessionName(ours),
                                 .version = version,
                                 .sender_comp_id = ours,
                                 .target_comp_id = theirs,
                                 .role = role,
                                 .dictionary = dictionary_of(version),
                                 .never_resend_orders = never_resend_orders,
                                 .schedule = schedule,
                                 .reset_at_start = reset_at_start},
                                side.store, side.owner, side.log, side.clock);
    ASSERT_TRUE(made) << made.error().text();
    side.session = std::move(*made);
  }
};

// The head of a frame from the broker; the body fields follow.
inline std::string from_broker(const std::string& type, int seq_num, const std::string& more = "") {
  return "35=" + type + "|34=" + std::to_string(seq_num) +
         "|49=BROKER|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=DESK|" + more;
}

inline NewOrderSingle some_order(const std::string& id = "O1") {
  NewOrderSingle order;
  order.cl_ord_id = id;
  order.symbol = core::Symbol("AAPL");
  order.security_type = "CS";
  order.currency = core::Currency::of("USD");
  order.quantity = core::Quantity::whole(1000);
  order.type = core::OrderType::limit;
  order.limit = core::Price::parse("187.50").value();
  order.transact_time = core::parse_iso("2026-11-21T10:00:00.000001Z").value();
  return order;
}

inline ExecutionReport some_fill(const std::string& id = "E1") {
  ExecutionReport report;
  report.order_id = "B1";
  report.exec_id = id;
  report.cl_ord_id = "O1";
  report.exec_type = ExecType::trade;
  report.ord_status = OrdStatus::partially_filled;
  report.symbol = core::Symbol("AAPL");
  report.order_quantity = core::Quantity::whole(1000);
  report.last_quantity = core::Quantity::whole(100);
  report.last_price = core::Price::parse("187.49").value();
  report.leaves_quantity = core::Quantity::whole(900);
  report.cumulative_quantity = core::Quantity::whole(100);
  report.average_price = report.last_price;
  report.commission = core::Amount::parse("0.685").value();
  report.currency = core::Currency::of("USD");
  report.last_market = "XSIM";
  report.trade_date = "20261121";
  report.transact_time = core::parse_iso("2026-11-21T10:00:01.5Z").value();
  return report;
}

// The body fields of a fill as a broker would write them; `change` replaces the first value of a tag, "" leaves it out.
inline std::string fill_fields(const std::string& exec_id, int changed_tag = 0, const std::string& value = "") {
  std::string fields;
  const std::vector<std::pair<int, std::string>> all = {{37, "B1"},    {17, exec_id},
                                                        {11, "O1"},    {150, "F"},
                                                        {39, "1"},     {55, "AAPL"},
                                                        {54, "1"},     {38, "1000"},
                                                        {32, "100"},   {31, "187.49"},
                                                        {151, "900"},  {14, "100"},
                                                        {6, "187.49"}, {60, "20261121-10:00:01.500"}};
  for (const auto& [tag, text] : all) {
    const std::string& used = tag == changed_tag ? value : text;
    if (!used.empty()) fields += std::to_string(tag) + "=" + used + "|";
  }
  return fields;
}

}  // namespace fix::test
