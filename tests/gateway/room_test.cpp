#include "gateway/journal/room.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>

namespace gateway {
namespace {

TEST(Room, AStartOnAFullDiskSaysWhatIsFullAndWhatToDo) {
  const std::string end = " KiB are free there. Make room and start again: nothing is lost";
  EXPECT_EQ(why_not_opened(sqlite::Failure("database or disk is full", SQLITE_FULL), 4096),
            "the file system that holds it is full (database or disk is full); 4" + end);
  EXPECT_EQ(why_not_opened(sqlite::Failure("disk I/O error", SQLITE_IOERR_SHMMAP), 0),
            "the file system that holds it is full (disk I/O error); 0" + end);
  EXPECT_EQ(why_not_opened(sqlite::Failure("unable to open database file", SQLITE_CANTOPEN), 0),
            "the file system that holds it is full (unable to open database file); 0" + end);
  EXPECT_EQ(
      why_not_opened(sqlite::Failure("disk I/O error", SQLITE_IOERR_WRITE, EFBIG), 1U << 30U),
      "the file has reached the size limit of this process (ulimit -f); raise it and start again: nothing is lost");
}

TEST(Room, TooFewFileDescriptorsAreToldAsThat) {
  EXPECT_EQ(why_not_opened(sqlite::Failure("unable to open database file", SQLITE_CANTOPEN, EMFILE), 1U << 30U),
            "this process has too many files open; raise ulimit -n");
}

TEST(Room, AReadOnlyFileSystemIsToldAsThat) {
  const sqlite::Failure failure("disk I/O error", SQLITE_IOERR_WRITE, EROFS);
  const std::string told =
      "the file system that holds it is read-only (disk I/O error); if it was not mounted so, the kernel has found it "
      "damaged: see the kernel's log (dmesg)";
  EXPECT_EQ(failure_text(failure), told);
  EXPECT_EQ(why_not_opened(failure, 1U << 30U), told);
  EXPECT_FALSE(is_no_room(failure));
}

TEST(Room, OtherFailuresAreToldAsTheyAre) {
  EXPECT_EQ(why_not_opened(sqlite::Failure("disk I/O error", SQLITE_IOERR_READ), least_free_bytes), "disk I/O error");
  EXPECT_EQ(why_not_opened(sqlite::Failure("file is not a database", SQLITE_NOTADB), 0), "file is not a database");
}

TEST(Room, OnlyWritesThatFindNoRoomAreWantOfIt) {
  EXPECT_TRUE(is_no_room(sqlite::Failure("", SQLITE_FULL)));
  EXPECT_TRUE(is_no_room(sqlite::Failure("", SQLITE_IOERR_WRITE, EDQUOT)));
  EXPECT_TRUE(is_no_room(sqlite::Failure("", SQLITE_IOERR_SHMSIZE, ENOSPC)));
  EXPECT_FALSE(is_no_room(sqlite::Failure("", SQLITE_IOERR_WRITE, EIO)));
  EXPECT_FALSE(is_no_room(sqlite::Failure("", SQLITE_IOERR_FSYNC, ENOSPC)));
}

}  // namespace
}  // namespace gateway
