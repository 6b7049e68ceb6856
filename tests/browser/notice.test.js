// The validation information as the model form lays it out: on a telephone, and on one sheet of letter paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, press, signIn, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";

let portal, browser;

before(async () => {
  [portal, browser] = await Promise.all([startPortal(), launch()]);
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

for (const [language, words] of [["en", "How do you want to respond?"], ["es", "¿Cómo desea responder?"]]) {
  test(`row 3 the notice is one page of letter paper, and a telephone's width on the screen (${language})`, async (t) => {
    const page = await visitor(browser, { viewport: { width: 320, height: 640 } });
    t.after(() => page.context().close());
    await signIn(page, portal.link("untouched"));
    await page.goto(`${page.url()}/validation?lang=${language}`);
    assert.match(await page.locator("main").innerText(), new RegExp(words.replace(/[?¿]/g, "\\$&")));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    for (const box of await page.locator(".model-form-boxes a").all()) {
      const { height } = await box.boundingBox();
      assert.ok(height >= 24, `a box of ${height} px`);
    }
    const pdf = await page.pdf({ format: "Letter", preferCSSPageSize: false });
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1);
    await page.emulateMedia({ media: "print" });
    for (const seen of [".model-form-answer .print-only", ".licenses li"]) {
      assert.ok(await page.locator(seen).first().isVisible(), `${seen} is printed`);
    }
    for (const gone of [".site-tools", ".contact", ".back-link"]) {
      assert.ok(!(await page.locator(gone).first().isVisible()), `${gone} is not printed`);
    }
    const points = await page.locator(".licenses li").first().evaluate((li) => parseFloat(getComputedStyle(li).fontSize) * 0.75);
    assert.ok(points >= 12, `row 15: licence numbers of ${points} points`);
    assert.deepEqual(page.complaints, [], "the browser complains about nothing");
  });
}

test("row 7 the boxes of the notice lead to the dispute with their answer", async (t) => {
  const page = await visitor(browser);
  t.after(() => page.context().close());
  await signIn(page, portal.link("untouched"));
  // By address: the person's language is the one they chose last.
  await press(page, page.locator(".documents a[href$='/validation']"));
  await press(page, page.locator(".model-form-boxes a[href*='reason=wrong_amount']"));
  assert.match(page.url(), /\/dispute\?reason=wrong_amount$/);
  assert.equal(await page.locator("input[name=reason]:checked").getAttribute("value"), "wrong_amount");
});
