// The shelf: cards whose reasons open their evidence, chips that can be taken off, two products side by side.
import { byId, element, svg } from "/page/elements.js";
import { picture } from "/page/pictures.js";
import { moment, price, word } from "/page/words.js";

const ticked = []; // positions, at most two
const VARIANTS = 5; // on a card; all of them stand in the answer

export function showChips(chips, takeOff) {
  const items = chips.map((chip) => {
    const button = element(
      "button",
      { type: "button", class: "chip", "data-strength": chip.strength, "aria-label": word("takeOff", chip.label), title: chip.strength === "prefer" ? word("wish") : undefined, onclick: () => takeOff(chip) },
      element("span", {}, chip.label),
      svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, svg("path", { d: "M3 3l6 6M9 3l-6 6" })),
    );
    return element("li", {}, button);
  });
  byId("chips").replaceChildren(...items);
}

// How else the message may have been meant; one press asks for it.
export function showMeant(readings, askInstead) {
  const item = (reading) => element("li", {}, element("button", { type: "button", class: "chip meant", onclick: () => askInstead(reading) }, element("span", {}, reading.label)));
  byId("meant").replaceChildren(...readings.map(item));
}

// What the answer says of the thing that was asked for, in words; the sign before it is for the eye alone.
export function showVerdict(verdict, count) {
  const signs = { found: "✓", closest: "≈", not_sold: "–" };
  const line = byId("verdict");
  line.hidden = !(verdict in signs) || (verdict !== "not_sold" && !count);
  if (!line.hidden) line.replaceChildren(element("span", { "aria-hidden": "true" }, `${signs[verdict]} `), word(verdict, count));
}

export function showWaiting() {
  byId("nothing").hidden = true;
  byId("shelf").setAttribute("aria-busy", "true");
  if (byId("cards").children.length) return;
  const ghosts = Array.from({ length: 6 }, () => element("li", { class: "card ghost", "aria-hidden": "true" }, element("div", { class: "picture" }), element("i"), element("i"), element("i")));
  byId("cards").replaceChildren(...ghosts);
}

export function clearWaiting() {
  byId("shelf").removeAttribute("aria-busy");
  if (byId("cards").querySelector(".ghost")) byId("cards").replaceChildren();
}

export function showNotices(notices, said) {
  const fresh = notices.filter((notice) => notice.text && !said.includes(notice.text));
  byId("notices").replaceChildren(...fresh.map((notice) => element("p", { class: "notice" }, notice.text)));
}

// Where several things were asked for, each has its heading; one that has no product says so under it.
export function showCards(cards, evidence, shop, actions, needs = []) {
  ticked.length = 0;
  const item = (card) => element("li", { class: "card" }, article(card, evidence, shop, actions));
  const headed = (need, index) => {
    const own = cards.filter((card) => card.need === index);
    const title = element("h3", {}, need.said || need.query);
    return [element("li", { class: "thing" }, title, own.length ? null : element("p", {}, word("nothing"))), ...own.map(item)];
  };
  byId("cards").replaceChildren(...(needs.length > 1 ? needs.flatMap(headed) : cards.map(item)));
  byId("shelf").removeAttribute("aria-busy");
  byId("nothing").hidden = cards.length > 0;
  byId("count").textContent = cards.length ? word("count", cards.length) : "";
  showCompareBar(actions);
}

export function showEvidence(cards, evidence) {
  for (const [index, card] of cards.entries()) {
    const list = byId("cards").querySelectorAll(".card")[index]?.querySelector(".reasons");
    list?.replaceWith(reasons(card, evidence));
  }
}

export function showComparison(body) {
  const place = byId("comparison");
  place.replaceChildren();
  if (body.need.act !== "compare" || body.recommendations.length !== 2) return;
  const rows = comparisonRows(body);
  const head = element("tr", {}, element("td"), ...body.recommendations.map((card) => element("th", { scope: "col" }, card.title)));
  const lines = rows.map(([label, values]) => element("tr", {}, element("th", { scope: "row" }, label), ...values.map((value) => element("td", {}, value))));
  place.append(element("table", {}, element("caption", {}, word("comparison")), element("thead", {}, head), element("tbody", {}, ...lines)));
}

function comparisonRows(body) {
  const fields = new Map();
  for (const fact of body.evidence) {
    if (["price", "title", "availability"].includes(fact.field)) continue;
    if (!fields.has(fact.field)) fields.set(fact.field, fact.label);
  }
  const cell = (card, field) => body.evidence.filter((fact) => fact.product_id === card.product_id && fact.field === field).map((fact) => fact.value).join(", ") || "–";
  const cards = body.recommendations;
  return [
    [word("price"), cards.map((card) => price(card.price))],
    [word("availability"), cards.map((card) => word(card.availability) ?? "–")],
    ...[...fields].map(([field, label]) => [label, cards.map((card) => cell(card, field))]),
  ];
}

