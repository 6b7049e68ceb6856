// Who gets in, in which language, what they may see, and how they leave.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { heading, launch, press, signIn, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";

let portal, browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

/** A visitor whom the browser has nothing to complain about. */
async function someone(t, options) {
  const page = await visitor(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.complaints, []);
  });
  return page;
}

async function answer(page, postalCode) {
  await page.locator("#postal_code").fill(postalCode);
  await press(page, page.locator("main form button[type=submit]"));
}

test("a wrong postal code is refused, the right one is let in", async (t) => {
  const page = await someone(t);
  const link = portal.link("untouched");
  await page.goto(link.url);
  assert.doesNotMatch(await page.content(), /debt|Ferrand|Larkmoor|842/i, "nothing is told before the answer");
  await answer(page, "99999");
  assert.equal(page.answer.status(), 422);
  assert.match(await page.locator("#postal_code-error").innerText(), /do not go together/);
  assert.equal(await page.locator("#postal_code").inputValue(), "99999", "what was typed stays");
  assert.match(await page.title(), /^Error: /);
  await answer(page, ` ${link.postal_code}-1234 `);
  assert.equal(await heading(page), "Larkmoor Community Bank");
  assert.doesNotMatch(page.url(), /\/d\//, "the secret is out of the address");
});

test("after five wrong answers the link waits, even for the right one", async (t) => {
  const page = await someone(t);
  const link = portal.link("hold");
  await page.goto(link.url);
  for (let attempt = 1; attempt <= 4; attempt++) {
    await answer(page, "99999");
    assert.equal(page.answer.status(), 422, `attempt ${attempt}`);
  }
  await answer(page, "99999");
  await page.goto(link.url);
  await answer(page, link.postal_code);
  assert.equal(page.answer.status(), 429);
  assert.match(await page.locator("[role=alert]").innerText(), /try again in \d+ minutes/);
  assert.equal(await page.locator("#postal_code").count(), 0, "there is nothing to type in meanwhile");
});

test("the language is the browser's, until the reader chooses, and then it stays", async (t) => {
  const page = await someone(t, { locale: "es-MX" });
  const link = portal.link("spanish");
  await page.goto(link.url);
  assert.equal(await heading(page), "Confirme que es usted");
  await press(page, page.getByRole("link", { name: "English" }));
  assert.equal(await heading(page), "Confirm that it is you");
  await signIn(page, link);
  assert.match(await page.locator("main").innerText(), /Current balance/);
  await press(page, page.getByRole("link", { name: "Calls" }));
  await press(page, page.getByRole("link", { name: "Español" }));
  assert.match(await page.locator(".tabs [aria-current]").innerText(), /Llamadas/, "the switch keeps the place");
  await press(page, page.getByRole("link", { name: "Ayuda" }));
  assert.equal(await page.locator("html").getAttribute("lang"), "es");
  assert.match(await page.locator(".disclosure").innerText(), /cobrador de deudas/, "the disclosure is in the page's language");
});

test("a Spanish reader pays in Spanish", async (t) => {
  const page = await someone(t, { locale: "es-US" });
  await signIn(page, portal.link("spanish"));
  await press(page, page.getByRole("link", { name: "Pagar" }));
  await page.getByLabel("Otro monto").check();
  await page.getByLabel("Monto", { exact: true }).fill("5.25");
  await press(page, page.getByRole("button", { name: "Continuar" }));
  await press(page, page.getByRole("button", { name: "Continuar al pago" }));
  assert.equal(await page.locator("html").getAttribute("lang"), "es", "the checkout too is in Spanish");
  await page.getByLabel("Número de tarjeta").fill("4242424242424242");
  await press(page, page.getByRole("button", { name: /^Pagar \$5\.25/ }));
  assert.equal(await heading(page), "Gracias. Recibimos su pago.");
});

test("one person sees three debts, and nobody else's", async (t) => {
  const [page, other] = [await someone(t), await someone(t)];
  await signIn(page, portal.link("three-debts"));
  await press(page, page.locator(".back-link"));
  const names = await page.locator(".debt-item h2").allInnerTexts();
  assert.deepEqual([...names].sort(), ["Alder & Vine Department Store", "Brightwell Medical Group", "Ridgeline Wireless"]);
  for (const name of names) {
    await page.goto(`${portal.url}/account`);
    await press(page, page.getByRole("link", { name }));
    assert.equal(await heading(page), name);
  }
  const mine = page.url();
  await signIn(other, portal.link("resolved"));
  await press(other, other.locator(".timeline a[href^='/payments/']").first());
  const receipt = other.url();
  for (const foreign of [mine, `${mine}/payments/new`, `${mine}/help`]) {
    await other.goto(foreign);
    assert.equal(other.answer.status(), 404, foreign);
    assert.doesNotMatch(await other.content(), /Alder|Brightwell|Ridgeline/);
  }
  await page.goto(receipt);
  assert.equal(page.answer.status(), 404, "another person's receipt does not exist");
});

test("the history is paged without losing an entry or showing one twice", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("half-paid"));
  const debt = page.url();
  const entries = async () => {
    const all = [];
    for (;;) {
      all.push(...(await page.locator(".timeline > li").allInnerTexts()));
      const older = page.locator(".pager a", { hasText: "Older" });
      if ((await older.count()) === 0) return all;
      await press(page, older);
    }
  };
  const whole = await entries();
  let parts = 0;
  await page.goto(debt);
  const tabs = await page.locator(".tabs a").evaluateAll((links) => links.map((link) => link.href));
  for (const tab of tabs.slice(1)) {
    await page.goto(tab);
    parts += (await entries()).length;
  }
  assert.ok(whole.length > 40, `${whole.length} entries`);
  assert.equal(parts, whole.length, "the kinds together are the whole");
});

test("signing out ends the visit", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("closed"));
  const debt = page.url();
  await press(page, page.getByRole("button", { name: "Sign out" }));
  assert.equal(await heading(page), "You are signed out");
  await page.goto(debt);
  assert.equal(page.answer.status(), 401);
  await page.goBack();
  assert.doesNotMatch(await page.content(), /Cobalt/);
});

test("what cannot be paid offers no way to pay, but to dispute and to ask", async (t) => {
  for (const [name, words] of [
    ["dispute", "In dispute"],
    ["resolved", "Paid in full"],
    ["closed", "Closed"],
  ]) {
    const page = await someone(t);
    await signIn(page, portal.link(name));
    assert.equal(await page.locator(".status").first().innerText(), words);
    assert.equal(await page.getByRole("link", { name: "Pay", exact: true }).count(), 0, name);
    assert.equal(await page.getByRole("link", { name: "Dispute", exact: true }).isVisible(), true, name);
    assert.equal(await page.getByRole("link", { name: "Help", exact: true }).isVisible(), true, name);
    const debt = page.url();
    await page.goto(`${debt}/payments/new`);
    assert.equal(page.url(), debt, `${name}: the payment page leads back`);
  }
});

test("paying is not more visible than disputing and asking for help", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("untouched"));
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const boxes = [];
    for (const name of ["Pay", "Dispute", "Help"]) {
      boxes.push(await page.locator(".actions").getByRole("link", { name, exact: true }).boundingBox());
    }
    for (const box of boxes) {
      assert.ok(Math.abs(box.width - boxes[0].width) < 1 && Math.abs(box.height - boxes[0].height) < 1, `${width} px`);
      assert.ok(box.y + box.height < 900, `${width} px: seen without scrolling`);
    }
  }
});
