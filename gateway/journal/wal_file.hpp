#pragma once

#include <cstdint>
#include <string>

#include "gateway/journal/sqlite.hpp"

// What we do to SQLite's write-ahead log ourselves, through SQLite's own files. Its format:
// sqlite.org/fileformat2.html, "The Write-Ahead Log". Both hold the database's write lock meanwhile and throw
// sqlite::Failure.
namespace gateway {

// Writes the frames that the log holds once more, in their place, and syncs them. The process before may have ended
// because a sync had failed: Linux then shows bytes that are on no platter and that no later sync puts there, and
// entries that follow them in the log would be lost with them.
void rewrite_wal(sqlite::Database& database);

enum class WalLength {
  shorter,     // there is more to do
  full,        // it is as long as was wanted
  no_reserve,  // it was left as it is: the room may be needed for what counts
};

// Makes the log's file longer by zeros, at most 1 MiB at once, and syncs them, until it is `pages` pages of 4096 bytes
// long. A commit that overwrites is then synced in about half the time of one that makes the file longer, which has
// blocks to find and an inode to write besides. SQLite reads no frame of zeros, as it reads none of an earlier round of
// the log. Afterwards the file system still has room for all of that once more and for the database once more: zeros
// must never be what fills a disk. When there is no room all the same, the file is as long as before, and that is
// thrown.
[[nodiscard]] WalLength lengthen_wal(sqlite::Database& database, std::int64_t pages);

// Gives back what the file has behind its last frame that may count. It is synced by nobody: whether the end is there
// after a power cut means nothing.
void trim_wal(sqlite::Database& database);

// The same for a database that cannot be opened for want of room for the WAL's shared memory. REQUIRES: nobody else has
// it open, which is thrown otherwise
void trim_unopened_wal(const std::string& path, const std::string& vfs);

}  // namespace gateway
