#include "api/chain.h"

#include <algorithm>

namespace suyuan::api {

using contracts::CodeItem;
using contracts::LinkKind;

Window Window::Within(const Window& other) const {
  Window out{std::max(since, other.since), until};
  if (other.until && (!out.until || *other.until < *out.until)) out.until = other.until;
  return out;
}

bool Chain::complete() const {
  return !exhausted && std::ranges::none_of(codes, [](const ChainCode& code) {
    return code.more_flows || code.more_contents || code.more_links;
  });
}

Moment ChainRequest::begin() const {
  const Moment &flows = flows_from.at, &contents = contents_from.at;
  if (flows == Moment()) return contents;
  return contents == Moment() ? flows : std::min(flows, contents);
}

std::optional<PartyId> ProducerOf(contracts::UnitBook& book, const CodeItem& item) {
  if (item.unit.is_package()) return std::nullopt;
  if (item.per_product()) return item.unit.holder;
  return book.FindBatch(item.batch)->batch.owner;
}

namespace {

// Levels of packages and one of bundles or parents: nothing lies deeper inside.
constexpr int kNestingMax = 8;

const Stay* StayOf(const CodeHistory& history, const LinkRecord& link) {
  for (size_t i = history.stays.size(); i-- > 0;)
    if (history.stays[i].link->at == link.at) return &history.stays[i];
  return nullptr;
}

Window WindowOf(const Stay& stay) { return {stay.since, stay.until}; }

// Of what others lay in.
HistoryStart StartAt(const Moment& since) { return {Height(since.height), kNoContents}; }

class Walk {
 public:
  Walk(HistoryReader& reader, const ChainRequest& request, const std::optional<Identity>& who)
      : reader_(reader), who_(who) {
    chain_.request = request;
  }

  Result<Chain> Run() {
    if (!SeesCodes()) return ForThePublic();
    const ChainRequest& request = chain_.request;
    const Height begin(request.begin().height);
    SUYUAN_ASSIGN_OR_RETURN(const CodeHistory* root, reader_.Find(request.code, {begin, begin}));
    if (!root) return Error{ErrorCode::kNotFound, "this code was never issued on this ledger"};
    Add(root, std::nullopt, Window());
    for (size_t i = 0; i < chain_.codes.size(); ++i) {
      SUYUAN_RETURN_IF_ERROR(AddFlows(i));
      if (chain_.codes[i].distance < request.depth) SUYUAN_RETURN_IF_ERROR(Expand(i));
    }
    for (const auto& [id, passage] : flows_) chain_.flows.push_back(passage);
    std::ranges::sort(chain_.flows, {}, &Passage::when);
    chain_.exhausted = chain_.exhausted || reader_.exhausted();
    return std::move(chain_);
  }

 private:
  struct Offer {
    size_t from = 0;
    bool backward = false;
    std::shared_ptr<const LinkRecord> link;
    std::string code;
    const Stay* stay = nullptr;  // of the one that lies inside; nullptr of a shared code
    Window window;
  };

  // What a code became part of, as far as it is fixed (6.4). When a component in circulation was
  // linked, and when another's bundle of it was released, would say who had bought it.
  bool TellsParent(const CodeItem& item) {
    const auto& link = item.unit.composite;
    if (!link || link->kind != LinkKind::kBundle) return link.has_value();
    const std::optional<CodeItem> bundle = reader_.book().Find(link->parent);
    if (!bundle) return false;
    const contracts::EntityState state = bundle->entity.state;
    const bool released =
        state != contracts::EntityState::kIssued && state != contracts::EntityState::kPrinted;
    return released && ProducerOf(reader_.book(), *bundle) == ProducerOf(reader_.book(), item);
  }

  // parent_code and link_kind are PUB, but MEM when packed (4.4). When goods are packed says, to
  // whoever keeps asking, who packed them.
  Result<Chain> ForThePublic() {
    const ChainRequest& request = chain_.request;
    const CodeHistory* root = reader_.FindItem(request.code);
    if (!root) return Error{ErrorCode::kNotFound, "this code was never issued on this ledger"};
    Add(root, std::nullopt, Window());
    auto& counts = chain_.codes.front().not_shown;
    const auto count = [&](bool made_before, LinkKind kind, size_t links) {
      const bool backward = (kind == LinkKind::kBundle) != made_before;
      if (links != 0 && request.depth != 0 && Wants(0, backward)) counts[{backward, kind}] = links;
    };
    if (TellsParent(root->item)) count(true, root->item.unit.composite->kind, 1);
    const contracts::CodeRole role = root->item.role;
    if (role == contracts::CodeRole::kBundle)
      count(false, LinkKind::kBundle, reader_.CountLinks(request.code));
    if (role == contracts::CodeRole::kParent)
      count(false, LinkKind::kParentChild, reader_.CountLinks(request.code));
    return std::move(chain_);
  }

