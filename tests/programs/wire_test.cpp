#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "tests/crash/process.hpp"

// Bytes that no broker should send, against the programs themselves: whatever comes, they take little memory for it,
// say why they hang up, and go on.
namespace {

namespace fs = std::filesystem;

#ifdef __SANITIZE_ADDRESS__
constexpr long may_grow_kib = 300 * 1024;  // it keeps what was freed for a while
#else
constexpr long may_grow_kib = 4 * 1024;
#endif
constexpr auto long_enough = std::chrono::seconds(20);

bool wait_for(const std::function<bool()>& condition) {
  for (const auto end = std::chrono::steady_clock::now() + long_enough; !condition();) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

sockaddr_in at(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = at(0);
  socklen_t size = sizeof address;
  (void)::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  (void)::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(probe);
  return ntohs(address.sin_port);
}

// | for SOH.
std::string frame(std::string body) {
  std::replace(body.begin(), body.end(), '|', '\x01');
  std::string text =
      "8=FIX.4.4\x01"
      "9=" +
      std::to_string(body.size()) + "\x01" + body;
  unsigned sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return text + "10=" + std::to_string(1000 + sum % 256).substr(1) + "\x01";
}

std::string now_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%d-%H:%M:%S", &utc)};
}

// The other side of the wire.
class Peer {
 public:
  explicit Peer(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const sockaddr_in address = at(port);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{std::chrono::seconds(long_enough).count(), 0};
    (void)::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Peer() { ::close(socket_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  [[nodiscard]] bool connected() const { return connected_; }

  // How many went before the other side hung up.
  std::size_t send(std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t now = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) break;
      sent += static_cast<std::size_t>(now);
    }
    return sent;
  }
  // The same again and again, `total` bytes at most; how many went before the other side hung up.
  std::size_t pour(std::string_view bytes, std::size_t total) {
    std::size_t sent = 0;
    for (std::size_t now = bytes.size(); now == bytes.size() && sent < total; sent += now) now = send(bytes);
    return sent;
  }
  std::string receive() {
    char buffer[4096];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    return got > 0 ? std::string(buffer, buffer + got) : "";
  }
  [[nodiscard]] bool is_hung_up() {
    pollfd waiting{socket_, POLLIN, 0};
    while (::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(long_enough).count())) > 0) {
      if (receive().empty()) return true;
    }
    return false;
  }

 private:
  int socket_;
  bool connected_ = false;
};

struct Side {
  const char* program;
  const char* us;  // SenderCompID(49) of the test
  const char* it;  // TargetCompID(56)
};

// A gateway that waits for its broker, or the exchange, as a process.
class Wire : public testing::TestWithParam<Side> {
 protected:
  void SetUp() override {
    const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = fs::temp_directory_path() /
              ("prorata-wire-" + std::to_string(::getpid()) + "-" + test.substr(test.find('/') + 1));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const bool gateway = std::string(GetParam().program) == "prorata-gateway";
    std::ofstream(folder_ / "settings.toml") << (gateway ? gateway_settings() : simulator_settings());
    program_ = std::make_unique<crash::Process>(
        std::vector<std::string>{std::string(PROGRAMS "/") + GetParam().program, "--config", folder_ / "settings.toml"},
        folder_ / "said");
    const std::string ready = gateway ? "prorata-gateway: ready" : "prorata-simulator: listening";
    ASSERT_TRUE(wait_for([&] { return program_->said(ready) || program_->ended(); }));
    ASSERT_TRUE(program_->said(ready)) << program_->output();
  }
  void TearDown() override {
    program_.reset();
    fs::remove_all(folder_);
  }

  [[nodiscard]] std::string gateway_settings() const {
    const std::string demo = fs::absolute("config/demo").string() + "/";
    return "[desk]\ndatabase = \"desk.db\"\naccounts = \"" + demo + "accounts.csv\"\ninstruments = \"" + demo +
           "instruments.csv\"\nmodels = \"" + demo + "models.csv\"\ninvestments = \"" + demo +
           "investments.csv\"\n[[session]]\nname = \"SIM\"\nrole = \"listening\"\naddress = \"127.0.0.1:" +
           std::to_string(port_) + "\"\nsender_comp_id = \"PRORATA\"\ntarget_comp_id = \"SIM\"\ndictionary = \"" +
           fs::absolute("fix-specs/FIX44.xml").string() +
           "\"\n[routing]\ndefault_broker = \"SIM\"\n[limits.USD]\nmax_order_quantity = \"1\"\nmax_order_value = "
           "\"1\"\n[http]\nlisten = \"127.0.0.1:0\"\n[log]\nfile = \"log\"\nmessages = \"fix-messages.log\"\n";
  }
  [[nodiscard]] std::string simulator_settings() const {
    return "[simulator]\nseed = 1\nlisten = \"127.0.0.1:" + std::to_string(port_) +
           "\"\ncomp_id = \"SIM\"\nlog_dir = \".\"\ndictionary = \"" + fs::absolute("fix-specs/FIX44.xml").string() +
           "\"\n[[client]]\ncomp_id = \"PRORATA\"\n[[symbol]]\nname = \"AAPL\"\nreference = \"187.40\"\nexchange = "
           "\"XNAS\"\n";
  }

