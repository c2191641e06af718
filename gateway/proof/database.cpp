#include "gateway/proof/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

#include "gateway/journal/schema.hpp"

namespace gateway {

namespace {

void expect_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw sqlite::Failure("there is no such file");
  if (!std::filesystem::is_regular_file(status)) throw sqlite::Failure("is not a file");
}

// Runs `look`, the first that is read of the file; says what to do about what SQLite says in few words
// (sqlite.org/wal.html, "Read-Only Databases").
template <class Look>
void first_look(const std::string& path, Look look) {
  try {
    look();
  } catch (const sqlite::Failure& failure) {
    const int code = failure.code & 0xff;
    if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) throw;
    throw sqlite::Failure(
        fmt::format("{}: a gateway's database needs {}-shm beside it even to be read, and it cannot be opened or made; "
                    "is the file system read-only? Copy the database, with its -wal file if there is one, to where "
                    "files can be written",
                    failure.what(), path),
        failure.code, failure.system_error);
  }
}

void expect_ours(sqlite::Database& database, const std::string& schema) {
  database.run("PRAGMA busy_timeout = 5000");
  if (database.number("PRAGMA " + schema + ".application_id") != application_id) {
    throw sqlite::Failure("this is a database, but not one of Prorata's");
  }
  const std::int64_t version = database.number("PRAGMA " + schema + ".user_version");
  if (version > schema_version) {
    throw sqlite::Failure(
        fmt::format("its schema has version {}, this program knows {}; use the version of Prorata that wrote it",
                    version, schema_version));
  }
  if (version < schema_version) {
    throw sqlite::Failure(fmt::format(
        "its schema has version {}, this program's is {}; start the gateway on it once, which brings it up to date",
        version, schema_version));
  }
}

// RFC 3986, as SQLite takes it: what would end the path, or begin an escape, is escaped.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    const bool special = c == '?' || c == '#' || c == '%' || c == '\'';
    uri += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return uri + "?mode=ro";
}

}  // namespace

std::unique_ptr<sqlite::Database> open_to_read(const std::string& path) {
  expect_file(path);
  auto database = std::make_unique<sqlite::Database>(path, sqlite::Database::Mode::read_only);
  first_look(path, [&] { expect_ours(*database, "main"); });
  return database;
}

std::unique_ptr<sqlite::Database> open_scratch_beside(const std::string& path) {
  expect_file(path);
  auto database = std::make_unique<sqlite::Database>("", sqlite::Database::Mode::scratch);
  database->run("BEGIN;" + table_sql() + view_sql() + "COMMIT");  // before a view of the same name is in sight
  first_look(path, [&] {
    database->run("ATTACH DATABASE '" + uri_of(path) + "' AS live");
    expect_ours(*database, "live");
  });
  return database;
}

}  // namespace gateway
