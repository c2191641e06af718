#include "audit/report.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "audit/numbers.hpp"

namespace audit {

namespace {

constexpr std::string_view heading_name = "Check";
constexpr std::string_view heading_compared = "Compared";

std::string line(std::string name, std::string compared, std::size_t name_width, std::size_t compared_width,
                 std::string_view result) {
  name.resize(name_width, ' ');
  compared.resize(compared_width, ' ');
  return name + "  " + compared + "  " + std::string(result) + "\n";
}

}  // namespace

bool all_ok(const std::vector<Check>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.ok(); });
}

std::string table_of(const std::vector<Check>& checks) {
  std::size_t name_width = heading_name.size();
  std::size_t compared_width = heading_compared.size();
  for (const Check& check : checks) {
    name_width = std::max(name_width, check.name.size());
    compared_width = std::max(compared_width, check.compared.size());
  }
  std::string text =
      line(std::string(heading_name), std::string(heading_compared), name_width, compared_width, "Result");
  std::size_t failed = 0;
  for (const Check& check : checks) {
    text += line(check.name, check.compared, name_width, compared_width, check.ok() ? "ok" : "FAILED");
    failed += check.ok() ? 0 : 1;
  }
  for (const Check& check : checks) {
    if (check.ok()) continue;
    text += "\n" + check.name + ": " + counted(check.difference_count, "difference", "differences") + "\n";
    for (const std::string& difference : check.differences) text += "  " + difference + "\n";
    const std::size_t more = check.difference_count - check.differences.size();
    if (more > 0) text += "  and " + std::to_string(more) + " more\n";
  }
  text += "\n" + counted(checks.size(), "check", "checks") + ", " +
          (failed == 0 ? "all ok" : std::to_string(failed) + " failed") + "\n";
  return text;
}

std::string json_of(const std::vector<Check>& checks, const std::string& database, const std::string& against) {
  boost::json::array list;
  for (const Check& check : checks) {
    boost::json::array differences;
    for (const std::string& difference : check.differences) differences.emplace_back(difference);
    list.push_back(boost::json::object{{"name", check.name},
                                       {"compared", check.compared},
                                       {"ok", check.ok()},
                                       {"difference_count", check.difference_count},
                                       {"differences", std::move(differences)}});
  }
  const boost::json::value other = against.empty() ? boost::json::value() : boost::json::value(against);
  return boost::json::serialize(boost::json::object{
             {"database", database}, {"against", other}, {"ok", all_ok(checks)}, {"checks", std::move(list)}}) +
         "\n";
}

}  // namespace audit
