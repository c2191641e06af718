#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fix/session.hpp"

namespace fix {

// A wire for tests and simulations in one thread: what is sent waits in `frames` until somebody carries it over.
struct MemoryLine {
  std::deque<std::string> frames;
  bool closed = false;  // by the side that sends
};

class MemoryWire final : public Wire {
 public:
  explicit MemoryWire(std::shared_ptr<MemoryLine> line) : line_(std::move(line)) {}
  void send(std::string_view bytes) override {
    if (!line_->closed) line_->frames.emplace_back(bytes);
  }
  void close() override { line_->closed = true; }

 private:
  std::shared_ptr<MemoryLine> line_;
};

}  // namespace fix
