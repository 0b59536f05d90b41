// Giving a sale's money back: create, wait until it is reserved, pay out. Above the till limit people approve it first.

import { $, callPortal, write } from "./wire.js";

const MEANINGS = {
  AwaitingApproval: "Above the till limit: somebody in the back office must approve it.",
  Rejected: "The back office said no. No money went back.",
  Initiated: "MobilePay sets the money aside.",
  Reserved: "The money is set aside. Pay out to send it to the customer.",
  Captured: "Paid back: the customer has the money again.",
  CancelledByClient: "The till cancelled. No money went back.",
  CancelledByMobilePay: "MobilePay refused. No money went back.",
  ExpiredAndCaptured: "MobilePay paid it back by itself.",
};
const OPEN = ["AwaitingApproval", "Initiated", "Reserved"];

export const refund = {
  paymentId: null, // of the sale that is captured
  id: null,
  order: "", // the till's own name for the refund that is being asked for
  status: "",
  problem: "",
  isBusy: false,
  timer: 0,

  get isOpen() {
    return Boolean(this.id) && (!this.status || OPEN.includes(this.status));
  },

  /** Offer to give back what this payment took; null when nothing is taken. */
  offer(paymentId, amount) {
    if (paymentId === this.paymentId) return;
    clearTimeout(this.timer);
    Object.assign(this, { paymentId, id: null, order: "", status: "", problem: "" });
    $("refund-amount").value = amount;
    this.draw();
  },

  async act(deed) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem = (await deed())?.problem ?? "";
    this.isBusy = false;
    await this.poll();
  },

  /** A lost answer does no harm: the same refund order again is the same refund. */
  create() {
    return this.act(async () => {
      this.order ||= `REFUND-${Date.now().toString(36).toUpperCase()}`;
      const amount = $("refund-amount").value.trim();
      const answer = await callPortal("POST", "refund/create", {
        paymentId: this.paymentId,
        refundOrderId: this.order,
        amount,
      });
      if (answer.refundId) Object.assign(this, { id: answer.refundId, status: "", order: "" });
      // What was refused for good is over; the next try is another refund.
      else if (![0, 502, 503].includes(answer.httpStatus)) this.order = "";
      return answer;
    });
  },

  post(name) {
    return this.act(() => callPortal("POST", `refund/${name}`, { refundId: this.id }));
  },

  async poll() {
    this.draw();
    clearTimeout(this.timer);
    if (!this.isOpen || this.isBusy || document.hidden) return;
    const { id } = this;
    const answer = await callPortal("GET", "refund/details", { refundId: id });
    if (id !== this.id) return;
    const details = answer.refundDetails;
    if (details) this.status = details.status;
    else this.problem = answer.problem;
    this.draw();
    // Nobody decides within a tenth of a second.
    if (this.isOpen) this.timer = setTimeout(() => this.poll(), Math.max(Number(details?.pollDelayInMs) || 0, 1000));
  },

  draw() {
    $("refund").hidden = !this.paymentId;
    const { status, isOpen, id } = this;
    write("refund-status", status || (id ? "Asking" : ""));
    write("refund-text", this.problem || MEANINGS[status] || "");
    $("refund-text").className = this.problem && "problem";
    $("refund-amount").readOnly = isOpen;
    $("refund-create").disabled = isOpen;
    $("refund-capture").disabled = status !== "Reserved";
    $("refund-cancel").disabled = !isOpen;
  },
};
