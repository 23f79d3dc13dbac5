// Reckons the SHA-256 of the site's files and compares it with the list on this page.
"use strict";
const K = [];
for (let n = 2; K.length < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (prime) K.push(n);
}
const part = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32);
const START = K.slice(0, 8).map((p) => part(Math.sqrt(p)));
const ROUND = K.map((p) => part(Math.cbrt(p)));
const turn = (x, n) => (x >>> n) | (x << (32 - n));

// By hand, so that it also works on pages that are not served over TLS.
function sha256(bytes) {
  const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[bytes.length] = 128;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const hash = START.slice();
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
      const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { hash[i] = (hash[i] + x) | 0; });
  }
  return hash.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}

const rows = [...document.querySelectorAll("#rows tr")];
const state = document.getElementById("state");
const button = document.getElementById("check");

function show(row, bytes) {
  const same = sha256(bytes) === row.dataset.digest;
  row.lastElementChild.textContent = same ? "the same" : "CHANGED";
  row.dataset.state = same ? "same" : "changed";
  return same;
}

function tell(checked, changed) {
  state.textContent = `${checked} of ${rows.length} files checked: ${changed ? `${changed} changed` : "all are as the manifest says"}.`;
  state.dataset.state = changed ? "changed" : "same";
}

button.addEventListener("click", async () => {
  let checked = 0;
  let changed = 0;
  for (const row of rows) {
    try {
      const answer = await fetch(row.dataset.path, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      checked++;
      changed += show(row, new Uint8Array(await answer.arrayBuffer())) ? 0 : 1;
    } catch {
      row.lastElementChild.textContent = "cannot be read from here";
    }
  }
  tell(checked, changed);
});

document.getElementById("files").addEventListener("change", async (event) => {
  let checked = 0;
  let changed = 0;
  for (const file of event.target.files) {
    const fits = rows.filter((row) => row.dataset.path.split("/").pop() === file.name);
    for (const row of fits) {
      checked++;
      changed += show(row, new Uint8Array(await file.arrayBuffer())) ? 0 : 1;
    }
  }
  tell(checked, changed);
});

button.hidden = false;
state.textContent = "Ready.";
