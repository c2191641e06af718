#pragma once

namespace cli {

inline constexpr int done = 0;
inline constexpr int refused = 1;        // by the gateway
inline constexpr int wrong_use = 2;      // arguments, or a file that cannot be read
inline constexpr int not_reachable = 3;  // no gateway there, or it went away
inline constexpr int does_not_hold = 4;  // verify found a bad row, replay a difference
inline constexpr int not_known = 5;      // sent, and no answer came: whether it was done is not known

}  // namespace cli
