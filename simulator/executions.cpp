#include "simulator/executions.hpp"

#include <string_view>
#include <utility>

namespace simulator {

namespace {

constexpr std::string_view header =
    "time_utc,client,cl_ord_id,order_id,exec_id,side,quantity,symbol,price,currency,commission,exchange\n";
constexpr int exec_id_column = 4;

// What a client chose may hold anything; RFC 4180 says how it stands in a cell.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? "\"\"" : std::string(1, c));
  return quoted + '"';
}

// Only ClOrdID(11), before it, can be quoted, and hold the comma of a column.
std::string exec_id_of(std::string_view line) {
  std::size_t begin = 0;
  bool quoted = false;
  for (int column = 0; column < exec_id_column && begin < line.size(); ++begin) {
    quoted = quoted != (line[begin] == '"');
    column += !quoted && line[begin] == ',' ? 1 : 0;
  }
  return std::string(line.substr(begin, line.find(',', begin) - begin));
}

}  // namespace

core::Result<std::unique_ptr<Executions>> Executions::open(const std::string& path) {
  auto file = AppendFile::open(path);
  if (!file) return tl::unexpected(file.error());
  const std::string content = (*file)->found();
  const bool is_new = header.starts_with(content);
  if (!is_new && !content.starts_with(header)) return core::fail(path, "is not a file of executions of this program");
  const std::size_t whole = is_new ? 0 : content.rfind('\n') + 1;
  if (auto cut = (*file)->cut(whole); !cut) return tl::unexpected(cut.error());
  if (is_new) (*file)->append(header);
  std::unique_ptr<Executions> executions(new Executions(*std::move(file)));
  for (std::size_t at = is_new ? whole : header.size(); at < whole;) {
    const std::size_t end = content.find('\n', at);
    executions->known_.insert(exec_id_of(std::string_view(content).substr(at, end - at)));
    at = end + 1;
  }
  return executions;
}

void Executions::record(const std::string& client, const fix::Message& message) {
  const auto* report = std::get_if<fix::ExecutionReport>(&message);
  if (report == nullptr || report->exec_type != fix::ExecType::trade) return;
  if (!known_.insert(report->exec_id).second) return;
  // After a cancel, ClOrdID(11) is that of the cancel.
  const std::string& order = report->orig_cl_ord_id.empty() ? report->cl_ord_id : report->orig_cl_ord_id;
  const std::string currency = report->currency ? report->currency->text() : "";
  file_->append(core::iso_text(report->transact_time) + ',' + client + ',' + cell(order) + ',' + report->order_id +
                ',' + report->exec_id + ',' + std::string(core::text(report->side)) + ',' +
                report->last_quantity.text() + ',' + cell(report->symbol.text()) + ',' + report->last_price.text() +
                ',' + currency + ',' + report->commission.text() + ',' + report->last_market + '\n');
}

}  // namespace simulator
