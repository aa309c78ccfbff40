// The page: keeps the talk, sends messages, and puts what comes back where it belongs.
import { clearTicks, showCards, showChips, showComparison, showEvidence, showMeant, showNotices, showVerdict, showWaiting, clearWaiting } from "/page/cards.js";
import { addConsidered, wanted } from "/page/considered.js";
import { openDetail } from "/page/detail.js";
import { byId, element } from "/page/elements.js";
import { fresh, hasShelf, leavesShelf, recall, remember } from "/page/memory.js";
import { ask, Problem } from "/page/stream.js";
import { addAnswer, addAside, addFailure, addMine, addQuestion, clearTalk, dropPicks, scrollTo, write } from "/page/talk.js";
import { drawing } from "/page/pictures.js";
import { meet, showHome, tell, useHistory, usesHistory, visitor } from "/page/rails.js";
import { speak, spoken, word } from "/page/words.js";

let talk = recall();
let shop = { name: "Daogou", image_origins: [], kinds: {}, examples: {}, products: 0 };
let busy = false;
const message = byId("message");
const actions = { say, open: show, listId: () => talk.turns.findLast((turn) => turn.body)?.body.turn_id };

// A product, whole; `list` is where it was found: {list_id, position}, and `rail` which of its rails is asked for.
function show(productId, list, rail) {
  tell(list ? "select_item" : "view_item", productId, { ...list, session_id: talk.sessionId ?? undefined });
  openDetail(productId, shop, { open: show, rail });
}

function say(text) {
  const said = text.trim();
  if (!said || busy) return;
  message.value = "";
  fit();
  take({ kind: "mine", text: said }, { message: said });
}

function takeOff(chip) {
  if (!busy) take({ kind: "aside", text: word("takenOff", chip.label) }, { message: "", without: [chip.without] });
}

// The other reading in the place of the one that was taken.
function askInstead(reading) {
  if (!busy) take({ kind: "mine", text: reading.message }, { message: reading.message, without: reading.without });
}

// What was pressed is about to go: the focus moves to where one goes on, without calling up a phone's keyboard.
function keepFocus() {
  if (document.activeElement === message) return;
  (matchMedia("(hover: hover)").matches ? message : byId("shelf")).focus({ preventScroll: true });
}

function take(turn, request) {
  keepFocus();
  talk.turns.push(turn);
  const item = turn.kind === "mine" ? addMine(turn.text) : addAside(turn.text);
  send(request, item);
}

async function send(request, item) {
  setBusy(true);
  dropPicks();
  const answer = addAnswer();
  showWaiting();
  scrollTo(item);
  try {
    await receive(request, answer);
    scrollTo(item); // now that the answer is as long as it is
  } catch (error) {
    fail(error, answer, () => {
      keepFocus();
      answer.item.remove();
      send(request, item);
    });
  } finally {
    setBusy(false);
  }
}

async function receive(request, answer) {
  const ended = { done: false };
  for await (const { name, data } of ask({ ...request, ...visitor(), considered: wanted(), session_id: talk.sessionId, locale: spoken() === "zh" && !request.message ? "zh" : undefined })) {
    if (name === "need") {
      speakAll(data.language);
      showUnderstood(data, data.needs);
      ended.act = data.act;
      ended.needs = data.needs;
    } else if (name === "recommendations" && !leavesShelf(ended.act, data)) {
      showNotices([], "");
      byId("comparison").replaceChildren();
      showCards(data, new Map(), shop, actions, ended.needs);
      byId("shelf").scrollTo?.({ top: 0 });
    } else if (name === "text") {
      write(answer, answer.text + data.delta);
    } else if (name === "done") {
      ended.done = true;
      settle(data, answer);
    }
  }
  if (!ended.done) throw new Problem({ detail: word("broken") });
}

function settle(body, answer) {
  talk.sessionId = body.session_id;
  talk.turns.push({ kind: "theirs", text: body.text, body });
  remember(talk);
  write(answer, body.text);
  showBody(body, answer);
  byId("live").textContent = word("answered", body.text, body.recommendations.length);
}

function showBody(body, answer) {
  if (leavesShelf(body.need.act, body.recommendations)) clearWaiting();
  else showShelf(body);
  showUnderstood(body.need, body.needs);
  showNotices(body.notices, body.text);
  addQuestion(answer, body.question, body.quick_answers, say);
  addConsidered(answer, body);
}

// Chips of several things would not say whose they are.
function showUnderstood(need, needs) {
  const alone = !(needs?.length > 1);
  showChips(alone ? need.chips : [], takeOff);
  showMeant((alone && need.alternatives) || [], askInstead);
}

function showShelf(body) {
  showVerdict(body.verdict, body.recommendations.length);
  const evidence = new Map(body.evidence.map((fact) => [fact.id, fact]));
  if (byId("cards").querySelectorAll(".card").length !== body.recommendations.length || byId("cards").querySelector(".ghost")) showCards(body.recommendations, evidence, shop, actions, body.needs);
  else showEvidence(body.recommendations, evidence);
  showComparison(body);
}

function fail(error, answer, retry) {
  const known = error instanceof Problem && error.message;
  addFailure(answer, known ? error.message : word("failed"), retry);
  clearWaiting();
  remember(talk);
}

function setBusy(now) {
  busy = now;
  document.body.classList.toggle("fresh", talk.turns.length === 0);
  document.body.classList.toggle("busy", busy);
  byId("restart").hidden = talk.turns.length === 0;
  message.placeholder = word(talk.turns.length ? "placeholderMore" : "placeholder");
}

