#include <CLI/CLI.hpp>
#include <iostream>

#include "audit/audit.hpp"
#include "audit/report.hpp"

namespace {

constexpr int exit_ok = 0;
constexpr int exit_check_failed = 1;
constexpr int exit_wrong_use = 2;

struct Arguments {
  std::string database;
  std::string against;
  bool json = false;
  audit::Options options;
};

int complain(const core::Error& error, int exit_code) {
  std::cerr << "prorata-audit: " << error.text() << "\n";
  return exit_code;
}

int run(const Arguments& arguments) {
  auto database = audit::Database::open(arguments.database);
  if (!database) return complain(database.error(), exit_wrong_use);
  auto checks = audit::audit_book(*database, arguments.options);
  if (!checks) return complain(checks.error(), exit_check_failed);
  if (!arguments.against.empty()) {
    auto other = audit::Database::open(arguments.against);
    if (!other) return complain(other.error(), exit_wrong_use);
    auto compared = audit::compare_books(*database, *other);
    if (!compared) return complain(compared.error(), exit_check_failed);
    checks->insert(checks->end(), compared->begin(), compared->end());
  }
  std::cout << (arguments.json ? audit::json_of(*checks, arguments.database, arguments.against)
                               : audit::table_of(*checks));
  return audit::all_ok(*checks) ? exit_ok : exit_check_failed;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Recomputes a desk's book from its fills, apart from the gateway, and says where it differs.",
               "prorata-audit");
  app.add_option("DATABASE", arguments.database, "the gateway's database; it may be in use")->required();
  app.add_option("--against", arguments.against, "another database that must hold the same book");
  app.add_flag("--json", arguments.json, "one JSON object instead of a table");
  app.add_flag("--allow-breaks", arguments.options.allow_breaks, "breaks that nobody has settled yet are no failure");
  app.set_version_flag("--version", std::string("prorata-audit ") + PRORATA_VERSION);
  app.footer(
      "Example: prorata-audit build/demo/main/desk.db\n"
      "Exit codes: 0 all checks ok, 1 a check failed, 2 wrong use, or no database of Prorata's.");
  try {
    app.parse(argc, argv);
    return run(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_wrong_use;
  } catch (const std::exception& error) {
    std::cerr << "prorata-audit: unexpected error while auditing " << arguments.database << ": " << error.what()
              << "\nprorata-audit: nothing was checked. Check that memory suffices and try again, on a copy made with "
                 "sqlite3's .backup perhaps. If it comes again, report it.\n";
    return exit_check_failed;
  }
}
