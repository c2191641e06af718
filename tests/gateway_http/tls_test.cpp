#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "cli/client.hpp"
#include "gateway/http/server.hpp"
#include "tests/gateway_http/fakes.hpp"

// The server over TLS, with a certificate made for the test.
namespace gateway {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

template <class Write>
void write_pem(const std::string& path, Write write) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  write(file);
  std::fclose(file);
}

// Signed by itself, for localhost and 127.0.0.1, good for an hour.
void make_certificate(const std::string& certificate_file, const std::string& key_file) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());
  write_pem(certificate_file, [&](std::FILE* file) { PEM_write_X509(file, certificate); });
  write_pem(key_file, [&](std::FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class HttpOverTls : public testing::Test {
 protected:
  HttpOverTls() {
    make_certificate(certificate_, key_);
    auto started = start(settings());
    EXPECT_TRUE(started.has_value()) << started.error().text();
    if (started) server_ = *std::move(started);
  }
  ~HttpOverTls() override {
    unsetenv("SSL_CERT_FILE");
    for (const std::string& file : {certificate_, key_}) std::remove(file.c_str());
  }

  [[nodiscard]] HttpSettings settings() {
    HttpSettings settings;
    settings.port = 0;
    settings.certificate = certificate_;
    settings.key = key_;
    settings.access = Access({{"vera", Role::viewer, std::nullopt, hash_of("secret")}}, clock_);
    return settings;
  }
  core::Result<std::unique_ptr<HttpServer>> start(const HttpSettings& settings) {
    return HttpServer::start(
        settings, engine_, reads_, [](const FillName&) { return Explanation{}; }, jobs_);
  }
  [[nodiscard]] std::string url(const std::string& host, const std::string& scheme = "https") const {
    return scheme + "://" + host + ":" + std::to_string(server_->port());
  }
  static cli::Answered ask(const std::string& url, const std::string& token) {
    auto client = cli::HttpClient::to(url, token);
    EXPECT_TRUE(client.has_value());
    return client->ask({.target = "/health", .body = {}, .headers = {}});
  }

  const std::string certificate_ = testing::TempDir() + "tls_test_certificate.pem";
  const std::string key_ = testing::TempDir() + "tls_test_key.pem";
  core::SystemClock clock_;
  FakeEngine engine_;
  FakeDatabase database_;
  FakeReads reads_{database_};
  FakeWork work_;
  Jobs jobs_{[this](const Task& task, const Progress& progress) { return work_(task, progress); }};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpOverTls, AnswersWhoTrustsItsCertificate) {
  setenv("SSL_CERT_FILE", certificate_.c_str(), 1);
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const cli::Answered answered = ask(url(host), "secret");
    ASSERT_TRUE(answered.has_value()) << answered.error().error.text();
    EXPECT_EQ(answered->status, 200) << answered->body;
    EXPECT_EQ(ask(url(host), "")->status, 401);
  }
}

TEST_F(HttpOverTls, IsNotSpokenToByWhoDoesNotTrustIt) {
  unsetenv("SSL_CERT_FILE");
  const cli::Answered stranger = ask(url("localhost"), "secret");
  ASSERT_FALSE(stranger.has_value());
  EXPECT_NE(stranger.error().error.text().find("no TLS with whom answers there"), std::string::npos)
      << stranger.error().error.text();
  EXPECT_FALSE(stranger.error().was_sent) << "the token neither";
  setenv("SSL_CERT_FILE", certificate_.c_str(), 1);
  const cli::Answered other_name = ask(url("127.0.0.2"), "secret");
  ASSERT_FALSE(other_name.has_value());
  const cli::Answered plain = ask(url("127.0.0.1", "http"), "secret");
  ASSERT_FALSE(plain.has_value());
  EXPECT_EQ(ask(url("localhost"), "secret")->status, 200) << "the server goes on";
}

TEST_F(HttpOverTls, StreamsWhatChanges) {
  asio::io_context context;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket> stream(context, tls);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), server_->port()});
  stream.handshake(asio::ssl::stream_base::client);
  EXPECT_TRUE(std::string(SSL_get_version(stream.native_handle())) == "TLSv1.3");
  asio::write(stream, asio::buffer(std::string("GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                                               "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                               "Authorization: Bearer secret\r\n\r\n")));
  std::string read;
  while (read.find("\"type\":\"snapshot\"") == std::string::npos) {
    std::array<char, 1'024> some{};
    read.append(some.data(), stream.read_some(asio::buffer(some)));
  }
  EXPECT_TRUE(read.starts_with("HTTP/1.1 101 ")) << read;
  database_.append_change("orders_held", "{}");
  while (read.find("\"seq\":3") == std::string::npos) {
    std::array<char, 1'024> some{};
    read.append(some.data(), stream.read_some(asio::buffer(some)));
  }
}

TEST_F(HttpOverTls, ListensElsewhereOnlyWithTokens) {
  HttpSettings everywhere = settings();
  everywhere.address = "0.0.0.0";
  EXPECT_TRUE(start(everywhere).has_value());
  everywhere.access = Access();
  ASSERT_FALSE(start(everywhere).has_value());
  EXPECT_EQ(start(everywhere).error().text(), "0.0.0.0: TLS without tokens lets anybody in");
  HttpSettings plain = settings();
  plain.address = "0.0.0.0";
  plain.certificate.clear();
  EXPECT_FALSE(start(plain).has_value()) << "tokens without TLS are read by anybody between";
}

TEST_F(HttpOverTls, TellsWhichFileIsWrong) {
  HttpSettings wrong = settings();
  wrong.key = certificate_;
  EXPECT_TRUE(
      HttpServer::try_tls(wrong).error().text().starts_with(certificate_ + ": cannot be read as the key in PEM"))
      << HttpServer::try_tls(wrong).error().text();
  wrong = settings();
  wrong.certificate = key_;
  EXPECT_TRUE(HttpServer::try_tls(wrong).error().text().starts_with(key_ + ": cannot be read as a certificate chain"));
  const std::string other = testing::TempDir() + "tls_test_other";
  make_certificate(other + ".pem", other + ".key");
  wrong = settings();
  wrong.key = other + ".key";
  EXPECT_FALSE(HttpServer::try_tls(wrong).has_value()) << "a key of another certificate";
  EXPECT_TRUE(HttpServer::try_tls(settings()).has_value());
  for (const char* ending : {".pem", ".key"}) std::remove((other + ending).c_str());
}

}  // namespace
}  // namespace gateway