  // The most memory that the program ever had, since the last forget_peak().
  [[nodiscard]] long peak_kib() const {
    std::ifstream status("/proc/" + std::to_string(program_->pid()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return -1;
  }
  void forget_peak() const { std::ofstream("/proc/" + std::to_string(program_->pid()) + "/clear_refs") << 5; }
  [[nodiscard]] bool logged(const std::string& text) const {
    return wait_for([&] {
      std::stringstream log;
      log << std::ifstream(folder_ / "fix-messages.log").rdbuf();
      return log.str().find(text) != std::string::npos;
    });
  }
  [[nodiscard]] std::string message(const std::string& type, const std::string& fields) {
    return frame("35=" + type + "|34=" + std::to_string(next_) + "|49=" + GetParam().us + "|56=" + GetParam().it +
                 "|52=" + now_text() + "|" + fields);
  }
  // Nothing when the program is still busy with the end of the connection before.
  std::unique_ptr<Peer> try_to_log_on() {
    auto peer = std::make_unique<Peer>(port_);
    peer->send(message("A", "98=0|108=30|"));
    if (peer->receive().find("\x01"
                             "35=A\x01") == std::string::npos)
      return nullptr;
    ++next_;
    return peer;
  }
  std::unique_ptr<Peer> log_on() {
    std::unique_ptr<Peer> peer;
    EXPECT_TRUE(wait_for([&] { return (peer = try_to_log_on()) != nullptr; })) << "no Logon(A) any more";
    return peer;
  }

  fs::path folder_;
  int port_ = free_port();
  int next_ = 1;  // MsgSeqNum(34)
  std::unique_ptr<crash::Process> program_;
};

constexpr std::size_t limit_bytes = 64 * 1024;
constexpr std::size_t hundred_megabytes = 100'000'000;
const std::string kilobytes(16'384, 'x');

TEST_P(Wire, AFrameOfAHundredMegabytesIsRefusedAtItsHead) {
  (void)log_on();
  forget_peak();
  const long before = peak_kib();
  const std::string head =
      "8=FIX.4.4\x01"
      "9=100000000\x01"
      "35=8\x01";
  const auto peer = log_on();
  ASSERT_TRUE(peer);
  peer->send(head);
  EXPECT_LT(peer->pour(kilobytes, hundred_megabytes), hundred_megabytes);
  EXPECT_TRUE(peer->is_hung_up());
  Peer stranger(port_);
  stranger.send(head);
  EXPECT_LT(stranger.pour(kilobytes, hundred_megabytes), hundred_megabytes);
  const std::string why = "BodyLength(9): a message of 100000029 bytes is over the limit of 65536 bytes";
  EXPECT_TRUE(logged(std::string(GetParam().us) + " ! disconnected: " + why));
  EXPECT_TRUE(logged(" ! disconnected: no FIX: " + why));
  EXPECT_LT(peak_kib() - before, may_grow_kib);
  EXPECT_TRUE(log_on());
}

TEST_P(Wire, AMessageOf64KiBIsTakenAndOneOfAByteMoreIsNot) {
  const auto peer = log_on();
  ASSERT_TRUE(peer);
  forget_peak();
  const long before = peak_kib();
  const std::size_t air = limit_bytes - message("1", "112=|").size() - 3;  // BodyLength(9) gets three digits more
  const std::string largest = message("1", "112=" + std::string(air, 'x') + "|");
  ASSERT_EQ(largest.size(), limit_bytes);
  peer->send(largest);
  ++next_;
  std::string answer;
  for (std::string more = "?"; !more.empty() && answer.find("\x01"
                                                            "10=") == std::string::npos;
       answer += more) {
    more = peer->receive();
  }
  EXPECT_NE(answer.find("\x01"
                        "35=0\x01"),
            std::string::npos)
      << answer.substr(0, 200);
  peer->send(message("1", "112=" + std::string(air + 1, 'x') + "|"));
  EXPECT_TRUE(peer->is_hung_up());
  EXPECT_TRUE(logged(std::string(GetParam().us) +
                     " ! disconnected: BodyLength(9): a message of 65537 bytes is over the limit of 65536 bytes"));
  EXPECT_LT(peak_kib() - before, may_grow_kib);
  EXPECT_TRUE(log_on());
}

TEST_P(Wire, JunkWithoutABodyLengthEndsTheConnection) {
  (void)log_on();
  forget_peak();
  const long before = peak_kib();
  const std::string no_length =
      "8=FIX.4.4\x01"
      "35=8\x01"
      "58=";
  for (const std::string& junk : {kilobytes, no_length + kilobytes, std::string("8=FIX")}) {
    const auto peer = log_on();
    ASSERT_TRUE(peer);
    EXPECT_LT(peer->pour(junk, hundred_megabytes), hundred_megabytes);
    EXPECT_TRUE(peer->is_hung_up());
    Peer stranger(port_);
    EXPECT_LT(stranger.pour(junk, hundred_megabytes), hundred_megabytes);
  }
  EXPECT_TRUE(logged(std::string(GetParam().us) + " ! disconnected: no whole message in "));
  EXPECT_TRUE(logged(" ! disconnected: no FIX: "));
  EXPECT_LT(peak_kib() - before, may_grow_kib);
  EXPECT_TRUE(log_on());
}

INSTANTIATE_TEST_SUITE_P(Programs, Wire,
                         testing::Values(Side{"prorata-gateway", "SIM", "PRORATA"},
                                         Side{"prorata-simulator", "PRORATA", "SIM"}),
                         [](const auto& side) { return std::string(side.param.program).substr(8); });

}  // namespace
