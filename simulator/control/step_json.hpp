#pragma once

#include <boost/json.hpp>
#include <string>
#include <tl/expected.hpp>

#include "simulator/scenario/script.hpp"
#include "web/message.hpp"

// One step of a scenario as somebody asks for it: {"do":"fill","quantity":"100","price":"187.40"}, or as a file has it.
namespace simulator {

// Errors: 400 for what is no JSON object, 422 for a step that could not stand in a file, at these places; they name the
// member.
[[nodiscard]] tl::expected<Step, web::Response> step_from_json(std::string_view body, unsigned places);

// The same of TOML: { do = "fill", quantity = "100" }.
[[nodiscard]] tl::expected<Step, web::Response> step_from_toml(std::string_view body, unsigned places);

// Why the step would do nothing to this order, or what only a file may say; nothing: it can be done. A file may say
// what cannot be done, and it is left out then; a person wants to know. `orders`: all of them,
// looked at for fill_other only.
[[nodiscard]] std::optional<core::Error> idle(const SeenOrder& order, const Step& step,
                                              const std::vector<SeenOrder>& orders);

}  // namespace simulator
