#include "gateway/engine/executions.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "core/check.hpp"

namespace gateway {

namespace {

constexpr std::uint32_t first_odd_date = 100'000'000;  // above 99991231
constexpr std::uint32_t unknown_date = UINT32_MAX;     // a word that was never remembered
constexpr std::size_t first_places = 16;

}  // namespace

// SHA-256 with OpenSSL's context kept: SHA256() looks its algorithm up each time and takes four times as long.
class Executions::Hasher {
 public:
  Hasher()
      : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free), context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    CHECK(sha256_ && context_);
  }

  // The session's length goes first, so that no two pairs give the same bytes.
  Key key(const core::SessionName& broker, const std::string& exec_id) {
    const std::uint64_t length = broker.text().size();
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    CHECK(EVP_DigestInit_ex2(context_.get(), sha256_.get(), nullptr) == 1 &&
          EVP_DigestUpdate(context_.get(), &length, sizeof length) == 1 &&
          EVP_DigestUpdate(context_.get(), broker.text().data(), length) == 1 &&
          EVP_DigestUpdate(context_.get(), exec_id.data(), exec_id.size()) == 1 &&
          EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr) == 1);
    Key key{};
    std::memcpy(key.data(), hash.data(), sizeof key);
    return key;
  }

 private:
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Executions::Executions()
    : hasher_(std::make_unique<Hasher>()), shards_(shard_count), blocks_(entries_per_block * sizeof(Entry)) {}

Executions::~Executions() = default;
Executions::Executions(Executions&& other) noexcept = default;
Executions& Executions::operator=(Executions&& other) noexcept = default;

Seen Executions::seen(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                      std::uint64_t digest) const {
  return seen(hasher_->key(broker, exec_id), date_number(trade_date), digest);
}

void Executions::remember(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                          std::uint64_t digest) {
  const Key key = hasher_->key(broker, exec_id);
  std::uint32_t date = date_number(trade_date);
  if (seen(key, date, digest) == Seen::same_content) return;
  if (date == unknown_date) {
    CHECK(odd_dates_.size() < unknown_date - first_odd_date);
    date = first_odd_date + static_cast<std::uint32_t>(odd_dates_.size());
    odd_dates_.push_back(trade_date);
    odd_date_numbers_.emplace(trade_date, date);
  }
  CHECK(size_ < UINT32_MAX - 1);
  const Entry added{key, date, digest};
  blocks_.add({reinterpret_cast<const char*>(&added), sizeof added});
  index(key, static_cast<std::uint32_t>(size_++));
}

Seen Executions::seen(const Key& key, std::uint32_t date, std::uint64_t digest) const {
  const Shard& shard = shard_of(key);
  if (shard.places.empty()) return Seen::never;
  const std::size_t mask = shard.places.size() - 1;
  Seen result = Seen::never;
  for (std::size_t i = start(key, shard); shard.places[i] != 0; i = (i + 1) & mask) {
    const Entry known = entry(shard.places[i] - 1);
    if (known.key != key) continue;
    if (known.digest == digest) return Seen::same_content;
    if (known.date == date) result = Seen::other_content;
  }
  return result;
}

std::uint32_t Executions::date_number(const std::string& trade_date) const {
  // Exactly eight digits: two dates that are written differently never become one number.
  const bool is_date = trade_date.size() == 8 &&
                       std::all_of(trade_date.begin(), trade_date.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_date) {
    std::uint32_t number = 0;
    std::from_chars(trade_date.data(), trade_date.data() + trade_date.size(), number);
    return number;
  }
  const auto odd = odd_date_numbers_.find(trade_date);
  return odd == odd_date_numbers_.end() ? unknown_date : odd->second;
}

Executions::Entry Executions::entry(std::uint32_t number) const {
  const std::string& block = blocks_[number / entries_per_block];
  Entry entry;
  std::memcpy(&entry, block.data() + number % entries_per_block * sizeof(Entry), sizeof entry);
  return entry;
}

std::size_t Executions::start(const Key& key, const Shard& shard) { return key[1] & (shard.places.size() - 1); }

void Executions::place(Shard& shard, const Key& key, std::uint32_t number) {
  std::size_t i = start(key, shard);
  while (shard.places[i] != 0) i = (i + 1) & (shard.places.size() - 1);
  shard.places[i] = number + 1;
}

void Executions::grow(Shard& shard, std::size_t places) {
  const std::vector<std::uint32_t> before = std::exchange(shard.places, std::vector<std::uint32_t>(places));
  for (const std::uint32_t number : before) {
    if (number != 0) place(shard, entry(number - 1).key, number - 1);
  }
}

// At most three places in four are taken.
void Executions::index(const Key& key, std::uint32_t number) {
  Shard& shard = shard_of(key);
  if ((shard.used + 1) * 4 > shard.places.size() * 3) grow(shard, std::max(first_places, shard.places.size() * 2));
  place(shard, key, number);
  ++shard.used;
}

bool Executions::restore(std::vector<Blocks::Block> blocks, std::vector<std::string> odd_dates) {
  CHECK(size_ == 0);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::size_t bytes = blocks[i]->size();
    const bool fits = bytes > 0 && bytes % sizeof(Entry) == 0 && bytes <= entries_per_block * sizeof(Entry);
    if (!fits || (i + 1 < blocks.size() && bytes < entries_per_block * sizeof(Entry))) return false;
    entries += bytes / sizeof(Entry);
  }
  if (entries >= UINT32_MAX - 1) return false;
  // Hashes spread evenly: a shard that gets more than its part grows once more.
  const std::size_t places = std::bit_ceil(std::max(first_places, entries * 4 / 3 / shard_count));
  for (Shard& shard : shards_) shard.places.resize(places);
  blocks_.restore(std::move(blocks));
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const std::string& bytes = blocks_[i];
    for (std::size_t at = 0; at < bytes.size(); at += sizeof(Entry)) {
      Key key{};
      std::memcpy(key.data(), bytes.data() + at, sizeof key);
      index(key, static_cast<std::uint32_t>(size_++));
    }
  }
  odd_dates_ = std::move(odd_dates);
  for (std::uint32_t i = 0; i < odd_dates_.size(); ++i) odd_date_numbers_.emplace(odd_dates_[i], first_odd_date + i);
  return true;
}

}  // namespace gateway
