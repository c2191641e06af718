#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace audit {

// One row of an answer; a NULL reads as empty text.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string text(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// A database of Prorata's, read-only and all in one transaction: what is read is one moment, also while a gateway is
// writing. One thread.
class Database {
 public:
  // `vfs` names the SQLite VFS to read through; empty: files of the operating system. Errors: not there, not readable,
  // no database of Prorata's, made by a newer version.
  [[nodiscard]] static core::Result<Database> open(const std::string& path, const std::string& vfs = "");

  // Errors: what SQLite says.
  [[nodiscard]] core::Result<void> each(const std::string& sql, const std::function<void(const Row&)>& take);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace audit
