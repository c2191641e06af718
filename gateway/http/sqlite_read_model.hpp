#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>

#include "gateway/http/read_model.hpp"

namespace gateway {

namespace sqlite {
class Database;
}

inline constexpr int max_read_s = 20;  // less than a request may take, so that its answer says why

// Reads the views of the gateway's database over a connection of its own that cannot write. Opens it at the first read,
// so that the journal may create it in its own time. A read is given up when a stop is requested, or after max_read_s.
class SqliteReadModel final : public ReadModel {
 public:
  explicit SqliteReadModel(std::filesystem::path database, std::stop_token stop = {});
  ~SqliteReadModel() override;

  [[nodiscard]] core::Result<Rows> orders(const OrderFilter& filter) override;
  [[nodiscard]] core::Result<Rows> order(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> fills(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> parts(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> trade_log(std::int64_t after, int limit) override;
  [[nodiscard]] core::Result<Rows> table(const TableQuery& query) override;
  [[nodiscard]] core::Result<std::vector<Change>> changes(std::int64_t after, int limit) override;
  [[nodiscard]] core::Result<std::int64_t> last_change() override;
  [[nodiscard]] core::Result<DeskNow> now() override;

 private:
  [[nodiscard]] core::Result<DeskNow> read_now();
  [[nodiscard]] core::Result<std::int64_t> number(const std::string& sql);
  [[nodiscard]] core::Result<Rows> query(const std::string& sql, const std::vector<std::string>& arguments);

  std::filesystem::path path_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point give_up_at_;  // the read in progress
  std::unique_ptr<sqlite::Database> database_;
};

}  // namespace gateway
