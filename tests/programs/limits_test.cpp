#include <gtest/gtest.h>
#include <sys/wait.h>
#include "tests/support/test_folder.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

constexpr int started_and_timed_out = 124;  // as timeout(1) has it

struct Ended {
  int exit_code = -1;
  int signal = 0;
  std::string told;  // on stdout and stderr
};

// Under a limit of the shell's ulimit, such as "-f 16".
Ended run_under(const std::string& limit, const std::string& program) {
  const std::string command = "exec 2>&1; ulimit " + limit + "; exec timeout 20 " PROGRAMS "/" + program;
  FILE* pipe = popen(command.c_str(), "r");
  Ended ended;
  for (char buffer[4096]; std::fgets(buffer, sizeof buffer, pipe) != nullptr;) ended.told += buffer;
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  return ended;
}

// The demo's desk in a folder of its own, with ports that nobody else uses.
class Programs : public testing::Test {
 protected:
  void SetUp() override {
    const std::string demo = std::filesystem::absolute("config/demo").string();
    std::ofstream(config()) << "[desk]\ndatabase = \"desk.db\"\naccounts = \"" << demo
                            << "/accounts.csv\"\ninstruments = \"" << demo << "/instruments.csv\"\nmodels = \"" << demo
                            << "/models.csv\"\ninvestments = \"" << demo << "/investments.csv\"\nholdings = \"" << demo
                            << "/holdings.csv\"\n"
                            << "[[session]]\nname = \"SIM\"\nrole = \"listening\"\naddress = \"127.0.0.1:0\"\n"
                            << "sender_comp_id = \"PRORATA\"\ntarget_comp_id = \"SIM\"\ndictionary = \"" << demo
                            << "/../../fix-specs/FIX44.xml\"\n[routing]\ndefault_broker = "
                               "\"SIM\"\n[limits.USD]\nmax_order_quantity = \"1\"\nmax_order_value = \"1\"\n"
                            << "[http]\nlisten = \"127.0.0.1:0\"\n[log]\nfile = \"log\"\nmessages = \"fix\"\n";
  }
  [[nodiscard]] std::string config() const { return (folder / "gateway.toml").string(); }

  support::TestFolder scratch;
  std::filesystem::path folder = scratch.path();
};

// It imports the desk into its database at the first start, which is more than the file may hold.
TEST_F(Programs, AFileThatMayNotGrowIsAnErrorNotTheEndAtOnce) {
  const Ended gateway = run_under("-f 16", "prorata-gateway --config " + config());
  EXPECT_EQ(gateway.signal, 0);
  EXPECT_EQ(gateway.exit_code, 2) << gateway.told;
  EXPECT_NE(gateway.told.find("desk.db: the file has reached the size limit of this process (ulimit -f); raise it"),
            std::string::npos)
      << gateway.told;
}

TEST_F(Programs, RefuseArgumentsThatMeanNothing) {
  const auto ended = [](const std::string& program) { return run_under("-n 100", program); };
  const Ended seed = ended("prorata-simulator --config config/simulator.toml --seed -1 --check");
  EXPECT_EQ(seed.exit_code, 2) << seed.told;
  const Ended nothing = ended("prorata-gateway");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_NE(nothing.told.find("--config is required"), std::string::npos) << nothing.told;
  const Ended good = ended("prorata-gateway --check --config " + config());
  EXPECT_EQ(good.told, config() + ": ok, 1 session, 50 accounts, 5 models, 21 instruments\n");
}

// The loops need some open files. At which number a library throws is its own affair, so all are tried.
Ended thrown_by(const std::string& program) {
  for (int files = 4; files < 20; ++files) {
    Ended ended = run_under("-n " + std::to_string(files), program);
    if (ended.exit_code == 1) return ended;
    if (ended.exit_code == started_and_timed_out) break;
  }
  return {};
}

TEST_F(Programs, TooFewFileDescriptorsAreToldAsThat) {
  std::string told;
  for (int files = 5; files < 10; ++files) {
    const Ended gateway = run_under("-n " + std::to_string(files), "prorata-gateway --config " + config());
    EXPECT_NE(gateway.exit_code, 0);
    EXPECT_EQ(gateway.told.find("unable to open database file"), std::string::npos) << gateway.told;
    told += gateway.told;
  }
  EXPECT_NE(told.find("desk.db: this process has too many files open; raise ulimit -n"), std::string::npos) << told;
}

TEST_F(Programs, SayWhatTheyWereDoingAndWhatToDoWhenALibraryThrows) {
  const Ended gateway = thrown_by("prorata-gateway --config " + config());
  EXPECT_NE(gateway.told.find("unexpected error while opening"), std::string::npos) << gateway.told;
  EXPECT_NE(gateway.told.find("start it again"), std::string::npos) << gateway.told;
  const Ended simulator = thrown_by("prorata-simulator --config config/simulator.toml --port 0");
  EXPECT_NE(simulator.told.find("with the settings config/simulator.toml: "), std::string::npos) << simulator.told;
  EXPECT_NE(simulator.told.find("start it again"), std::string::npos) << simulator.told;
}

}  // namespace
