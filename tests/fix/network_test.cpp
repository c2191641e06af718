#include "fix/network.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "tests/fix/pair.hpp"

namespace fix::test {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

// A plain TCP client or server, for what a FIX session would never do.
class RawClient {
 public:
  RawClient(boost::asio::io_context& io, std::uint16_t port) : socket_(io) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.non_blocking(true);
  }
  void write(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes), error);
  }
  // True once the other side has closed; swallows what came before.
  bool closed() {
    std::array<char, 4096> buffer{};
    boost::system::error_code error;
    while (!error) received_.append(buffer.data(), socket_.read_some(boost::asio::buffer(buffer), error));
    return error != boost::asio::error::would_block;
  }
  [[nodiscard]] const std::string& received() const { return received_; }
  tcp::socket& socket() { return socket_; }

 private:
  tcp::socket socket_;
  std::string received_;
};

class NetworkTest : public testing::Test {
 protected:
  NetworkTest() { make_sessions(); }

  void make_sessions() {
    make(desk_, "DESK", "BROKER", Role::dialling);
    make(broker_, "BROKER", "DESK", Role::listening);
  }
  static void make(Side& side, const char* ours, const char* theirs, Role role) {
    SessionSettings settings;
    settings.name = core::SessionName(ours);
    settings.sender_comp_id = ours;
    settings.target_comp_id = theirs;
    settings.role = role;
    settings.dictionary = "fix-specs/FIX44.xml";
    static const core::SystemClock clock;
    side.session = Session::create(settings, side.store, side.owner, side.log, clock).value();
  }
  std::uint16_t listen(Network& network, std::uint16_t port = 0) {
    const auto bound = network.listen({"127.0.0.1", port}, {{"FIX.4.4", "DESK", "BROKER", broker_.session.get()}});
    EXPECT_TRUE(bound) << (bound ? "" : bound.error().text());
    return bound.value_or(0);
  }
  void dial(Network& network, std::uint16_t port) {
    network.dial(core::SessionName("DESK"), {"127.0.0.1", port}, *desk_.session);
  }
  // Runs until the condition holds; the deadline is only there so that a broken build ends.
  [[nodiscard]] bool reached(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      io_.restart();
      io_.run_for(5ms);
    }
    return true;
  }
  [[nodiscard]] bool reached_within(std::chrono::milliseconds span, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + span;
    return reached([&] { return condition() || std::chrono::steady_clock::now() > deadline; }) && condition();
  }
  [[nodiscard]] bool both_logged_on() const { return desk_.session->logged_on() && broker_.session->logged_on(); }
  [[nodiscard]] static std::string logon_from(const std::string& sender, const std::string& target) {
    return frame("35=A|34=1|49=" + sender + "|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=" + target +
                 "|98=0|108=30|");
  }

  boost::asio::io_context io_;
  MemoryStore desk_store_;
  MemoryStore broker_store_;
  Side desk_{desk_store_};
  Side broker_{broker_store_};
  Recorder log_;
  NetworkLimits limits_{.reconnect_ms = 20};
};

TEST_F(NetworkTest, DialsListensAndCarriesMessages) {
  Network network(io_, log_, limits_);
  dial(network, listen(network));
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(desk_.session->send(some_order()));
  ASSERT_TRUE(reached([&] { return broker_.owner.messages.size() == 100; }));
  ASSERT_TRUE(broker_.session->send(some_fill()));
  ASSERT_TRUE(reached([&] { return desk_.owner.messages.size() == 1; }));
  EXPECT_EQ(desk_.owner.messages[0], Message(some_fill()));
}

TEST_F(NetworkTest, DialsAgainUntilSomebodyListensAndAfterDisconnects) {
  std::uint16_t port = 0;
  {
    Network probe(io_, log_, limits_);
    port = listen(probe);
  }
  Network desk_network(io_, log_, limits_);
  dial(desk_network, port);
  ASSERT_TRUE(reached([&] { return log_.mentions("DESK ! cannot connect to 127.0.0.1:"); }));
  {
    Network broker_network(io_, log_, limits_);
    listen(broker_network, port);
    ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  }
  ASSERT_TRUE(reached([&] { return desk_.owner.logouts.size() == 1; }));
  broker_.session->disconnected();  // its network is gone and tells nobody
  Network broker_network(io_, log_, limits_);
  listen(broker_network, port);
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  EXPECT_EQ(desk_.owner.logons, 2);
}

TEST_F(NetworkTest, ReconnectsAfterALogoutAndDeliversItFirst) {
  Network network(io_, log_, limits_);
  dial(network, listen(network));
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  broker_.session->log_out("pause");
  ASSERT_TRUE(reached([&] { return desk_.owner.logouts.size() == 1; }));
  EXPECT_EQ(desk_.owner.logouts[0], "logout by the other side: pause");
  broker_.session->log_on();
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
}

