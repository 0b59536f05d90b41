// The two networks behind one phone: which a point of sale is at, how it looks there, and how a customer acts there.
// And the shop's side of it: where the tills' terminals are, and how well the network's webhooks do.

import { plug } from "./plug.js";
import { $, callPortal, request, speaker } from "./wire.js";

const post = (path, body) => request(path, { method: "POST", body: JSON.stringify(body) });

/** What the app says when a scan tells nobody, or when who is told does not take it. */
export const CANNOT_CONNECT = "Cannot connect to the shop. Scan again, or pay in another way.";
const CANNOT_REACH = "The phone cannot reach MobilePay. Try again in a moment.";

const posV10 = {
  find: (code) => request(`/_simulator/points-of-sale/${code}`),

  async act(name, spot, phoneNumber) {
    const { status, body } = await post(`/pos/app/usersimulation/${name}`, { beaconId: spot.beaconId, phoneNumber });
    return status === 200 ? "" : (body.message ?? body.errors[0]);
  },
};

const ePayment = {
  async find(code) {
    const { status, body } = await request(`/_simulator/epayment/codes/${code}`);
    if (status !== 200) return { status, body };
    const { merchantQrId, locationDescription, checkedIn, payment, latestPayment } = body;
    const spot = {
      ...body,
      beaconId: merchantQrId,
      posName: locationDescription,
      checkedIn: checkedIn && `+${checkedIn}`,
      payment: payment && inOneForm(payment),
      latestPayment: latestPayment && inOneForm(latestPayment),
    };
    return { status, body: spot };
  },

  async act(name, spot, phoneNumber) {
    if (name === "checkin") {
      const { body } = await post("/_simulator/epayment/check-ins", { merchantQrId: spot.beaconId, phoneNumber });
      return body.isTold ? "" : (body.error ?? body.errors?.[0] ?? CANNOT_CONNECT);
    }
    const isYes = name === "acceptpayment";
    const answer = isYes ? "approve" : "decline";
    const { status, body } = await post(`/_simulator/epayment/payments/${spot.payment.paymentId}/${answer}`, {});
    if (status !== 200) return body.error ?? body.errors[0];
    return isYes && body.state === "CREATED" ? "There is not enough money on the card." : "";
  },
};

/** A payment in the words of PoS V10, with amounts in kroner. */
function inOneForm({ reference, paymentDescription, amount, state, aggregate, phoneNumber }) {
  const { capturedAmount, cancelledAmount } = aggregate;
  const isGone = cancelledAmount.value === amount.value;
  const approved = capturedAmount.value ? "Captured" : isGone ? "Cancelled" : "Reserved";
  return {
    paymentId: reference,
    orderId: paymentDescription,
    amount: amount.value / 100,
    capturedAmount: capturedAmount.value / 100,
    currencyCode: amount.currency,
    status: state === "AUTHORIZED" ? approved : state,
    phoneNumber: `+${phoneNumber}`,
  };
}

/** How the point of sale stands now, as far as its network tells. */
export async function look(spot) {
  const { status, body } = await spot.network.find(spot.beaconId);
  return status === 200 ? { ...spot, ...body } : spot;
}

/** Do what the customer does there; the sentence that says why it did not work, or nothing. */
export async function act(name, spot, phoneNumber) {
  await plug.look();
  return plug.isPulled ? CANNOT_REACH : spot.network.act(name, spot, phoneNumber);
}

/** All terminals of all tills that are points of sale, and what stood in the way of finding them. */
export async function findTerminals() {
  const { status, body } = await request("/tills");
  const tills = status === 200 ? body : [];
  const terminals = [];
  let problem = status === 200 ? "" : body.errors[0];
  for (const [number, { label, terminals: ids }] of tills.entries()) {
    speaker.number = number;
    const found = ids.length ? await ask(ids) : await searchStores();
    terminals.push(...found.spots.map((spot) => ({ ...spot, till: number, label })));
    problem ||= found.problem;
  }
  return { terminals, problem: terminals.length ? "" : problem };
}

/** Have the portal tell the code of each terminal, and find out which network it is at. */
async function ask(ids) {
  const spots = [];
  let problem = "";
  for (const terminalId of ids) {
    const answer = await callPortal("GET", "manage/terminal/information", { terminalId });
    const spot = answer.success ? await spotAt(answer.posInformation.beaconId) : null;
    if (spot) spots.push({ ...spot, merchantPosId: terminalId });
    problem ||= answer.problem;
  }
  return { spots, problem };
}

async function spotAt(code) {
  for (const network of [ePayment, posV10]) {
    const { status, body } = await network.find(code);
    if (status === 200) return { ...body, network };
  }
  return null;
}

async function searchStores() {
  const world = await request("/_simulator/world");
  const stores = await callPortal("GET", "manage/stores");
  const all = world.body.pointsOfSale ?? [];
  const own = all.filter((spot) => !stores.success || stores.storesIds.includes(spot.storeId));
  return { spots: stores.success ? own.map((spot) => ({ ...spot, network: posV10 })) : [], problem: stores.problem };
}

/** One option per terminal, in one group per till where there are several. */
export function options(terminals) {
  const labels = [...new Set(terminals.map((spot) => spot.label))];
  const option = (spot) => new Option(`${spot.posName}, ${spot.storeName}`, terminals.indexOf(spot));
  if (labels.length < 2) return terminals.map(option);
  return labels.map((label) => {
    const group = Object.assign(document.createElement("optgroup"), { label });
    group.append(...terminals.filter((spot) => spot.label === label).map(option));
    return group;
  });
}

// How ePayment's webhooks do

const KNOBS = "/_simulator/epayment/knobs";
const AS_USUAL = { webhooksLost: 0, webhooksTwice: false, webhookDelay: 0, webhooksForged: false };
const MISHAPS = {
  usual: {},
  lost: { webhooksLost: 1 },
  twice: { webhooksTwice: true },
  late: { webhookDelay: 10 },
  forged: { webhooksForged: true },
};

/** Offer the switch when some terminal is at ePayment, set as the network has it. */
export async function offerMishaps(terminals) {
  const isOffered = terminals.some((spot) => spot.network === ePayment);
  $("mishaps").hidden = !isOffered;
  if (!isOffered) return;
  const { body } = await request(KNOBS);
  const has = Object.keys(MISHAPS).find((name) => Object.keys(MISHAPS[name]).some((knob) => body[knob]));
  $("mishap").value = has ?? "usual";
}

$("mishap").addEventListener("change", () => {
  const knobs = { ...AS_USUAL, ...MISHAPS[$("mishap").value] };
  return request(KNOBS, { method: "PATCH", body: JSON.stringify(knobs) });
});
