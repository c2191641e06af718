#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "fix/framer.hpp"
#include "fix/version.hpp"
#include "fix/wire_text.hpp"

// Somebody who dials the simulator and writes what he likes.
namespace simulator {

class Tester {
 public:
  Tester(boost::asio::io_context& io, std::uint16_t port, fix::Version version)
      : io_(io), socket_(io), version_(version) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.non_blocking(true);
  }

  // "0 2 112=x|": type, number, and the fields of the body; names and time stand in front of those. A field that is
  // said again in the body, such as 49=OTHER, replaces the one of the header.
  void say(const std::string& line) { write(framed(header_and(line), fix::begin_string(version_))); }
  void write(const std::string& bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  [[nodiscard]] static std::string framed(std::string body, const std::string& begin) {
    std::ranges::replace(body, '|', fix::soh);
    std::string text = "8=" + begin + fix::soh + "9=" + std::to_string(body.size()) + fix::soh + body;
    return text + "10=" + std::to_string(1000 + fix::check_sum(text)).substr(1) + fix::soh;
  }
  [[nodiscard]] std::string header_and(const std::string& line) const {
    const std::size_t type_end = line.find(' ');
    const std::size_t number_end = std::min(line.find(' ', type_end + 1), line.size());
    std::string body = "|" + line.substr(std::min(number_end + 1, line.size()));
    std::string head =
        "35=" + line.substr(0, type_end) + "|34=" + line.substr(type_end + 1, number_end - type_end - 1) + "|";
    for (const auto& [tag, value] : {std::pair<std::string, std::string>{"49=", sender},
                                     {"52=", core::fix_timestamp(core::SystemClock().now()).substr(0, 17)},
                                     {"56=", target}}) {
      head += tag + take(body, "|" + tag).value_or(value) + "|";
    }
    return head + body.substr(1);
  }

  // The next message, with | for SOH; "closed" when the connection ended, "" when nothing came in time.
  [[nodiscard]] std::string hear(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      if (const auto item = framer_.next()) {
        std::string text(item->bytes);
        std::ranges::replace(text, fix::soh, '|');
        return item->kind == fix::Framer::Item::Kind::frame ? text : "garbled: " + item->text;
      }
      if (closed_) return "closed";
      read();
      io_.restart();
      io_.run_for(std::chrono::milliseconds(1));
    }
    return "";
  }

  void log_on(const std::string& more = "") {
    say("A 1 98=0|108=30|" + std::string(fix::has_transport(version_) ? "1137=9|" : "") + more);
  }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() { return socket_; }
  [[nodiscard]] fix::Version version() const { return version_; }

  std::string sender = "TW";
  std::string target = "ISLD";

 private:
  static std::optional<std::string> take(std::string& body, const std::string& key) {
    const std::size_t at = body.find(key);
    if (at == std::string::npos) return std::nullopt;
    const std::size_t end = body.find('|', at + 1);
    const std::string value = body.substr(at + key.size(), end - at - key.size());
    body.erase(at, end - at);
    return value;
  }
  void read() {
    std::array<char, 4096> buffer{};
    boost::system::error_code error;
    const std::size_t size = socket_.read_some(boost::asio::buffer(buffer), error);
    framer_.add({buffer.data(), size});
    closed_ = error && error != boost::asio::error::would_block;
  }

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::socket socket_;
  fix::Version version_;
  fix::Framer framer_{1U << 16U};
  bool closed_ = false;
};

}  // namespace simulator
