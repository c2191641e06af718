#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>

#include "gateway/http/changes.hpp"
#include "gateway/http/event_stream.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/event_json.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/journal/sqlite.hpp"
#include "tests/gateway_http/http_fixture.hpp"

// The event stream over WebSocket, and what it tells.
namespace gateway {
namespace {

class SetClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return core::Time(at_s.load() * std::chrono::seconds(1)); }
  std::atomic<int> at_s{0};
};
SetClock& stream_clock() {
  static SetClock clock;
  return clock;
}

struct Frame {
  int opcode = -1;  // 1 text, 8 close, 9 ping; -1: the connection is gone
  std::string payload;
  [[nodiscard]] json::object object() const { return json::parse(payload).as_object(); }
  [[nodiscard]] std::int64_t seq() const { return object().at("seq").as_int64(); }
  [[nodiscard]] int code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
  }
};

// Speaks as much of RFC 6455 as it takes.
class WebSocket {
 public:
  WebSocket(std::uint16_t port, const std::string& target, const std::string& headers = "") : client_(port) {
    client_.send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
    while (head_.find("\r\n\r\n") == std::string::npos) {
      const std::string byte = client_.read(1);
      if (byte.empty()) return;
      head_ += byte;
    }
  }
  [[nodiscard]] int status() const { return head_.size() < 12 ? 0 : std::stoi(head_.substr(9, 3)); }
  [[nodiscard]] const std::string& head() const { return head_; }

  Frame next() {
    const std::string start = client_.read(2);
    if (start.size() < 2) return {};
    std::size_t length = static_cast<unsigned char>(start[1]);
    for (int bytes = length == 126 ? 2 : length == 127 ? 8 : 0; bytes > 0; --bytes) {
      if (length == 126 || length == 127) length = 0;
      length = length * 256 + static_cast<unsigned char>(client_.read(1).at(0));
    }
    return {static_cast<unsigned char>(start[0]) & 15, client_.read(length)};
  }
  // With a mask of zeros.
  bool send(int opcode, const std::string& payload) {
    return client_.send(
        std::string{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0} + payload);
  }

 private:
  Client client_;
  std::string head_;
};

class HttpStream : public Http {
 protected:
  explicit HttpStream(int timeout_ms = 30'000, Access access = {}) : Http(timeout_ms, std::move(access)) {}
  WebSocket open(const std::string& target, const std::string& headers = "") {
    return {server_->port(), target, headers};
  }
};

class HttpStreamInAHurry : public HttpStream {
 protected:
  HttpStreamInAHurry() : HttpStream(600) {}
};

class HttpStreamWithToken : public HttpStream {
 protected:
  HttpStreamWithToken()
      : HttpStream(30'000, Access({{"vera", Role::viewer, core::Time(std::chrono::seconds(100)), hash_of("secret")}},
                                  stream_clock())) {
    stream_clock().at_s = 0;
  }
};

