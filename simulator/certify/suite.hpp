#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "files/text.hpp"

// A certification as it stands in a file: named cases, each with what is to be said and what is to be heard. README.md
// has the language.
namespace simulator::certify {

// One field of an `expect` (what its value must be) or of a `send` (what it is).
struct Item {
  enum class Kind {
    text,     // 40=1, 11=$order: this text, with $names filled in
    any,      // 58=*: anything, but it must be there
    absent,   // 44=!: must not be there; in a `send`: is left out
    regex,    // 58=~too late|unknown~
    less,     // 38=<1000
    greater,  // 38=>0
  };
  int tag = 0;
  Kind kind = Kind::text;
  std::string text;    // of the value, the expression or the number
  std::string name{};  // 11=?order, 38=?qty=100: what the value is called from then on; may be empty

  friend bool operator==(const Item&, const Item&) = default;
};
using Items = std::vector<Item>;

// One of the things that an `expect` takes.
struct Alternative {
  enum class Kind {
    message,
    logout,  // Logout(5), which is answered
    close,   // the other side closes the connection
  };
  Kind kind = Kind::message;
  Items items;

  friend bool operator==(const Alternative&, const Alternative&) = default;
};

struct Step {
  enum class Kind {
    note,       // words for people
    ask,        // somebody is to do something with the client
    check,      // somebody is to look at what the client shows; a driver says whether it is so
    connect,    // a connection comes, or is made
    logon,      // the same, and a whole exchange of Logons
    logout,     // a whole exchange of Logouts, ours first, and the end of the connection
    expect,     //
    nothing,    // expect nothing within ...
    send,       //
    raw,        // bytes as they stand
    close,      // we close the connection
    wait,       //
    skip,       // numbers of ours that are not used
    set,        // a variable
    ignore,     // messages that do not count unless they are expected
    by_hand,    // from here on nothing is answered by itself
    automatic,  // from here on it is again
  };
  Kind kind = Kind::note;
  int line = 0;
  std::string source;                 // as it stands in the file
  std::vector<Alternative> any_of;    // expect, ignore
  Items items;                        // send; what our Logon or Logout has besides
  std::string name;                   // set
  std::string words;                  // note, ask, check, raw, set
  std::chrono::milliseconds time{0};  // within, for
  int count = 0;                      // skip
};

struct Case {
  std::string name;
  int line = 0;
  std::vector<Step> steps;
};

struct Suite {
  std::string name;
  std::string version = "FIX.4.4";  // BeginString(8)
  std::string file;
  std::vector<Step> setup;  // set and ignore, which every case begins with
  std::vector<Case> cases;
};

inline constexpr std::size_t max_suite_bytes = 4U << 20U;
inline constexpr std::chrono::milliseconds default_patience{10'000};  // of an `expect` without `within`
inline constexpr std::chrono::milliseconds connect_patience{30'000};  // of `connect` and `logon` without it

// What is known without being captured or set; README.md says what they are.
inline constexpr std::string_view built_in_names[] = {"NEXT_OUT", "NEXT_IN", "NOW", "TODAY", "ID"};
// The CompIDs that we write. Without them they are those that the client's Logon asks for.
inline constexpr std::string_view sender_name = "SENDER";
inline constexpr std::string_view target_name = "TARGET";

// Errors name file and line and what would be right: all of them at once. Nothing is taken from a file with one.
[[nodiscard]] tl::expected<Suite, files::Errors> load_suite(const std::filesystem::path& path);
// The same for text at hand; `name` stands where the path would.
[[nodiscard]] tl::expected<Suite, files::Errors> parse_suite(std::string_view text, const std::string& name);

// The suite as a file that reads back the same; of a step its line.
[[nodiscard]] std::string text_of(const Suite& suite);
[[nodiscard]] std::string text_of(const Step& step);

}  // namespace simulator::certify
