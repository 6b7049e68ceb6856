// What is looked at on every page: axe-core, narrow windows, zoom, and the Nu HTML checker.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

// What depends on the window or the colours is looked at in each of these; the rest once per page.
const WINDOWS = [
  { width: 360, colorScheme: "light", rules: "all" },
  { width: 360, colorScheme: "dark", rules: "colours" },
  { width: 1280, colorScheme: "dark", rules: "all" },
  { width: 1280, colorScheme: "light", rules: "colours" },
];

/** What is wrong with the page as it stands. */
export async function look(page, language) {
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
    // What is typed may be longer than its field, which scrolls by itself.
    const clips = !element.matches("input") && style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    if (clips && box.width > 1) found.push(`cut at ${width} px: ${element.outerHTML.slice(0, 120)}`);
  }
  return found.slice(0, 5);
}

/** What the Nu HTML checker finds in the pages that are stored in a folder. */
export async function checkHtml(dir) {
  const run = promisify(execFile);
  await run("java", ["-version"]).catch(() => {
    throw new Error('The Nu HTML checker needs Java: install it ("apt install default-jre-headless").');
  });
  const jar = path.join(path.dirname(require.resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
  const answer = await run("java", ["-Xss2m", "-jar", jar, "--format", "json", "--skip-non-html", "--exit-zero-always", dir], { maxBuffer: 1 << 26 })
    .catch((error) => assert.fail(`the checker could not run: ${error.stderr}`));
  const { messages } = JSON.parse(answer.stderr);
  const readable = messages.map(({ url, lastLine, message, extract }) => `${path.relative(dir, url.replace("file:", ""))}:${lastLine} ${message} ${extract ?? ""}`);
  return readable;
}