function article(card, evidence, shop, actions) {
  const id = `card-${card.position}`;
  const open = (rail) => actions.open(card.product_id, { list_id: actions.listId(), position: card.position }, rail);
  return element(
    "article",
    { "aria-labelledby": id },
    element("div", { class: "picture" }, picture(card, shop.image_origins), element("span", { class: "position", "aria-hidden": "true" }, String(card.position)), tick(card, actions)),
    element(
      "div",
      { class: "facts" },
      element("p", { class: "kind" }, [card.brand, card.type_label].filter(Boolean).join(" · ")),
      element("h3", { id }, element("button", { type: "button", class: "title", title: card.title, onclick: () => open() }, card.title)),
      element("p", { class: "price" }, element("strong", {}, price(card.price)), before(card)),
      stock(card),
      variants(card, actions),
      reasons(card, evidence),
      element(
        "p",
        { class: "beside" },
        ...[["similar", "similar"], ["together", "goesWith"]].map(([scene, key]) => element("button", { type: "button", class: "link", "aria-label": `${word(key)}: ${card.title}`, onclick: () => open(scene) }, word(key))),
      ),
    ),
  );
}

function stock(card) {
  return card.availability ? element("p", { class: "stock", "data-state": card.availability }, word(card.availability)) : null;
}

function before(card) {
  return card.price_before ? element("s", {}, element("span", { class: "hidden" }, `${word("before")} `), price(card.price_before)) : null;
}

// The other sizes and colours of the same thing; one press shows that one.
function variants(card, actions) {
  const others = (card.variants ?? []).filter((one) => one.product_id !== card.product_id);
  if (!others.length) return null;
  const item = (one) =>
    element("li", {}, element("button", { type: "button", class: "variant", "data-state": one.availability, title: price(one.price), onclick: () => actions.open(one.product_id, { list_id: actions.listId(), position: card.position }) }, one.label));
  const more = others.length > VARIANTS ? element("li", { class: "more" }, `+${others.length - VARIANTS}`) : null;
  const said = element("li", { class: "more", "aria-hidden": "true" }, word("variants"));
  return element("ul", { class: "variants", "aria-label": word("variants") }, said, ...others.slice(0, VARIANTS).map(item), more);
}

function tick(card, actions) {
  const box = element("input", { type: "checkbox", "aria-label": word("compareTick", card.title), "data-position": card.position });
  box.addEventListener("change", () => {
    if (box.checked) ticked.push(card.position);
    else ticked.splice(ticked.indexOf(card.position), 1);
    if (ticked.length > 2) uncheck(ticked.shift());
    showCompareBar(actions);
  });
  return element("label", { class: "tick" }, box, element("span", { "aria-hidden": "true" }, word("compareShort")));
}

function uncheck(position) {
  const box = byId("cards").querySelector(`input[data-position="${position}"]`);
  if (box) box.checked = false;
}

export function clearTicks(actions) {
  for (const position of ticked.splice(0)) uncheck(position);
  showCompareBar(actions);
}

function showCompareBar(actions) {
  const pair = [...ticked].sort((a, b) => a - b);
  byId("compare-bar").hidden = pair.length === 0;
  byId("compare-names").textContent = pair.length < 2 ? word("compareOne") : pair.map((position) => `${position}`).join(" · ");
  byId("compare").hidden = pair.length < 2;
  byId("compare").textContent = word("compare");
  byId("compare").onclick = () => actions.say(word("compareSay", ...pair));
}

function reasons(card, evidence) {
  const items = card.reasons.map((reason) => {
    const facts = reason.evidence_ids.map((id) => evidence.get(id)).filter(Boolean);
    return element("li", {}, facts.length ? withEvidence(reason, facts) : element("p", { class: "reason" }, reason.text));
  });
  return element("ul", { class: "reasons", "aria-label": word("reasons") }, ...items);
}

function withEvidence(reason, facts) {
  const lines = facts.map((fact) =>
    element(
      "div",
      { class: "fact" },
      element("dt", {}, fact.label),
      element("dd", {}, element("b", {}, fact.value), element("span", {}, `${word("source")} `, element("code", {}, fact.source)), element("span", {}, `${word("asOf")} ${moment(fact.as_of)}`)),
    ),
  );
  return element("details", { name: undefined }, element("summary", {}, reason.text), element("dl", { "aria-label": word("evidence") }, ...lines));
}
