// What this browser remembers of the talk, so that a reload keeps it.
const KEY = "daogou.talk.1";
const TURNS = 40;

export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept && Array.isArray(kept.turns)) return kept;
  } catch {
    /* nothing usable there */
  }
  return fresh();
}

export const fresh = () => ({ sessionId: null, turns: [] });

// Thanks, small talk and a plain answer leave the shelf as it was.
const TALKING = ["ask", "explain", "shop", "thank", "greet", "other"];

export const leavesShelf = (act, cards) => cards.length === 0 && TALKING.includes(act);

export const hasShelf = (turn) => Boolean(turn.body) && !leavesShelf(turn.body.need.act, turn.body.recommendations);

// Only the newest answer, and the newest that has a shelf, are kept whole: they are what is shown.
export function remember(talk) {
  const turns = talk.turns.slice(-TURNS);
  const whole = [turns.findLastIndex((turn) => turn.body), turns.findLastIndex(hasShelf)];
  const slim = turns.map((turn, index) => (turn.body && !whole.includes(index) ? { kind: turn.kind, text: turn.text } : turn));
  try {
    localStorage.setItem(KEY, JSON.stringify({ sessionId: talk.sessionId, turns: slim }));
  } catch {
    /* private mode or full: the talk lasts as long as the page */
  }
}