// Reads when it is told to.
class SlowPeer final : public Peer {
 public:
  void connected(std::shared_ptr<Wire>) override {}
  void received(std::string_view) override { ++frames; }
  void disconnected() override { is_gone = true; }
  void tick() override {}
  [[nodiscard]] bool reads() const override { return reading; }

  std::size_t frames = 0;
  bool reading = true;
  bool is_gone = false;
};

TEST_F(NetworkTest, PushesBackForAPeerThatDoesNotRead) {
  SlowPeer slow;
  Network network(io_, log_, limits_);
  const auto port = network.listen({"127.0.0.1", 0}, {{"FIX.4.4", "DESK", "BROKER", &slow}});
  ASSERT_TRUE(port);
  RawClient client(io_, *port);
  client.write(logon_from("DESK", "BROKER"));
  ASSERT_TRUE(reached([&] { return slow.frames == 1; }));
  slow.reading = false;
  const std::string news = frame("35=B|58=" + std::string(30'000, 'x') + "|");
  std::size_t sent = 0;
  // Until the buffers of both machines are full: no bound of ours would let so much in.
  boost::system::error_code full;
  std::size_t size = 0;
  const auto push = [&] {
    while (!full) {
      size += client.socket().write_some(boost::asio::buffer(news.data() + size, news.size() - size), full);
      if (size < news.size()) continue;
      size = 0;
      ++sent;
    }
  };
  push();
  ASSERT_EQ(full, boost::asio::error::would_block);
  EXPECT_FALSE(reached_within(100ms, [&] { return slow.frames > 1; }));
  slow.reading = true;
  ASSERT_TRUE(reached([&] { return slow.frames == 1 + sent; }));
  EXPECT_FALSE(slow.is_gone);
  slow.reading = false;
}

TEST_F(NetworkTest, DisconnectsStrangers) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {logon_from("MALLORY", "BROKER"),
       "FIX.4.4, SenderCompID(49) 'MALLORY', TargetCompID(56) 'BROKER' is not expected here"},
      {logon_from("DESK", "OTHER"), "SenderCompID(49) 'DESK', TargetCompID(56) 'OTHER' is not expected here"},
      {frame(from_broker("8", 1)), "the first message must be a Logon(A); MsgType(35) '8' came"},
      {"GET / HTTP/1.1\r\n\r\n", "no FIX: 18 bytes that belong to no message"},
      {std::string("8=FIX.4.4\x01"
                   "9=70000\x01"),
       "is over the limit of 65536 bytes"}};
  for (const auto& [bytes, text] : cases) {
    RawClient client(io_, port);
    client.write(bytes);
    EXPECT_TRUE(reached([&] { return client.closed(); })) << text;
    EXPECT_TRUE(log_.mentions(text)) << log_.lines.back();
    EXPECT_EQ(client.received(), "");
  }
  EXPECT_FALSE(broker_.session->is_connected());
  EXPECT_EQ(broker_store_.load().next_target, 1);
}

TEST_F(NetworkTest, DisconnectsWhoSaysNothing) {
  limits_.logon_timeout_ms = 30;
  Network network(io_, log_, limits_);
  RawClient client(io_, listen(network));
  EXPECT_TRUE(reached([&] { return client.closed(); }));
  EXPECT_TRUE(log_.mentions("disconnected: no Logon(A) within 30 ms"));
}

TEST_F(NetworkTest, LetsAClientInThoughACrowdOfStrangersSaysNothing) {
  limits_.logon_timeout_ms = 600'000;
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  std::deque<RawClient> crowd;
  for (int i = 0; i < 400; ++i) crowd.emplace_back(io_, port);
  dial(network, port);
  EXPECT_TRUE(reached([&] { return both_logged_on(); }));
  EXPECT_TRUE(crowd.front().closed()) << "the oldest made room";
  EXPECT_FALSE(crowd.back().closed());
  EXPECT_TRUE(log_.mentions("disconnected: no Logon(A) yet, and newer connections need the room"));
  EXPECT_TRUE(both_logged_on());
}

TEST_F(NetworkTest, DisconnectsASecondConnectionOfTheSamePeer) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  dial(network, port);
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  RawClient second(io_, port);
  second.write(logon_from("DESK", "BROKER"));
  EXPECT_TRUE(reached([&] { return second.closed(); }));
  EXPECT_TRUE(log_.mentions("TargetCompID(56) 'BROKER' is connected already"));
  EXPECT_TRUE(both_logged_on());
}

