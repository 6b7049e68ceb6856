// Compliance review and the lists of money: the work of a day, by keyboard, and every page looked at.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { heading, launch, press, visitor } from "./support/browser.js";
import { checkHtml, look } from "./support/look.js";
import { startPortal } from "./support/portal.js";
import { signInStaff } from "./support/staff.js";

let portal, browser, dir;

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "quittance-review-"));
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function member(t, role) {
  const page = await visitor(browser, { hasTouch: true });
  t.after(() => page.context().close());
  await signInStaff(page, portal, role);
  return page;
}

const open = (page, address) => page.goto(new URL(address, portal.url).href);

/** The first record that a list leads to. */
async function first(page, list) {
  await open(page, list);
  return page.locator("main > table.ledger tbody th a").first().getAttribute("href");
}

for (const language of ["en", "es"]) {
  test(`the pages of review and money are accessible, fit and are clean in ${language}`, async (t) => {
    const page = await member(t, "administrator");
    await mkdir(path.join(dir, language));
    const found = [];
    const show = async (address, name) => {
      const joint = address.includes("?") ? "&" : "?";
      await open(page, `${address}${joint}lang=${language}`);
      await shown(name);
    };
    const shown = async (name) => {
      await writeFile(path.join(dir, language, `${name}.html`), await page.answer.text());
      for (const problem of await look(page, language)) found.push(`${name}: ${problem}`);
    };
    await show("/admin/review", "queue");
    const batch = await page.locator(".list-above a").first().getAttribute("href");
    await show(await first(page, "/admin/review?kind=emails"), "email");
    await press(page, page.locator("button[value=rejected]"));
    assert.equal(page.answer.status(), 422);
    await shown("email-refused");
    await show(await first(page, "/admin/review?kind=calls"), "call");
    await show(await first(page, "/admin/review?kind=sms"), "sms");
    await show(batch, "batch");
    await press(page, page.locator("button[value=rejected]"));
    await shown("batch-refused");
    await open(page, await first(page, "/admin/review?kind=sms"));
    await page.locator("#reason").fill("It says nothing that helps.");
    await press(page, page.locator("button[value=rejected]"));
    await show("/admin/review/decided", "decided");
    await show(await first(page, "/admin/review/decided"), "rejected");
    for (const list of ["payments", "refunds", "chargebacks", "findings", "events"]) {
      await show(`/admin/${list}`, list);
      await show(`/admin/${list}?from=yesterday`, `${list}-wrong`);
      const record = await page.goto(new URL(`/admin/${list}`, portal.url).href).then(() => page.locator("main > table.ledger tbody th a"));
      if (await record.count()) await show(await record.first().getAttribute("href"), `${list}-record`);
    }
    const payment = await first(page, "/admin/payments");
    await open(page, payment);
    const debt = await page.locator("main a[href^='/admin/debts/']").first().getAttribute("href");
    await show(debt, "debt");
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
}

test("the Nu HTML checker finds nothing in them", async () => {
  assert.deepEqual(await checkHtml(dir), []);
});

test("a reviewer works through the queue by keyboard, and a template in one go", async (t) => {
  const page = await member(t, "compliance");
  await open(page, "/admin/review");
  const count = async () => Number((await page.locator(".list-count").innerText()).match(/\d+/)[0]);
  const before = await count();
  assert.ok(before > 5, `${before} wait`);
  await page.locator("main > table.ledger tbody th a").first().focus();
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  for (const word of ["Approved.", "Rejected."]) {
    await page.locator("#reason").focus();
    if (word === "Rejected.") await page.keyboard.type("It names a sum that is not owed.");
    await page.keyboard.press("Tab");
    if (word === "Rejected.") await page.keyboard.press("Tab");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    assert.equal((await page.locator("[role=status]").innerText()).trim(), word);
  }
  await open(page, "/admin/review");
  assert.equal(await count(), before - 2);
  await press(page, page.locator(".list-above a").first());
  const many = Number((await page.locator(".batch-size").innerText()).match(/\d+/)[0]);
  await press(page, page.locator("button[value=approved]"));
  assert.equal((await page.locator("[role=status]").innerText()).trim(), "Approved.");
  assert.equal(await count(), before - 2 - many);
  await open(page, "/admin/review/decided?outcome=rejected");
  assert.match(await page.locator("main > table.ledger").innerText(), /It names a sum that is not owed\./);
  assert.equal(await heading(page), "What was decided");
});