TEST_F(HttpStream, BeginsWithASnapshotAndGoesOnWithoutAGap) {
  WebSocket socket = open("/stream");
  ASSERT_EQ(socket.status(), 101) << socket.head();
  const Frame first = socket.next();
  EXPECT_EQ(first.opcode, 1);
  EXPECT_EQ(first.payload.substr(0, 60), R"({"type":"snapshot","seq":2,"log_seq":2,"orders":[{"order_id")");
  const json::object snapshot = first.object();
  EXPECT_EQ(snapshot.at("orders").as_array().size(), 1U) << "only what is open";
  EXPECT_EQ(snapshot.at("proposals").as_array().size(), 1U);
  EXPECT_EQ(snapshot.at("breaks").as_array().size(), 1U);
  EXPECT_EQ(snapshot.at("sessions").as_array().at(0).as_object().at("name").as_string(), "SIM");
  for (std::int64_t seq = 3; seq < 1'300; ++seq) {
    database_.append_change("fill_booked", R"({"order":"P1","quantity":"1","digest":"x"})");
    if (seq % 5 != 0) continue;
    EXPECT_EQ(socket.next().opcode, 1) << "as they come";
  }
  std::int64_t seq = 2 + (1'299 / 5);
  for (; seq < 1'299; ++seq) EXPECT_EQ(socket.next().seq(), seq + 1);
  database_.append_change("order_uncertain", R"({"order":"P1","text":"t"})");
  EXPECT_EQ(socket.next().payload,
            R"({"type":"change","seq":1300,"time_utc":"2026-11-24T12:00:00.000000000Z","kind":"order_uncertain",)"
            R"("body":{"order":"P1","text":"t"}})");
}

TEST_F(HttpStream, GoesOnFromAnyNumber) {
  for (int i = 0; i < 8; ++i) database_.append_change("order_uncertain", "{}");
  for (const std::int64_t after : {0, 1, 5, 9}) {
    WebSocket socket = open("/stream?after=" + std::to_string(after));
    for (std::int64_t seq = after + 1; seq <= 10; ++seq) {
      const Frame frame = socket.next();
      EXPECT_EQ(frame.seq(), seq);
      EXPECT_EQ(frame.object().at("type").as_string(), "change");
    }
  }
  WebSocket up_to_date = open("/stream?after=10");
  database_.append_change("orders_held", "{}");
  EXPECT_EQ(up_to_date.next().seq(), 11);
  WebSocket ahead = open("/stream?after=12");
  const Frame refused = ahead.next();
  EXPECT_EQ(refused.opcode, 8);
  EXPECT_EQ(refused.code(), 1008);
  EXPECT_EQ(refused.payload.substr(2), "There is no such change yet; take a snapshot.");
}

TEST_F(HttpStream, TellsAllWhoListen) {
  std::vector<std::unique_ptr<WebSocket>> sockets;
  for (int i = 0; i < max_streams; ++i) {
    sockets.push_back(std::make_unique<WebSocket>(server_->port(), "/stream?after=2"));
    ASSERT_EQ(sockets.back()->status(), 101) << i;
  }
  EXPECT_EQ(open("/stream").status(), 503) << "room is left for orders";
  database_.append_change("orders_held", "{}");
  for (const auto& socket : sockets) EXPECT_EQ(socket->next().seq(), 3);
  EXPECT_EQ(get("/health").status, 200);
  sockets.clear();
  int status = 503;
  for (int tries = 0; status == 503 && tries < 500; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    status = open("/stream").status();
  }
  EXPECT_EQ(status, 101) << "who goes makes room";
}

TEST_F(HttpStream, RefusesWhatIsNoStream) {
  const Reply plain = get("/stream");
  EXPECT_EQ(plain.status, 426);
  EXPECT_NE(plain.head.find("Upgrade: websocket\r\n"), std::string::npos);
  const std::string upgrade = "Host: 127.0.0.1\r\nUpgrade: websocket\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const auto& [headers, status] : {std::pair(upgrade + key, 426), std::pair(upgrade + version, 400),
                                        std::pair(upgrade + version + "Sec-WebSocket-Key: short\r\n", 400),
                                        std::pair(upgrade + version + key, 400)}) {  // get() closes its connection
    const Reply reply = get("/stream", headers);
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_NE(reply.head.find("application/problem+json"), std::string::npos) << reply.head;
  }
  EXPECT_EQ(open("/stream?after=-1").status(), 400);
  EXPECT_EQ(open("/stream?after=x").status(), 400);
  EXPECT_EQ(open("/stream?from=1").status(), 400);
  EXPECT_EQ(open("/stream", "Origin: https://evil.example\r\n").status(), 403);
  EXPECT_EQ(open("/orders").status(), 200) << "an upgrade that is not for this is passed over";
}