TEST_F(NetworkTest, DisconnectsAtAFrameOverTheLimitAndGoesOnAfter) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  {
    RawClient client(io_, port);
    client.write(logon_from("DESK", "BROKER"));
    ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
    client.write(
        "8=FIX.4.4\x01"
        "9=65536\x01"
        "35=D\x01");
    EXPECT_TRUE(reached([&] { return client.closed(); }));
    EXPECT_TRUE(log_.mentions("DESK ! disconnected: BodyLength(9): a message of 65561 bytes is over the limit"));
  }
  EXPECT_TRUE(reached([&] { return broker_.owner.logouts.size() == 1; }));
  desk_store_.save({.next_sender = 2, .next_target = 2, .created = core::SystemClock().now()});
  desk_.session.reset();
  make(desk_, "DESK", "BROKER", Role::dialling);
  dial(network, port);
  EXPECT_TRUE(reached([&] { return both_logged_on(); }));
}

TEST_F(NetworkTest, IgnoresGarbledFramesBetweenGoodOnes) {
  Network network(io_, log_, limits_);
  RawClient client(io_, listen(network));
  std::string garbled = frame("35=0|34=2|49=DESK|56=BROKER|");
  garbled[garbled.size() - 2] ^= 1;
  client.write(
      logon_from("DESK", "BROKER") + garbled + "junk" +
      frame("35=1|34=2|49=DESK|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=BROKER|112=HELLO|"));
  EXPECT_TRUE(reached([&] { return !client.closed() && client.received().find("112=HELLO") != std::string::npos; }));
  EXPECT_TRUE(log_.mentions("garbled, ignored: CheckSum(10): "));
  EXPECT_TRUE(broker_.session->logged_on());
}

TEST_F(NetworkTest, DisconnectsAPeerThatDoesNotRead) {
  limits_.max_unsent_bytes = 256 * 1024;
  Network network(io_, log_, limits_);
  RawClient client(io_, listen(network));
  client.write(logon_from("DESK", "BROKER"));
  ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
  int sent = 0;
  ASSERT_TRUE(reached([&] {
    for (int i = 0; i < 1000 && broker_.session->send(some_fill()); ++i) ++sent;
    return !broker_.session->is_connected();
  }));
  EXPECT_GT(sent, 1000);
  EXPECT_TRUE(log_.mentions("DESK ! disconnected: over 262144 bytes wait for a peer that does not read"));
  EXPECT_EQ(broker_.owner.logouts.size(), 1U);
}

TEST_F(NetworkTest, EndsAFaultyConnectionWhateverThePeerKeepsSending) {
  Network network(io_, log_, limits_);
  RawClient client(io_, listen(network));
  client.write(logon_from("DESK", "BROKER"));
  ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
  const std::string now = core::fix_timestamp(core::SystemClock().now());
  client.write(frame("35=0|34=2|49=MALLORY|52=" + now + "|56=BROKER|"));
  ASSERT_TRUE(reached([&] { return !broker_.session->is_connected(); }));
  EXPECT_EQ(broker_.owner.logouts.at(0), "SenderCompID(49): 'MALLORY' came, 'DESK' was expected");
  // It never closes its half and goes on writing; the network lets go all the same, and takes the next connection.
  ASSERT_TRUE(reached([&] {
    client.write(frame("35=0|34=3|49=DESK|52=" + now + "|56=BROKER|"));
    return log_.mentions("DESK ! disconnected: closed on this side");
  }));
}

TEST_F(NetworkTest, SurvivesAHalfCloseAndAReset) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  for (const bool reset : {false, true}) {
    RawClient client(io_, port);
    client.write(frame("35=A|34=1|49=DESK|52=" + core::fix_timestamp(core::SystemClock().now()) +
                       "|56=BROKER|98=0|108=30|141=Y|"));
    ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
    if (reset) {
      client.socket().set_option(boost::asio::socket_base::linger(true, 0));
      client.socket().close();
    } else {
      client.socket().shutdown(tcp::socket::shutdown_send);
      EXPECT_TRUE(reached([&] { return client.closed(); }));
    }
    EXPECT_TRUE(reached([&] { return !broker_.session->is_connected(); }));
  }
  EXPECT_EQ(broker_.owner.logouts.size(), 2U);
}

TEST_F(NetworkTest, DialsWhenThePeerWantsAConnection) {
  struct Choosy final : Peer {
    void connected(std::shared_ptr<Wire>) override { ++connections; }
    void received(std::string_view) override {}
    void disconnected() override {}
    void tick() override {}
    [[nodiscard]] bool wants_connection() const override { return ++asked > 3; }
    mutable int asked = 0;
    int connections = 0;
  } choosy;
  Network network(io_, log_, {.reconnect_ms = 10});
  const std::uint16_t port = listen(network);
  network.dial(core::SessionName("CHOOSY"), {"127.0.0.1", port}, choosy);
  ASSERT_TRUE(reached([&] { return choosy.asked == 3; }));
  EXPECT_EQ(choosy.connections, 0);
  EXPECT_TRUE(reached([&] { return choosy.connections > 0; }));
  network.stop();
}

