#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/commands.hpp"
#include "gateway/http/read_model.hpp"

// What the event stream says: JSON, one line a message. A change is an entry of the journal, so its numbers have no
// gaps and any number can be gone on from; of its members only those that the table in changes.cpp names are told.
namespace gateway {

// {"type":"snapshot","seq":7,"log_seq":3,"orders":[...],"proposals":[...],"breaks":[...],"sessions":[...]}: what is
// open, as it was after change 7.
[[nodiscard]] std::string snapshot_message(const DeskNow& now, const std::vector<SessionStatus>& sessions);

// {"type":"change","seq":8,"time_utc":"...","kind":"fill_booked","body":{...}}; amounts are decimals.
[[nodiscard]] std::string change_message(const Change& change);

}  // namespace gateway
