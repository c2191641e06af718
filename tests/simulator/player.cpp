#include "tests/simulator/player.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <sstream>

#include "fix/framer.hpp"
#include "fix/wire_text.hpp"
#include "simulator/frames.hpp"

namespace simulator {

namespace {

using boost::asio::ip::tcp;

constexpr int patience_ms = 20'000;  // only a broken server ever waits so long
constexpr int silence_ms = 150;
constexpr int settle_ms = 20;

struct Pattern {
  std::string type;
  std::vector<std::string> fields;
};

Pattern parse(std::string_view line) {
  std::istringstream in{std::string(line)};
  Pattern pattern;
  in >> pattern.type;
  for (std::string field; in >> field;) pattern.fields.push_back(field);
  return pattern;
}

bool fits(const std::string& frame, const std::string& field) {
  if (field == "52=+1h") {
    const auto sent = core::parse_fix_timestamp(fix::field_of(frame, 52).value_or(""));
    return sent &&
           std::chrono::abs(*sent - core::SystemClock().now() - std::chrono::hours(1)) < std::chrono::minutes(5);
  }
  const std::size_t equals = field.find('=');
  const auto value = fix::field_of(frame, std::stoi(field));
  if (equals == std::string::npos) return !value;
  const std::string wanted = field.substr(equals + 1);
  if (!value) return false;
  return wanted.starts_with('*') ? value->ends_with(wanted.substr(1)) : *value == wanted;
}

std::string shown(std::string bytes) {
  std::replace(bytes.begin(), bytes.end(), fix::soh, '|');
  return bytes;
}

// What two runs of the same play have in common.
std::string timeless(const std::string& frame) {
  if (type_of(frame).empty()) return frame;
  const std::string bytes = without(without(frame, 52), 122);
  return bytes.substr(0, bytes.rfind("10="));
}

}  // namespace

// Stands still until it is told otherwise.
class Player::Clock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return time; }
  core::Time time = time_of_day(14);
};

class Player::Counter final : public fix::MessageLog {
 public:
  void message(const core::SessionName&, Direction direction, std::string_view) override {
    count += direction == Direction::in ? 1 : 0;
  }
  void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
  int count = 0;
};

class Player::Client {
 public:
  Client(boost::asio::io_context& io, std::uint16_t port) : socket_(io) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.non_blocking(true);
  }
  void write(const std::string& bytes) {
    boost::system::error_code gone;
    boost::asio::write(socket_, boost::asio::buffer(bytes), gone);
  }
  // The next thing that came: a frame, "skipped" or "closed".
  bool has_next() {
    std::array<char, 65'536> buffer{};
    boost::system::error_code error;
    while (!error && !closed_) {
      const std::size_t size = socket_.read_some(boost::asio::buffer(buffer), error);
      if (!error) framer_.add({buffer.data(), size});
      while (const auto item = framer_.next()) {
        const bool is_frame = item->kind == fix::Framer::Item::Kind::frame;
        // What is skipped may come in any number of pieces.
        if (is_frame || came_.empty() || came_.back() != "skipped") {
          came_.push_back(is_frame ? std::string(item->bytes) : "skipped");
        }
      }
    }
    if (error != boost::asio::error::would_block && !closed_) {
      closed_ = true;
      came_.emplace_back("closed");
    }
    return !came_.empty();
  }
  std::string take() {
    std::string first = came_.front();
    came_.pop_front();
    return first;
  }

 private:
  tcp::socket socket_;
  fix::Framer framer_{1 << 20};
  std::deque<std::string> came_;
  bool closed_ = false;
};

Player::Player(const Settings& settings)
    : clock_(std::make_unique<Clock>()),
      read_(std::make_unique<Counter>()),
      log_(files::Log::to_stream(log_text_, *clock_)) {
  auto server = Server::start(io_, settings, *read_, *log_, *clock_);
  if (server) server_ = *std::move(server);
  if (!server) problem_ = server.error().text();
}

Player::~Player() = default;

template <class Condition>
bool Player::wait_until(Condition condition, int milliseconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(5));
  }
  return condition();
}

void Player::settle() {
  (void)wait_until([] { return false; }, settle_ms);
}

std::string Player::play(const Play& play) {
  if (!problem_.empty()) return problem_;
  for (const std::string_view line : play) {
    if (std::string wrong = act(line); !wrong.empty()) return "at '" + std::string(line) + "': " + wrong;
  }
  return {};
}

std::string Player::act(std::string_view line) {
  if (line.starts_with("connect")) {
    connect(line.size() > 8 ? line.substr(8) : "PRORATA");
  } else if (line.starts_with("> ")) {
    say(line.substr(2));
  } else if (line.starts_with("< ")) {
    return expect(line.substr(2));
  } else if (line == "later") {
    clock_->time += std::chrono::minutes(1);
  } else if (line == "unread") {
    const int before = read_->count;
    if (wait_until([&] { return read_->count != before; }, silence_ms)) return "the server has read it";
  } else if (line == "silence") {
    if (wait_until([&] { return client_->has_next(); }, silence_ms)) return "came: " + shown(client_->take());
  } else {
    return "is no line of a play";
  }
  return {};
}

std::string Player::expect(std::string_view wanted) {
  if (!wait_until([&] { return client_->has_next(); }, patience_ms)) return "nothing came; log:\n" + log_text_.str();
  const std::string came = client_->take();
  heard_ += timeless(came) + '\n';
  const Pattern pattern = parse(wanted);
  const bool is_frame = !type_of(came).empty();
  if (pattern.type != (is_frame ? type_of(came) : std::string_view(came))) return "came: " + shown(came);
  for (const std::string& field : pattern.fields) {
    if (!fits(came, field)) return field + " does not fit: " + shown(came);
  }
  return {};
}

void Player::connect(std::string_view client) {
  name_ = client;
  next_out_.try_emplace(name_, 1);
  if (client_) {
    client_.reset();
    settle();  // the server hears of it
  }
  client_ = std::make_unique<Client>(io_, server_->port());
  say("A 98=0 108=30");
  settle();
}

// With a header, and what the message requires besides. When the server has read it, a minute passes, so that all that
// scenarios do within that time happens at the moments that they say.
void Player::say(std::string_view line) {
  Pattern said = parse(line);
  const auto usual = [&](std::string_view types, const std::string& field) {
    const std::string tag = field.substr(0, field.find('=') + 1);
    const bool has = std::any_of(said.fields.begin(), said.fields.end(),
                                 [&](const std::string& each) { return each.starts_with(tag); });
    if (types.find(said.type) != std::string_view::npos && !has) said.fields.push_back(field);
  };
  usual("DFGHJ", "55=AAPL");
  usual("DFGHJ", "54=1");
  usual("DFG", "38=100");
  usual("DFGJ", "60=20261120-14:00:00");
  usual("DG", "40=2");
  if (line.find(" 40=1") == std::string_view::npos) usual("DG", "44=187.40");
  usual("J", "71=0");
  usual("J", "626=1");
  usual("J", "6=187.40");
  usual("J", "75=20261120");
  std::string body = "35=" + said.type + "|34=" + std::to_string(next_out_[name_]++) + "|49=" + name_ +
                     "|52=" + core::fix_timestamp(core::SystemClock().now()) + "|56=SIM|";
  for (const std::string& field : said.fields) body += field + "|";
  const int before = read_->count;
  client_->write(framed(body));
  if (wait_until([&] { return read_->count != before; }, silence_ms)) clock_->time += std::chrono::minutes(1);
}

}  // namespace simulator
