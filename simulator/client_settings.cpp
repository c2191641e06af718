#include "simulator/client_settings.hpp"

#include <set>
#include <utility>

namespace simulator {
namespace {

ClientSettings read_client(files::Table& table, const std::string& exchange_comp_id) {
  ClientSettings client;
  const bool is_anybody = table.has("comp_id") && table.text("comp_id") == anybody;
  client.comp_id = is_anybody ? std::string(anybody) : table.word("comp_id");
  client.exchange_comp_id = table.has("exchange_comp_id") ? table.word("exchange_comp_id") : exchange_comp_id;
  client.version =
      fix::parse_version(table.one_of("version", {"4.2", "4.4", "5.0SP2"}, "4.4")).value_or(fix::Version::fix44);
  if (table.one_of("behaviour", {"exchange", "echo"}, "exchange") == "echo") client.behaviour = Behaviour::echo;
  client.dictionary = table.path("dictionary", "");
  if (table.has("heartbeat")) client.heartbeat_s = static_cast<int>(table.integer("heartbeat", 1, 3600));
  client.reset_on_logon = table.boolean("reset_on_logon", false);
  client.strict = table.boolean("strict", false);
  if (!client.comp_id.empty() && client.comp_id == client.exchange_comp_id) {
    table.refuse("comp_id", "is the comp_id of [simulator] too; a client goes by another name");
  }
  if (is_anybody && client.behaviour != Behaviour::echo) {
    table.refuse("comp_id", "'*' is for clients with behaviour = \"echo\"; an order needs somebody to belong to");
  }
  return client;
}

bool same_identity(const ClientSettings& one, const ClientSettings& other) {
  const bool same_ours = one.exchange_comp_id == other.exchange_comp_id || one.comp_id == anybody;
  return one.comp_id == other.comp_id && one.version == other.version && same_ours;
}

}  // namespace

std::vector<ClientSettings> read_clients(files::Table& root, const std::string& exchange_comp_id) {
  std::vector<ClientSettings> clients;
  std::set<std::string> names;
  for (files::Table table : root.tables("client", "")) {
    ClientSettings client = read_client(table, exchange_comp_id);
    for (const ClientSettings& other : clients) {
      if (!same_identity(client, other)) continue;
      table.refuse("comp_id", "'" + client.comp_id + "' with FIX " + std::string(fix::words_of(client.version).text) +
                                  " is taken already; each must be another");
    }
    client.name = client.comp_id;
    if (names.contains(client.name)) client.name += "-" + std::string(fix::words_of(client.version).text);
    if (names.contains(client.name)) client.name += "-" + client.exchange_comp_id;
    if (!names.insert(client.name).second) {
      table.refuse("comp_id", "would go by the name '" + client.name + "' in logs, which another client has");
    }
    clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace simulator
