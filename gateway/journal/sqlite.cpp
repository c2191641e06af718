#include "gateway/journal/sqlite.hpp"

#include <sqlite3.h>

#include <memory>
#include <utility>

namespace gateway::sqlite {

namespace {

// The errno behind an I/O error, from the VFS itself: SQLite 3.40 does not pass it on when a COMMIT fails.
int system_error_of(sqlite3* database, int code) {
  const int kind = code & 0xff;
  if (kind == SQLITE_CANTOPEN) return sqlite3_system_errno(database);
  if (kind != SQLITE_IOERR) return 0;
  sqlite3_vfs* vfs = nullptr;
  sqlite3_file_control(database, "main", SQLITE_FCNTL_VFS_POINTER, static_cast<void*>(&vfs));
  return vfs == nullptr || vfs->xGetLastError == nullptr ? 0 : vfs->xGetLastError(vfs, 0, nullptr);
}

// To be called before anything else is asked of the system.
Failure failure_of(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const int system_error = system_error_of(database, code);
  return Failure(sqlite3_errmsg(database), code, system_error);
}

[[noreturn]] void throw_last(sqlite3* database) { throw failure_of(database); }

}  // namespace

Database::Database(const std::string& path, Mode mode, const std::string& vfs) {
  int flags = mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (mode == Mode::scratch) flags |= SQLITE_OPEN_URI;
  if (sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, vfs.empty() ? nullptr : vfs.c_str()) !=
      SQLITE_OK) {
    const Failure failure = handle_ == nullptr ? Failure("out of memory", SQLITE_NOMEM) : failure_of(handle_);
    sqlite3_close_v2(handle_);
    throw failure;
  }
  sqlite3_extended_result_codes(handle_, 1);
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw_last(handle_);
}

Failure Database::last_failure() const { return failure_of(handle_); }

Failure Database::failure_of_file(const std::string& what, int code) const {
  const int system_error = system_error_of(handle_, code);
  return Failure(what + ": " + sqlite3_errstr(code), code, system_error);
}

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

void Database::give_up_when(std::function<bool()> is_enough) {
  constexpr int steps_between_questions = 10'000;  // of SQLite's machine: about every 0.1 ms
  is_enough_ = std::move(is_enough);
  if (!is_enough_) return sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  const auto ask = [](void* database) { return static_cast<Database*>(database)->is_enough_() ? 1 : 0; };
  sqlite3_progress_handler(handle_, steps_between_questions, ask, this);
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.row() ? statement.integer(0) : 0;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database.handle()) {
  const int size = static_cast<int>(sql.size());
  if (sqlite3_prepare_v2(database_, sql.data(), size, &handle_, nullptr) != SQLITE_OK) throw_last(database_);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(handle_, next_++, value) != SQLITE_OK) fail();
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  if (sqlite3_bind_text64(handle_, next_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK) fail();
  return *this;
}

Statement& Statement::bind_blob(std::span<const unsigned char> bytes) {
  if (sqlite3_bind_blob64(handle_, next_++, bytes.data(), bytes.size(), SQLITE_STATIC) != SQLITE_OK) fail();
  return *this;
}

void Statement::execute() {
  while (row()) {
  }
}

bool Statement::row() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail();
  finish();
  return false;
}

int Statement::columns() const { return sqlite3_column_count(handle_); }

std::string_view Statement::name(int column) const { return sqlite3_column_name(handle_, column); }

Statement::Type Statement::type(int column) const {
  switch (sqlite3_column_type(handle_, column)) {
    case SQLITE_INTEGER: return Type::integer;
    case SQLITE_FLOAT: return Type::real;
    case SQLITE_TEXT: return Type::text;
    case SQLITE_BLOB: return Type::blob;
    default: return Type::null;
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const unsigned char> Statement::blob(int column) const {
  const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(handle_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void Statement::finish() {
  sqlite3_reset(handle_);
  next_ = 1;
}

void Statement::fail() {
  const Failure failure = failure_of(database_);
  finish();
  throw failure;
}

void copy(Database& from, Database& to, int pages_at_a_time,
          const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"), sqlite3_backup_finish);
  if (!backup) throw_last(to.handle());
  for (int result = SQLITE_OK; result != SQLITE_DONE;) {
    result = sqlite3_backup_step(backup.get(), pages_at_a_time);
    if (result != SQLITE_OK && result != SQLITE_DONE) throw Failure(sqlite3_errstr(result));
    const std::int64_t total = sqlite3_backup_pagecount(backup.get());
    progress(total - sqlite3_backup_remaining(backup.get()), total);
  }
}

}  // namespace gateway::sqlite
