#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "gateway/commands.hpp"
#include "gateway/http/message.hpp"

// The JSON of models and proposals. The members of each stand in desk_json.cpp and in the API's description.
namespace gateway {

using WishRead = tl::expected<DeskWish, HttpResponse>;

// Errors: 400 for what is no JSON object, 422 for members that are not known, missing, or of the wrong kind.
[[nodiscard]] WishRead create_model_from_json(std::string_view body);
[[nodiscard]] WishRead rename_from_json(std::string_view body, const std::string& model);
[[nodiscard]] WishRead targets_from_json(std::string_view body, const std::string& model);
[[nodiscard]] WishRead group_from_json(std::string_view body, const std::string& group);
[[nodiscard]] WishRead client_cash_from_json(std::string_view body, const std::string& account);
[[nodiscard]] WishRead prices_from_json(std::string_view body);
[[nodiscard]] WishRead proposal_from_json_body(std::string_view body);
// `action`: edit, save, transmit, discard, finish or close.
[[nodiscard]] WishRead action_from_json(std::string_view body, const std::string& action, const std::string& proposal);

// {"proposal":"P-3","stage":"STAGED","hash":"...","orders":[...],"held":"..."}; {} of what has no proposal.
[[nodiscard]] std::string json_of_desk(const Answer& answer);

}  // namespace gateway
