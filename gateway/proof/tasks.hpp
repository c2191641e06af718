#pragma once

#include <boost/json/object.hpp>
#include <stdexcept>

#include "gateway/proof/proof.hpp"

// The tasks one by one, behind carry_out(). They throw sqlite::Failure and Refused.
namespace gateway {

class JournalReader;

inline constexpr std::int64_t rows_at_a_time = 20'000;

// Cannot be done, for a reason that is not the database's.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[nodiscard]] boost::json::object verify(const VerifyTask& task, const std::string& database, const Progress& progress);
[[nodiscard]] boost::json::object replay(const ReplayTask& task, const std::string& database, const Progress& progress);
[[nodiscard]] boost::json::object backup(const BackupTask& task, const std::string& database, const Progress& progress);
[[nodiscard]] boost::json::object mend(const MendTask& task, const std::string& database, const Progress& progress);

// What all answers but that of a backup have: how far the journal was read, and whether it holds.
[[nodiscard]] boost::json::object proof_of(const std::string& database, const JournalReader& reader);

// Throws when the answer is to stop.
inline void tell(const Progress& progress, std::int64_t done, std::int64_t total) {
  if (progress && !progress(done, total)) throw Refused("stopped before it was done");
}

}  // namespace gateway
