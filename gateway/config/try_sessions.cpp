#include "gateway/config/try_sessions.hpp"

#include <algorithm>

#include "fix/memory_store.hpp"
#include "fix/session.hpp"

namespace gateway {

core::Result<void> try_sessions(const Config& config) {
  struct Nobody final : fix::SessionOwner, fix::MessageLog {
    void on_logon(const core::SessionName&) override {}
    void on_logout(const core::SessionName&, std::string_view) override {}
    void on_message(const core::SessionName&, const fix::Header&, const fix::Message&) override {}
    void on_unreadable(const core::SessionName&, const fix::UnreadableMessage&) override {}
    void message(const core::SessionName&, Direction, std::string_view) override {}
    void event(const core::SessionName&, fix::EventKind, std::string_view) override {}
  } nobody;
  const core::SystemClock clock;
  for (const BrokerSettings& broker : config.gateway.brokers) {
    fix::MemoryStore store;
    auto session = fix::Session::create(broker.session, store, nobody, nobody, clock);
    if (!session) return core::fail(config.dictionary_places.at(broker.session.name), session.error().text());
  }
  for (const auto* numbers : {&config.gateway.next_out, &config.gateway.next_in}) {
    for (const auto& [name, number] : *numbers) {
      const auto is_it = [&](const BrokerSettings& broker) { return broker.session.name == name; };
      const auto& brokers = config.gateway.brokers;
      if (std::none_of(brokers.begin(), brokers.end(), is_it)) {
        return core::fail(name.text(), "there is no such session to go on with");
      }
    }
  }
  return {};
}

}  // namespace gateway
