// A walk through every page there is, in one language.

import { choose, payByBank, payByCard, press, signIn } from "./browser.js";

/** Walks; calls `show(name)` at each stop, when `page` shows the page of that name. */
export async function tour(portal, page, language, show) {
  const walk = new Walk(portal, page, show);
  await page.goto(`${portal.url}/?lang=${language}`);
  await show("home");
  await walk.newLink();
  await walk.identity();
  await walk.debt();
  await walk.rights();
  await walk.statement();
  await walk.choosing();
  await walk.leavingTheCheckout();
  await walk.bankDebits();
  await walk.trouble();
  await walk.receipts();
  await walk.statuses();
  await walk.letters(language);
  await walk.leaving();
}

class Walk {
  constructor(portal, page, show) {
    Object.assign(this, { portal, page, show });
  }

  async open(path, name) {
    await this.page.goto(new URL(path, this.portal.url).href);
    if (name) await this.show(name);
  }

  async answer(link, postalCode) {
    await this.page.goto(link.url);
    await this.page.locator("#postal_code").fill(postalCode);
    await press(this.page, this.page.locator("main form button[type=submit]"));
  }

  async newLink() {
    const { page } = this;
    await press(page, page.locator("main a[href='/new-link']"));
    await this.show("new-link");
    const send = page.locator("main form button[type=submit]");
    await press(page, send);
    await this.show("new-link-refused");
    await page.locator("#who").fill("nobody@example.com");
    await page.locator("#postal_code").fill("05401");
    await press(page, send);
    await this.show("new-link-done");
  }

  async identity() {
    const link = this.portal.link("half-paid");
    await this.page.goto(link.url);
    await this.show("identity");
    await this.answer(link, "");
    await this.show("identity-empty");
    await this.answer(link, "12");
    await this.show("identity-malformed");
    await this.answer(link, "00501");
    await this.show("identity-wrong");
    const nobody = this.portal.link("no-postal-code");
    do {
      await this.answer(nobody, "00501");
    } while (this.page.answer.status() !== 429);
    await this.show("identity-refused");
  }

  async debt() {
    const { page } = this;
    await signIn(page, this.portal.link("half-paid"));
    this.debtUrl = page.url();
    await this.show("debt");
    const tabs = await page.locator(".tabs a").evaluateAll((links) => links.map((link) => link.href));
    for (const tab of tabs.slice(1)) {
      await this.open(tab, `debt-${new URL(tab).searchParams.values().next().value}`);
    }
    await this.open(this.debtUrl);
    await press(page, page.locator(".pager a").last());
    await this.show("debt-older");
    for (const kind of ["emails", "calls"]) {
      await this.open(tabs.find((tab) => tab.includes(kind)));
      await press(page, page.locator(`.timeline a[href*="/${kind}/"]`).first());
      await this.show(kind === "emails" ? "email" : "call");
    }
  }

  async rights() {
    const send = this.page.locator("main form[enctype] button[type=submit]");
    await this.open(`${this.debtUrl}/dispute`, "dispute");
    await press(this.page, send);
    await this.show("dispute-refused");
    await this.open(`${this.debtUrl}/original-creditor`, "original-creditor");
    await this.open(`${this.debtUrl}/help`, "help");
    for (const kind of ["hardship", "complaint", "callback", "message"]) {
      await this.open(`${this.debtUrl}/help/${kind}`, kind);
      if (kind === "callback") await this.page.locator("#phone").fill("555");
      await press(this.page, send);
      await this.show(`${kind}-refused`);
    }
    await this.page.locator("#details").fill("¿Which account is this?");
    await press(this.page, send);
    await this.show("case");
    await press(this.page, send);
    await this.show("case-refused");
    await this.open(`${this.debtUrl}/cases`, "cases");
    await this.open(`${this.debtUrl}/validation`, "validation");
    const part = (name) => this.page.locator(`form:has(input[value=${name}]) button[type=submit]`);
    await this.open(`${this.debtUrl}/choices`, "choices");
    await press(this.page, part("stop"));
    await this.show("choices-stop-refused");
    await press(this.page, part("attorney"));
    await this.show("choices-attorney-refused");
    await this.page.locator("input[name=call][value=no]").check();
    await press(this.page, part("choices"));
    await this.show("choices-saved");
    await this.open(`${this.debtUrl}/electronic-notices`, "electronic-notices");
    await press(this.page, part("give"));
    await this.show("electronic-notices-refused");
    await this.open(`${this.debtUrl}/contact-data`, "contact-data");
    await this.page.locator("#email").fill("nobody");
    await press(this.page, this.page.locator("main form button[type=submit]").last());
    await this.show("contact-data-refused");
    await this.open("/opt-out/no-such-link", "opt-out");
    await press(this.page, this.page.locator("main form button[type=submit]"));
    await this.show("opted-out");
    await this.open("/account", "account-one");
  }

  async statement() {
    const path = `${this.debtUrl}/statement`;
    await this.open(this.debtUrl);
    await press(this.page, this.page.locator(".documents a[href$='/statement']"));
    await this.show("statement");
    await this.open(`${path}?from=1990-01-01&to=1990-12-31`, "statement-empty");
    await this.open(`${path}?from=2026-02-31&to=2026-03-01`, "statement-error");
    await this.open(`${path}?from=2026-03-02&to=2026-03-01`, "statement-order");
  }

  async choosing() {
    await this.open(`${this.debtUrl}/payments/new`, "pay");
    await choose(this.page, "12.345");
    await this.show("pay-error");
    await choose(this.page, "12.00");
    await this.show("confirm");
  }

  /** From the debt to the checkout. */
  async start(amount) {
    await this.open(`${this.debtUrl}/payments/new`);
    await choose(this.page, amount);
    await press(this.page, this.page.locator("main form[method=post] button[type=submit]"));
    return this.page.url();
  }

