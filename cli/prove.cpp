#include "cli/prove.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "cli/exit_code.hpp"
#include "cli/show.hpp"
#include "cli/talk.hpp"
#include "core/decimal.hpp"

namespace cli {

namespace json = boost::json;

namespace {

constexpr int job_wait_ms = 500;

const char* name_of(Verb verb) {
  switch (verb) {
    case Verb::replay: return "replay";
    case Verb::backup: return "backup";
    case Verb::mend: return "mend";
    default: return "verify";
  }
}

class Prover : private Talk {
 public:
  using Talk::Talk;

  int run() {
    world_.live(std::string(name_of(command_.verb)) + " begins");
    const std::optional<json::value> answer = command_.database.empty() ? ask_gateway() : work_here();
    world_.live("");
    if (!answer) return exit_code_;
    body_ = json::serialize(*answer);
    tell(*answer, [this](const json::value& value, const Screen& screen) {
      if (command_.verb == Verb::verify) return show_verification(value, screen);
      if (command_.verb == Verb::mend) return show_mended(value);
      return command_.verb == Verb::replay ? show_replay(value, screen) : show_backup(value);
    });
    const json::object* object = answer->if_object();
    const json::value* holds = object == nullptr ? nullptr : object->if_contains("holds");
    return holds != nullptr && holds->is_bool() && holds->get_bool() ? done : does_not_hold;
  }

 private:
  [[nodiscard]] Parameters parameters() const {
    Parameters all;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) all.emplace(name, value);
    };
    if (command_.verb == Verb::verify) add("expect", command_.expect);
    if (command_.verb == Verb::backup)
      add("file", std::filesystem::absolute(command_.file).lexically_normal().string());
    if (command_.verb != Verb::replay) return all;
    add("as_of", command_.as_of);
    add("as_of_seq", command_.as_of_seq);
    add("account", command_.account);
    add("model", command_.model);
    return all;
  }

  void show_progress(std::int64_t done_so_far, std::int64_t total) const {
    if (total <= 0) return;
    const std::int64_t percent =
        std::min<std::int64_t>(100, static_cast<std::int64_t>(core::Int128{done_so_far} * 100 / total));
    world_.live(std::string(name_of(command_.verb)) + ": " + std::to_string(percent) + " %");
  }

  std::optional<json::value> work_here() {
    const core::Result<std::string> answer = world_.offline(name_of(command_.verb), parameters(), command_.database,
                                                            [this](std::int64_t now, std::int64_t total) {
                                                              show_progress(now, total);
                                                              return !world_.stopped();
                                                            });
    if (answer) return json::parse(*answer);
    world_.live("");
    world_.err(answer.error().text() + "\n");
    exit_code_ = wrong_use;
    return std::nullopt;
  }

  std::optional<json::value> ask_gateway() {
    std::string target = std::string("/jobs/") + name_of(command_.verb);
    for (const auto& [name, value] : parameters()) {
      target += (target.find('?') == std::string::npos ? "?" : "&") + name + "=" + encoded(value);
    }
    const auto begun = ask(post(target, "{}", "application/json", false));
    if (!begun) return std::nullopt;
    const json::object* job = begun->if_object();
    const json::value* id = job == nullptr ? nullptr : job->if_contains("job");
    if (id == nullptr) return give_up("the gateway's answer names no job");
    return wait_for(json::serialize(*id));
  }

  std::optional<json::value> wait_for(const std::string& id) {
    while (!world_.stopped()) {
      const auto told =
          ask({.target = "/jobs/" + id + "?wait_ms=" + std::to_string(job_wait_ms), .body = {}, .headers = {}});
      if (!told) return std::nullopt;
      const json::object* job = told->if_object();
      if (job == nullptr) return give_up("the gateway's answer is no job");
      if (const json::value* result = job->if_contains("result")) return *result;
      if (const json::value* error = job->if_contains("error")) {
        return give_up(error->is_string() ? std::string(error->get_string()) : json::serialize(*error));
      }
      const auto number = [&](const char* name) {
        const json::value* value = job->if_contains(name);
        return value != nullptr && value->is_int64() ? value->get_int64() : 0;
      };
      show_progress(number("done"), number("total"));
    }
    return give_up("stopped; the gateway goes on by itself");
  }

  std::optional<json::value> give_up(const std::string& why) {
    world_.live("");
    world_.err(why + "\n");
    exit_code_ = refused;
    return std::nullopt;
  }
};

}  // namespace

int prove(const Command& command, Client& client, const World& world) { return Prover(command, client, world).run(); }

}  // namespace cli
