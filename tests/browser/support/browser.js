// Chromium, and what a visitor does in it.

import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function findChromium() {
  const onPath = (process.env.PATH ?? "").split(path.delimiter).flatMap((dir) => NAMES.map((name) => path.join(dir, name)));
  const found = [process.env.CHROMIUM, ...onPath, ...PLACES].find((file) => file && isExecutable(file));
  if (!found) throw new Error('There is no Chromium: install it ("apt install chromium"), or name the program in CHROMIUM.');
  return found;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser that talks to nobody but the pages under test. */
export async function launch() {
  const options = {
    executablePath: findChromium(),
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
  // Chromium's own sandbox refuses to work for root, and where namespaces are forbidden: in most containers.
  if (process.getuid?.() === 0) return chromium.launch({ ...options, chromiumSandbox: false });
  try {
    return await chromium.launch({ ...options, chromiumSandbox: true });
  } catch (error) {
    if (!/sandbox/i.test(error.message)) throw error;
    return chromium.launch({ ...options, chromiumSandbox: false });
  }
}

/** A visitor's own window. Whatever the browser complains about is collected in `complaints`. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    // An error page is what some tests want; Chromium logs its status all the same.
    const isStatus = /^Failed to load resource: the server responded with a status of/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isStatus) page.complaints.push(message.text());
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") page.complaints.push(`${request.url()}: ${reason}`);
  });
  page.on("response", (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) page.answer = response;
    const origin = new URL(response.url()).origin;
    if (!/^http:\/\/(127\.0\.0\.1|localhost):/.test(origin)) page.complaints.push(`loaded from elsewhere: ${response.url()}`);
  });
  return page;
}

/** Opens a personal link and answers the question. */
export async function signIn(page, link) {
  await page.goto(link.url);
  await page.locator("#postal_code").fill(link.postal_code);
  await press(page, page.locator("main form button[type=submit]"));
  assert.match(new URL(page.url()).pathname, /^\/debts\/[0-9a-f-]{36}$/, "the right postal code leads to the debt");
}

/** Clicks what leads to another page, and waits for that page. */
export async function press(page, locator) {
  await Promise.all([page.waitForEvent("load"), locator.click()]);
}

/** From a debt's page to the checkout; without an amount the whole balance is paid. */
export async function toCheckout(page, amount) {
  await press(page, page.getByRole("link", { name: /^(Pay|Pagar)$/ }));
  await choose(page, amount);
  await press(page, page.locator("main form[method=post] button[type=submit]"));
  assert.match(new URL(page.url()).pathname, /^\/c\/pay\//, "the confirmation leads to the checkout");
}

/** On the page that asks for an amount: chooses and goes on. */
export async function choose(page, amount) {
  if (amount === undefined) {
    await page.locator("input[name=choice][value=full]").check();
  } else {
    await page.locator("input[name=choice][value=partial]").check();
    await page.locator("#amount").fill(amount);
  }
  await press(page, page.locator("main form button[type=submit]"));
}

/** On the checkout: pays with that card. */
export async function payByCard(page, number) {
  await page.locator("#card_number").fill(number);
  await press(page, page.locator("form:has(#card_number) button[type=submit]"));
}

/** On the checkout: pays from that bank account. */
export async function payByBank(page, number) {
  await page.locator("#account_number").fill(number);
  await press(page, page.locator("form:has(#account_number) button[type=submit]"));
}

/** The text of the first heading. */
export function heading(page) {
  return page.locator("h1").innerText();
}

/** The value beside a term of the page's list of facts. */
export function fact(page, term) {
  return page.locator(".facts > div").filter({ has: page.locator("dt", { hasText: term }) }).locator("dd").innerText();
}

/** Cents of an amount such as "$1,234.50". */
export function cents(text) {
  const digits = text.match(/\$([\d,]+\.\d\d)/)?.[1];
  assert.ok(digits, `no amount in "${text}"`);
  return Math.round(Number(digits.replaceAll(",", "")) * 100);
}

/** The large balance of a debt's page, in cents. */
export async function balance(page) {
  return cents(await page.locator(".figure-amount").first().innerText());
}