  async back() {
    await press(this.page, this.page.locator(".summary a"));
    return this.page.url();
  }

  async leavingTheCheckout() {
    const { page } = this;
    const checkout = await this.start("12.00");
    await this.show("checkout");
    const replaced = await this.back();
    await this.show("payment-open");
    await this.start("13.00");
    await payByCard(page, "4000000000000002");
    await this.show("checkout-declined");
    const declined = await this.back();
    await this.show("payment-declined");
    await this.open(replaced, "payment-replaced");
    await this.open(checkout, "checkout-expired");
    await this.open(declined);
    await press(page, page.locator("form[action$='/cancellation'] button"));
    await this.show("payment-canceled");
    await this.start("14.00");
    await payByCard(page, "4000002500003155");
    await this.show("checkout-authentication");
    await press(page, page.locator("button[value=pass]"));
    await this.show("receipt-card");
  }

  async bankDebits() {
    const arrives = await this.start("15.00");
    await payByBank(this.page, "000123456789");
    await this.show("payment-processing");
    await this.open(this.debtUrl, "debt-in-flight");
    await this.open(`${this.debtUrl}/payments/new`, "pay-in-flight");
    await this.portal.settle(arrives);
    const fails = await this.start("16.00");
    await payByBank(this.page, "000222222227");
    const payment = this.page.url();
    await this.portal.settle(fails);
    await this.open(payment, "payment-bank-declined");
  }

  async trouble() {
    const { page, portal } = this;
    await this.start("17.00");
    const payment = await this.back();
    await portal.fault("GET", "/v1/checkout/sessions/", { error_before: { status: 400 } });
    await this.open(payment, "payment-unknown");
    await portal.clearFaults();
    await portal.fault("GET", "/v1/checkout/sessions/", { mutate: { fields: { "/status": "expired" } } });
    await this.open(payment, "payment-expired");
    await portal.clearFaults();
    await portal.fault("POST", "/v1/checkout/sessions", { error_before: { status: 400 } });
    await this.start("18.00");
    await this.show("error-payment-unavailable");
    await portal.clearFaults();
    await this.open(this.debtUrl);
    await press(page, page.locator(".timeline a[href^='/payments/']").first());
    await this.show("payment-not-started");
    await this.open(`${portal.url}/sign-out`, "error-method");
    await this.open(`${this.debtUrl.slice(0, -12)}ffffffffffff`, "error-not-found");
    await this.open(this.debtUrl);
    await page.locator(".sign-out input[name=af]").evaluate((field) => (field.value = "x"));
    await press(page, page.locator(".sign-out button"));
    await this.show("error-forgery");
  }

  async receipts() {
    await this.open(`${this.debtUrl}?kind=payments`);
    const entry = this.page.locator(".timeline li", { hasText: /refunded|reembolsados/ }).first();
    await press(this.page, entry.locator("a"));
    await this.show("receipt-refunded");
  }

  /** A letter of a debt that is paid and then claimed back, and what anybody learns of its number. */
  async letters(language) {
    const { page, portal } = this;
    await signIn(page, portal.link("resolved"));
    await press(page, page.locator(".documents button"));
    await this.show("letter");
    const number = await page.locator(".letter-number").innerText();
    await this.open("/letters", "letters");
    for (const [typed, name] of [
      ["", "letters-empty"],
      ["12", "letters-malformed"],
      ["PF-0000-0000-0000-0000", "letters-invalid"],
      [number, "letters-valid"],
    ]) {
      await this.check(typed);
      await this.show(name);
    }
    await signIn(page, portal.link("three-debts"));
    await this.open("/account");
    await press(page, page.getByRole("link", { name: "Alder & Vine" }));
    this.debtUrl = page.url();
    const checkout = await this.start();
    await payByCard(page, "4000000000000259");
    const receipt = page.url();
    await this.open(this.debtUrl);
    await press(page, page.locator(".documents button"));
    const letter = page.url();
    await this.open(this.debtUrl);
    await portal.settle(checkout);
    await press(page, page.locator(".documents button"));
    await this.show("letter-refused");
    await this.open(letter, "letter-withdrawn");
    await this.open(receipt, "receipt-charged-back");
    // Decided, so that the walk in another language finds a debt that can be paid in full again.
    for (const { type, data } of await portal.control("GET", "events")) {
      if (type === "charge.dispute.created") await portal.control("POST", `disputes/${data.object.id}/decide`, { won: false });
    }
    await portal.control("POST", "deliver_all");
    await this.open(this.debtUrl, "debt-reopened");
    // Once: whoever tries too many numbers waits, whatever the language.
    if (language !== "es") return;
    await this.open("/letters");
    do {
      await this.check("PF-0000-0000-0000-0000");
    } while (page.answer.status() !== 429);
    await this.show("letters-paused");
    await this.open("/account");
  }

  async check(number) {
    await this.page.locator("#number").fill(number);
    await press(this.page, this.page.locator("main form button[type=submit]"));
  }

  async statuses() {
    for (const name of ["dispute", "resolved", "hold", "closed"]) {
      await signIn(this.page, this.portal.link(name));
      await this.show(`debt-status-${name}`);
      if (name === "dispute") {
        await press(this.page, this.page.locator(".documents a[href$='/cases']"));
        await press(this.page, this.page.locator(".debt-item a").last());
        await this.show("case-dispute");
      }
    }
    await signIn(this.page, this.portal.link("three-debts"));
    await this.open("/account", "account");
  }

  async leaving() {
    await press(this.page, this.page.locator(".sign-out button"));
    await this.show("signed-out");
    await this.open("/account", "error-signed-out");
  }
}
