// Practice: a running clock, a count of words, and a recording that goes into the form's own file
// field. The sound reaches the server of this machine only when the form is sent.
(() => {
  const form = document.querySelector("[data-practice]");
  if (!form) return;
  const began = Number(form.elements.began.value) * 1000;
  const limit = Number(form.dataset.minutes) * 60;
  const timer = form.querySelector("[data-timer]");
  const timerWords = form.querySelector("[data-timer-words]");
  const text = form.elements.text;
  const count = form.querySelector("[data-words]");

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const tick = () => {
    const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
    timerWords.textContent = clock(seconds);
    timer.toggleAttribute("data-late", seconds > limit);
  };
  timer.hidden = false;
  tick();
  setInterval(tick, 1000);

  const say = () => {
    const words = text.value.split(/\s+/).filter(Boolean).length;
    count.textContent = words ? `${words} words, about ${clock(Math.round(words / 2.5))} spoken` : "";
  };
  text.addEventListener("input", say);
  say();

  const recorder = form.querySelector("[data-recorder]");
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder || !window.DataTransfer) return;
  recorder.hidden = false;
  const start = form.querySelector("[data-record]");
  const stop = form.querySelector("[data-stop]");
  const words = form.querySelector("[data-recorder-words]");
  const playback = form.querySelector("[data-playback]");
  const field = form.querySelector("[data-recording]");
  const kind = ["audio/webm", "audio/mp4", "audio/ogg"].find((each) => MediaRecorder.isTypeSupported(each));
  const limitMs = 30 * 60 * 1000;
  let running = null;
  let finished = Promise.resolve();

  const show = (isRunning) => {
    start.hidden = isRunning;
    stop.hidden = !isRunning;
    (isRunning ? stop : start).focus();
  };

  const keep = (chunks) => {
    const sound = new Blob(chunks, { type: kind });
    const files = new DataTransfer();
    files.items.add(new File([sound], "answer", { type: kind }));
    field.files = files.files;
    if (playback.src) URL.revokeObjectURL(playback.src);
    playback.src = URL.createObjectURL(sound);
    playback.hidden = false;
    words.textContent = `Recorded, ${(sound.size / 1024).toFixed(0)} kB. Recording again replaces it.`;
  };

  const begin = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (refused) {
      words.textContent = `The microphone cannot be used: ${refused.name}. Writing works as well.`;
      return;
    }
    const chunks = [];
    running = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 48_000 });
    finished = new Promise((resolve) => {
      running.addEventListener("stop", () => {
        for (const track of stream.getTracks()) track.stop();
        keep(chunks);
        running = null;
        show(false);
        resolve();
      });
    });
    running.addEventListener("dataavailable", (event) => {
      chunks.push(event.data);
      if (running?.state === "recording") words.textContent = `Recording, ${chunks.length} s.`;
    });
    running.start(1000);
    setTimeout(() => running?.stop(), limitMs);
    words.textContent = "Recording. Your voice stays on this machine.";
    show(true);
  };

  start.addEventListener("click", begin);
  stop.addEventListener("click", () => running?.stop());
  form.addEventListener("submit", async (event) => {
    if (!running) return;
    // Sent while recording: stop first, so that the last words are in.
    event.preventDefault();
    running.stop();
    await finished;
    form.requestSubmit();
  });
})();