function redraw() {
  clearTalk();
  let last = null;
  for (const turn of talk.turns) {
    if (turn.kind === "mine") addMine(turn.text);
    else if (turn.kind === "aside") addAside(turn.text);
    else last = { answer: addAnswer(turn.text), body: turn.body };
  }
  byId("cards").replaceChildren();
  showVerdict("", 0);
  for (const id of ["chips", "meant", "notices", "comparison"]) byId(id).replaceChildren();
  byId("count").textContent = "";
  byId("compare-bar").hidden = true;
  const shelf = talk.turns.findLast(hasShelf);
  if (shelf) showShelf(shelf.body);
  if (last?.body) showBody(last.body, last.answer);
  byId("log").scrollTop = byId("log").scrollHeight;
  setBusy(false);
}

function startOver() {
  if (busy) return;
  const before = talk;
  talk = fresh();
  remember(talk);
  redraw();
  offerUndo(before);
  message.focus();
}

function offerUndo(before) {
  const toast = byId("toast");
  const undo = () => {
    talk = before;
    remember(talk);
    toast.hidden = true;
    redraw();
    message.focus();
  };
  toast.replaceChildren(word("startedOver"), element("button", { type: "button", class: "link", onclick: undo }, word("undo")));
  toast.hidden = false;
  clearTimeout(offerUndo.timer);
  offerUndo.timer = setTimeout(() => (toast.hidden = true), 10000);
}

function speakAll(language) {
  if (language === spoken()) return;
  speak(language);
  showShop();
}

function showShop() {
  document.title = shop.name;
  byId("shop-name").textContent = shop.name;
  byId("fine").textContent = shop.products ? word("fine", new Intl.NumberFormat(spoken()).format(shop.products)) : "";
  message.placeholder = word(talk.turns.length ? "placeholderMore" : "placeholder");
  const examples = shop.examples[spoken()] ?? [];
  byId("examples").replaceChildren(...examples.map((text) => element("li", {}, element("button", { type: "button", class: "pick", onclick: () => say(text) }, text))));
  byId("kinds").replaceChildren(...(shop.kinds[spoken()] ?? []).map(kindButton));
  showHistory();
}

function kindButton(kind) {
  const picture = element("span", { class: "picture" }, drawing({ ...kind, type_label: kind.label }));
  return element("li", {}, element("button", { type: "button", onclick: () => say(kind.say) }, picture, element("span", { class: "name" }, kind.label)));
}

function toggleHistory() {
  useHistory(!usesHistory());
  showHistory();
  const toast = byId("toast");
  toast.replaceChildren(word(usesHistory() ? "historyOn" : "historyOff"));
  toast.hidden = false;
  clearTimeout(offerUndo.timer);
  offerUndo.timer = setTimeout(() => (toast.hidden = true), 6000);
}

function showHistory() {
  byId("history").setAttribute("aria-pressed", String(usesHistory()));
  byId("history").title = word("history");
  showHome(shop, show);
}

function fit() {
  message.style.height = "";
  if (message.value) message.style.height = `${Math.min(message.scrollHeight, 160)}px`;
}

function listen() {
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    say(message.value);
  });
  message.addEventListener("input", fit);
  message.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      say(message.value);
    } else if (event.key === "ArrowUp" && !message.value) {
      event.preventDefault();
      message.value = talk.turns.findLast((turn) => turn.kind === "mine")?.text ?? "";
      fit();
    }
  });
  byId("cards").addEventListener("keydown", walk);
  for (const id of ["chips", "meant"]) byId(id).addEventListener("keydown", walk);
  byId("restart").addEventListener("click", startOver);
  byId("compare-clear").addEventListener("click", () => clearTicks(actions));
  byId("theme").addEventListener("click", toggleTheme);
  byId("history").addEventListener("click", toggleHistory);
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => changeLanguage(button.dataset.language));
  for (const name of ["online", "offline"]) addEventListener(name, () => (byId("offline").hidden = navigator.onLine));
}

// Left and right, home and end walk from card to card and from chip to chip.
function walk(event) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps) || event.target.matches("input, textarea")) return;
  const stops = [...event.currentTarget.querySelectorAll(".title, .chip")];
  const here = stops.findIndex((stop) => stop.closest("li") === event.target.closest("ol > li, .chips > li"));
  const next = stops[Math.max(0, Math.min(stops.length - 1, here + steps[event.key]))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function changeLanguage(language) {
  speakAll(language);
  localStorage.setItem("daogou.language", language);
  const newest = talk.turns.findLast((turn) => turn.body);
  if (newest && newest.body.language !== language && !busy) {
    const request = { message: "", locale: language };
    take({ kind: "aside", text: language === "zh" ? "中文" : "English" }, request);
  } else {
    redraw();
  }
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("daogou.theme", root.dataset.theme);
}

async function start() {
  const theme = localStorage.getItem("daogou.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  const newest = talk.turns.findLast((turn) => turn.body);
  speak(newest?.body.language ?? localStorage.getItem("daogou.language") ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  listen();
  byId("offline").hidden = navigator.onLine;
  redraw();
  try {
    const answer = await fetch("/v1/shop");
    shop = await answer.json();
    meet(answer.headers.get("Daogou-Visitor"));
  } catch {
    /* the page works without; sending says what is wrong */
  }
  showShop();
  redraw();
  if (location.pathname.startsWith("/products/")) show(decodeURIComponent(location.pathname.slice(10)));
  if (matchMedia("(hover: hover)").matches) message.focus({ preventScroll: true });
}

start();
