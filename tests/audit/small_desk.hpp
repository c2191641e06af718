#pragma once

#include <filesystem>
#include <string>

namespace audit_test {

// A database of a small desk, made by hand: tables under the names of the views, which is all that an audit looks at.
// Three accounts have 47, 31 and 22 % of the model M. Order O-1 bought 10 XYZ in three fills and was cancelled, the
// example of alloc/README.md; order O-2 sells FND, whose unit is half a share, and is still open.
class SmallDesk {
 public:
  SmallDesk();
  ~SmallDesk();
  SmallDesk(const SmallDesk&) = delete;
  SmallDesk& operator=(const SmallDesk&) = delete;

  // Throws when the SQL is wrong: a tampering that does nothing tests nothing.
  void run(const std::string& sql);
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace audit_test
