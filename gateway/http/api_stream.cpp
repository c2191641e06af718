#include <limits>

#include "files/text.hpp"
#include "gateway/http/api.hpp"
#include "gateway/http/changes.hpp"

// The part of the API that the event stream asks. Answers are pieces of it: messages in lines, and the last number.
namespace gateway {

namespace {

constexpr int max_changes = 500;        // a piece
constexpr std::size_t key_length = 24;  // 16 bytes in base64

HttpResponse piece(std::int64_t seq, std::string lines) {
  HttpResponse response{200, std::move(lines)};
  response.seq = seq;
  return response;
}

}  // namespace

HttpResponse Api::begin_stream(const Call& call) {
  if (auto refusal = call.wrong_query({"after"})) return *std::move(refusal);
  const auto after = call.number("after", 0, std::numeric_limits<std::int64_t>::max(), -1);
  if (!after) return after.error();
  if (files::lower(call.header("upgrade")) != "websocket") {
    HttpResponse response = problem(426, "This is an event stream over WebSocket: send Upgrade: websocket.");
    response.upgrade = "websocket";
    return response;
  }
  if (call.header("sec-websocket-version") != "13") {
    return problem(426, "The version of WebSocket is 13 here (RFC 6455): send Sec-WebSocket-Version: 13.");
  }
  if (call.header("sec-websocket-key").size() != key_length) {
    return problem(400, "There is no Sec-WebSocket-Key of 16 bytes in base64 (RFC 6455, section 4.1).");
  }
  if (files::lower(call.header("connection")).find("upgrade") == std::string::npos) {
    return problem(400, "This is no WebSocket handshake yet: send Connection: Upgrade.");
  }
  HttpResponse response{101, ""};
  response.seq = *after;
  return response;
}

void Api::tell_all(const Respond& respond) {
  port_.status([&reads = reads_, respond](const DeskStatus& status) {
    read_with(
        reads,
        [sessions = status.sessions](ReadModel& model) {
          const core::Result<DeskNow> now = model.now();
          return now ? piece(now->seq, snapshot_message(*now, sessions)) : unreadable(now.error());
        },
        0, respond);
  });
}

void Api::tell_changes(std::int64_t after, const Respond& respond) {
  read_with(
      reads_,
      [after](ReadModel& model) {
        const core::Result<std::vector<Change>> changes = model.changes(after, max_changes);
        if (!changes) return unreadable(changes.error());
        if (changes->empty()) {
          const core::Result<std::int64_t> last = model.last_change();
          if (!last) return unreadable(last.error());
          return *last < after ? problem(409, "There is no such change yet.") : piece(after, "");
        }
        std::string lines;
        for (const Change& change : *changes) lines += change_message(change) + "\n";
        return piece(changes->back().seq, std::move(lines));
      },
      0, respond);
}

void Api::tell_last_change(const Respond& respond) {
  read_with(
      reads_,
      [](ReadModel& model) {
        const core::Result<std::int64_t> last = model.last_change();
        return last ? piece(*last, "") : unreadable(last.error());
      },
      0, respond);
}

}  // namespace gateway
