// HTML of one page for people, as it is written: head and style sheet, escaped texts, rows of a
// description list, two languages. Not thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "api/html.h"
#include "api/page_text.h"

namespace suyuan::api {

// The one style sheet, which the page's Content-Security-Policy names by its hash.
inline constexpr std::string_view kPageStyle =
    "body{margin:0 auto;max-width:42rem;padding:0 1rem 2rem;font:16px/1.5 system-ui,sans-serif;"
    "color:#1a1a1a;background:#fff;overflow-wrap:anywhere}h1{font-size:1.3rem;margin:1rem 0 .2rem}"
    "h2{font-size:1.05rem;margin:1.4rem 0 .3rem}.b{padding:.7rem 1rem;border-radius:.4rem;margin:"
    "1rem 0;border:1px solid}.ok{background:#eef7ee;border-color:#2e7d32}.warn{background:#fff5e0;"
    "border-color:#8a5a00}.bad{background:#fdecea;border-color:#b3261e;font-weight:bold}dl{display:"
    "grid;grid-template-columns:8.5rem 1fr;margin:0}dt,dd{margin:0;padding:.35rem 0;border-bottom:"
    "1px solid #e5e5e5}dt{color:#4a4a4a;padding-right:.5rem}.n{color:#6b6b6b}small{color:#4a4a4a}"
    "a{color:#0b57d0}.w{color:#b3261e;font-weight:bold}";

class Page {
 public:
  Page(Language language, std::string_view title) : language_(language) {
    out_ = language == Language::kChinese ? "<!DOCTYPE html><html lang=\"zh-CN\">"
                                          : "<!DOCTYPE html><html lang=\"en\">";
    out_ +=
        "<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" "
        "content=\"noindex\"><title>" +
        EscapeHtml(title) + "</title><style>" + std::string(kPageStyle) +
        "</style></head><body><main>";
  }
  std::string_view Say(std::string_view chinese, std::string_view english) const {
    return Phrase{chinese, english}.In(language_);
  }
  Page& Raw(std::string_view html) {
    out_ += html;
    return *this;
  }
  Page& Text(std::string_view text) {
    out_ += EscapeHtml(text);
    return *this;
  }
  Page& Element(std::string_view tag, std::string_view text) {
    out_ += "<" + std::string(tag) + ">" + EscapeHtml(text) + "</" +
            std::string(tag.substr(0, tag.find(' '))) + ">";
    return *this;
  }
  Page& Row(std::string_view label, std::string_view text) {
    return Element("dt", label).Element("dd", text);
  }
  Language language() const { return language_; }
  std::string Take() { return std::move(out_) + "</main></body></html>\n"; }

 private:
  const Language language_;
  std::string out_;
};

}  // namespace suyuan::api
