// Every page, in both languages: axe-core, the Nu HTML checker, narrow windows, zoom, what the browser complains about.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, press, signIn, toCheckout, payByCard, visitor } from "./support/browser.js";
import { checkHtml, look } from "./support/look.js";
import { startPortal } from "./support/portal.js";
import { tour } from "./support/tour.js";

// The tour starts many checkouts, and wants to see a link that is locked for good.
const SETTINGS = { CHECKOUTS_PER_HOUR: "200", IDENTITY_ATTEMPTS_TOTAL: "5" };

let portal, browser, dir;

before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "quittance-pages-"));
  [portal, browser] = await Promise.all([startPortal(SETTINGS), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await rm(dir, { recursive: true, force: true });
});

for (const language of ["en", "es"]) {
  test(`row 22: every page is accessible, fits and is clean in ${language}`, async (t) => {
    const page = await visitor(browser, { hasTouch: true });
    t.after(() => page.context().close());
    const found = [];
    const seen = new Set();
    await mkdir(path.join(dir, language));
    await tour(portal, page, language, async (name) => {
      assert.ok(!seen.has(name), `${name} is visited twice`);
      seen.add(name);
      assert.equal(await page.locator("html").getAttribute("lang"), language, name);
      await writeFile(path.join(dir, language, `${name}.html`), await page.answer.text());
      for (const problem of await look(page, language)) found.push(`${name}: ${problem}`);
    });
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
}

test("the Nu HTML checker finds nothing", async () => {
  assert.deepEqual(await checkHtml(dir), []);
});

test("a receipt prints on one page, without the site around it", async (t) => {
  const page = await visitor(browser);
  t.after(() => page.context().close());
  await signIn(page, portal.link("untouched"));
  await toCheckout(page, "10.00");
  await payByCard(page, "4242424242424242");
  for (const format of ["Letter", "A4"]) {
    const pdf = await page.pdf({ format, margin: { top: "1.5cm", right: "1.5cm", bottom: "1.5cm", left: "1.5cm" } });
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1, format);
  }
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const chrome of [".site-tools", ".back-link", ".actions", ".skip-link"]) {
    assert.equal(await page.locator(chrome).first().isVisible(), false, `${chrome} is not printed`);
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(0, 0, 0)", "black on white");
});
