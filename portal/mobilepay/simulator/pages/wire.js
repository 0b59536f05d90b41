// What phone and till share: small helpers, HTTP, and the log of the till's calls.

export const $ = (id) => document.getElementById(id);
export const timeNow = (options) => new Date().toLocaleTimeString("en-GB", options);

/** Set a text only when it changes: a screen reader shall hear news once. */
export function write(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function element(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

/** Not for the second half of a double click, and not while the first click's work still runs. */
export function onClick(id, work) {
  let isRunning = false;
  $(id).addEventListener("click", async (event) => {
    event.preventDefault();
    if (isRunning || event.detail > 1) return;
    isRunning = true;
    await work();
    isRunning = false;
  });
}

export async function request(address, options) {
  const sentence = "No usable answer came back. Are the simulator and the portal still running?";
  const answer = { status: 0, text: "", body: { errors: [sentence] } };
  try {
    const response = await fetch(address, options);
    answer.status = response.status;
    answer.text = await response.text();
    answer.body = JSON.parse(answer.text);
  } catch {
    // The answer says it.
  }
  return answer;
}

/** Which of the page's tills speaks. */
export const speaker = { number: 0 };

/** Call the till API and log it. Gives the answer's members, and in `problem` its errors as one text. */
export async function callPortal(method, path, parameters = {}) {
  const sent = new URLSearchParams(parameters);
  const isGet = method === "GET";
  const query = isGet && sent.size ? `?${sent}` : "";
  const answer = await request(`/tills/${speaker.number}/${path}${query}`, { method, body: isGet ? undefined : sent });
  log.add({ method, path, sent, ...answer });
  return { ...answer.body, httpStatus: answer.status, problem: (answer.body.errors ?? []).join(" ") };
}

export const log = {
  last: null,

  /** Put a call on top; the same call with the same answer again is only counted. */
  add({ method, path, sent, status, text }) {
    const key = [method, path, sent, text].join("\n");
    if (this.last?.key === key) {
      this.last.times.textContent = `×${++this.last.count} `;
      return;
    }
    const times = element("span", "", "times");
    const outcome = element("span", "");
    outcome.append(times, element("span", status || "–", status === 200 ? "good" : "bad"));
    const what = element("span", `/api/pos/${path}`);
    let mark = method === "GET" ? "?" : " ";
    for (const [name, value] of sent) {
      what.append(mark, element("i", name), `=${value}`);
      mark = "&";
    }
    const line = element("li", "");
    line.append(element("time", timeNow()), element("b", method), what, outcome, element("span", text, "answer"));
    $("calls").prepend(line);
    $("calls").children[60]?.remove();
    this.last = { key, times, count: 1 };
  },

  clear() {
    $("calls").replaceChildren();
    this.last = null;
  },
};
