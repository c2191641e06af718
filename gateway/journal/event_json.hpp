#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "gateway/journal/event.hpp"

namespace gateway {

// The journal's body: one JSON object per event, decimals as text. Keys keep their meaning for ever; new ones may come.
[[nodiscard]] std::string event_to_json(const Event& event);
// Error: an unknown kind, not JSON, a field that is missing or of the wrong type; names the field.
[[nodiscard]] core::Result<Event> event_from_json(std::string_view kind, std::string_view json);

// The content of a staged proposal alone, as it stands in its event.
[[nodiscard]] std::string proposal_to_json(const portfolio::Proposal& proposal);
[[nodiscard]] core::Result<std::shared_ptr<const portfolio::Proposal>> proposal_from_json(std::string_view text);
// And what it was computed from.
[[nodiscard]] std::string propose_to_json(const Propose& asked);
[[nodiscard]] core::Result<std::shared_ptr<const Propose>> propose_from_json(std::string_view text);

}  // namespace gateway
