// Staff finds a caller among the debts, keeps a search, and takes the list along.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { heading, launch, press, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";
import { signInStaff } from "./support/staff.js";

let portal, browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

async function agent(t, options) {
  const page = await visitor(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.complaints, []);
  });
  await signInStaff(page, portal, "agent");
  await page.goto(`${portal.url}/admin/debts`);
  return page;
}

async function find(page, text) {
  await page.locator("#text").fill(text);
  await press(page, page.locator(".debt-search-box button"));
}

const people = (page) => page.locator(".debts tbody th").allInnerTexts();

test("a caller is found by a misspelt name, by the keyboard alone, and the address tells nothing", async (t) => {
  const page = await agent(t);
  const [someone] = await people(page);
  const [last, first] = someone.split(", ");
  await find(page, `${first} ${last}`);
  assert.ok((await people(page)).includes(someone), await page.locator("main").innerText());
  assert.equal(await page.locator("#text").inputValue(), `${first} ${last}`, "what was typed stays");
  assert.ok(!page.url().toLowerCase().includes(last.toLowerCase()), page.url());

  const slip = last.slice(0, 2) + last.slice(3);
  await page.locator("#text").focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(slip);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.ok((await people(page)).includes(someone), `${slip} instead of ${last}`);
  await press(page, page.locator(".debts tbody th a", { hasText: someone }).first());
  assert.ok((await heading(page)).length > 0);
  assert.match(page.url(), /\/admin\/debts\/[0-9a-f-]{36}$/);
});

test("filters narrow, headings sort, and a search is kept, opened and deleted", async (t) => {
  const page = await agent(t);
  const all = (await people(page)).length;
  await page.locator("details.more summary").click();
  await page.locator("input[name=status_hold]").check();
  await press(page, page.locator(".debt-filters-end button"));
  const held = await people(page);
  assert.ok(held.length > 0 && held.length < all, `${held.length} of ${all}`);
  await press(page, page.locator(".debts thead a").first());
  assert.equal(await page.locator(".debts thead th[aria-sort]").getAttribute("aria-sort"), "ascending");
  await page.locator("#name").fill("On hold");
  await press(page, page.locator(".save-search button"));
  assert.equal(await page.locator(".saved-searches a[aria-current]").innerText(), "On hold");
  assert.deepEqual((await people(page)).sort(), held.sort());
  await press(page, page.locator(".saved-searches button"));
  assert.equal(await page.locator(".saved-searches").count(), 0);
});

test("the list is taken along as a file", async (t) => {
  const page = await agent(t);
  const shown = await people(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
  assert.equal(download.suggestedFilename(), "debts.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  assert.match(lines[0], /^debt_id,first_name,last_name,/);
  assert.ok(lines.length - 1 >= shown.length, `${lines.length} lines, ${shown.length} shown`);
});
