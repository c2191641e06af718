#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// One function per target, in the file of its name: gives the bytes to what they are meant for and CHECKs its laws.
// Returns 0, always; what is wrong aborts. The same bytes do the same thing, whatever ran before in this process.
// Driven by libFuzzer (libfuzzer.cpp), and by the tests with every input that is kept (tests/fuzz).
namespace fuzz {

int basket(const std::uint8_t* data, std::size_t size);
int certify(const std::uint8_t* data, std::size_t size);
int dictionary(const std::uint8_t* data, std::size_t size);
int event(const std::uint8_t* data, std::size_t size);
int fix_spec(const std::uint8_t* data, std::size_t size);
int framer(const std::uint8_t* data, std::size_t size);
int http(const std::uint8_t* data, std::size_t size);
int http_wire(const std::uint8_t* data, std::size_t size);
int message(const std::uint8_t* data, std::size_t size);
int session(const std::uint8_t* data, std::size_t size);
int text(const std::uint8_t* data, std::size_t size);
int toml(const std::uint8_t* data, std::size_t size);

struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

inline constexpr std::array<Target, 12> targets{{{"basket", basket},
                                                 {"certify", certify},
                                                 {"dictionary", dictionary},
                                                 {"event", event},
                                                 {"fix_spec", fix_spec},
                                                 {"framer", framer},
                                                 {"http", http},
                                                 {"http_wire", http_wire},
                                                 {"message", message},
                                                 {"session", session},
                                                 {"text", text},
                                                 {"toml", toml}}};

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Cuts the first line off `rest`.
inline std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace fuzz