  bool Wants(size_t position, bool backward) const {
    const ChainCode& code = chain_.codes[position];
    if (code.link) return code.link->backward == backward;
    return chain_.request.direction != (backward ? Direction::kForward : Direction::kBackward);
  }
  bool SeesCodes() const { return who_ && (who_->regulator || who_->member); }

  void Add(const CodeHistory* history, std::optional<ChainLink> link, const Window& window) {
    ChainCode code;
    code.history = history;
    code.distance = link ? chain_.codes[link->from].distance + 1 : 0;
    code.link = std::move(link);
    code.window = window;
    const CodeItem& item = history->item;
    code.state = reader_.book().WithBatch(item, item.entity.state, {});
    chain_.codes.push_back(std::move(code));
  }

  // The flows of a code that a history tells of.
  struct Found {
    std::map<EntityId, Passage> flows;
    std::optional<Moment> until;  // there may be others from here on
  };

  // The flows that moved a code in a window, also those of what it lay in, of which nobody wants to
  // know what was before `from`.
  Status Collect(const CodeHistory& history, const Window& window, const Moment& from, int nesting,
                 Found& out) {
    for (const Passage& passage : history.passages)
      if (window.Holds(passage.when())) out.flows.emplace(passage.flow, passage);
    const std::optional<Moment>& until = history.flows_until;
    if (until && (!window.until || *until < *window.until) && (!out.until || *until < *out.until))
      out.until = until;
    if (nesting == 0) return {};
    for (const Stay& stay : history.stays) {
      const Window inside = WindowOf(stay).Within(window);
      const bool passed = inside.until && *inside.until <= from;
      if (inside.empty() || passed || (out.until && *out.until <= inside.since)) continue;
      SUYUAN_ASSIGN_OR_RETURN(
          const CodeHistory* container,
          reader_.Find(stay.link->parent, StartAt(std::max(inside.since, from))));
      if (!container) return Error{ErrorCode::kCorrupt, "a code lies in one that is not there"};
      SUYUAN_RETURN_IF_ERROR(Collect(*container, inside, from, nesting - 1, out));
    }
    return {};
  }

  Status AddFlows(size_t position) {
    ChainCode& code = chain_.codes[position];
    const ChainRequest& request = chain_.request;
    const Moment from = code.link ? Moment() : std::max(request.flows_from.at, request.begin());
    Found found;
    SUYUAN_RETURN_IF_ERROR(Collect(*code.history, code.window, from, kNestingMax, found));
    std::vector<Passage> sorted;
    for (auto& [id, passage] : found.flows) sorted.push_back(std::move(passage));
    std::ranges::sort(sorted, {}, &Passage::when);
    if (found.until) code.more_flows = ChainCursor{*found.until, 0};
    for (Passage& passage : sorted) {
      if (passage.when() < from) continue;
      if (found.until && *found.until <= passage.when()) break;
      const bool full = code.flows.size() == kFlowsOfCodeMax ||
                        (flows_.size() == kChainFlowsMax && !flows_.contains(passage.flow));
      if (full) {
        code.more_flows = ChainCursor{passage.when(), 0};
        break;
      }
      flows_.emplace(passage.flow, passage);
      code.flows.push_back(std::move(passage));
    }
    return {};
  }

  // ---- who is shown a code

  // Was the caller a known side of a flow that moved this code in the window?
  Result<bool> WasSide(const CodeHistory& history, const Window& window) {
    Found found;
    SUYUAN_RETURN_IF_ERROR(Collect(history, window, Moment(), kNestingMax, found));
    for (const auto& [id, passage] : found.flows) {
      SUYUAN_ASSIGN_OR_RETURN(const FlowHead* flow, reader_.FindFlow(id));
      if (flow && flow->standing() && flow->has_side(who_->party)) return true;
    }
    if (found.until) chain_.exhausted = true;  // it may be one of what was not read
    return false;
  }

