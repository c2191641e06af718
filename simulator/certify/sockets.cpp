#include "simulator/certify/sockets.hpp"

#include <boost/asio/io_context.hpp>

namespace simulator::certify {

core::Result<boost::asio::ip::tcp::acceptor> listen_at(boost::asio::io_context& io, const files::Address& address) {
  using boost::asio::ip::tcp;
  const auto cannot = [&](const boost::system::error_code& error) {
    const bool is_taken = error == boost::asio::error::address_in_use;
    return core::fail(
        "listening at " + address.text(),
        error.message() + (is_taken ? "; stop the program that listens there, or choose another port" : ""));
  };
  boost::system::error_code error;
  tcp::acceptor acceptor(io);
  const auto found = tcp::resolver(io).resolve(address.host, std::to_string(address.port), error);
  if (error) return cannot(error);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return cannot(error);
  return acceptor;
}

}  // namespace simulator::certify
