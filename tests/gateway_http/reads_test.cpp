#include "gateway/http/read_pool.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/gateway_http/http_fixture.hpp"

// Reads that take long, and whoever must not wait for them.
namespace gateway {
namespace {

constexpr const char* read_log = "GET /log HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(Http, OrdersDoNotWaitForSlowReads) {
  database_.hold_log();
  std::vector<std::unique_ptr<Client>> readers;
  for (int i = 0; i < default_read_threads + 5; ++i) {
    readers.push_back(std::make_unique<Client>(server_->port()));
    readers.back()->send(read_log);
  }
  database_.wait_for_log_reads(default_read_threads);  // no thread is left to read with
  EXPECT_EQ(post_json("/orders", good_order).status, 201);
  EXPECT_EQ(post_json("/orders?dry_run=true", good_order).status, 200);
  EXPECT_EQ(post_csv("/baskets", "Action,Quantity,Symbol,OrderType,Model\nBUY,1,AAPL,MKT,GROWTH\n").status, 201);
  EXPECT_EQ(post_json("/orders/P1/cancel", "").status, 202);
  EXPECT_EQ(post_json("/breaks/3/settle", R"({"reason":"withdrawn"})").status, 200);
  EXPECT_EQ(get("/health").status, 200);
  EXPECT_EQ(get("/sessions").status, 200);
  EXPECT_EQ(engine_.entered().size(), 3U);
  database_.let_go();
  for (const auto& reader : readers) EXPECT_EQ(split(reader->read_all()).status, 200);
}

TEST_F(Http, ReadsGoOnBesideASlowOne) {
  database_.hold_log();
  Client slow(server_->port());
  slow.send(read_log);
  database_.wait_for_log_reads(1);
  EXPECT_EQ(get("/breaks").status, 200);
  database_.let_go();
  EXPECT_EQ(split(slow.read_all()).status, 200);
}

TEST_F(Http, TooManyReadsAreToldSo) {
  reads_.refuse_next = 1;
  const Reply reply = get("/breaks");
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.object().at("detail").as_string(),
            "Too many are reading the database; try again. Orders and cancels go on.");
  EXPECT_EQ(get("/breaks").status, 200);
  reads_.refuse_next = 1;
  EXPECT_EQ(get("/log?wait_ms=20000").status, 200) << "who waits anyway is not sent away";
}

TEST_F(Http, EndsBesideASlowRead) {
  database_.hold_log();
  Client slow(server_->port());
  slow.send(read_log);
  database_.wait_for_log_reads(1);
  server_.reset();
  EXPECT_EQ(slow.read_all(), "");
  // The read ends with reads_, and its answer goes nowhere.
}

TEST(ReadPool, TakesNoMoreThanItMayHold) {
  FakeDatabase database;
  std::atomic<int> done = 0;
  ReadPool pool(1, [&](const std::stop_token& stop) { return std::make_unique<FakeReadModel>(database, stop); });
  const auto read = [&](ReadModel& model) {
    EXPECT_TRUE(model.trade_log(0, 1).has_value());
    ++done;
    done.notify_all();
  };
  database.hold_log();
  const int most = 1 + static_cast<int>(max_reads_waiting);
  for (int i = 0; i < most; ++i) EXPECT_TRUE(pool.post(read)) << i;
  EXPECT_FALSE(pool.post(read));
  database.let_go();
  for (int now = done; now != most; now = done) done.wait(now);
  while (!pool.post(read)) std::this_thread::yield();  // the last makes room just after it was done
}

TEST(ReadPool, EveryReadHasAModelToItself) {
  FakeDatabase database;
  std::mutex mutex;
  std::set<const ReadModel*> used;
  bool shared = false;
  std::condition_variable both;
  ReadPool pool(2, [&](const std::stop_token& stop) { return std::make_unique<FakeReadModel>(database, stop); });
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.post([&](ReadModel& model) {
      std::unique_lock lock(mutex);
      shared = shared || !used.insert(&model).second;
      both.notify_all();
      both.wait(lock, [&] { return used.size() == 2 || shared; });
    }));
  }
  std::unique_lock lock(mutex);
  both.wait(lock, [&] { return used.size() == 2 || shared; });
  EXPECT_FALSE(shared);
}

TEST(ReadPool, EndsWhileOneReadsAndOthersWait) {
  FakeDatabase database;
  std::atomic<int> done = 0;
  {
    ReadPool pool(1, [&](const std::stop_token& stop) { return std::make_unique<FakeReadModel>(database, stop); });
    database.hold_log();
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(pool.post([&](ReadModel& model) {
        (void)model.trade_log(0, 1);
        ++done;
      }));
    }
    database.wait_for_log_reads(1);
  }
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace gateway
