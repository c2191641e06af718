#include "audit/database.hpp"

#include <sqlite3.h>

#include <cstdint>

#include "core/decimal.hpp"

namespace audit {

namespace {

constexpr int busy_timeout_ms = 5000;

// The pragmas by which a file says that it is Prorata's, and the newest schema whose views are known here.
constexpr std::int64_t application_id = 0x50524f52;  // "PROR"
constexpr std::int64_t newest_schema = 6;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

core::Result<std::int64_t> number(Database& database, const std::string& sql) {
  std::int64_t value = 0;
  const auto read =
      database.each(sql, [&](const Row& row) { value = core::parse_decimal(row.text(0), 0).value_or(0); });
  if (!read) return tl::unexpected(read.error());
  return value;
}

}  // namespace

int Row::columns() const { return sqlite3_column_count(statement_); }

std::string Row::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

core::Result<Database> Database::open(const std::string& path, const std::string& vfs) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, vfs.empty() ? nullptr : vfs.c_str());
  Database database;
  database.path_ = path;
  database.handle_.reset(handle);
  if (opened != SQLITE_OK) {
    return core::fail(path, handle == nullptr ? "cannot be opened" : sqlite3_errmsg(handle));
  }
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  if (const auto begun = database.each("BEGIN", [](const Row&) {}); !begun) return tl::unexpected(begun.error());
  const auto owner = number(database, "PRAGMA application_id");
  if (!owner) {
    // sqlite.org/wal.html, "Read-Only Databases"
    const int code = sqlite3_errcode(handle) & 0xff;
    if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) return tl::unexpected(owner.error());
    return core::fail(path, owner.error().message + ": a gateway's database needs " + path +
                                "-shm beside it even to be read, and it cannot be opened or made; is the file system "
                                "read-only? Copy the database, with its -wal file if there is one, to where files can "
                                "be written");
  }
  if (*owner != application_id) return core::fail(path, "is not a database of Prorata's");
  const auto schema = number(database, "PRAGMA user_version");
  if (!schema) return tl::unexpected(schema.error());
  if (*schema > newest_schema) {
    return core::fail(path, "was made by a newer version of Prorata (schema " + std::to_string(*schema) +
                                "; this program knows " + std::to_string(newest_schema) + ")");
  }
  return database;
}

core::Result<void> Database::each(const std::string& sql, const std::function<void(const Row&)>& take) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    return core::fail(path_, sqlite3_errmsg(handle_.get()));
  }
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) take(Row(prepared));
  if (step != SQLITE_DONE) return core::fail(path_, sqlite3_errmsg(handle_.get()));
  return {};
}

}  // namespace audit
