#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace bench {

// What a capable developer writes first: a stock QuickFIX initiator with our dictionary and its FileStore. It either
// does nothing with the reports, or splits each by largest remainders of the running total and stores one SQLite row
// for each account (WAL, synchronous=FULL), so many fills in a transaction.
class PlainDesk {
 public:
  // accounts = 0: nothing is booked.
  PlainDesk(const std::string& folder, std::uint16_t port, int accounts, int fills_per_transaction);
  ~PlainDesk();
  PlainDesk(const PlainDesk&) = delete;
  PlainDesk& operator=(const PlainDesk&) = delete;

  void wait_for_logon();
  void send_orders(int count);
  // Until so many fills have come, and are stored if they are booked.
  void wait_for(std::size_t fills);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
