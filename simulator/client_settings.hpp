#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/toml.hpp"
#include "fix/version.hpp"

// Who may log on: the tables [[client]] of the configuration file.
namespace simulator {

enum class Behaviour {
  exchange,  // orders go to the market
  echo,      // what comes in comes back, for tests of a session: `echoes` in fix/session.hpp
};

struct ClientSettings {
  std::string comp_id;  // theirs; anybody: everyone who is not another client, each with a session of his own
  fix::Version version = fix::Version::fix44;
  Behaviour behaviour = Behaviour::exchange;
  std::string exchange_comp_id = "";   // ours, to this client; empty: that of [simulator]
  std::filesystem::path dictionary{};  // empty: the one of the version beside that of [simulator]
  std::optional<int> heartbeat_s = std::nullopt;
  bool reset_on_logon = false;
  bool strict = false;  // fix/session.hpp
  // In logs, in the exchange and of its file in the store; its CompID, with the version where that is not enough.
  std::string name = comp_id;
};
inline constexpr std::string_view anybody = "*";

// The order of the file. Refuses, in `root`, what is wrong. `exchange_comp_id`: of the clients that name none.
[[nodiscard]] std::vector<ClientSettings> read_clients(files::Table& root, const std::string& exchange_comp_id);

}  // namespace simulator
