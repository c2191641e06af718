#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/random.hpp"

namespace portfolio {

// 128 bits that tell whether two values are the same, on every machine and in every version. Not against forgery.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  [[nodiscard]] std::string text() const;  // 32 hexadecimal digits
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// Takes words in order. Text goes in with its length, lists with theirs, so that no two values give the same words.
class FingerprintMaker {
 public:
  void add(std::int64_t word) {
    high_ = core::mix(high_ ^ static_cast<std::uint64_t>(word));
    low_ = core::mix(low_ + static_cast<std::uint64_t>(word) * 0x9e3779b97f4a7c15U);
  }
  void add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    add(static_cast<std::int64_t>(core::stable_hash(text)));
  }
  [[nodiscard]] Fingerprint result() const { return {core::mix(high_), core::mix(low_)}; }

 private:
  std::uint64_t high_ = 0x50726f72617461U;  // any two that differ
  std::uint64_t low_ = 0x506f7274666f6cU;
};

}  // namespace portfolio
