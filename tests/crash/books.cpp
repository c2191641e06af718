#include "tests/crash/books.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "audit/database.hpp"
#include "core/scaled.hpp"

namespace crash {

namespace {

// Without zeros at the end, which one side may write and the other not.
std::string plain(const std::string& decimal) {
  const auto parsed = core::Price::parse(decimal);
  return parsed ? parsed->text() : "'" + decimal + "'";
}

std::string trade_text(const std::string& order, const std::string& side, const std::string& quantity,
                       const std::string& symbol, const std::string& price, const std::string& currency,
                       const std::string& commission, const std::string& exchange) {
  return fmt::format("{}: {} {} {} at {} {}, fee {}, {}", order, side, plain(quantity), symbol, plain(price), currency,
                     plain(commission), exchange);
}

std::vector<std::string> cells(std::string_view line, char separator) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    result.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

template <class Take>
void each_line(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    take(text.substr(at, end - at));
    at = end + 1;
  }
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string Tail::take() {
  std::ifstream file(path_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset_));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  offset_ += text.size();
  return text;
}

// ---- the exchange

void ExchangeReader::update() {
  read_executions();
  read_messages();
  read_session();
}

void ExchangeReader::read_executions() {
  each_line(executions_.take(), [&](std::string_view line) {
    if (line.starts_with("time_utc,")) return;
    const std::vector<std::string> cell = cells(line, ',');
    if (cell.size() != 12) {
      book_.faults.push_back("an execution of " + std::to_string(cell.size()) + " cells: " + std::string(line));
    } else if (!book_.trades
                    .emplace(cell[4],
                             trade_text(cell[2], cell[5], cell[6], cell[7], cell[8], cell[9], cell[10], cell[11]))
                    .second) {
      book_.faults.push_back("the exchange itself has the execution " + cell[4] + " twice");
    }
  });
}

void ExchangeReader::read_messages() {
  each_line(messages_.take(), [&](std::string_view line) {
    if (line.find(" < ") == std::string_view::npos || line.find("|35=D|") == std::string_view::npos) return;
    const std::size_t at = line.find("|11=");
    if (at != std::string_view::npos)
      ++book_.arrived[std::string(line.substr(at + 4, line.find('|', at + 4) - at - 4))];
  });
}

// "N <next sender> <next target> <created>\n" and "S <number> <size>\n<size bytes>\n"; see fix/file_store.cpp.
void ExchangeReader::read_session() {
  session_rest_ += session_.take();
  std::string_view rest = session_rest_;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    const std::vector<std::string> words = cells(rest.substr(0, end), ' ');
    std::size_t size = end + 1;
    if (words[0] == "S" && words.size() == 3) size += static_cast<std::size_t>(number(words[2])) + 1;
    if (rest.size() < size) break;
    if (words[0] == "N" && words.size() == 4) book_.numbers = {number(words[1]), number(words[2])};
    rest.remove_prefix(size);
  }
  session_rest_ = std::string(rest);
}

// ---- the desk

core::Result<void> DeskReader::update(bool whole) {
  auto database = audit::Database::open(path_);
  if (!database) return tl::unexpected(database.error());
  if (whole) {
    last_seq_ = 0;
    book_.trades.clear();
    book_.doubled.clear();
  }
  book_.orders.clear();
  book_.breaks.clear();
  const auto ok = [](const core::Result<void>& result) { return result.has_value(); };
  core::Result<void> read;
  const auto ask = [&](const std::string& sql, const std::function<void(const audit::Row&)>& take) {
    if (ok(read)) read = database->each(sql, take);
  };
  ask("SELECT exec_id, order_id, side, quantity, symbol, price, currency, commission, exchange, journal_seq FROM fills "
      "WHERE journal_seq > " +
          std::to_string(last_seq_) + " ORDER BY journal_seq",
      [&](const audit::Row& row) {
        const std::string exec_id = row.text(0);
        const bool is_new = book_.trades
                                .emplace(exec_id, trade_text(row.text(1), row.text(2), row.text(3), row.text(4),
                                                             row.text(5), row.text(6), row.text(7), row.text(8)))
                                .second;
        if (!is_new) book_.doubled.push_back(exec_id);
        last_seq_ = std::stoll(row.text(9));
      });
  ask("SELECT order_id, submitted_by, state FROM order_row ORDER BY number", [&](const audit::Row& row) {
    book_.orders.push_back({row.text(0), row.text(1), row.text(2)});
  });
  ask("SELECT kind, order_id, exec_id, text FROM break_row", [&](const audit::Row& row) {
    book_.breaks.push_back(row.text(0) + ": " + row.text(1) + " " + row.text(2) + ": " + row.text(3));
  });
  ask("SELECT next_sender, next_target FROM fix_session", [&](const audit::Row& row) {
    book_.numbers = {number(row.text(0)), number(row.text(1))};
  });
  return read;
}

