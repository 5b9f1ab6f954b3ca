// The live connection: frames come in, actions go out and are answered by number.

const RETRY_MS = [200, 500, 1000, 2000];

export class Connection {
  #socket = null;
  #waiting = new Map();
  #number = 0;
  #failures = 0;
  #isClosed = false;

  /** `onFrame(frame)` for each frame, `onLink(isUp)` when the connection comes or goes. */
  constructor(person, { onFrame, onLink }) {
    this.person = person;
    this.#connect(onFrame, onLink);
  }

  /** Ask for something; resolves with the server's answer, `{ok: false, error}` included. */
  act(name, facts = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, error: "The sandbox is not connected; it will try again by itself." });
    }
    this.#number += 1;
    const id = this.#number;
    this.#socket.send(JSON.stringify({ id, do: name, ...facts }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  close() {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #connect(onFrame, onLink) {
    const query = this.person ? `?person=${encodeURIComponent(this.person)}` : "";
    const socket = new WebSocket(`ws://${location.host}/live${query}`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      onLink(true);
    };
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === "done") this.#answer(frame);
      else if (!this.#isClosed) onFrame(frame);
    };
    socket.onclose = () => {
      for (const id of [...this.#waiting.keys()]) {
        this.#answer({ id, ok: false, error: "The connection to the sandbox was lost." });
      }
      if (this.#isClosed) return;
      onLink(false);
      const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
      this.#failures += 1;
      setTimeout(() => this.#isClosed || this.#connect(onFrame, onLink), wait);
    };
  }

  #answer(frame) {
    this.#waiting.get(frame.id)?.(frame);
    this.#waiting.delete(frame.id);
  }
}