TEST_F(HttpStream, ReadsNothing) {
  WebSocket socket = open("/stream?after=2");
  EXPECT_TRUE(socket.send(9, "hello"));
  EXPECT_EQ(socket.next().payload, "hello") << "but answers a ping";
  EXPECT_TRUE(socket.send(1, "hello"));
  const Frame closed = socket.next();
  EXPECT_EQ(closed.opcode, 8);
  EXPECT_EQ(closed.code(), 1008);
  EXPECT_EQ(closed.payload.substr(2), "Nothing is read here.");
}

TEST_F(HttpStream, EndsWhenItIsToldTo) {
  WebSocket socket = open("/stream?after=2");
  EXPECT_TRUE(socket.send(8, std::string("\x03\xe8", 2)));
  EXPECT_EQ(socket.next().opcode, 8);
  EXPECT_EQ(socket.next().opcode, -1);
}

TEST_F(HttpStream, EndsWithTheServer) {
  WebSocket socket = open("/stream?after=2");
  server_.reset();
  EXPECT_EQ(socket.next().opcode, -1);
}

TEST_F(HttpStream, WaitsForADatabaseThatCannotBeRead) {
  database_.broken = true;
  WebSocket socket = open("/stream");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  database_.broken = false;
  EXPECT_EQ(socket.next().object().at("type").as_string(), "snapshot");
}

TEST_F(HttpStreamInAHurry, AsksForASignOfLife) {
  WebSocket silent = open("/stream?after=2");
  EXPECT_EQ(silent.next().opcode, 9);
  EXPECT_EQ(silent.next().opcode, -1) << "who does not answer is let go";
  WebSocket alive = open("/stream?after=2");
  for (int i = 0; i < 4; ++i) {
    const Frame ping = alive.next();
    ASSERT_EQ(ping.opcode, 9);
    alive.send(10, ping.payload);
  }
}

