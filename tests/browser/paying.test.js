// A debtor pays: by card, by bank, after a decline, with the keyboard alone, without JavaScript.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { balance, cents, choose, fact, heading, launch, payByBank, payByCard, press, signIn, toCheckout, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";

const GOOD = "4242 4242 4242 4242";
const DECLINED = "4000 0000 0000 0002";
const ASKS_THE_BANK = "4000 0025 0000 3155";
const BANK_ARRIVES = "000123456789";
const BANK_FAILS = "000222222227";

let portal, browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

/** A visitor on the debt's page of that link; what the browser complained about fails the test. */
async function debtor(t, name, options) {
  const page = await visitor(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
  await signIn(page, portal.link(name));
  return page;
}

/** From a receipt back to the debt, where the newest entry of the history is what was just paid. */
async function backToDebt(page, amount) {
  await press(page, page.locator("main .actions a"));
  assert.match(await page.locator(".timeline > li.entry-money").first().innerText(), new RegExp(`\\${amount}`), "the history shows it");
}

test("a debt is paid in full", async (t) => {
  const page = await debtor(t, "untouched");
  assert.equal(await balance(page), 84_217);
  await toCheckout(page);
  await payByCard(page, GOOD);
  assert.equal(await heading(page), "Thank you. Your payment was received.");
  assert.equal(await page.locator(".figure-amount").innerText(), "$842.17");
  assert.equal(await fact(page, "Remaining balance"), "$0.00");
  assert.match(await fact(page, "Original account number"), /^\D*8315$/, "the account number is cut to its end");
  await backToDebt(page, "$842.17");
  assert.equal(await balance(page), 0);
  assert.equal(await page.locator(".status").first().innerText(), "Paid in full");
  assert.equal(await page.getByRole("link", { name: "Pay", exact: true }).count(), 0, "nothing is left to pay");
});

test("a part of a debt is paid", async (t) => {
  const page = await debtor(t, "half-paid");
  const owed = await balance(page);
  await toCheckout(page, "120.34");
  await payByCard(page, GOOD);
  assert.equal(cents(await fact(page, "Remaining balance")), owed - 12_034);
  await backToDebt(page, "$120.34");
  assert.equal(await balance(page), owed - 12_034);
});

test("after a decline another card pays", async (t) => {
  const page = await debtor(t, "three-debts");
  const owed = await balance(page);
  await toCheckout(page, "15");
  await payByCard(page, DECLINED);
  assert.match(await page.locator("[role=alert]").innerText(), /declined/);
  await press(page, page.getByRole("link", { name: "Go back without paying" }));
  assert.equal(await heading(page), "The payment was declined");
  assert.match(await page.locator("main").innerText(), /Nothing was charged/);
  await press(page, page.locator("main .actions button[type=submit]"));
  await payByCard(page, GOOD);
  assert.equal(await page.locator(".figure-amount").innerText(), "$15.00");
  await backToDebt(page, "$15.00");
  assert.equal(await balance(page), owed - 1_500);
});

test("who leaves the checkout can go on, and can cancel for good", async (t) => {
  const page = await debtor(t, "three-debts");
  const owed = await balance(page);
  await toCheckout(page, "20.00");
  const checkout = page.url();
  await press(page, page.getByRole("link", { name: "Go back without paying" }));
  assert.equal(await heading(page), "The payment was not finished");
  const payment = page.url();
  await press(page, page.getByRole("button", { name: "Continue this payment" }));
  assert.equal(page.url(), checkout, "the same checkout goes on");
  await page.goto(payment);
  await press(page, page.getByRole("button", { name: "Cancel this payment" }));
  assert.equal(await heading(page), "The payment was canceled");
  await page.goto(checkout);
  assert.equal(await heading(page), "This checkout has expired", "a canceled payment cannot be paid later by mistake");
  await page.goto(payment);
  await press(page, page.getByRole("link", { name: /^Back to/ }));
  assert.equal(await balance(page), owed);
});

test("another amount replaces the open checkout", async (t) => {
  const page = await debtor(t, "three-debts");
  await toCheckout(page, "30.00");
  const first = page.url();
  await press(page, page.getByRole("link", { name: "Go back without paying" }));
  await press(page, page.getByRole("link", { name: "Another amount" }));
  await choose(page, "31.00");
  await press(page, page.locator("main form[method=post] button[type=submit]"));
  const second = page.url();
  assert.notEqual(second, first);
  await page.goto(first);
  assert.equal(await heading(page), "This checkout has expired");
  await page.goto(second);
  await payByCard(page, GOOD);
  assert.equal(await page.locator(".figure-amount").innerText(), "$31.00");
});

test("the bank asks for a confirmation (3-D Secure)", async (t) => {
  const page = await debtor(t, "three-debts");
  await toCheckout(page, "12.00");
  await payByCard(page, ASKS_THE_BANK);
  await press(page, page.getByRole("button", { name: "Fail authentication" }));
  assert.match(await page.locator("[role=alert]").innerText(), /not confirmed/);
  await payByCard(page, ASKS_THE_BANK);
  await press(page, page.getByRole("button", { name: "Complete authentication" }));
  assert.equal(await heading(page), "Thank you. Your payment was received.");
});

test("a bank debit is on its way, then arrives", async (t) => {
  const page = await debtor(t, "half-paid");
  const owed = await balance(page);
  await toCheckout(page, "100");
  const checkout = page.url();
  await payByBank(page, BANK_ARRIVES);
  assert.equal(await heading(page), "Your payment is on its way");
  const payment = page.url();
  await press(page, page.getByRole("link", { name: "Back to your account" }));
  assert.equal(await balance(page), owed, "money on its way does not count yet");
  assert.match(await page.locator("main").innerText(), /\$100\.00 is on its way/);
  await portal.settle(checkout);
  await page.goto(payment);
  assert.equal(await heading(page), "Thank you. Your payment was received.");
  assert.equal(cents(await fact(page, "Remaining balance")), owed - 10_000);
});

test("a bank debit fails", async (t) => {
  const page = await debtor(t, "half-paid");
  const owed = await balance(page);
  await toCheckout(page, "50");
  const checkout = page.url();
  await payByBank(page, BANK_FAILS);
  const payment = page.url();
  await portal.settle(checkout);
  await page.goto(payment);
  assert.equal(await heading(page), "Your bank returned the payment");
  assert.equal(cents(await fact(page, "Current balance")), owed);
});

test("an amount that cannot be paid is refused with a sentence, and nothing is lost", async (t) => {
  const page = await debtor(t, "half-paid");
  await press(page, page.getByRole("link", { name: "Pay", exact: true }));
  for (const [typed, sentence] of [
    ["", /Enter the amount/],
    ["0.49", /at least \$0\.50/],
    ["12.345", /two digits/],
    ["1e3", /in digits/],
    ["99999999", /at most \$/],
  ]) {
    await choose(page, typed);
    assert.match(await page.locator("#amount-error").innerText(), sentence, typed);
    assert.equal(await page.locator("#amount").inputValue(), typed, "what was typed stays");
    // The reader is led to it; the browser moves the focus a moment after the page has loaded.
    await page.waitForFunction(() => document.activeElement.className === "error-summary");
  }
});

test("the keyboard alone pays a debt", async (t) => {
  const page = await visitor(browser);
  t.after(() => page.context().close());
  const link = portal.link("spanish");
  await page.goto(link.url);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page, "text"), "Skip to the main content", "the first stop leads past the header");
  await page.keyboard.press("Enter");
  await tabTo(page, "#postal_code");
  await page.keyboard.type(link.postal_code);
  await submit(page, "Enter");
  await tabTo(page, "a[href$='/payments/new']");
  await submit(page, "Enter");
  await tabTo(page, "input[name=choice]");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("input[value=partial]").isChecked(), true);
  await tabTo(page, "#amount");
  await page.keyboard.type("10.00");
  await tabTo(page, "main form button[type=submit]");
  await submit(page, "Space");
  await tabTo(page, "main form[method=post] button[type=submit]");
  await submit(page, "Space");
  await tabTo(page, "#card_number");
  await page.keyboard.type("4242424242424242");
  await tabTo(page, "form:has(#card_number) button[type=submit]");
  await submit(page, "Enter");
  assert.equal(await heading(page), "Thank you. Your payment was received.");
  assert.deepEqual(page.complaints, []);
});

