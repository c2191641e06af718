#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include "core/result.hpp"
#include "fix/messages.hpp"
#include "simulator/append_file.hpp"

namespace simulator {

// The exchange's own record of what was traded: a CSV file with a line for each trade of a client, written before the
// report of it leaves. What a desk booked can be compared with it.
//
//   time_utc,client,cl_ord_id,order_id,exec_id,side,quantity,symbol,price,currency,commission,exchange
class Executions {
 public:
  // Goes on behind what is in the file; a line that was cut off at the end is dropped. Errors: cannot be opened, or
  // another file than one of executions.
  [[nodiscard]] static core::Result<std::unique_ptr<Executions>> open(const std::string& path);

  // Reports that are no trades, and trades that are in the file, are left out. Throws as AppendFile::append().
  void record(const std::string& client, const fix::Message& message);

 private:
  explicit Executions(std::unique_ptr<AppendFile> file) : file_(std::move(file)) {}

  std::unique_ptr<AppendFile> file_;
  std::unordered_set<std::string> known_;  // ExecID(17)
};

}  // namespace simulator
