// Products that are offered without being asked for, and what the shop may know of who is looking.
import { byId, element } from "/page/elements.js";
import { picture } from "/page/pictures.js";
import { price, spoken, word } from "/page/words.js";

const VISITOR = "daogou.visitor"; // a pseudonym of this browser's, made of chance
const HISTORY = "daogou.history"; // "off": nothing that was done here is told or used

export const usesHistory = () => stored(HISTORY) !== "off";

export function useHistory(use) {
  keep(HISTORY, use ? "on" : "off");
}

// Who is asking: with every question, unless the shopper does not want to be known.
export function visitor() {
  if (!usesHistory()) return { personal: false };
  return { user_id: stored(VISITOR) ?? undefined, personal: true };
}

// The shop signs the pseudonym: who only knows it learns nothing of what was done here.
export function meet(visitor) {
  if (visitor && !stored(VISITOR)?.includes(".")) keep(VISITOR, visitor);
}

// What was done with a product that we showed; a page that can't say it goes on.
export function tell(name, productId, list = {}) {
  if (!usesHistory()) return;
  const { personal, ...who } = visitor();
  const body = JSON.stringify({ name, product_id: productId, ...who, ...list });
  fetch("/v1/clicks", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {});
}

export async function showHome(shop, open) {
  const place = byId("home");
  const found = usesHistory() ? await offered({ scene: "home", limit: 8 }) : null;
  place.replaceChildren();
  if (found?.visits) place.append(rail(found, word("forYou"), shop, open));
}

// "Similar" and "goes with" of one product, each where there is something to show.
export async function showBeside(place, productId, shop, open) {
  for (const [scene, title] of [["similar", word("similar")], ["together", word("goesWith")]]) {
    const found = await offered({ scene, product_id: productId, limit: 8 });
    if (!place.isConnected) return;
    if (found?.recommendations.length) place.append(rail(found, title, shop, open, scene));
  }
}

async function offered(question) {
  const asked = new URLSearchParams({ ...question, locale: spoken() });
  for (const [name, value] of Object.entries(visitor())) if (value !== undefined) asked.set(name, value);
  try {
    const response = await fetch(`/v1/recommendations?${asked}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function rail(found, title, shop, open, scene = "home") {
  const cards = (body, label) => body.recommendations.map((card) => small(card, label, shop, () => open(card.product_id, { list_id: scene, position: card.position })));
  return element(
    "section",
    { class: "rail", "aria-label": title, "data-scene": scene },
    element("h3", {}, title),
    element("ul", {}, ...cards(found), ...cards(found.sponsored, found.sponsored.label)),
  );
}

function small(card, label, shop, open) {
  const reason = card.reasons[0]?.text;
  return element(
    "li",
    { class: "small" },
    element("div", { class: "picture" }, picture(card, shop.image_origins), label ? element("span", { class: "label" }, label) : null),
    element("button", { type: "button", class: "title", title: card.title, onclick: open }, card.title),
    element("p", { class: "price" }, element("strong", {}, price(card.price))),
    reason ? element("p", { class: "why" }, reason) : null,
  );
}

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* private mode: known for as long as nothing is asked again */
  }
}
