// One turn over HTTP: server-sent events read from a POST.
const SILENCE_MS = 45000; // a server that says nothing for so long has gone

export class Problem extends Error {
  constructor(problem) {
    super(problem.detail || "");
    this.status = problem.status || 0;
    this.retryAfter = problem.retry_after_s || 0;
  }
}

export async function* ask(body) {
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(), SILENCE_MS);
  try {
    const response = await fetch("/v1/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(body),
      signal: stop.signal,
    });
    if (!response.ok) throw new Problem(await response.json().catch(() => ({ status: response.status })));
    for await (const text of texts(response.body)) {
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENCE_MS);
      const event = parse(text);
      if (event.name === "error") throw new Problem(event.data);
      if (event.name) yield event;
    }
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    yield* parts;
  }
}

function parse(text) {
  const fields = { event: "", data: "" };
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  return { name: fields.event, data: fields.data ? JSON.parse(fields.data) : null };
}
