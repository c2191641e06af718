#include "gateway/journal/sqlite_archive.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gateway/journal/chain.hpp"
#include "gateway/journal/event_json.hpp"

namespace gateway {

namespace {

constexpr std::string_view entry_columns = "j.seq, j.time_ns, j.kind, j.body, j.hash, previous.hash";

}  // namespace

core::Result<OrderHistory> SqliteArchive::history(std::int64_t order_number, std::int64_t shares_seq,
                                                  std::int64_t before) {
  const auto sql = fmt::format(
      "SELECT {} FROM (SELECT seq FROM fill_row WHERE order_number = ?1 AND seq < ?2 UNION SELECT seq FROM "
      "fill_change_row WHERE order_number = ?1 AND seq < ?2) AS f JOIN journal AS j ON j.seq = f.seq "
      "JOIN journal AS previous ON previous.seq = j.seq - 1 ORDER BY j.seq",
      entry_columns);
  return read(shares_seq, {sql, {}, [&](sqlite::Statement& fills) { fills.bind(order_number).bind(before); }});
}

core::Result<OrderHistory> SqliteArchive::search(const core::OrderId& order, std::int64_t shares_seq,
                                                 std::int64_t before) {
  const auto sql = fmt::format(
      "SELECT {} FROM journal AS j LEFT JOIN journal AS previous ON previous.seq = j.seq - 1 "
      "WHERE j.seq > ? AND j.seq < ? AND j.kind GLOB 'fill_*' AND instr(j.body, ?) > 0 ORDER BY j.seq",
      entry_columns);
  const std::string named = '"' + order.text() + '"';
  return read(shares_seq, {sql, order, [&](sqlite::Statement& fills) {
                             fills.bind(shares_seq).bind(before).bind(std::string_view(named));
                           }});
}

core::Result<OrderHistory> SqliteArchive::read(std::int64_t shares_seq, const Fills& fills) {
  try {
    if (!database_) {
      database_.emplace(path_, sqlite::Database::Mode::read_only, vfs_);
      database_->run("PRAGMA busy_timeout = 5000");
    }
    return read_entries(shares_seq, fills);
  } catch (const sqlite::Failure& failure) {
    return core::fail(path_, failure.what());
  }
}

core::Result<OrderHistory> SqliteArchive::read_entries(std::int64_t shares_seq, const Fills& fills) {
  OrderHistory history;
  sqlite::Statement sealed(
      *database_,
      fmt::format(
          "SELECT {} FROM journal AS j LEFT JOIN journal AS previous ON previous.seq = j.seq - 1 WHERE j.seq = ?",
          entry_columns));
  sealed.bind(shares_seq);
  while (sealed.row()) {
    core::Result<Event> read = event(sealed);
    if (!read) return tl::unexpected(read.error());
    if (const auto* shares = std::get_if<SharesSealed>(&*read)) history.shares = *shares;
  }
  if (history.shares.shares.empty()) {
    return core::fail(fmt::format("journal entry {}", shares_seq), "it should seal shares, and does not");
  }
  sqlite::Statement filled(*database_, fills.sql);
  fills.bind(filled);
  while (filled.row()) {
    core::Result<Event> read = event(filled);
    if (!read) return tl::unexpected(read.error());
    auto record = fill_record(filled.integer(0), *read);
    const bool is_wanted = record && (fills.order.text().empty() || order_of_fill(*read) == fills.order);
    if (is_wanted) history.fills.push_back(*std::move(record));
  }
  return history;
}

core::Result<Event> SqliteArchive::event(const sqlite::Statement& row) const {
  Hash before{};
  const auto stored_before = row.blob(5);
  if (stored_before.size() == before.size()) std::copy(stored_before.begin(), stored_before.end(), before.begin());
  const Hash hash = chain(before, row.integer(0), row.integer(1), row.text(2), row.text(3));
  const auto stored = row.blob(4);
  if (!std::equal(stored.begin(), stored.end(), hash.begin(), hash.end())) {
    return core::fail(fmt::format("journal entry {}", row.integer(0)), "its hash does not match");
  }
  return event_from_json(row.text(2), row.text(3));
}

}  // namespace gateway