std::vector<std::string> DeskBook::open_orders() const {
  std::vector<std::string> open;
  for (const DeskOrder& order : orders) {
    if (order.state == "NEW" || order.state == "PARTIALLY FILLED") open.push_back(order.id);
  }
  return open;
}

// ---- all together

namespace {

void compare_trades(const ExchangeBook& exchange, const DeskBook& desk, Differences& found) {
  for (const std::string& exec_id : desk.doubled) found.doubled.push_back(exec_id + " is booked twice");
  for (const auto& [exec_id, text] : desk.trades) {
    if (!exchange.trades.contains(exec_id)) found.doubled.push_back(exec_id + " was never made: " + text);
  }
  for (const auto& [exec_id, text] : exchange.trades) {
    const auto booked = desk.trades.find(exec_id);
    if (booked == desk.trades.end()) {
      found.lost.push_back(exec_id + " is not booked: " + text);
    } else if (booked->second != text) {
      found.lost.push_back(exec_id + " is booked as " + booked->second + ", and was " + text);
    }
  }
}

void compare_orders(const ExchangeBook& exchange, const DeskBook& desk, const std::deque<Command>& commands,
                    Differences& found) {
  std::unordered_map<std::string, std::string> order_of_key;
  for (const DeskOrder& order : desk.orders) {
    const auto [entry, is_new] = order_of_key.emplace(order.key, order.id);
    if (!is_new) {
      found.orders.push_back(fmt::format("{} was entered twice: as {} and {}", order.key, entry->second, order.id));
    }
    if (order.state == "SENT" || order.state == "UNCERTAIN" || order.state == "PENDING CANCEL") {
      found.open.push_back(order.id + " is " + order.state);
    }
  }
  std::size_t entered = 0;
  for (const Command& command : commands) {
    if (command.state == Command::State::unknown) found.open.push_back(command.key + " has no answer");
    if (!command.is_order) continue;
    const auto order = order_of_key.find(command.key);
    const bool is_there = order != order_of_key.end();
    if (command.state == Command::State::done) {
      ++entered;
      if (!is_there || order->second != command.order) {
        found.orders.push_back(fmt::format("{} was acknowledged as {} and is {}", command.key, command.order,
                                           is_there ? order->second : "not there"));
      }
    } else if (command.state == Command::State::refused && is_there) {
      found.orders.push_back(fmt::format("{} was refused, and is there as {}", command.key, order->second));
    }
  }
  if (found.open.empty() && entered != desk.orders.size()) {
    found.orders.push_back(fmt::format("{} orders were acknowledged, {} are there", entered, desk.orders.size()));
  }
  for (const auto& [id, times] : exchange.arrived) {
    if (times > 1) found.orders.push_back(fmt::format("{} reached the exchange {} times", id, times));
  }
}

}  // namespace

Differences differences(const ExchangeBook& exchange, const DeskBook& desk, const std::deque<Command>& commands) {
  Differences found;
  compare_trades(exchange, desk, found);
  compare_orders(exchange, desk, commands, found);
  found.breaks = desk.breaks;
  found.orders.insert(found.orders.end(), exchange.faults.begin(), exchange.faults.end());
  const SequenceNumbers ours = desk.numbers;
  const SequenceNumbers theirs = exchange.numbers;
  if (ours.next_sender != theirs.next_target || ours.next_target != theirs.next_sender) {
    found.open.push_back(fmt::format("the desk sends {} next and expects {}; the exchange expects {} and sends {}",
                                     ours.next_sender, ours.next_target, theirs.next_target, theirs.next_sender));
  }
  return found;
}

// sqlite.org/fileformat2.html, section 4: a header of 32 bytes with the page size at 8 and the salts at 16; frames with
// a header of 24 bytes: at 4 the size of the database for the last frame of a transaction, else 0; at 8 the salts.
bool ends_amid_a_commit(const std::string& database) {
  std::ifstream file(database + "-wal", std::ios::binary);
  std::array<char, 32> header{};
  if (!file.read(header.data(), header.size())) return false;
  const auto at = [](const char* bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
  };
  const std::uint32_t page_size = at(header.data() + 8);
  const std::string salts(header.data() + 16, 8);
  bool amid = false;
  std::array<char, 24> frame{};
  for (std::streamoff offset = 32; file.seekg(offset) && file.read(frame.data(), frame.size());) {
    if (std::string(frame.data() + 8, 8) != salts) break;
    amid = at(frame.data() + 4) == 0;
    offset += static_cast<std::streamoff>(frame.size() + page_size);
  }
  return amid;
}

}  // namespace crash
