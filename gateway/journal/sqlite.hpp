#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

// The little of SQLite that we need, with lifetimes. Failures are thrown inside this folder and become values at its
// edge.
namespace gateway::sqlite {

struct Failure : std::runtime_error {
  explicit Failure(const std::string& message, int code_ = 0, int system_error_ = 0)
      : std::runtime_error(message), code(code_), system_error(system_error_) {}

  int code;          // SQLite's extended result code; 0 when it is not SQLite's failure
  int system_error;  // errno of the system call behind it; 0 when there is none
};

class Database {
 public:
  // scratch: a database of no name, gone with the connection; others may be attached to it by URI.
  enum class Mode { read_write_create, read_only, scratch };

  // `vfs`: the name of a registered SQLite VFS; empty: the operating system's files.
  Database(const std::string& path, Mode mode, const std::string& vfs = "");
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One or more statements without parameters.
  void run(const std::string& sql);
  [[nodiscard]] std::int64_t number(const std::string& sql);  // the first column of the first row; 0 when there is none
  [[nodiscard]] bool is_in_transaction() const;
  // Asks `is_enough` every now and then while a statement runs; when it says so, the statement fails (interrupted).
  // Nothing: asks no more.
  void give_up_when(std::function<bool()> is_enough);
  [[nodiscard]] Failure last_failure() const;
  // Of one of its files, which was asked directly; to be called before anything else is asked of the system.
  [[nodiscard]] Failure failure_of_file(const std::string& what, int code) const;
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  std::function<bool()> is_enough_;
};

// A prepared statement: bind in order, then execute() or row() until false.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Text and blobs are not copied: they must live until execute() or the last row(). A temporary string does not.
  Statement& bind(std::string&& text) = delete;
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::span<const unsigned char> bytes);

  void execute();            // runs to the end and is ready to be bound again
  [[nodiscard]] bool row();  // the next row; false at the end, and then ready to be bound again
  void finish();             // no more rows are wanted: ready to be bound again

  enum class Type { null, integer, real, text, blob };

  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string_view name(int column) const;
  [[nodiscard]] Type type(int column) const;  // as it is stored; before any of the next three
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // until the next row()
  [[nodiscard]] std::span<const unsigned char> blob(int column) const;

 private:
  [[noreturn]] void fail();

  sqlite3* database_;
  sqlite3_stmt* handle_ = nullptr;
  int next_ = 1;
};

// Copies all pages of `from` into `to`. When `from` is in a transaction, the copy is of its moment, whatever others
// write.
void copy(Database& from, Database& to, int pages_at_a_time,
          const std::function<void(std::int64_t done, std::int64_t total)>& progress);

}  // namespace gateway::sqlite
