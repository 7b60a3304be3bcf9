// OG-5.3.1-a, OG-5.3.4.1-c: what its owner publishes is shown to everybody, as long as it stays so.
#include "tests/api/sealed_fixture.h"

namespace suyuan::api::test {
namespace {

class PublishedTest : public SealedApiTest {
 protected:
  PublishedTest() {
    Join(maker_, "manufacturer", home_);
    document_ = FileDocument(maker_, "other", "OPT");
    path_ = "/v1/documents/" + ToString(document_);
  }

  // The "shows" of a field of the document's first version, as its owner's client makes them.
  std::string Shows(std::string_view field) {
    return json::Canonical(
        ShowsOf(maker_, FiledBy(), contracts::FindQualifiedField(field)->number));
  }
  TxId FiledBy() {
    const json::Value shown = AskJson({"maker", &maker_, false, false}, path_);
    const json::Value& source = shown.Find("sources")->if_array()->front();
    return ParseTxId(source.Text("transaction")).value();
  }
  void Publish(const std::string& field) {
    FileJson(maker_,
             Switch("published", field, R"(,"target_version":1)", R"(,"shows":)" + Shows(field)));
  }
  void Hide(const std::string& field) { FileJson(maker_, Switch("hidden", field, "", "")); }
  std::string Switch(const std::string& disclosure, const std::string& field,
                     const std::string& version, const std::string& shows) const {
    return R"({"type":"DISCLOSURE_SET","subject":{"document":")" + ToString(document_) +
           R"("},"records":[{"fields":{"disclosure":")" + disclosure + R"(","target_field":")" +
           field + "\"" + version + "}" + shows + "}]}";
  }
  // What anybody is shown of a field of the document.
  json::Value Shown(const std::string& field) {
    const json::Value shown = AskJson({"anonymous", nullptr, false, false}, path_);
    return *shown.Find("fields")->Find(field);
  }

  EntityId document_;
  std::string path_;
};

TEST_F(PublishedTest, AValueIsShownWhileItIsPublished) {
  EXPECT_EQ(Shown("doc_title").Text("class"), "OPT");
  Publish("document.doc_title");
  EXPECT_EQ(Shown("doc_title"), json::Value("材料甲乙丙丁"));
  EXPECT_EQ(Shown("doc_no").Text("class"), "OPT") << "of this field only";
  for (const Viewer& viewer : {Viewer{"rival", &rival_, false, false},
                               Viewer{"foreign regulator", &foreign_, true, true}}) {
    if (viewer.actor == &rival_) Join(rival_, "manufacturer", home_);
    const json::Value shown = AskJson(viewer, path_);
    EXPECT_EQ(*shown.Find("fields")->Find("doc_title"), json::Value("材料甲乙丙丁"));
    EXPECT_EQ(shown.Find("fields")->Find("doc_no")->Text("class"), "OPT") << viewer.name;
  }
  Hide("document.doc_title");
  EXPECT_EQ(Shown("doc_title").Text("class"), "OPT");
  EXPECT_EQ(Shown("doc_title").Text("commitment").size(), 64u);
  Publish("document.doc_title");
  EXPECT_EQ(Shown("doc_title"), json::Value("材料甲乙丙丁"));
}

TEST_F(PublishedTest, AFieldForMembersIsOpenToAllWhileItIsPublished) {
  EXPECT_EQ(Shown("issue_date").Text("class"), "MEM");
  FileJson(maker_, Switch("published", "document.issue_date", R"(,"target_version":1)", ""));
  EXPECT_EQ(Shown("issue_date"), json::Value("2026-01-15"));
  EXPECT_EQ(Shown("valid_to").Text("class"), "MEM") << "of this field only";
  Hide("document.issue_date");
  EXPECT_EQ(Shown("issue_date").Text("class"), "MEM");
}

// The record of the publication itself shows its leaf like any sealed one.
TEST_F(PublishedTest, TheTransactionThatPublishesShowsACommitment) {
  const TxId id =
      FileJson(maker_, Switch("published", "document.doc_title", R"(,"target_version":1)",
                              R"(,"shows":)" + Shows("document.doc_title")));
  const json::Value tx =
      AskJson({"anonymous", nullptr, false, false}, "/v1/txs/" + ToHex(id) + "?records=all");
  const json::Value& record = tx.Find("records")->if_array()->front();
  EXPECT_EQ(record.Find("fields")->Find("doc_title")->Text("commitment").size(), 64u);
  EXPECT_EQ(record.Find("fields")->Find("disclosure")->if_string()->compare("published"), 0);
}

}  // namespace
}  // namespace suyuan::api::test
