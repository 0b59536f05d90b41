// The phone, which knows only the simulator; and the shop that brings phone and till together.

import { CANNOT_CONNECT, act, findTerminals, look, offerMishaps, options } from "./networks.js";
import { refund } from "./refund.js";
import { till } from "./till.js";
import { $, log, onClick, timeNow, write } from "./wire.js";

const FINAL = ["home", "paid", "ended"];

const phone = {
  number: "",
  spot: null, // the point of sale, as the simulator describes it
  closed: new Set(), // finished payments that were put away
  problem: "",
  timer: 0,

  get payment() {
    const { payment, latestPayment } = this.spot ?? {};
    return [payment, latestPayment].find((found) => found?.phoneNumber === this.number);
  },
  get scene() {
    const { spot, payment } = this;
    if (spot?.checkedIn === this.number) {
      if (!spot.payment) return "waiting";
      return spot.payment.amount === undefined ? "pairing" : "asked";
    }
    if (!payment || this.closed.has(payment.paymentId)) return "home";
    return { Reserved: "reserved", Captured: "paid" }[payment.status] ?? "ended";
  },

  /** Go to the chosen point of sale as the chosen customer; what is over by then is not shown. */
  async attend() {
    this.number = $("person").value;
    this.spot = shop.chosen;
    await this.look();
    if (FINAL.includes(this.scene)) this.putAway();
  },

  async look() {
    const spot = this.spot;
    if (spot && !document.hidden) {
      const seen = await look(spot);
      if (spot.beaconId !== this.spot.beaconId) return;
      if (spot.isTold && seen.isTold === false) this.problem = CANNOT_CONNECT;
      this.spot = seen;
    }
    this.draw();
    clearTimeout(this.timer);
    if (!FINAL.includes(this.scene)) this.timer = setTimeout(() => this.look(), 800);
  },

  async tap(name) {
    this.problem = await act(name, this.spot, this.number);
    await this.look();
  },

  sayYes() {
    const name = { home: "checkin", waiting: "checkin", asked: "acceptpayment" }[this.scene];
    return name ? this.tap(name) : this.putAway();
  },

  putAway() {
    if (this.payment) this.closed.add(this.payment.paymentId);
    this.problem = "";
    this.draw();
  },

  draw() {
    const { scene, spot, payment } = this;
    const words = $("scenes").content.querySelector(`[data-scene=${scene}]`);
    const { icon, title, yes = "" } = words.dataset;
    const isAsked = scene === "asked";
    const sum = isAsked || ["reserved", "paid"].includes(scene) ? money(payment, scene === "paid") : "";
    $("screen").dataset.scene = scene;
    write("clock", timeNow({ timeStyle: "short" }));
    write("brand", scene === "home" ? "" : spot.brandName);
    write("place", scene === "home" ? "" : `${spot.storeName} · ${spot.posName}`);
    $("phone-art").setAttribute("href", `#icon-${icon}`);
    write("phone-title", title);
    write("phone-amount", sum);
    write("phone-text", isAsked ? `Order ${payment.orderId}` : words.textContent);
    write("phone-problem", this.problem);
    write("phone-yes", isAsked ? `${yes} ${sum}` : yes);
    $("phone-yes").disabled = !yes || !spot;
    $("phone-no").disabled = !isAsked;
  },
};

function money({ amount, capturedAmount, currencyCode }, isCaptured) {
  const sum = (isCaptured ? capturedAmount : amount).toLocaleString("en", { minimumFractionDigits: 2 });
  return `${sum} ${currencyCode === "DKK" ? "kr." : currencyCode}`;
}

// The shop: which terminals there are

const shop = {
  terminals: [],

  get chosen() {
    return this.terminals[$("terminal").value] ?? null;
  },

  /** Find the tills' terminals that are points of sale; look again until there is one. */
  async open() {
    const { terminals, problem } = await findTerminals();
    this.offer(terminals);
    const obstacle = problem || (this.chosen ? "" : $("blocked").dataset.empty);
    write("blocked", obstacle);
    $("blocked").hidden = !obstacle;
    $("sale").hidden = Boolean(obstacle);
    if (obstacle) setTimeout(() => this.open(), 3000);
    else await till.change(this.chosen);
  },

  offer(terminals) {
    const beacons = (spots) => String(spots.map((spot) => spot.beaconId));
    if (beacons(terminals) === beacons(this.terminals)) return;
    this.terminals = terminals;
    $("terminal").replaceChildren(...options(terminals));
    $("terminal").disabled = !terminals.length;
    offerMishaps(terminals);
    phone.attend();
  },
};

// Everything begins

$("person").addEventListener("change", () => phone.attend());
$("terminal").addEventListener("change", () => {
  phone.attend();
  if (!$("sale").hidden) till.change(shop.chosen);
});
for (const key of $("products").children) {
  key.addEventListener("click", () => till.ringUp(Number(key.dataset.price)));
}
$("amount").addEventListener("input", () => till.draw());

for (const name of ["start", "prepare", "ready", "capture", "cancel"]) {
  onClick(name, () => till.act(async () => (name === "start" && till.payment ? till.newSale() : till.post(name))));
}
onClick("refund-create", () => refund.create());
onClick("refund-capture", () => refund.post("capture"));
onClick("refund-cancel", () => refund.post("cancel"));
onClick("clear", () => log.clear());
onClick("phone-yes", () => phone.sayYes());
onClick("phone-no", () => phone.tap("cancelpaymentbyuser"));

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter") event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  till.poll();
  refund.poll();
  phone.look();
});

phone.draw();
shop.open();