async function focused(page, what) {
  return page.evaluate((what) => {
    const element = document.activeElement;
    return what === "text" ? element.textContent.trim() : element.outerHTML.slice(0, 120);
  }, what);
}

/** Presses Tab until the focus is there; every stop on the way must be visible and show that it has the focus. */
async function tabTo(page, selector) {
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate((selector) => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const rings = [element, element.closest("label, .money-input")].filter(Boolean).map((each) => getComputedStyle(each));
      const ringed = rings.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none");
      const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      const uncovered = middle !== null && (element.contains(middle) || middle.contains(element) || element.closest("label")?.contains(middle));
      return { there: element.matches(selector), visible: ringed && uncovered, html: element.outerHTML.slice(0, 160) };
    }, selector);
    assert.ok(stop.visible, `the focus can be seen on ${stop.html}`);
    if (stop.there) return;
  }
  assert.fail(`Tab does not lead to ${selector}; it ended on ${await focused(page)}`);
}

async function submit(page, key) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);
}

test("a debt is paid without JavaScript", async (t) => {
  const page = await debtor(t, "half-paid", { javaScriptEnabled: false });
  await toCheckout(page, "25.00");
  await payByCard(page, GOOD);
  assert.equal(await heading(page), "Thank you. Your payment was received.");
});

test("when Stripe does not answer, nothing is charged and the page says so", async (t) => {
  const page = await debtor(t, "half-paid");
  t.after(() => portal.clearFaults());
  await portal.fault("POST", "/v1/checkout/sessions", { error_before: { status: 400 } });
  await press(page, page.getByRole("link", { name: "Pay", exact: true }));
  await choose(page, "11.00");
  await press(page, page.locator("main form[method=post] button[type=submit]"));
  assert.equal(page.answer.status(), 503);
  assert.match(await page.locator("main").innerText(), /Nothing was charged/);
});

test("the ledger is right after all of this", async () => {
  assert.match(await portal.doctor(), /^ok +amount_paid of every debt is what its payments add up to$/m);
});
