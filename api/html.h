// Escaping for server-rendered pages.
#pragma once

#include <string>
#include <string_view>

namespace suyuan::api {

// For text and for attribute values in double quotes. Control characters become spaces, because
// HTML allows none; the input must be UTF-8.
std::string EscapeHtml(std::string_view text);

}  // namespace suyuan::api
