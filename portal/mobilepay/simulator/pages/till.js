// The till: it knows only the till API, as any cash register.

import { refund } from "./refund.js";
import { $, callPortal, speaker, write } from "./wire.js";

const OPEN = ["Asking", "Initiated", "Prepared", "Paired", "IssuedToUser", "Reserved"];
const WITHOUT_AMOUNT = ["Prepared", "Paired"];

export const till = {
  terminal: null, // the point of sale in use
  wanted: null, // the one that was chosen
  payment: null, // { id, status }
  problem: "", // what the last deed met
  trouble: "", // what the last poll met
  isBusy: false,
  turn: 0, // an answer that was asked for in an earlier turn comes too late
  timer: 0,

  get status() {
    return this.payment?.status ?? "Ready";
  },
  get isOpen() {
    return OPEN.includes(this.status);
  },

  /** Do one deed at a time, then see how the payment stands. */
  async act(deed) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.turn += 1;
    this.problem = (await deed())?.problem ?? "";
    this.isBusy = false;
    if (this.terminal !== this.wanted) return this.change(this.wanted);
    return this.poll();
  },

  /** Ask while something can change and somebody looks, as often as the portal wants it. */
  async poll() {
    this.draw();
    clearTimeout(this.timer);
    if (!this.isOpen || this.isBusy || document.hidden) return;
    const turn = ++this.turn;
    const answer = await callPortal("GET", "payment/status", { paymentId: this.payment.id });
    if (turn !== this.turn) return;
    this.trouble = answer.problem;
    if (answer.success) this.payment.status = answer.status;
    this.draw();
    if (this.isOpen) this.timer = setTimeout(() => this.poll(), Number(answer.pollDelayInMs) || 2000);
  },

  /** Move to a terminal and resume what is open there, as a till does after a power cut. */
  change(terminal) {
    this.wanted = terminal;
    return this.act(async () => {
      this.terminal = terminal;
      speaker.number = terminal.till;
      this.newSale();
      const { merchantPosId: terminalId, posName, storeName } = this.terminal;
      write("qr-caption", `${posName}, ${storeName}`);
      $("qr").alt = `QR code of ${posName}`;
      const code = await callPortal("GET", "terminal/qrcode", { terminalId });
      $("qr").src = code.qrcodeImagelink ?? "data:,";
      const open = await callPortal("GET", "payments", { terminalId });
      if (!open.paymentsIds?.length) return open;
      const found = await callPortal("GET", "payment/details", { paymentId: open.paymentsIds[0] });
      if (found.problem) return found;
      const { paymentId, orderId, amount, status } = found.paymentDetails;
      this.payment = { id: paymentId, status };
      $("order").value = orderId;
      $("amount").value = amount ?? "";
    });
  },

  newSale() {
    this.payment = null;
    this.trouble = "";
    $("amount").value = "";
    $("order").value = `SALE-${Date.now().toString(36).toUpperCase()}`;
  },

  ringUp(price) {
    $("amount").value = ((Number($("amount").value) || 0) + price).toFixed(2);
    this.draw();
  },

  /** Make the call a button is named for. A lost answer does no harm: the same order again is the same payment. */
  async post(name) {
    const facts = {
      orderId: $("order").value,
      amount: $("amount").value.trim(),
      terminalId: this.terminal.merchantPosId,
      paymentId: this.payment?.id,
    };
    const sent = $(name).dataset.send.split(" ").map((fact) => [fact, facts[fact]]);
    const answer = await callPortal("POST", `payment/${name}`, sent);
    if (answer.paymentId) this.payment = { id: answer.paymentId, status: "Asking" };
    return answer;
  },

  draw() {
    const { status, isOpen } = this;
    const problem = this.problem || this.trouble;
    const meaning = $("meanings").content.querySelector(`[data-status=${status}]`);
    const { tone, icon, reached } = meaning.dataset;
    $("status").dataset.tone = tone;
    $("status-icon").setAttribute("href", `#icon-${icon}`);
    write("status-word", status);
    write("status-text", problem || meaning.textContent);
    $("status-text").className = problem && "problem";
    [...$("steps").children].forEach((step, index) => {
      step.className = index < reached ? "done" : "";
      step.ariaCurrent = index + 1 === Number(reached) ? "step" : null;
    });

    const isNew = !this.payment;
    const mayRingUp = isNew || WITHOUT_AMOUNT.includes(status);
    const hasAmount = $("amount").value.trim() !== "";
    for (const key of $("products").children) key.disabled = !mayRingUp;
    $("amount").readOnly = !mayRingUp && status !== "Reserved";
    $("order").readOnly = !isNew;
    write("start", isNew || isOpen ? "Start payment" : "New sale");
    const allowed = {
      start: isNew ? hasAmount : !isOpen,
      prepare: isNew,
      ready: WITHOUT_AMOUNT.includes(status) && hasAmount,
      capture: status === "Reserved",
      cancel: isOpen,
    };
    refund.offer(status === "Captured" ? this.payment.id : null, $("amount").value);
    const focused = document.activeElement?.id;
    for (const [id, isAllowed] of Object.entries(allowed)) $(id).disabled = !isAllowed;
    if (allowed[focused] === false) $("status").focus({ preventScroll: true });
  },
};
