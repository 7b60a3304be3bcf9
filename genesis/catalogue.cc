#include "genesis/catalogue.h"

#include <map>

#include "common/suggest.h"
#include "contracts/fields.h"

namespace suyuan::genesis {
namespace {

constexpr uint8_t kSection = 0x10;

void CheckField(Complaints& complaints, const std::string& path, const contracts::FieldInfo& field,
                const json::Value& value) {
  auto check = [&](const std::string& at, const json::Value& one) {
    Status status = contracts::CheckValue(field, one);
    if (!status.ok()) complaints.Add(at, status.error().detail, status.error().code);
  };
  if (!field.list) return check(path, value);
  const json::Array* items = value.if_array();
  if (items == nullptr) return complaints.Add(path, "must be a list");
  for (size_t i = 0; i < items->size(); ++i)
    check(path + "[" + std::to_string(i) + "]", (*items)[i]);
}

void CheckNode(Complaints& complaints, const std::string& path, const json::Value& node) {
  const json::Object* members = node.if_object();
  if (members == nullptr) return complaints.Add(path, "must be a table");
  std::vector<std::string_view> known;
  for (const contracts::FieldInfo& field : contracts::AllFields()) {
    if (field.section() != kSection) continue;
    known.push_back(field.identifier);
    auto member = members->find(std::string(field.identifier));
    std::string at = path + "." + std::string(field.identifier);
    if (member != members->end())
      CheckField(complaints, at, field, member->second);
    else if (field.obligation == contracts::Obligation::kMandatory)
      complaints.Add(at, "is missing");
  }
  for (const auto& [name, value] : *members)
    if (contracts::FindField(kSection, name) == nullptr)
      complaints.Add(path + "." + name, "is no field of a category" + DidYouMean(name, known));
}

struct Place {
  std::string path, parent;
  bool national = false;
};

// Walks from a node to its root; complains about a missing parent, a circle, or a regional node
// that never reaches a national one.
void CheckAncestry(Complaints& complaints, const std::map<std::string, Place>& tree,
                   const Place& node) {
  const Place* at = &node;
  for (size_t steps = 0; !at->parent.empty(); ++steps) {
    auto parent = tree.find(at->parent);
    if (parent == tree.end())
      return complaints.Add(at->path + ".parent_category",
                            "\"" + at->parent + "\" is no category of this file");
    if (steps > tree.size())
      return complaints.Add(node.path + ".parent_category", "goes round in a circle");
    at = &parent->second;
    if (node.national && !at->national)
      return complaints.Add(node.path + ".parent_category",
                            "a national category cannot hang under a regional one");
  }
  if (!at->national)
    complaints.Add(node.path + ".catalog_level", "a regional category needs a national ancestor");
}

}  // namespace

void CheckCatalogue(Complaints& complaints, const std::string& path, const json::Value* nodes) {
  const json::Array* list = nodes == nullptr ? nullptr : nodes->if_array();
  if (list == nullptr) return complaints.Add(path, "must be a list of tables");
  std::map<std::string, Place> tree;
  for (size_t i = 0; i < list->size(); ++i) {
    std::string at = path + "[" + std::to_string(i) + "]";
    const json::Value& node = (*list)[i];
    CheckNode(complaints, at, node);
    Place place{at, node.Text("parent_category"), node.Text("catalog_level") == "national"};
    if (!tree.emplace(node.Text("category_code"), place).second)
      complaints.Add(at + ".category_code", "occurs twice");
  }
  for (const auto& [code, place] : tree) CheckAncestry(complaints, tree, place);
}

}  // namespace suyuan::genesis
