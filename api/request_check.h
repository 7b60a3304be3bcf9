// What the server refuses of a request's form, beyond Beast's parser, and the request as a
// plain value. Internal to the server; pure.
#pragma once

#include <optional>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/server.h"

namespace suyuan::api::internal {

using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// What a failed parse is answered with.
Response ParseProblem(const boost::beast::error_code& ec);

// Beast takes repeated equal lengths, lists of them and unknown codings; what a proxy before us
// could read otherwise is refused here (RFC 9112 §3.2, §6.3). nullopt: nothing to complain of.
std::optional<Response> CheckFields(const Parser::value_type& message,
                                    const ServerOptions& options);

// A GET that everybody would get the same answer to: no body, no signature.
bool IsPlainGet(const Parser::value_type& message);

// The message that `parser` has read, as a plain value; its body is moved.
Request TakeRequest(Parser& parser, const std::string& remote_address, bool tls);

}  // namespace suyuan::api::internal
