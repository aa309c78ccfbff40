// What else could have been said, for whoever opens the page with ?considered: the chosen answer and the others, each with what spoke for or against it.
import { element } from "/page/elements.js";
import { word } from "/page/words.js";

export const wanted = () => new URLSearchParams(location.search).has("considered");

export function addConsidered(answer, body) {
  answer.item.querySelector(".considered")?.remove();
  if (!wanted() || !body.considered?.length) return;
  const who = word("whoSpoke", body.written_by, body.scored_by) + (body.unscored ? ` (${body.unscored})` : "");
  const list = element("ol", {}, ...body.considered.map(option));
  answer.item.append(element("details", { class: "considered" }, element("summary", {}, word("considered")), element("p", { class: "figures" }, who), list));
}

function option(one) {
  const plan = element("strong", {}, word("plans")[one.plan] ?? one.plan);
  const mark = one.chosen ? element("span", { class: "chosen" }, word("chosen")) : null;
  const veto = one.veto ? element("span", { class: "veto" }, word("veto", one.veto)) : null;
  const text = one.veto ? element("s", {}, one.text) : one.text;
  return element("li", one.chosen ? { "aria-current": "true" } : {}, element("p", {}, plan, " ", mark, veto), element("p", {}, text), figures(one));
}

function figures(one) {
  const told = { "score": one.score, "log P(r|q)": one.log_likelihood, "log P(r)": one.log_prior };
  const known = Object.entries(told).filter(([, value]) => value !== null);
  return known.length ? element("p", { class: "figures" }, known.map(([name, value]) => `${name} ${value.toFixed(3)}`).join(" · ")) : null;
}
