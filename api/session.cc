#include "api/session.h"

#include <ctime>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "api/exchange.h"
#include "api/problem.h"
#include "api/request_check.h"

namespace suyuan::api::internal {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;
using tcp = net::ip::tcp;
using TlsStream = net::ssl::stream<tcp::socket>;

constexpr size_t kHeaderReadBytes = 4096;
constexpr size_t kBodyReadBytes = 64 * 1024;
constexpr size_t kBodyFreeBytes = 16 * 1024;  // smaller bodies do not draw on the budget

// "Date: …\r\n" of the current second, made once a second and thread.
const std::string& DateLine() {
  thread_local std::time_t second = 0;
  thread_local std::string line;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    second = now;
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[64];
    std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    line = text;
  }
  return line;
}

// (Coroutines here pass named values only: GCC 12 destroys temporaries in an awaited expression
// twice, or too early.)

// How an answer is to be sent.
struct Way {
  bool keep_alive = false;
  bool head = false;
  bool http11 = false;
};

template <typename Stream>
class Session final : public Connection, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(std::shared_ptr<ServerCore> core, Stream stream, std::string address)
      : core_(std::move(core)),
        stream_(std::move(stream)),
        wake_(stream_.get_executor()),
        address_(std::move(address)),
        buffer_(core_->options.header_bytes_max + kBodyReadBytes) {}
  ~Session() override { core_->Remove(this, address_); }

  void Cut() override {
    net::post(stream_.get_executor(), [self = this->shared_from_this()] {
      error_code ignored;
      self->socket().close(ignored);
      self->wake_.cancel();
    });
  }
  void Wake() override {
    net::post(stream_.get_executor(), [self = this->shared_from_this()] { self->wake_.cancel(); });
  }

  auto executor() { return stream_.get_executor(); }

  // The coroutine's frame holds the session.
  static net::awaitable<void> Run(std::shared_ptr<Session> self) {
    self->SetDeadline(self->core_->options.request_timeout_ms);
    bool go_on = co_await self->Handshake();
    while (go_on && !self->core_->stopping) go_on = co_await self->ServeOne();
    co_await self->Close();
  }

 private:
  tcp::socket& socket() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }
  void SetDeadline(uint32_t ms) { deadline_ms = SteadyMs() + ms; }

  net::awaitable<bool> Handshake() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      error_code ec;
      co_await stream_.async_handshake(net::ssl::stream_base::server,
                                       net::redirect_error(net::use_awaitable, ec));
      co_return !ec;
    }
    co_return true;
  }

  // Lets the client read the last answer: sends the end, then drops what still comes for a moment.
  net::awaitable<void> Close() {
    error_code ec;
    if (!socket().is_open()) co_return;
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      SetDeadline(std::min<uint32_t>(core_->options.request_timeout_ms, 2000));
      co_await stream_.async_shutdown(net::redirect_error(net::use_awaitable, ec));
    } else if (linger_) {
      socket().shutdown(tcp::socket::shutdown_send, ec);
      SetDeadline(std::min<uint32_t>(core_->options.request_timeout_ms, 2000));
      size_t dropped = 0;
      while (!ec && dropped < kLingerBytesMax) {
        buffer_.clear();
        dropped += co_await stream_.async_read_some(buffer_.prepare(kBodyReadBytes),
                                                    net::redirect_error(net::use_awaitable, ec));
      }
    }
    socket().close(ec);
  }

  // Reads some more into the buffer; false when the other side is gone or we were cut.
  net::awaitable<bool> ReadSome(size_t n) {
    error_code ec;
    const size_t room = buffer_.max_size() - buffer_.size();
    const size_t got = co_await stream_.async_read_some(
        buffer_.prepare(std::min(n, room)), net::redirect_error(net::use_awaitable, ec));
    buffer_.commit(got);
    co_return !ec && got > 0;
  }

  // Feeds the parser until the header, or all, is there; false when the connection ended. A
  // malformed request sets `ec`.
  net::awaitable<bool> Parse(Parser& parser, bool header_only, error_code& ec) {
    while (!(header_only ? parser.is_header_done() : parser.is_done())) {
      bool fed = false;
      if (buffer_.size() > 0) {
        const size_t used = parser.put(buffer_.data(), ec);
        buffer_.consume(used);
        fed = ec != http::error::need_more;
        if (ec && fed) co_return true;
        ec = {};
      }
      if (!fed) {
        const size_t wanted = header_only ? kHeaderReadBytes : BodyReadBytes(parser);
        const bool more = co_await ReadSome(wanted);
        if (!more) co_return false;
      }
    }
    co_return true;
  }

  // A small body does not make a large buffer: it draws on no budget.
  static size_t BodyReadBytes(const Parser& parser) {
    const auto rest = parser.content_length_remaining();
    return rest ? std::clamp<uint64_t>(*rest, 1, kBodyReadBytes) : kBodyReadBytes;
  }

  // One request and its answer; false when the connection is to end.
  net::awaitable<bool> ServeOne() {
    if (buffer_.size() == 0) {
      // What a large body needed is not kept while the connection idles.
      if (buffer_.capacity() > kHeaderReadBytes) buffer_.shrink_to_fit();
      SetDeadline(core_->options.idle_timeout_ms);
      idle = true;
      // A stop between the check in Run and here would not have seen us idle.
      if (core_->stopping) co_return false;
      const bool more = co_await ReadSome(kHeaderReadBytes);
      idle = false;
      if (!more) co_return false;
    }
    SetDeadline(core_->options.request_timeout_ms);
    Parser parser;
    parser.header_limit(core_->options.header_bytes_max);
    parser.body_limit(core_->options.body_bytes_max);
    BodyLease lease(core_->bodies);
    std::optional<Response> refusal;
    const bool whole = co_await ReadRequest(parser, lease, refusal);
    if (!whole) co_return false;
    if (refusal) {
      const bool stay = co_await Refuse(*refusal);
      co_return stay;
    }
    const bool stay = co_await Answer(parser);
    co_return stay;
  }

  // False when the connection ended; `refusal` when the request is not to be served.
  net::awaitable<bool> ReadRequest(Parser& parser, BodyLease& lease,
                                   std::optional<Response>& refusal) {
    error_code ec;
    const bool header = co_await Parse(parser, true, ec);
    if (!header) co_return false;
    if (!ec) {
      ++core_->requests;
      refusal = CheckHeader(parser, lease);
      if (refusal || parser.is_done()) co_return true;
      const bool body = co_await ReadBody(parser, ec);
      if (!body) co_return false;
    }
    if (ec) refusal = ParseProblem(ec);
    co_return true;
  }

  // What can be refused before the body is read costs no memory.
  std::optional<Response> CheckHeader(Parser& parser, BodyLease& lease) {
    if (std::optional<Response> refusal = CheckFields(parser.get(), core_->options)) return refusal;
    if (parser.is_done()) return std::nullopt;
    const auto length = parser.content_length();
    const uint64_t wanted = length ? *length : core_->options.body_bytes_max;
    if (wanted > core_->options.body_bytes_max)
      return ProblemResponse({ErrorCode::kSize, "the body is too large"});
    if (wanted > kBodyFreeBytes && !lease.Take(wanted + kBodyReadBytes))
      return ProblemResponse({ErrorCode::kBusy, "too many large requests at once"});
    return std::nullopt;
  }

  net::awaitable<bool> ReadBody(Parser& parser, error_code& ec) {
    if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto bytes = net::buffer(kContinue);
      co_await net::async_write(stream_, bytes, net::redirect_error(net::use_awaitable, ec));
      if (ec) co_return false;
    }
    parser.eager(true);
    const bool whole = co_await Parse(parser, false, ec);
    co_return whole;
  }

  net::awaitable<bool> Answer(Parser& parser) {
    const auto& message = parser.get();
    const bool keep_alive = parser.keep_alive() && message.version() == 11 && !core_->stopping;
    if (keep_alive && IsPlainGet(message)) {
      const auto target = message.target();
      const auto ready = core_->handler->Ready({target.data(), target.size()}, address_);
      if (ready) {
        const bool stay = co_await Write(*ready, true);
        co_return stay;
      }
    }
    const Way way{keep_alive, message.method() == http::verb::head, message.version() == 11};
    Request request = TakeRequest(parser, address_, std::is_same_v<Stream, TlsStream>);
    const bool stay = co_await Handle(request, way);
    co_return stay;
  }

  net::awaitable<bool> Handle(Request& request, Way way) {
    auto exchange = std::make_shared<Exchange>();
    std::weak_ptr<Session> weak = this->weak_from_this();
    SetDeadline(core_->options.handler_timeout_ms);
    Responder respond([exchange, weak](Response response) {
      if (!exchange->Put(std::move(response))) return;
      if (auto self = weak.lock()) self->Wake();
    });
    core_->handler->Handle(std::move(request), std::move(respond));
    std::optional<Response> response = exchange->Take();
    while (!response) {
      co_await Sleep(core_->options.handler_timeout_ms);
      if (!socket().is_open()) co_return false;
      response = exchange->Take();
    }
    SetDeadline(core_->options.request_timeout_ms);
    if (response->stream && way.http11 && !way.head) {
      co_await Stream_(*response);
      co_return false;
    }
    if (response->stream)
      *response = ProblemResponse({ErrorCode::kMethod, "streams need HTTP/1.1 and GET"});
    const bool stay = way.keep_alive && !response->close && !core_->stopping;
    const WipedResponse sent{Prepare(*response, stay, way.head), response->wipe};
    const bool written = co_await Write(sent.prepared, stay);
    co_return written;
  }

  // Sleeps until woken or `ms` have passed; true when it slept through.
  net::awaitable<bool> Sleep(uint32_t ms) {
    error_code ec;
    wake_.expires_after(std::chrono::milliseconds(ms));
    co_await wake_.async_wait(net::redirect_error(net::use_awaitable, ec));
    co_return !ec;
  }

  net::awaitable<bool> Write(const PreparedResponse& response, bool stay) {
    const std::string& date = DateLine();
    const std::array<net::const_buffer, 3> parts = {net::buffer(response.status_line),
                                                    net::buffer(date), net::buffer(response.rest)};
    error_code ec;
    co_await net::async_write(stream_, parts, net::redirect_error(net::use_awaitable, ec));
    co_return !ec && stay;
  }

  // Answers a request that was not read to its end; what follows in the stream has no meaning.
  net::awaitable<bool> Refuse(const Response& response) {
    SetDeadline(core_->options.request_timeout_ms);
    linger_ = true;
    const PreparedResponse prepared = Prepare(response, false, false);
    co_await Write(prepared, false);
    co_return false;
  }

  net::awaitable<bool> WriteChunk(std::string_view data) {
    char head[24];
    const int n = std::snprintf(head, sizeof head, "%zx\r\n", data.size());
    const std::array<net::const_buffer, 3> parts = {net::buffer(head, static_cast<size_t>(n)),
                                                    net::buffer(data), net::buffer("\r\n", 2)};
    error_code ec;
    SetDeadline(core_->options.request_timeout_ms);
    co_await net::async_write(stream_, parts, net::redirect_error(net::use_awaitable, ec));
    deadline_ms = kNoDeadline;
    co_return !ec;
  }

  // An endless body in chunks. Ends the connection.
  net::awaitable<void> Stream_(Response& response) {
    const std::shared_ptr<StreamSource> source = response.stream;
    response.With("Transfer-Encoding", "chunked");
    const PreparedResponse head = Prepare(response, false, false);
    bool alive = co_await Write(head, true);
    source->SetWaker([weak = this->weak_from_this()] {
      if (auto self = weak.lock()) self->Wake();
    });
    while (alive && !core_->stopping && socket().is_open()) {
      std::optional<std::string> data = source->Poll();
      if (!data) break;
      if (data->empty()) {
        const bool slept_through = co_await Sleep(core_->options.stream_keep_alive_ms);
        if (!slept_through) continue;
        data = source->KeepAlive();
      }
      alive = co_await WriteChunk(*data);
    }
    const std::string_view last_chunk;
    if (alive && socket().is_open()) co_await WriteChunk(last_chunk);
  }

  static constexpr size_t kLingerBytesMax = 4 * 1024 * 1024;

  const std::shared_ptr<ServerCore> core_;
  Stream stream_;
  net::steady_timer wake_;
  const std::string address_;
  boost::beast::flat_buffer buffer_;
  bool linger_ = false;
};

template <typename Stream>
void Launch(std::shared_ptr<ServerCore> core, Stream stream, std::string address) {
  auto session = std::make_shared<Session<Stream>>(core, std::move(stream), std::move(address));
  core->Add(session);
  net::co_spawn(session->executor(), Session<Stream>::Run(session), net::detached);
}

}  // namespace

void StartSession(std::shared_ptr<ServerCore> core, tcp::socket socket, net::ssl::context* tls,
                  std::string remote_address) {
  if (tls)
    Launch(std::move(core), TlsStream(std::move(socket), *tls), std::move(remote_address));
  else
    Launch(std::move(core), std::move(socket), std::move(remote_address));
}

}  // namespace suyuan::api::internal
