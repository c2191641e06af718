#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"
#include "gateway/journal/chain.hpp"
#include "gateway/journal/sqlite.hpp"

namespace gateway {

// The first row of the journal that does not hold.
struct BadRow {
  std::int64_t seq = 0;  // of the last good row and one more, whatever number the row claims to have
  std::string what;      // what does not match
};

// One row, whose hash has been found right. Good until the next.
struct JournalRow {
  std::int64_t seq = 0;
  core::Time time;
  std::string_view kind;
  std::string_view body;
  Hash hash;
};

// Walks the journal from its first entry and believes nothing: types, numbers and the hash chain are checked row by
// row. It reads in pieces, each its own look at the file, so that the gateway can put away its write-ahead log
// meanwhile; what is appended is read too.
class JournalReader {
 public:
  // `schema`: the name under which the database is attached.
  JournalReader(sqlite::Database& database, std::string_view schema);

  // Up to `limit` further rows; `visit` returns false to stop before its row, which then counts as not read. True when
  // there may be more. A row that does not hold ends the walk for good.
  [[nodiscard]] bool read(std::int64_t limit, const std::function<bool(const JournalRow&)>& visit);

  [[nodiscard]] const std::optional<BadRow>& bad() const { return bad_; }
  [[nodiscard]] std::int64_t seq() const { return seq_; }   // of the last good row; 0 before the first
  [[nodiscard]] const Hash& head() const { return head_; }  // its hash
  [[nodiscard]] core::Time time() const { return time_; }   // its time
  [[nodiscard]] std::int64_t last_seq();                    // of the file, just now

 private:
  [[nodiscard]] bool is_sound(std::int64_t seq);
  [[nodiscard]] bool is_typed() const;
  void explain_mismatch(const Hash& computed);

  sqlite::Database& database_;
  std::string table_;
  sqlite::Statement select_;
  std::int64_t seq_ = 0;
  Hash head_{};
  core::Time time_;
  std::optional<BadRow> bad_;
};

}  // namespace gateway
