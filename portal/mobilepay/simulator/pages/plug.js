// MobilePay's plug: while it is pulled, the simulated networks answer nobody, neither the portal nor the phone.

import { $, onClick, request, write } from "./wire.js";

const ADDRESS = "/_simulator/plug";
const SECONDS = 30;

export const plug = {
  left: 0,
  timer: 0,

  get isPulled() {
    return this.left > 0;
  },

  /** Ask how long it still takes, and again as long as somebody looks: another window may have pulled it. */
  async look(options) {
    const { status, body } = await request(ADDRESS, options);
    this.left = status === 200 ? body.secondsLeft : 0;
    this.draw();
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.look(), this.isPulled ? 500 : 4000);
  },

  turn() {
    if (this.isPulled) return this.look({ method: "DELETE" });
    return this.look({ method: "POST", body: JSON.stringify({ seconds: SECONDS }) });
  },

  draw() {
    const { isPulled, left } = this;
    write("plug-text", isPulled ? "MobilePay answers nobody." : "");
    write("plug-left", isPulled ? `${Math.ceil(left)}\u00a0s` : "");
    write("plug", isPulled ? $("plug").dataset.out : $("plug").dataset.in);
  },
};

onClick("plug", () => plug.turn());
document.addEventListener("visibilitychange", () => plug.look());
plug.look();
