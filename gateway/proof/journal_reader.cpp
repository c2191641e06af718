#include "gateway/proof/journal_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace gateway {

namespace {

enum Column { seq_column, time_column, kind_column, body_column, hash_column };

bool equal(std::span<const unsigned char> stored, const Hash& hash) {
  return std::equal(stored.begin(), stored.end(), hash.begin(), hash.end());
}

Hash hash_of(const sqlite::Statement& row, const Hash& before) {
  return chain(before, row.integer(seq_column), row.integer(time_column), row.text(kind_column), row.text(body_column));
}

}  // namespace

JournalReader::JournalReader(sqlite::Database& database, std::string_view schema)
    : database_(database),
      table_(std::string(schema) + ".journal"),
      select_(database,
              "SELECT seq, time_ns, kind, body, hash FROM " + table_ + " WHERE seq >= ? ORDER BY seq LIMIT ?") {}

std::int64_t JournalReader::last_seq() { return database_.number("SELECT max(seq) FROM " + table_); }

bool JournalReader::read(std::int64_t limit, const std::function<bool(const JournalRow&)>& visit) {
  if (bad_) return false;
  // Numbers below the first are looked for too.
  select_.bind(seq_ == 0 ? std::numeric_limits<std::int64_t>::min() : seq_ + 1).bind(limit);
  std::int64_t count = 0;
  try {
    while (select_.row()) {
      const std::int64_t seq = select_.integer(seq_column);
      if (!is_sound(seq)) break;
      const Hash hash = hash_of(select_, head_);
      if (!equal(select_.blob(hash_column), hash)) {
        explain_mismatch(hash);
        break;
      }
      const core::Time time{std::chrono::nanoseconds{select_.integer(time_column)}};
      if (!visit({seq, time, select_.text(kind_column), select_.text(body_column), hash})) {
        select_.finish();
        return false;
      }
      seq_ = seq, head_ = hash, time_ = time;
      ++count;
    }
  } catch (const sqlite::Failure& failure) {
    bad_ = BadRow{seq_ + 1, std::string("it cannot be read: ") + failure.what()};
  }
  if (bad_) select_.finish();
  return !bad_ && count == limit;
}

bool JournalReader::is_sound(std::int64_t seq) {
  const std::int64_t expected = seq_ + 1;
  if (seq < 1) {
    bad_ = BadRow{expected, fmt::format("in its place stands one with number {}, and numbers begin at 1", seq)};
  } else if (seq < expected) {
    bad_ = BadRow{expected, fmt::format("in its place, after entry {}, stands one with number {}", seq_, seq)};
  } else if (seq > expected) {
    bad_ = BadRow{expected, fmt::format("it is missing: after entry {} comes {}", seq_, seq)};
  } else if (!is_typed()) {
    bad_ = BadRow{expected, "a column holds another type than it should"};
  }
  return !bad_;
}

bool JournalReader::is_typed() const {
  using Type = sqlite::Statement::Type;
  return select_.type(seq_column) == Type::integer && select_.type(time_column) == Type::integer &&
         select_.type(kind_column) == Type::text && select_.type(body_column) == Type::text &&
         select_.type(hash_column) == Type::blob;
}

// Which side is wrong, the entry or its hash? The next entry was hashed over the one that was right.
void JournalReader::explain_mismatch(const Hash& computed) {
  const auto stored = select_.blob(hash_column);
  Hash kept{};
  const bool is_hash = stored.size() == kept.size();
  if (is_hash) std::copy(stored.begin(), stored.end(), kept.begin());
  std::string what = "its hash does not match its content";
  bool fits_computed = false;
  bool fits_kept = false;
  if (select_.row()) {
    fits_computed = equal(select_.blob(hash_column), hash_of(select_, computed));
    fits_kept = is_hash && equal(select_.blob(hash_column), hash_of(select_, kept));
  }
  if (fits_computed) what += ": the hash was changed, for the next entry fits the content";
  if (fits_kept) what += ": number, time, kind or body was changed, for the next entry fits the hash";
  bad_ = BadRow{seq_ + 1, what};
}

}  // namespace gateway
