#pragma once

#include <string>

#include "gateway/commands.hpp"
#include "gateway/http/call.hpp"
#include "gateway/http/desk_json.hpp"
#include "gateway/http/read_pool.hpp"

namespace gateway {

inline constexpr std::size_t max_http_file_bytes = 64U << 20U;  // of POST /files/...: 10,000 accounts with 50 positions

// The part of the HTTP API that is about models: accounts, groups, instruments, prices, models, proposals, views.
class DeskApi {
 public:
  // Both must outlive it.
  DeskApi(CommandPort& port, Reads& reads) : port_(port), reads_(reads) {}

  // False: the path is none of these. REQUIRES: it is one of routes().
  [[nodiscard]] bool handle(const Call& call, const Respond& respond);

 private:
  void models(const Call& call, const Respond& respond);
  void groups(const Call& call, const Respond& respond);
  void accounts(const Call& call, const Respond& respond);
  void prices(const Call& call, const Respond& respond);
  void proposals(const Call& call, const Respond& respond);
  void proposal(const Call& call, const std::string& id, const Respond& respond);
  void proposal_list(const Call& call, const std::string& id, const std::string& name, Table table,
                     const Respond& respond);
  void view(const Call& call, const std::string& name, const Respond& respond);
  // Files both ways: file_api.cpp.
  void file(const Call& call, const std::string& name, const Respond& respond);
  void export_file(FileKind kind, const Respond& respond);
  void import_file(const Call& call, FileKind kind, const Respond& respond);
  void list(const Call& call, TableQuery query, const std::string& name, const Respond& respond);
  // The wish that the body is, `status` when it is carried out.
  void submit(const Call& call, WishRead wish, int status, const Respond& respond);

  void read(std::function<HttpResponse(ReadModel&)> from, const Respond& respond) {
    read_with(reads_, std::move(from), 0, respond);
  }

  CommandPort& port_;
  Reads& reads_;
};

}  // namespace gateway
