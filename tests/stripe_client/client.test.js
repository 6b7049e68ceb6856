// Stripe's own Node client must not notice that it talks to the look-alike.
// QUITTANCE names the program; without it the debug build is taken.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import Stripe from "stripe";

const PROGRAM = process.env.QUITTANCE_BIN ?? fileURLToPath(new URL("../../target/debug/quittance", import.meta.url));
const SECRET = "whsec_of_this_test";
const posted = [];
let stripe, base, sandbox, endpoint;

before(async () => {
  endpoint = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      posted.push({ body: Buffer.concat(chunks), signature: request.headers["stripe-signature"] });
      response.end();
    });
  });
  await once(endpoint.listen(0, "127.0.0.1"), "listening");
  const webhook = `http://127.0.0.1:${endpoint.address().port}/`;
  const settings = ["--listen", "127.0.0.1:0", "--webhook-url", webhook, "--webhook-secret", SECRET];
  sandbox = spawn(PROGRAM, ["sandbox", ...settings], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: sandbox.stdout }), "line");
  base = new URL(line);
  stripe = new Stripe("sk_test_sandbox", { host: base.hostname, port: base.port, protocol: "http", maxNetworkRetries: 2 });
});

after(() => {
  sandbox?.kill("SIGINT");
  endpoint?.close();
});

async function press(path, body = {}) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(new URL(`/_sandbox/${path}`, base), { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const newSession = (more = {}, options = {}) =>
  stripe.checkout.sessions.create(
    {
      mode: "payment",
      line_items: [
        { quantity: 1, price_data: { currency: "usd", unit_amount: 12345, product_data: { name: "Account ending 4821" } } },
      ],
      client_reference_id: "payment-1",
      metadata: { payment: "payment-1" },
      success_url: "http://127.0.0.1:9/payments/1?session={CHECKOUT_SESSION_ID}",
      cancel_url: "http://127.0.0.1:9/debts/1",
      expires_at: Math.floor(Date.now() / 1000) + 31 * 60,
      ...more,
    },
    options,
  );

async function paidSession(instrument = "4242424242424242", more = {}) {
  const session = await newSession(more);
  await press(`sessions/${session.id}/pay`, { instrument });
  return stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent.latest_charge"] });
}

test("a session is made once, paid and read back", async () => {
  const key = { idempotencyKey: `key-${Date.now()}` };
  const [one, two] = [await newSession({}, key), await newSession({}, key)];
  assert.equal(one.id, two.id);
  assert.equal(two.lastResponse.headers["idempotent-replayed"], "true");
  assert.ok(one.lastResponse.requestId.startsWith("req_"));
  assert.equal((await fetch(one.url)).status, 200);
  const paid = await paidSession();
  assert.equal(paid.payment_status, "paid");
  assert.equal(paid.payment_intent.latest_charge.amount_captured, 12345);
  const items = await stripe.checkout.sessions.listLineItems(paid.id);
  assert.equal(items.data[0].amount_total, 12345);
});

test("an open session can be expired, once", async () => {
  const session = await newSession();
  assert.equal((await stripe.checkout.sessions.expire(session.id)).status, "expired");
  await assert.rejects(stripe.checkout.sessions.expire(session.id), Stripe.errors.StripeInvalidRequestError);
});

test("errors are of the client's own kinds", async () => {
  await assert.rejects(newSession({ colour: "red" }), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
    assert.deepEqual([error.code, error.param, error.statusCode], ["parameter_unknown", "colour", 400]);
    return true;
  });
  const stranger = new Stripe("sk_test_other", { host: base.hostname, port: base.port, protocol: "http" });
  await assert.rejects(stranger.balance.retrieve(), Stripe.errors.StripeAuthenticationError);
  await newSession({}, { idempotencyKey: "used" });
  await assert.rejects(newSession({ locale: "es" }, { idempotencyKey: "used" }), Stripe.errors.StripeIdempotencyError);
  const card = { amount: 900, currency: "usd", payment_method: "pm_card_chargeDeclined", confirm: true };
  await assert.rejects(stripe.paymentIntents.create(card), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeCardError);
    assert.equal(error.payment_intent.status, "requires_payment_method");
    return true;
  });
});

test("the client's own retries make one session of a lost answer", async () => {
  const action = { close: { after_effect: true } };
  await press("faults", { on: { request: { method: "POST", path: "/v1/checkout/sessions" } }, times: 1, action });
  const before = (await stripe.checkout.sessions.list({ limit: 100 })).data.length;
  await newSession();
  assert.equal((await stripe.checkout.sessions.list({ limit: 100 })).data.length, before + 1);
});

test("refunds, disputes and customers are where the client looks for them", async () => {
  const { payment_intent: intent } = await paidSession();
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 345 });
  assert.equal((await stripe.refunds.retrieve(refund.id)).status, "succeeded");
  assert.equal((await stripe.charges.retrieve(intent.latest_charge.id)).amount_refunded, 345);

  const disputed = await paidSession("4000000000000259");
  await press(`sessions/${disputed.id}/settle`);
  const { data } = await stripe.disputes.list({ payment_intent: disputed.payment_intent.id });
  assert.equal((await stripe.disputes.close(data[0].id)).status, "lost");

  const customer = await stripe.customers.create({ email: "pat@example.com" });
  await paidSession("4242424242424242", { customer: customer.id, payment_intent_data: { setup_future_usage: "off_session" } });
  const kept = await stripe.customers.listPaymentMethods(customer.id);
  const later = { customer: customer.id, payment_method: kept.data[0].id, off_session: true, confirm: true };
  assert.equal((await stripe.paymentIntents.create({ amount: 2500, currency: "usd", ...later })).status, "succeeded");
});

test("events page through to the end, and webhooks pass the client's own check", async () => {
  const { id } = await paidSession();
  const types = [];
  for await (const event of stripe.events.list({ limit: 3, types: ["checkout.session.completed", "charge.*"] })) {
    types.push(event.type);
  }
  assert.ok(types.filter((type) => type === "checkout.session.completed").length >= 1);
  await press("deliver_all");
  const events = posted.map(({ body, signature }) => stripe.webhooks.constructEvent(body, signature, SECRET));
  assert.ok(events.some((event) => event.type === "checkout.session.completed" && event.data.object.id === id));
  const { body, signature } = posted[0];
  assert.throws(() => stripe.webhooks.constructEvent(body, signature, "whsec_of_somebody_else"));
});
