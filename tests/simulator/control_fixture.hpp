#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "simulator/control/control.hpp"
#include "tests/simulator/fixture.hpp"

// The control without sockets: an exchange, a clock that stands still, and requests as values.
namespace simulator {

namespace json = boost::json;

class StandingClock final : public core::Clock {
 public:
  [[nodiscard]] core::Time now() const override { return time; }
  core::Time time = time_of_day(14);
};

// Its exchange, and the lines of all that has left it.
class FakeHost final : public Host {
 public:
  // `store` may be empty.
  FakeHost(const core::Clock& clock, std::filesystem::path store) : clock_(clock), store_(std::move(store)) { open(); }

  [[nodiscard]] LastingExchange& exchange() override { return *exchange_; }
  [[nodiscard]] std::vector<SeenSession> sessions() const override { return sessions_; }
  void go_on() override {
    for (const Leaving& leaving : exchange_->advance(clock_.now())) {
      left.push_back(text(leaving));
      exchange_->sent(leaving.client);
    }
  }
  void restart() {
    exchange_.reset();
    open();
  }

  std::vector<std::string> left;

 private:
  void open() {
    auto opened = LastingExchange::open(exchange_settings(), store_, {}, time_of_day(13));
    ASSERT_TRUE(opened.has_value()) << opened.error().text();
    exchange_ = *std::move(opened);
  }

  const core::Clock& clock_;
  std::filesystem::path store_;
  std::unique_ptr<LastingExchange> exchange_;
  std::vector<SeenSession> sessions_{
      {.client = "DESK", .version = "4.4", .comp_id = "DESK", .exchange_comp_id = "SIM", .is_logged_on = true},
      {.client = "FUND", .version = "4.4", .comp_id = "FUND", .exchange_comp_id = "SIM"},
      {.client = "ECHO", .version = "4.4", .comp_id = "ECHO", .exchange_comp_id = "SIM", .is_echo = true}};
};

struct Answer {
  int status = 0;
  std::string body;

  [[nodiscard]] json::object object() const { return json::parse(body).as_object(); }
  [[nodiscard]] std::string at(std::string_view member) const {
    const json::value value = object().at(member);
    return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  }
  [[nodiscard]] json::array list(std::string_view member) const { return object().at(member).as_array(); }
  // What is wrong: "409 quantity: 500 is more than ..."
  [[nodiscard]] std::string refusal() const {
    const json::object document = object();
    std::string text = std::to_string(status);
    for (const json::value& error : document.at("errors").as_array()) {
      text += " " + std::string(error.at("place").as_string()) + ": " + std::string(error.at("message").as_string());
    }
    return document.at("errors").as_array().empty() ? text + " " + std::string(document.at("detail").as_string())
                                                    : text;
  }
};

// A host and its control.
struct House {
  House(StandingClock& its_clock, std::filesystem::path store) : clock(its_clock), host(its_clock, std::move(store)) {}

  Answer ask(std::string method, std::string target, std::string body = "",
             const std::string& type = "application/json") {
    web::Request request{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
    request.headers = {{"host", "127.0.0.1:9881"}};
    if (!request.body.empty()) request.headers["content-type"] = type;
    web::Response response = control.handle(request);
    return {response.status, std::move(response.body)};
  }
  Answer get(std::string target) { return ask("GET", std::move(target)); }
  Answer post(std::string target, std::string body = "") { return ask("POST", std::move(target), std::move(body)); }
  Answer act(const std::string& id, std::string step) { return post("/orders/" + id + "/act", std::move(step)); }
  void let_pass(std::chrono::milliseconds time) {
    clock.time += time;
    host.go_on();
  }
  void enter(const fix::NewOrderSingle& order, const std::string& client = "DESK") {
    host.exchange().receive(client, order, clock.now());
    host.go_on();
  }
  // The OrderID(37) of the latest order.
  [[nodiscard]] std::string latest() { return host.exchange().scripted().orders().back().order->order_id; }

  StandingClock& clock;
  FakeHost host;
  Control control{host, clock};
};

}  // namespace simulator
