#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fix {

// Cuts a stream of bytes into FIX messages by BeginString(8), BodyLength(9) and CheckSum(10). A garbled message is
// skipped to the next "8=FIX", as the FIX session protocol says, and uses no sequence number. Memory is bounded by the
// limit and the largest add(); work by the bytes that came in.
class Framer {
 public:
  struct Item {
    enum class Kind {
      frame,    // `bytes` is one message, right in length and sum; valid until the next add()
      skipped,  // `text` says what was garbled
      broken,   // `text` says why the connection must be closed; the framer stays broken
    };
    Kind kind = Kind::frame;
    std::string_view bytes;
    std::string text;
  };

  explicit Framer(std::size_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

  // From here on a BodyLength(9) that is wrong is believed, as QuickFIX does: the message goes on to the first
  // CheckSum(10) behind where it should end, and takes a next one with it. FIX wants the next one to be found.
  void believe_lengths() { believes_lengths_ = true; }

  void add(std::string_view bytes);
  // The next thing in the stream; nothing when more bytes are needed.
  [[nodiscard]] std::optional<Item> next();

 private:
  struct Head {
    enum class State { whole, cut_off, garbled };
    State state = State::whole;
    std::size_t body_at = 0;     // after BodyLength(9)
    std::size_t body_bytes = 0;  // the value of BodyLength(9)
    const char* garbled = nullptr;
  };

  [[nodiscard]] static Head read_head(std::string_view rest);
  [[nodiscard]] std::optional<Item> skip_believing(std::string_view rest, std::size_t end);
  [[nodiscard]] Item skip_fault(std::string_view rest, std::size_t work, std::string why);
  [[nodiscard]] Item skip(std::size_t bytes, std::size_t work, std::string why);
  [[nodiscard]] Item break_off(std::string why);

  std::size_t max_frame_bytes_;
  std::string buffer_;
  std::size_t at_ = 0;    // what is before was handed out or skipped
  std::size_t junk_ = 0;  // bytes skipped, and read in vain, since the last good message
  std::string broken_;
  bool believes_lengths_ = false;
};

}  // namespace fix
