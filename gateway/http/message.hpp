#pragma once

#include <vector>

#include "gateway/commands.hpp"
#include "web/message.hpp"

// Requests and answers are those of web/; what the engine refuses becomes a problem document here.
namespace gateway {

using HttpRequest = web::Request;
using HttpResponse = web::Response;
using web::problem;
using web::ProblemEntry;

[[nodiscard]] HttpResponse problem(const std::vector<Refusal>& refusals);

}  // namespace gateway
