// The talk: who said what, an answer that grows while it is written, answers to pick from, and what went wrong.
import { byId, element } from "/page/elements.js";
import { word } from "/page/words.js";

const log = byId("log");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function clearTalk() {
  log.replaceChildren();
}

export function addMine(text) {
  const item = element("li", { class: "mine" }, who("you"), element("p", {}, text));
  log.append(item);
  return item;
}

export function addAside(text) {
  const item = element("li", { class: "aside" }, text);
  log.append(item);
  return item;
}

export function addAnswer(text = "") {
  const body = element("div", { class: "said" });
  const item = element("li", { class: "theirs" }, who("guide"), body);
  log.append(item);
  const answer = { item, text: "", body };
  if (text) write(answer, text);
  else body.append(element("p", { class: "thinking" }, element("span", { class: "hidden" }, word("thinking")), element("i"), element("i"), element("i")));
  return answer;
}

export function write(answer, text) {
  answer.text = text;
  answer.body.replaceChildren(...text.split(/\n+/).filter(Boolean).map((line) => element("p", {}, line)));
}

export function addQuestion(answer, question, picks, say) {
  if (question && !answer.text.includes(question)) answer.body.append(element("p", { class: "question" }, question));
  if (!picks.length) return;
  const buttons = picks.map((pick) => element("li", {}, element("button", { type: "button", class: "pick", onclick: () => say(pick) }, pick)));
  answer.item.append(element("ul", { class: "picks", "aria-label": word("pick") }, ...buttons));
}

export function dropPicks() {
  for (const picks of log.querySelectorAll(".picks")) picks.remove();
}

export function addFailure(answer, message, retry) {
  const button = element("button", { type: "button", class: "solid", onclick: retry }, word("retry"));
  answer.item.className = "theirs failed";
  answer.body.replaceChildren(element("p", { role: "alert" }, message), button);
}

// The newest message at the top of the phone's screen, so that the answer and the shelf follow below it.
export function scrollTo(item) {
  item.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
}

function who(key) {
  return element("span", { class: "hidden" }, `${word(key)}: `);
}
