#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "fix/messages.hpp"
#include "fix/session.hpp"
#include "simulator/append_file.hpp"

namespace simulator {

// An exchange is what it was asked, and when: the same requests at the same times give the same books and reports. So
// this is all that must be kept to have it back after its process ended, however it ended.
struct Began {
  std::string id_prefix;
  core::Time time;
  std::string settings;  // fingerprint_of()

  friend bool operator==(const Began&, const Began&) = default;
};
struct Asked {
  std::string client;
  core::Time time;
  std::variant<fix::NewOrderSingle, fix::OrderCancelRequest, fix::OrderCancelReplaceRequest,
               fix::OrderMassCancelRequest, fix::OrderStatusRequest, fix::AllocationInstruction>
      request;

  friend bool operator==(const Asked&, const Asked&) = default;
};
struct Refused {
  std::string client;
  core::Time time;
  fix::UnreadableMessage message;
};
// The next report that leaves for this client has been handed to its session, which remembers it from then on.
struct Sent {
  std::string client;

  friend bool operator==(const Sent&, const Sent&) = default;
};
struct LoggedOn {
  std::string client;
  core::Time time;

  friend bool operator==(const LoggedOn&, const LoggedOn&) = default;
};
// A step that a person asked for: of an order, or of a client's session when `order_id` is empty.
struct Acted {
  std::string client;
  core::Time time;
  std::string order_id;
  std::string step;  // text(Step)

  friend bool operator==(const Acted&, const Acted&) = default;
};
// Trading in a symbol was halted by hand, or resumed.
struct Halted {
  core::Symbol symbol;
  core::Time time;
  bool is_halted = true;

  friend bool operator==(const Halted&, const Halted&) = default;
};
// The market draws as with this seed from then on.
struct Reseeded {
  core::Time time;
  std::uint64_t seed = 0;

  friend bool operator==(const Reseeded&, const Reseeded&) = default;
};
// Scenarios for what came from then on.
struct Loaded {
  core::Time time;
  std::string name;  // of the text, for messages
  std::string toml;

  friend bool operator==(const Loaded&, const Loaded&) = default;
};
// The exchange's time was moved ahead of the clock's, by so much more than before.
struct Moved {
  core::Time time;  // where it came to
  std::chrono::milliseconds by{};

  friend bool operator==(const Moved&, const Moved&) = default;
};
using Record = std::variant<Began, Asked, Refused, Sent, Halted, LoggedOn, Acted, Reseeded, Loaded, Moved>;

// The records in one append-only file; it survives the end of the process, not of the machine (nothing is synced).
class ExchangeJournal {
 public:
  // Makes the file when there is none. A record that was cut off at the end is dropped. Errors: cannot be opened; not a
  // journal of this program; broken in the middle (names the byte).
  [[nodiscard]] static core::Result<std::unique_ptr<ExchangeJournal>> open(const std::string& path);

  // What was in the file when it was opened.
  [[nodiscard]] const std::vector<Record>& found() const { return found_; }
  void forget_found() { found_ = {}; }
  // Throws std::runtime_error when the file cannot be written, and ever after.
  void append(const Record& record);

 private:
  ExchangeJournal(std::unique_ptr<AppendFile> file, std::vector<Record> found)
      : file_(std::move(file)), found_(std::move(found)) {}

  std::unique_ptr<AppendFile> file_;
  std::vector<Record> found_;
};

}  // namespace simulator
