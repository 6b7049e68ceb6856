// What a debtor keeps and shows to others: the statement, and the paid-in-full letter with its number.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cents, heading, launch, payByCard, press, signIn, toCheckout, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";

const MARGINS = { top: "1.5cm", right: "1.5cm", bottom: "1.5cm", left: "1.5cm" };

let portal, browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

/** A visitor with cookies of their own; what the browser complained about fails the test. */
async function someone(t, options) {
  const page = await visitor(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
  return page;
}

/** Checks a number on the public page; the answer. */
async function check(page, number) {
  await page.locator("#number").fill(number);
  await press(page, page.locator("main form button[type=submit]"));
  return page.locator("main .notice").innerText();
}

/** How many pages the page prints on. */
async function printed(page, format) {
  const pdf = await page.pdf({ format, margin: MARGINS });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
}

test("a paid debt's letter is checked by somebody who knows nothing but its number", async (t) => {
  const [debtor, stranger] = [await someone(t), await someone(t)];
  await signIn(debtor, portal.link("resolved"));
  await press(debtor, debtor.getByRole("button", { name: "Paid-in-full letter" }));
  const letter = debtor.url();
  assert.equal(await heading(debtor), "This account is paid in full");
  const number = await debtor.locator(".letter-number").innerText();
  const address = (await debtor.locator(".letter-check").innerText()).match(/http\S+\/letters/)[0];
  await stranger.goto(letter);
  assert.equal(stranger.answer.status(), 401, "the letter itself is its debtor's");
  await stranger.goto(address);
  assert.match(await check(stranger, number.toLowerCase().replaceAll("-", " ")), /was issued by Fairwater Accounts and is valid/);
  assert.doesNotMatch(stranger.url(), /PF|pf-/, "the number is in no address");
  assert.doesNotMatch(await stranger.content(), /Delacroix|Fernhill|512|debt|paid/i, "nothing else is told");
  assert.match(await check(stranger, "PF-0000-0000-0000-0000"), /There is no valid letter with this number/);
  await press(stranger, stranger.getByRole("link", { name: "Español" }));
  assert.match(await check(stranger, number), /Fairwater Accounts emitió una carta con este número/);
});

test("the keyboard alone gets the letter and checks its number", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("resolved"));
  await page.locator(".documents button").focus();
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  const number = await page.locator(".letter-number").innerText();
  await page.goto(`${portal.url}/letters`);
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.id === "number")) break;
  }
  await page.keyboard.type(number);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.match(await page.locator("main .notice").innerText(), /is valid/);
});

test("a statement's lines lead from the first balance to the last, for all time and for a period", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("half-paid"));
  const owed = cents(await page.locator(".figure-amount").first().innerText());
  await press(page, page.getByRole("link", { name: "Statement" }));
  const lines = async () => {
    const amounts = await page.locator(".ledger tbody tr:not(.ledger-total) td:nth-child(4)").allInnerTexts();
    return amounts.map((amount) => cents(amount) * (amount.startsWith("+") ? 1 : -1));
  };
  const ends = async () => (await page.locator(".ledger-total td").allInnerTexts()).map(cents);
  const all = await lines();
  const [opening, closing] = await ends();
  assert.equal(closing, owed);
  assert.equal(opening + all.reduce((sum, amount) => sum + amount, 0), closing);
  const days = await page.locator(".ledger time").evaluateAll((times) => times.map((time) => time.dateTime.slice(0, 10)));
  await page.getByLabel("First day").fill(days[3]);
  await page.getByLabel("Last day").fill(days[6]);
  await press(page, page.getByRole("button", { name: "Show this period" }));
  assert.deepEqual(await lines(), all.slice(3, 7));
  assert.equal(await page.getByLabel("First day").inputValue(), days[3], "the days stay in the form");
  await page.getByLabel("First day").fill("2026-03-02");
  await page.getByLabel("Last day").fill("2026-03-01");
  await press(page, page.getByRole("button", { name: "Show this period" }));
  assert.match(await page.locator("#from-error").innerText(), /after the last day/);
  await page.waitForFunction(() => document.activeElement.className === "error-summary");
});

test("letter, statement and a receipt with all that went back print without the site around them", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("resolved"));
  const debt = page.url();
  await press(page, page.locator(".documents button"));
  for (const format of ["Letter", "A4"]) assert.equal(await printed(page, format), 1, `the letter on ${format}`);
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".site-header", ".back-link", ".actions", ".no-print"]) {
    assert.equal(await page.locator(hidden).first().isVisible(), false, `${hidden} is not printed with a letter`);
  }
  assert.equal(await page.locator(".letter-number").isVisible(), true);
  await page.goto(`${debt}/statement`);
  for (const hidden of [".site-header", ".back-link", ".period", ".no-print"]) {
    assert.equal(await page.locator(hidden).first().isVisible(), false, `${hidden} is not printed with a statement`);
  }
  // However narrow a paper is, it has columns, and their heads on each of its pages.
  await page.setViewportSize({ width: 400, height: 900 });
  assert.equal(await page.locator(".ledger thead").evaluate((head) => getComputedStyle(head).display), "table-header-group");
  assert.equal(await page.locator(".ledger tbody tr").first().evaluate((row) => getComputedStyle(row).display), "table-row");
  assert.equal(await page.locator(".ledger tbody tr").first().evaluate((row) => getComputedStyle(row).breakInside), "avoid");
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width: 1280, height: 900 });
  await press(page, page.locator(".ledger a").last());
  assert.equal(await heading(page), "Your payment was received. A part of it went back.");
  for (const format of ["Letter", "A4"]) assert.equal(await printed(page, format), 1, `the receipt on ${format}`);
});

test("a payment that the bank takes back says so on its receipt, and its letter is withdrawn", async (t) => {
  const [page, stranger] = [await someone(t), await someone(t)];
  await signIn(page, portal.link("untouched"));
  const debt = page.url();
  await toCheckout(page);
  const checkout = page.url();
  await payByCard(page, "4000000000000259");
  const receipt = page.url();
  await page.goto(debt);
  await press(page, page.locator(".documents button"));
  const letter = page.url();
  const number = await page.locator(".letter-number").innerText();
  await portal.settle(checkout);
  await page.goto(letter);
  assert.equal(await heading(page), "This letter is no longer valid");
  await page.goto(receipt);
  assert.equal(await heading(page), "Your bank took this payment back");
  await page.goto(debt);
  assert.equal(await page.locator(".status").first().innerText(), "Open");
  assert.equal(await page.locator(".documents button").count(), 0);
  await stranger.goto(`${portal.url}/letters`);
  assert.match(await check(stranger, number), /There is no valid letter/);
});