  Result<bool> MaySee(const Offer& offer, const CodeHistory& history) {
    if (who_->regulator || offer.link->event.submitter == who_->party) return true;
    const bool container = offer.code == offer.link->parent;
    const CodeHistory& inside = container ? *chain_.codes[offer.from].history : history;
    if (ProducerOf(reader_.book(), inside.item) == who_->party) return true;
    const bool over = offer.stay && offer.stay->until;
    const bool holds = reader_.book().Real(history.item).holder == who_->party;
    if (holds && !(container && over)) return true;
    return WasSide(history, container ? offer.window : Window());
  }

  Status Take(Offer offer) {
    ChainCode& from = chain_.codes[offer.from];
    const bool container = offer.code == offer.link->parent;
    const HistoryStart start = container ? StartAt(offer.window.since) : HistoryStart();
    SUYUAN_ASSIGN_OR_RETURN(const CodeHistory* history, reader_.Find(offer.code, start));
    if (!history) return Error{ErrorCode::kCorrupt, "a link names a code that is not there"};
    if (!offer.stay) offer.stay = StayOf(*history, *offer.link);
    const bool over = offer.stay && offer.stay->until;
    if (over && *offer.stay->until <= from.window.since) return {};  // gone before
    SUYUAN_ASSIGN_OR_RETURN(const bool shown, MaySee(offer, *history));
    if (!shown) {
      ++from.not_shown[{offer.backward, offer.link->kind}];
      return {};
    }
    // Of a long life the part that counts here.
    const Moment& since = offer.window.since;
    if (history->flows_until && *history->flows_until <= since && !container) {
      SUYUAN_ASSIGN_OR_RETURN(history, reader_.Find(offer.code, {Height(since.height), Height(0)}));
    }
    ChainLink link{offer.from, offer.backward, offer.link, std::nullopt};
    if (over) link.left = offer.stay->left;
    Add(history, std::move(link), offer.window);  // `from` is no more
    return {};
  }

  // ---- links

  Status Expand(size_t position) {
    const CodeHistory& history = *chain_.codes[position].history;
    const Window window = chain_.codes[position].window;
    for (const Stay& stay : history.stays) {
      const bool backward = stay.link->kind != LinkKind::kBundle;
      const Window inside = WindowOf(stay).Within(window);
      if (inside.empty() || !Wants(position, backward)) continue;
      if (chain_.codes.size() == kChainCodesMax) {
        chain_.codes[position].more_links = true;
        break;
      }
      SUYUAN_RETURN_IF_ERROR(
          Take({position, backward, stay.link, stay.link->parent, &stay, inside}));
    }
    return ExpandContents(position, history, window);
  }

  Status ExpandContents(size_t position, const CodeHistory& history, const Window& window) {
    const ChainCursor from = position == 0 ? chain_.request.contents_from : ChainCursor();
    size_t seen = 0;
    for (const auto& link : history.contents) {
      const bool backward = link->kind == LinkKind::kBundle;
      const bool later = window.until && *window.until <= link->at;
      if (later || link->at < from.at || !Wants(position, backward)) continue;
      for (uint32_t i = link->at == from.at ? from.item : 0; i < link->codes.size(); ++i) {
        if (seen++ == kContentsOfCodeMax || chain_.codes.size() == kChainCodesMax) {
          chain_.codes[position].more_contents = ChainCursor{link->at, i};
          return {};
        }
        Window own{std::max(link->at, window.since), std::nullopt};
        if (backward) own = {Moment(), link->at};
        SUYUAN_RETURN_IF_ERROR(Take({position, backward, link, link->codes[i], nullptr, own}));
      }
    }
    const std::optional<Moment>& until = history.contents_until;
    const bool within = until && (!window.until || *until < *window.until);
    const bool backward = history.item.role == contracts::CodeRole::kBundle;
    if (within && Wants(position, backward)) chain_.codes[position].more_contents = {*until, 0};
    return {};
  }

  HistoryReader& reader_;
  const std::optional<Identity>& who_;
  Chain chain_;
  std::map<EntityId, Passage> flows_;
};

}  // namespace

Result<Chain> WalkChain(HistoryReader& reader, const ChainRequest& request,
                        const std::optional<Identity>& who) {
  return Walk(reader, request, who).Run();
}

}  // namespace suyuan::api