TEST_F(NetworkTest, DialsWhoRefusesTheLogonLessOften) {
  struct Unwelcome final : Peer {
    void connected(std::shared_ptr<Wire> wire) override {
      at.push_back(std::chrono::steady_clock::now());
      wire->close();
    }
    void received(std::string_view) override {}
    void disconnected() override {}
    void tick() override {}
    [[nodiscard]] bool has_logged_on() const override { return at.size() == 7; }
    std::vector<std::chrono::steady_clock::time_point> at;
  } unwelcome;
  Network network(io_, log_, {.reconnect_ms = 10});
  const std::uint16_t port = listen(network);
  network.dial(core::SessionName("UNWELCOME"), {"127.0.0.1", port}, unwelcome);
  ASSERT_TRUE(reached([&] { return unwelcome.at.size() == 9; }));
  network.stop();
  // Timers are never early: 20 + 40 + 80 + 160 ms after the third to the sixth connection.
  EXPECT_GE(unwelcome.at[6] - unwelcome.at[2], 300ms);
  EXPECT_TRUE(log_.mentions("UNWELCOME ! no logon on 6 connections in a row; the next in 160 ms"));
  EXPECT_FALSE(log_.mentions("no logon on 7 connections"));
  EXPECT_FALSE(log_.mentions("no logon on 1 connections")) << "it begins anew after a logon";
}

TEST_F(NetworkTest, NamesTheAddressThatIsInUse) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  const auto again = network.listen({"127.0.0.1", port}, {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().text(),
            "listening at 127.0.0.1:" + std::to_string(port) +
                ": Address already in use; stop the program that listens there, or choose another port");
}

TEST_F(NetworkTest, CallsNobodyAfterItStopped) {
  std::shared_ptr<Wire> kept;
  struct Keeper final : Peer {
    explicit Keeper(std::shared_ptr<Wire>& place) : wire(place) {}
    void connected(std::shared_ptr<Wire> made) override { wire = std::move(made); }
    void received(std::string_view) override { ++calls; }
    void disconnected() override { ++calls; }
    void tick() override { ++calls; }
    std::shared_ptr<Wire>& wire;
    int calls = 0;
  } keeper(kept);
  Network network(io_, log_, limits_);
  dial(network, network.listen({"127.0.0.1", 0}, {{"FIX.4.4", "DESK", "BROKER", &keeper}}).value());
  ASSERT_TRUE(reached([&] { return keeper.calls >= 2; }));
  network.stop();
  const int calls = keeper.calls;
  const auto lines = log_.lines.size();
  kept->send("a wire outlives its connection");
  kept->close();
  io_.restart();
  io_.run();  // comes back: nothing is left to do
  EXPECT_EQ(keeper.calls, calls);
  EXPECT_EQ(log_.lines.size(), lines);
}

TEST_F(NetworkTest, AsksWhoMayComeBesidesThoseExpected) {
  Network network(io_, log_, limits_);
  std::vector<std::string> asked;
  const auto port = network.listen({"127.0.0.1", 0}, {}, [&](const Identity& who) -> Peer* {
    asked.push_back(who.begin_string + " " + who.sender_comp_id + " " + who.target_comp_id);
    return who.sender_comp_id == "DESK" ? broker_.session.get() : nullptr;
  });
  ASSERT_TRUE(port);
  RawClient stranger(io_, *port);
  stranger.write(logon_from("MALLORY", "BROKER"));
  ASSERT_TRUE(reached([&] { return stranger.closed(); }));
  dial(network, *port);
  ASSERT_TRUE(reached([&] { return both_logged_on(); }));
  EXPECT_EQ(asked, (std::vector<std::string>{"FIX.4.4 MALLORY BROKER", "FIX.4.4 DESK BROKER"}));
}

// It need not wait until the other side has closed the connection that ended.
TEST_F(NetworkTest, LetsOneInAgainAtOnceAfterALogout) {
  Network network(io_, log_, limits_);
  const std::uint16_t port = listen(network);
  RawClient first(io_, port);
  first.write(logon_from("DESK", "BROKER"));
  ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
  RawClient twin(io_, port);
  twin.write(logon_from("DESK", "BROKER"));
  ASSERT_TRUE(reached([&] { return twin.closed(); }));
  first.write(frame("35=5|34=2|49=DESK|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=BROKER|"));
  ASSERT_TRUE(reached([&] { return !broker_.session->is_connected(); }));
  RawClient second(io_, port);
  second.write(
      frame("35=A|34=3|49=DESK|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=BROKER|98=0|108=30|"));
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(reached([&] { return broker_.session->logged_on(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
  EXPECT_EQ(broker_.owner.logons, 2);
}

}  // namespace
}  // namespace fix::test
