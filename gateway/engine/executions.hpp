#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "gateway/engine/blocks.hpp"
#include "gateway/orders/verdict.hpp"

namespace gateway {

// Every execution that brokers have reported, for ever: about 32 bytes each. Known by the first 96 bits of SHA-256 of
// session and ExecID(17): among a thousand million executions the chance that any two are taken for one another is
// below one in ten thousand million.
//
// The entries are kept in the order of their arrival; an open-addressed table of their numbers finds them. It is cut
// into many shards, each of which grows by itself, so that no single call takes long.
class Executions {
 public:
  Executions();
  ~Executions();
  Executions(Executions&& other) noexcept;
  Executions& operator=(Executions&& other) noexcept;

  [[nodiscard]] Seen seen(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                          std::uint64_t digest) const;
  // Does nothing when the same content was seen under this ExecID.
  void remember(const core::SessionName& broker, const std::string& trade_date, const std::string& exec_id,
                std::uint64_t digest);
  [[nodiscard]] std::size_t size() const { return size_; }

  // For snapshots: the entries, and the words that brokers used for trade dates that are no dates.
  [[nodiscard]] const Blocks& blocks() const { return blocks_; }
  [[nodiscard]] const std::vector<std::string>& odd_dates() const { return odd_dates_; }
  // Into a table that has nothing yet. False: these are no blocks of ours; the table is not to be used.
  [[nodiscard]] bool restore(std::vector<Blocks::Block> blocks, std::vector<std::string> odd_dates);

 private:
  using Key = std::array<std::uint32_t, 3>;
  struct Entry {
    Key key{};
    std::uint32_t date = 0;
    std::uint64_t digest = 0;
  };
  static_assert(sizeof(Entry) == 24);
  static constexpr std::size_t shard_count = 1024;
  static constexpr std::size_t entries_per_block = 16 * 1024;
  struct Shard {
    std::vector<std::uint32_t> places;  // number of the entry + 1, or 0; a power of two long, or empty
    std::size_t used = 0;
  };
  class Hasher;

  // The date as a number when it is one, or what is beyond all dates for other words.
  [[nodiscard]] std::uint32_t date_number(const std::string& trade_date) const;
  [[nodiscard]] Seen seen(const Key& key, std::uint32_t date, std::uint64_t digest) const;
  [[nodiscard]] Entry entry(std::uint32_t number) const;
  // Where in its shard's table the search for the key begins.
  [[nodiscard]] static std::size_t start(const Key& key, const Shard& shard);
  [[nodiscard]] Shard& shard_of(const Key& key) { return shards_[key[0] % shard_count]; }
  [[nodiscard]] const Shard& shard_of(const Key& key) const { return shards_[key[0] % shard_count]; }
  static void place(Shard& shard, const Key& key, std::uint32_t number);
  void grow(Shard& shard, std::size_t places);
  void index(const Key& key, std::uint32_t number);

  std::unique_ptr<Hasher> hasher_;
  std::vector<Shard> shards_;
  Blocks blocks_;
  std::size_t size_ = 0;
  std::vector<std::string> odd_dates_;
  std::map<std::string, std::uint32_t> odd_date_numbers_;
};

}  // namespace gateway