TEST_F(HttpStreamInAHurry, LetsGoOfWhoTakesNothing) {
  const std::string text(60'000, 'x');
  for (int i = 0; i < 1'000; ++i) database_.append_change("order_uncertain", R"({"text":")" + text + "\"}");
  WebSocket slow = open("/stream?after=2");
  std::this_thread::sleep_for(std::chrono::seconds(1));  // 60 MB fit into no socket
  int frames = 0;
  while (slow.next().opcode != -1) ++frames;
  EXPECT_LT(frames, 1'000);
  EXPECT_EQ(get("/health").status, 200);
}

TEST_F(HttpStreamWithToken, AsksForIt) {
  EXPECT_EQ(open("/stream").status(), 401);
  EXPECT_EQ(open("/stream", "Authorization: Bearer secret\r\n").status(), 101);
  EXPECT_EQ(open("/stream", "Sec-WebSocket-Protocol: prorata, bearer.wrong\r\n").status(), 401);
  WebSocket browser = open("/stream?after=2", "Sec-WebSocket-Protocol: prorata, bearer.secret\r\n");
  EXPECT_EQ(browser.status(), 101);
  EXPECT_NE(browser.head().find("Sec-WebSocket-Protocol: prorata\r\n"), std::string::npos) << browser.head();
  stream_clock().at_s = 100;
  const Frame closed = browser.next();
  EXPECT_EQ(closed.opcode, 8);
  EXPECT_EQ(closed.payload.substr(2), "The token does not count any more.");
}

// ---- what is read

TEST(SqliteReadModel, ReadsTheJournalAndWhereItIs) {
  const std::string file = testing::TempDir() + "stream_test.db";
  std::remove(file.c_str());
  sqlite::Database database(file, sqlite::Database::Mode::read_write_create);
  database.run("PRAGMA journal_mode = WAL");
  database.run(table_sql());
  database.run(view_sql());
  SqliteReadModel model(file);
  EXPECT_EQ(*model.last_change(), 0);
  EXPECT_EQ(model.now()->log_seq, 0);
  for (int seq = 1; seq <= 4; ++seq) {
    database.run("INSERT INTO journal VALUES(" + std::to_string(seq) + ", 1500000000, 'k" + std::to_string(seq) +
                 "', '{}', x'00')");
  }
  database.run("INSERT INTO break_row VALUES(1, 0, 'SIM', 'over_fill', '', '', '', '')");
  database.run("INSERT INTO log_row VALUES(5, 9, 0, 'CASH', '', '', 'USD', '', '', '', '[]')");
  const auto changes = model.changes(1, 2);
  ASSERT_TRUE(changes.has_value());
  ASSERT_EQ(changes->size(), 2U);
  EXPECT_EQ((*changes)[0].seq, 2);
  EXPECT_EQ((*changes)[1].kind, "k3");
  EXPECT_EQ((*changes)[1].time_utc, "1970-01-01T00:00:01.500000000Z");
  EXPECT_TRUE(model.changes(4, 2)->empty());
  EXPECT_EQ(*model.last_change(), 4);
  const auto now = model.now();
  ASSERT_TRUE(now.has_value()) << now.error().text();
  EXPECT_EQ(now->seq, 4);
  EXPECT_EQ(now->log_seq, 9);
  EXPECT_EQ(now->open_breaks.rows.size(), 1U);
  EXPECT_TRUE(now->open_orders.rows.empty());
  database.run("INSERT INTO journal VALUES(5, 0, 'k5', '{}', x'00')");
  EXPECT_EQ(*model.last_change(), 5) << "the read before is over";
  std::remove(file.c_str());
}

// ---- what is told

template <std::size_t index = 0>
void for_each_kind(const std::function<void(const Event&)>& look) {
  if constexpr (index < std::variant_size_v<Event>) {
    std::variant_alternative_t<index, Event> event;
    if constexpr (std::is_same_v<decltype(event), ProposalStaged>) {
      event.content = std::make_shared<const portfolio::Proposal>();
    }
    if constexpr (requires { event.by.who; }) event.by = {"key", 7, "ann"};
    look(Event(event));
    for_each_kind<index + 1>(look);
  }
}

TEST(Changes, TellNoKeysNoDigestsAndNoFix) {
  int told = 0;
  for_each_kind([&](const Event& event) {
    const json::object message =
        json::parse(change_message({7, "2026", std::string(kind(event)), event_to_json(event)})).as_object();
    EXPECT_EQ(message.at("kind").as_string(), kind(event).data());
    const json::object& body = message.at("body").as_object();
    for (const char* secret : {"key", "command", "digest", "raw", "seq_num", "shares", "content", "minor", "files",
                               "shares_seq", "fill_seq", "cost_minor"}) {
      EXPECT_FALSE(body.contains(secret)) << kind(event) << " " << secret;
    }
    EXPECT_EQ(body.empty(), kind(event) == "desk_imported") << kind(event);
    for (const auto& [name, value] : body) {
      const bool is_count = name == "version" || name == "place" || name == "number";
      EXPECT_EQ(value.is_number(), is_count) << kind(event) << " " << name << ": decimals are text";
    }
    ++told;
  });
  EXPECT_EQ(told, static_cast<int>(std::variant_size_v<Event>));
}

TEST(Changes, TellAmountsAsDecimals) {
  const CashDeposited euros{core::AccountId("C-1"), core::Currency::of("EUR"), -1234567, {"key", 7, "ann"}};
  EXPECT_EQ(change_message({7, "2026", "cash_deposited", event_to_json(euros)}),
            R"({"type":"change","seq":7,"time_utc":"2026","kind":"cash_deposited",)"
            R"("body":{"account":"C-1","currency":"EUR","amount":"-12345.67","who":"ann"}})");
  EXPECT_EQ(change_message({8, "2026", "of_a_later_version", R"({"secret":"x"})"}),
            R"({"type":"change","seq":8,"time_utc":"2026","kind":"of_a_later_version","body":{}})");
}

}  // namespace
}  // namespace gateway
