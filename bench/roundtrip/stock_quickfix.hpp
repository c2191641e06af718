#pragma once

#include <cstdint>
#include <string>
#include <vector>

// C++14, as stock_quickfix.cpp is.
namespace bench {

// Sends orders one after the other from a stock SocketInitiator to a stock SocketAcceptor on loopback, which answers
// each with one fill, and gives back how long each took in nanoseconds: from before the send to the initiator's
// fromApp. The first `warm_up` orders are not counted. Both sides keep a FileStore in `folder`, which must exist.
// ERRORS: throws std::runtime_error when the sides don't log on or a fill doesn't come.
std::vector<std::int64_t> stock_quickfix_round_trips(const std::string& folder, int warm_up, int count);

}  // namespace bench
