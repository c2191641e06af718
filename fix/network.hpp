#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "fix/session.hpp"

namespace boost::asio {
class io_context;
}

// TCP for FIX sessions, on Boost.Asio coroutines. Every call to a Peer is made on the thread that runs the io_context.
namespace fix {

struct Address {
  std::string host;  // a name or an address
  std::uint16_t port = 0;
};

// Who is expected to log on at a listening port: the CompIDs as the other side writes them.
struct Expected {
  std::string begin_string;
  std::string sender_comp_id;  // theirs
  std::string target_comp_id;  // ours
  Peer* peer = nullptr;
};

// As the other side writes it in its Logon(A).
struct Identity {
  std::string begin_string;
  std::string sender_comp_id;  // theirs
  std::string target_comp_id;  // ours
};

// Asked about a Logon(A) of nobody who is expected: the peer for it, or nullptr, and then it is disconnected. A peer
// that was handed out must outlive the network.
using Guests = std::function<Peer*(const Identity&)>;

struct NetworkLimits {
  std::size_t max_frame_bytes = 64 * 1024;          // a larger message closes the connection
  std::size_t max_unsent_bytes = 16 * 1024 * 1024;  // a peer that does not read is disconnected
  int logon_timeout_ms = 5'000;                     // from accept to the first whole message
  int reconnect_ms = 1'000;                         // between attempts to dial
};

class Network {
 public:
  // `log` gets connection events. Both must outlive the network.
  Network(boost::asio::io_context& io, MessageLog& log, NetworkLimits limits = {});
  ~Network();

  // Starts dialling and goes on for ever, after disconnects too, whenever the peer wants a connection. `peer` must
  // outlive the network.
  void dial(const core::SessionName& name, Address address, Peer& peer);

  // Starts listening. The first message must be a Logon(A) of one of `expected`, or of one whom `guests` has a peer
  // for, that is not connected yet; anybody else is disconnected, and so is whoever says nothing: after
  // logon_timeout_ms, or sooner, the oldest first, when more than 128 connections have not logged on. Returns the port
  // (useful when 0 was asked for). Errors: cannot bind (port in use; names the address).
  [[nodiscard]] core::Result<std::uint16_t> listen(Address address, std::vector<Expected> expected,
                                                   Guests guests = nullptr);

  // Closes everything; no Peer is called afterwards.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace fix
