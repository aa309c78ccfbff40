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

// Only the newest answer keeps its shelf: it is the one that is shown.
export function remember(talk) {
  const turns = talk.turns.slice(-TURNS);
  const newest = turns.findLastIndex((turn) => turn.body);
  const slim = turns.map((turn, index) => (turn.body && index !== newest ? { kind: turn.kind, text: turn.text } : turn));
  try {
    localStorage.setItem(KEY, JSON.stringify({ sessionId: talk.sessionId, turns: slim }));
  } catch {
    /* private mode or full: the talk lasts as long as the page */
  }
}
