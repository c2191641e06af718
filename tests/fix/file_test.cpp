#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "fix/file_message_log.hpp"
#include "fix/file_store.hpp"
#include "tests/fix/pair.hpp"
#include "tests/support/test_folder.hpp"

namespace fix::test {
namespace {

class FileTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

 private:
  support::TestFolder folder_;
};

using FileStoreTest = FileTest;
using FileMessageLogTest = FileTest;

void fill(FileStore& store) {
  store.save({9, 9, core::parse_iso("2026-11-20T00:00:00Z").value()});
  store.keep_sent(8, "old");
  store.forget_sent();
  store.save({3, 7, core::parse_iso("2026-11-21T07:36:07.123456789Z").value()});
  store.keep_sent(1, "one\x01with\nline feed");
  store.keep_sent(2, "two");
  store.keep_sent(2, "two again");
}

void expect_filled(const FileStore& store) {
  EXPECT_EQ(store.load(), (SequenceNumbers{3, 7, core::parse_iso("2026-11-21T07:36:07.123456789Z").value()}));
  EXPECT_EQ(store.sent(1, 100), (std::vector<std::string>{"one\x01with\nline feed", "two again"}));
  EXPECT_EQ(store.sent(2, 2), std::vector<std::string>{"two again"});
}

TEST_F(FileStoreTest, RemembersOverARestart) {
  fill(*FileStore::open(path("store")).value());
  expect_filled(*FileStore::open(path("store")).value());
}

TEST_F(FileStoreTest, DropsOnlyARecordThatWasCutOff) {
  fill(*FileStore::open(path("store")).value());
  const std::string whole = content(path("store"));
  {
    const auto store = FileStore::open(path("store")).value();
    store->keep_sent(3, "three\nthree");
  }
  const std::string more = content(path("store"));
  for (std::size_t size = whole.size(); size < more.size(); ++size) {
    write(path("store"), more.substr(0, size));
    {
      const auto store = FileStore::open(path("store"));
      ASSERT_TRUE(store) << store.error().text();
      expect_filled(**store);
      (*store)->keep_sent(4, "four");
    }
    const auto again = FileStore::open(path("store"));
    ASSERT_TRUE(again) << "cut at " << size << ": " << again.error().text();
    EXPECT_EQ((*again)->sent(3, 4), std::vector<std::string>{"four"});
  }
  for (std::size_t size = 0; size < 20; ++size) {
    write(path("store"), more.substr(0, size));
    ASSERT_TRUE(FileStore::open(path("store")));
    EXPECT_EQ(content(path("store")), "prorata fix store 1\n");
  }
}

TEST_F(FileStoreTest, RefusesWhatIsBrokenOrNotAStore) {
  write(path("other"), "hello, this is not a store\n");
  const auto other = FileStore::open(path("other"));
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().text().find("is not a FIX store"), std::string::npos);
  EXPECT_EQ(content(path("other")), "hello, this is not a store\n");
  write(path("broken"), "prorata fix store 1\nN 3 x 2026-11-21T07:36:07Z\nF\n");
  const auto broken = FileStore::open(path("broken"));
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().text().find("is broken at byte 20"), std::string::npos) << broken.error().text();
  EXPECT_FALSE(FileStore::open(path("no/such/folder/store")));
  EXPECT_EQ(FileStore::open("/dev/null").error().text(), "/dev/null: is not a regular file");
}

// Lets the process write no file beyond a size, as a full disk would.
class FullDisk {
 public:
  explicit FullDisk(std::size_t bytes) {
    before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }

 private:
  rlimit before_{};
  void (*before_handler_)(int);
};

TEST_F(FileStoreTest, ThrowsWhenItCannotWriteAndWritesNothingAfterATornRecord) {
  {
    const auto store = FileStore::open(path("store")).value();
    fill(*store);
    {
      const FullDisk full(content(path("store")).size() + 5);
      EXPECT_THROW(store->keep_sent(3, "three"), std::runtime_error);
    }
    EXPECT_THROW(store->keep_sent(4, "four"), std::runtime_error);
  }
  expect_filled(*FileStore::open(path("store")).value());
}

TEST_F(FileStoreTest, CarriesASessionOverARestart) {
  Pair pair;  // only for its identities to be free again below
  pair.desk.session.reset();
  pair.broker.session.reset();
  for (int run = 0; run < 3; ++run) {
    const auto kept = FileStore::open(path("broker")).value();
    Side broker(*kept);
    SessionSettings settings;
    settings.name = core::SessionName("BROKER");
    settings.sender_comp_id = "BROKER";
    settings.target_comp_id = "DESK";
    settings.role = Role::listening;
    settings.dictionary = "fix-specs/FIX44.xml";
    settings.never_resend_orders = false;
    broker.session = Session::create(settings, *kept, broker.owner, broker.log, pair.clock).value();
    auto line = std::make_shared<MemoryLine>();
    broker.session->connected(std::make_shared<MemoryWire>(line));
    broker.session->received(frame("35=A|34=" + std::to_string(run + 1) +
                                   "|49=DESK|52=" + core::fix_timestamp(pair.clock.now()) + "|56=BROKER|98=0|108=30|"));
    ASSERT_TRUE(broker.session->logged_on());
    EXPECT_EQ(broker.session->send(some_fill("E" + std::string(1, static_cast<char>('0' + run)))).value(), 2 * run + 2);
  }
  EXPECT_EQ(FileStore::open(path("broker")).value()->sent(1, 100).size(), 6U);
}

TEST_F(FileMessageLogTest, WritesOneLineForEachMessage) {
  struct Stopped final : core::Clock {
    [[nodiscard]] core::Time now() const override { return core::parse_iso("2026-11-21T07:36:07.5Z").value(); }
  } clock;
  const core::SessionName sim("SIM");
  {
    const auto log = FileMessageLog::open(path("fix.log"), clock).value();
    log->message(sim, MessageLog::Direction::out,
                 "35=A\x01"
                 "554=secret\x01");
    log->message(sim, MessageLog::Direction::in, "35=0\x01");
    log->event(sim, EventKind::usual, "two\nlines");
  }
  FileMessageLog::open(path("fix.log"), clock).value()->event(sim, EventKind::usual, "again");
  EXPECT_EQ(content(path("fix.log")),
            "2026-11-21T07:36:07.500000000Z SIM > 35=A|554=***|\n"
            "2026-11-21T07:36:07.500000000Z SIM < 35=0|\n"
            "2026-11-21T07:36:07.500000000Z SIM ! two?lines\n"
            "2026-11-21T07:36:07.500000000Z SIM ! again\n");
  EXPECT_FALSE(FileMessageLog::open(path("no/such/folder/log"), clock));
}

TEST_F(FileMessageLogTest, SaysOnceThatItCannotWriteAndGoesOn) {
  const core::SystemClock clock;
  const auto log = FileMessageLog::open("/dev/full", clock).value();
  testing::internal::CaptureStderr();
  log->event(core::SessionName("SIM"), EventKind::usual, "one");
  log->message(core::SessionName("SIM"), MessageLog::Direction::in, "35=0\x01");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "/dev/full: the FIX log cannot be written; its lines are lost until it can\n");
}

}  // namespace
}  // namespace fix::test
