// Every page, in both languages: axe-core, the Nu HTML checker, narrow windows, zoom, what the browser complains about.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { launch, press, signIn, toCheckout, payByCard, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";
import { tour } from "./support/tour.js";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

// What depends on the window or the colours is looked at in each of these; the rest once per page.
const WINDOWS = [
  { width: 360, colorScheme: "light", rules: "all" },
  { width: 360, colorScheme: "dark", rules: "colours" },
  { width: 1280, colorScheme: "dark", rules: "all" },
  { width: 1280, colorScheme: "light", rules: "colours" },
];

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
  test(`every page is accessible, fits and is clean in ${language}`, async (t) => {
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

/** What is wrong with the page as it stands. */
async function look(page, language) {
  const found = [];
  await page.evaluate(axe);
  for (const { width, colorScheme, rules } of WINDOWS) {
    // A translation changes words and their lengths, neither colours nor the order of things.
    if (language !== "en" && (width > 360 || colorScheme === "dark")) continue;
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const runOnly = rules === "all" ? undefined : ["color-contrast", "target-size", "link-in-text-block"];
    const { violations } = await page.evaluate(
      (runOnly) => globalThis.axe.run(document, { resultTypes: ["violations"], ...(runOnly && { runOnly }), rules: { "target-size": { enabled: true } } }),
      runOnly,
    );
    for (const { id, nodes } of violations) {
      found.push(`${width} px ${colorScheme}: ${id}: ${nodes.map((node) => `${node.html} ${node.any[0]?.message ?? ""}`).slice(0, 3).join(" | ")}`);
    }
  }
  // 1280 x 1024 at 400 %.
  await page.setViewportSize({ width: 320, height: 256 });
  found.push(...(await page.evaluate(outside)));
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}

/** What a window of this width cuts off. Runs in the page. */
function outside() {
  const found = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push(`scrolls sideways at ${width} px`);
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.width > 1 && (box.right > width + 1 || box.left < -1)) found.push(`beyond ${width} px: ${element.outerHTML.slice(0, 120)}`);
    const style = getComputedStyle(element);
    const clips = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    if (clips && box.width > 1) found.push(`cut at ${width} px: ${element.outerHTML.slice(0, 120)}`);
  }
  return found.slice(0, 5);
}

test("the Nu HTML checker finds nothing", async () => {
  const run = promisify(execFile);
  await run("java", ["-version"]).catch(() => {
    throw new Error('The Nu HTML checker needs Java: install it ("apt install default-jre-headless").');
  });
  const jar = path.join(path.dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  const answer = await run("java", ["-Xss2m", "-jar", jar, "--format", "json", "--skip-non-html", "--exit-zero-always", dir], { maxBuffer: 1 << 26 })
    .catch((error) => assert.fail(`the checker could not run: ${error.stderr}`));
  const { messages } = JSON.parse(answer.stderr);
  const readable = messages.map(({ url, lastLine, message, extract }) => `${path.relative(dir, url.replace("file:", ""))}:${lastLine} ${message} ${extract ?? ""}`);
  assert.deepEqual(readable, []);
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
