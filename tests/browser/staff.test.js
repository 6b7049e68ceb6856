// The staff area: the way in, every page looked at, and an agent's day.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { heading, launch, payByCard, press, signIn, toCheckout, visitor } from "./support/browser.js";
import { checkHtml, look } from "./support/look.js";
import { startPortal } from "./support/portal.js";
import { code, givePassword, signInStaff } from "./support/staff.js";

let portal, browser, dir;

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "quittance-staff-"));
  // Passkeys are for names: the portal is reached by one.
  [portal, browser] = await Promise.all([startPortal({ PUBLIC_URL: "http://localhost" }), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function someone(t) {
  const page = await visitor(browser, { hasTouch: true });
  t.after(() => page.context().close());
  return page;
}

const open = (page, address) => page.goto(new URL(address, portal.url).href);
const said = (page) => page.locator("[role=status]").first().innerText();

/** A file of two accounts, the second of which is of nobody. */
const accounts = [
  "First name,Last name,Email,Phone,ZIP,Original creditor,Account number,Balance",
  "Imogen,Starling,imogen.starling@example.com,(503) 555-0188,97204,Cedarline Medical,CM-20417,412.50",
  ",,,,,Cedarline Medical,CM-20418,90.00",
].join("\r\n");

async function upload(page, name, text) {
  await open(page, "/admin/imports");
  await page.locator("#kind").selectOption("accounts");
  await page.locator("#file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await press(page, page.locator("form[enctype] button[type=submit]"));
}

/** Waits for the job behind an import's page. */
async function settled(page) {
  const deadline = Date.now() + 30_000;
  while (await page.locator("#progress").count()) {
    assert.ok(Date.now() < deadline, await page.locator("main").innerText());
    await page.waitForTimeout(200);
    await page.reload();
  }
}

for (const language of ["en", "es"]) {
  test(`every page of the staff area is accessible, fits and is clean in ${language}`, async (t) => {
    const page = await someone(t);
    await mkdir(path.join(dir, language));
    const found = [];
    const shown = async (name) => {
      await writeFile(path.join(dir, language, `${name}.html`), await page.answer.text());
      for (const problem of await look(page, language)) found.push(`${name}: ${problem}`);
    };
    const show = async (address, name) => {
      await open(page, address);
      await shown(name);
    };
    await show(`/admin/sign-in?lang=${language}`, "sign-in");
    await givePassword(page, portal, { ...portal.staff("administrator"), password: "not-this-one-at-all" });
    await shown("sign-in-wrong");
    await givePassword(page, portal, portal.staff("administrator"));
    await shown("code");
    await page.locator("#code").fill("000000");
    await press(page, page.locator("main form button[type=submit]").first());
    await shown("code-wrong");
    await page.locator("#code").fill(await code(portal.staff("administrator")));
    await press(page, page.locator("main form button[type=submit]").first());
    await shown("dashboard");
    await show("/admin?period=range&from=2026-13-01", "dashboard-wrong");
    for (const part of ["debts", "me", "me/passkeys/new", "people", "approvals", "audit", "imports"]) {
      await show(`/admin/${part}`, part.replaceAll("/", "-"));
    }
    await show("/admin/audit?from=yesterday", "audit-wrong");
    await page.goto(new URL("/admin/people", portal.url).href);
    await press(page, page.locator("form[action='/admin/people'] button"));
    await shown("people-refused");
    await open(page, "/admin/people");
    await press(page, page.locator("tbody a").first());
    await shown("person");
    await open(page, "/admin/debts");
    await press(page, page.locator(".debts tbody th a").first());
    await shown("debt");
    const debt = new URL(page.url()).pathname;
    await press(page, page.locator(`form[action='${debt}/notes'] button`));
    await shown("debt-refused");
    for (const [address, name] of [["contacts/new", "contact"], ["person", "person-data"], ["payments/new", "elsewhere"]]) {
      await show(`${debt}/${address}`, name);
      // What the browser would refuse by itself is the server's to refuse as well.
      await page.locator("main form").last().evaluate((form) => (form.noValidate = true));
      await page.locator("main form input.input, main form textarea").first().fill("");
      await press(page, page.locator("main form button[type=submit]").last());
      await shown(`${name}-refused`);
    }
    await show("/admin/mail", "mail");
    await show("/admin/mail?from=yesterday", "mail-wrong");
    await show("/admin/cases", "cases");
    await press(page, page.locator("tbody th a").first());
    await shown("case");
    await press(page, page.locator("form[enctype] button[type=submit]"));
    await shown("case-refused");
    await upload(page, `look-${language}.csv`, accounts);
    await shown("import");
    await press(page, page.locator("button[value=check]"));
    await settled(page);
    await shown("import-checked");
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
}

test("the Nu HTML checker finds nothing in the staff area", async () => {
  assert.deepEqual(await checkHtml(dir), []);
});

test("an agent's day", async (t) => {
  const page = await someone(t);
  await signInStaff(page, portal, "administrator");

  // The creditor's file: what is wrong is said first, then the rest is taken in.
  await upload(page, "cedarline.csv", accounts);
  await press(page, page.locator("button[value=check]"));
  await settled(page);
  assert.match(await page.locator("main").innerText(), /name/i, "the row without a name is told");
  const [wrong] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
  assert.match(await readFile(await wrong.path(), "utf8"), /CM-20418/);
  await page.locator("#mode-row").check();
  await press(page, page.locator("button[value=run]"));
  await settled(page);

  // A caller whose name is misspelt.
  await open(page, "/admin/debts");
  await page.locator("#text").fill("Imogn Starlng");
  await press(page, page.locator(".debt-search-box button"));
  await press(page, page.locator(".debts tbody th a", { hasText: "Starling" }));
  assert.match(await heading(page), /Imogen Starling/);
  const debt = page.url();
  assert.match(await page.locator("main").innerText(), /\$412\.50/);

  // A fresh link, which the caller opens and pays a part by.
  await press(page, page.locator("button", { hasText: "Make a new one" }));
  const link = { url: await page.locator("#link").inputValue(), postal_code: "97204" };
  const caller = await someone(t);
  await signIn(caller, link);
  await toCheckout(caller, "100.00");
  await payByCard(caller, "4242424242424242");
  await page.goto(debt);
  assert.match(await page.locator("main").innerText(), /\$312\.50/);

  // The call is recorded.
  await press(page, page.locator(".acts a").first());
  await page.locator("#minutes").fill("6");
  await page.locator("#text").fill("Paid a part while we spoke.");
  await press(page, page.locator("main form button[type=submit]").last());
  assert.match(await said(page), /recorded/i);

  // It was too much: forty go back.
  await press(page, page.locator(".happening a.small-button").first());
  await page.locator("#amount").fill("40.00");
  await page.locator("#reason").fill("Meant to pay sixty");
  await page.locator("#code").fill(await code(portal.staff("administrator")));
  await press(page, page.locator("main form button[type=submit]").last());
  assert.match(await said(page), /refund/i);
  assert.match(await page.locator("main").innerText(), /\$352\.50/);

  // The noted call waits for its review, and is approved.
  await open(page, "/admin/review?kind=calls");
  await press(page, page.locator("main > table.ledger tbody th a").last());
  await press(page, page.locator("button[value=approved]"));

  // The list is taken along, and the audit trail tells it all.
  await open(page, "/admin/debts");
  const [list] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
  assert.match(await readFile(await list.path(), "utf8"), /Starling/);
  await open(page, "/admin/audit");
  const trail = await page.locator("main table").innerText();
  for (const action of ["link.issued", "contact.recorded", "refund.ordered", "refund.made", "debt.read"]) {
    assert.ok(trail.includes(action), `${action} in ${trail}`);
  }
});

/** Gives the browser an authenticator, as a laptop with a fingerprint reader has one. */
async function authenticator(page, options = {}) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const device = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...device, isUserVerified: true, automaticPresenceSimulation: true, ...options },
  });
  return {
    verifies: (isUserVerified) => devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    keys: async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

test("a passkey is made, signs in by itself, and is removed", async (t) => {
  const page = await someone(t);
  const device = await authenticator(page);
  await signInStaff(page, portal, "compliance");
  await open(page, "/admin/me");
  await press(page, page.locator("a[href='/admin/me/passkeys/new']"));
  await page.locator("#name").fill("Front desk");
  const make = page.locator("form[data-passkey] button");
  assert.equal(await page.locator("#passkey-problem").isVisible(), false, "nothing went wrong yet");
  await device.verifies(false);
  await make.click();
  await page.locator("#passkey-problem").waitFor();
  await device.verifies(true);
  await press(page, make);
  assert.match(await said(page), /added/i);
  const [key] = await device.keys();
  assert.equal(key.rpId, "localhost");

  await press(page, page.locator(".sign-out button"));
  const signIn = page.locator("form[data-passkey] button");
  assert.equal(await page.locator("#passkey-problem").isVisible(), false, "nothing went wrong yet");
  await device.verifies(false);
  await signIn.click();
  await page.locator("#passkey-problem").waitFor();
  assert.equal(new URL(page.url()).pathname, "/admin/sign-in", "who it is was not made sure");
  await device.verifies(true);
  await press(page, signIn);
  assert.equal(new URL(page.url()).pathname, "/admin");
  await open(page, "/admin/me");
  const row = page.locator("tr", { hasText: "Front desk" });
  assert.doesNotMatch(await row.innerText(), /never/);
  await press(page, row.locator("button"));
  assert.match(await said(page), /removed/i);

  // The device still has it; the portal knows it no more, and says so where it can be read.
  await press(page, page.locator(".sign-out button"));
  await press(page, page.locator("form[data-passkey] button"));
  assert.match(await page.locator(".error-summary").innerText(), /did not let you in/);
  assert.deepEqual(page.complaints, []);
});

test("without scripts password and code lead in, and nobody is offered what cannot work", async (t) => {
  const page = await visitor(browser, { javaScriptEnabled: false });
  t.after(() => page.context().close());
  await open(page, "/admin/sign-in");
  assert.equal(await page.locator("form[data-passkey]").isVisible(), false);
  await signInStaff(page, portal, "viewer");
  await open(page, "/admin/me/passkeys/new");
  assert.equal(await page.locator("form[data-passkey]").isVisible(), false);
  assert.match(await page.locator("main").innerText(), /JavaScript/);
  assert.deepEqual(page.complaints, []);
});

/** The figure of a row or tile whose label begins like that. */
const figure = async (page, label) => {
  const tile = page.locator(".tiles > div", { hasText: label }).locator(".tile-figure");
  const cell = page.locator("table.counts tr", { hasText: label }).locator("td.number").first();
  return ((await tile.count()) ? tile : cell).first().innerText();
};
const dollars = (text) => Number(text.replace(/[^0-9.-]/g, ""));

test("the dashboard tells what was collected and what waits, for the period that is chosen", async (t) => {
  const page = await someone(t);
  await signInStaff(page, portal, "administrator");
  const before = dollars(await figure(page, "Collected today"));
  const owed = dollars(await figure(page, "Open balance"));

  const debtor = await someone(t);
  await signIn(debtor, portal.link("untouched"));
  await toCheckout(debtor, "25.00");
  await payByCard(debtor, "4242424242424242");
  await open(page, "/admin");
  assert.equal(dollars(await figure(page, "Collected today")) - before, 25);
  assert.equal(owed - dollars(await figure(page, "Open balance")), 25);

  // Each chart is a picture of its own, with its table beside it.
  const pictures = await page.locator("img[src^='/admin/charts/']").all();
  assert.ok(pictures.length >= 4, `${pictures.length} charts`);
  for (const picture of pictures) {
    assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 100), await picture.getAttribute("src"));
    assert.match(await picture.getAttribute("alt"), /\w/);
  }
  const week = await page.locator("main").innerText();
  await press(page, page.locator(".tabs a", { hasText: /12 months|year/i }).first());
  assert.notEqual(await page.locator("main").innerText(), week);

  // A day that is none keeps what was typed, and says so at the field.
  await open(page, "/admin?span=range&from=2026-02-30&to=2026-03-01");
  assert.equal(await page.locator("#from").inputValue(), "2026-02-30");
  assert.ok(await page.locator("#from-error").isVisible());

  // What waits leads to where it is dealt with.
  await open(page, "/admin");
  const waits = page.locator("section[aria-labelledby=waiting] tr a");
  for (const href of new Set(await waits.evaluateAll((links) => links.map((link) => link.getAttribute("href"))))) {
    const answer = await page.goto(new URL(href, portal.url).href);
    assert.equal(answer.status(), 200, href);
  }
  assert.deepEqual(page.complaints, []);
});
