#pragma once

#include <filesystem>
#include <memory>

#include "gateway/http/read_model.hpp"

namespace gateway {

namespace sqlite {
class Database;
}

// Reads the views of the gateway's database over a connection of its own that cannot write. Opens it at the first read,
// so that the journal may create it in its own time.
class SqliteReadModel final : public ReadModel {
 public:
  explicit SqliteReadModel(std::filesystem::path database);
  ~SqliteReadModel() override;

  [[nodiscard]] core::Result<Rows> orders(const OrderFilter& filter) override;
  [[nodiscard]] core::Result<Rows> order(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> fills(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> parts(const core::OrderId& order) override;
  [[nodiscard]] core::Result<Rows> trade_log(std::int64_t after, int limit) override;
  [[nodiscard]] core::Result<Rows> positions(const core::AccountId& account) override;
  [[nodiscard]] core::Result<Rows> positions(const core::ModelCode& model) override;
  [[nodiscard]] core::Result<Rows> breaks(bool open_only) override;
  [[nodiscard]] core::Result<std::int64_t> open_breaks() override;

 private:
  [[nodiscard]] core::Result<Rows> query(const std::string& sql, const std::vector<std::string>& arguments);

  std::filesystem::path path_;
  std::unique_ptr<sqlite::Database> database_;
};

}  // namespace gateway
