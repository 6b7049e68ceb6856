// What a person may do besides paying: dispute with evidence, be answered, ask for a pause; by keyboard, in Spanish.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { heading, launch, press, signIn, visitor } from "./support/browser.js";
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

async function someone(t, options) {
  const page = await visitor(browser, options);
  t.after(async () => {
    await page.context().close();
    assert.deepEqual(page.complaints, []);
  });
  return page;
}

/** A picture of one point. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a dispute with evidence stops payment, is answered, and payment goes on", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("untouched"));
  const debt = page.url();
  await press(page, page.getByRole("link", { name: "Dispute", exact: true }));
  await press(page, page.getByRole("button", { name: "Send my dispute" }));
  assert.equal(page.answer.status(), 422);
  assert.match(await page.title(), /^Error: /);
  await page.getByLabel("The amount is wrong.").check();
  await page.locator("#details").fill("I paid 40 dollars in March.");
  await page.locator("#files").setInputFiles({ name: "receipt.txt", mimeType: "text/plain", buffer: Buffer.from("paid") });
  await press(page, page.getByRole("button", { name: "Send my dispute" }));
  assert.match(await page.locator("#files-error").innerText(), /PDF, JPEG, PNG or HEIC/);
  assert.equal(await page.locator("#details").inputValue(), "I paid 40 dollars in March.", "what was typed stays");
  assert.ok(await page.getByLabel("The amount is wrong.").isChecked());
  await page.locator("#files").setInputFiles({ name: "receipt.png", mimeType: "image/png", buffer: PNG });
  await press(page, page.getByRole("button", { name: "Send my dispute" }));
  const number = (await page.locator("[role=status]").innerText()).match(/C-[0-9A-Z]{5}-[0-9A-Z]{5}/)[0];
  const dispute = page.url();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("a[download]").click()]);
  assert.equal(file.suggestedFilename(), "receipt.png");
  await page.goto(debt);
  assert.match(await page.locator(".status").first().innerText(), /In dispute/);
  assert.equal(await page.getByRole("link", { name: "Pay", exact: true }).count(), 0);

  const agent = await someone(t);
  await signInStaff(agent, portal, "agent");
  await agent.goto(new URL("/admin/cases?status=open", portal.url).href);
  await press(agent, agent.getByRole("link", { name: number }));
  await agent.locator("input[value=verify]").check();
  await agent.locator("#body").fill("Your statement of March is attached.");
  await agent.locator("#files").setInputFiles({ name: "statement.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
  await press(agent, agent.locator("form[enctype] button[type=submit]"));
  assert.match(await agent.locator("[role=status]").innerText(), /Saved/);

  await page.goto(dispute);
  assert.match(await page.locator("main").innerText(), /Verification of the debt[\s\S]*Your statement of March/);
  await page.goto(debt);
  assert.equal(await page.getByRole("link", { name: "Pay", exact: true }).count(), 1, "and payment goes on");
});

test("a pause is asked for by keyboard alone, in Spanish", async (t) => {
  const page = await someone(t, { locale: "es-MX" });
  await signIn(page, portal.link("spanish"));
  await page.getByRole("link", { name: "Ayuda", exact: true }).focus();
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  await page.getByRole("link", { name: "Pedir una pausa" }).first().focus();
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  assert.equal(await heading(page), "Pedir una pausa");
  await page.locator("#until").focus();
  const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
  await page.locator("#until").fill(day);
  await page.keyboard.press("Enter");
  await page.waitForEvent("load");
  assert.match(await page.locator("[role=status]").innerText(), /Su número es C-/);
  assert.doesNotMatch(await page.locator("main").innerText(), /\b(the|your|we|request|answer)\b/i, "no English sentence");
});

test("who listens to the page chooses how to be contacted, by names and roles alone", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("three-debts"));
  await press(page, page.getByRole("link", { name: /how we may contact you/i }).first());
  const calls = page.getByRole("group", { name: /calls/i });
  await calls.getByRole("radio", { name: /no/i }).check();
  await page.getByRole("checkbox", { name: /evening/i }).check();
  await press(page, page.getByRole("button", { name: /save/i }).first());
  assert.ok(await page.getByRole("status").isVisible());
  assert.ok(await calls.getByRole("radio", { name: /no/i }).isChecked(), "it holds at once");
  assert.ok(await page.getByRole("table").isVisible(), "and is kept with its time");
});

test("row 9 an e-mail leads to a page that refuses e-mail and says nothing else", async (t) => {
  const page = await someone(t);
  await signIn(page, portal.link("half-paid"));
  await page.goto(`${page.url()}/help/message`);
  await page.locator("#details").fill("When did you receive my letter?");
  await press(page, page.getByRole("button", { name: "Send the message" }));
  const mailbox = await someone(t);
  const deadline = Date.now() + 20_000;
  do {
    assert.ok(Date.now() < deadline, "the e-mail arrives");
    await mailbox.waitForTimeout(200);
    await mailbox.goto(`${portal.sandbox}/outbox`);
  } while (!/received your request/.test(await mailbox.locator("main").innerText()));
  await press(mailbox, mailbox.getByRole("link", { name: /received your request/ }).first());
  const mail = await mailbox.locator("main").innerText();
  assert.doesNotMatch(mail, /debt|owe|collect|\$\d/i, "anybody may read an e-mail");
  await mailbox.goto(mail.match(/https?:\/\/\S+\/opt-out\/[\w-]+/)[0]);
  assert.doesNotMatch(await mailbox.content(), /debt|owe|collect|creditor/i);
  await press(mailbox, mailbox.locator("main form button"));
  assert.match(new URL(mailbox.url()).pathname, /^\/opted-out/);
  await page.goto(`${page.url().split("/cases/")[0]}/choices`);
  assert.ok(await page.locator("input[name=email][value=no]").isChecked(), "it holds at once");
});
