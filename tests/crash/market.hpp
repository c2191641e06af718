#pragma once

#include <array>
#include <string_view>

// What the desk of a crash run trades.
namespace crash {

struct Listed {
  std::string_view name;
  int reference;  // USD
};

inline constexpr std::array<std::string_view, 3> models = {"GROWTH", "INCOME", "VALUE"};
inline constexpr std::array<Listed, 7> symbols = {
    {{"AAPL", 187}, {"MSFT", 412}, {"KO", 62}, {"JNJ", 153}, {"NVDA", 120}, {"XOM", 104}, {"TSLA", 245}}};
inline constexpr std::string_view unknown_to_exchange = "TSLA";  // every order for it is rejected

}  // namespace crash
