#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "files/toml.hpp"

namespace simulator::certify {

// Error: what is in the way, such as a port in use, with the address.
[[nodiscard]] core::Result<boost::asio::ip::tcp::acceptor> listen_at(boost::asio::io_context& io,
                                                                     const files::Address& address);

}  // namespace simulator::certify
