// Pictures of every page, for people: `npm run screenshots [folder]`, ../../screenshots by default.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { launch, visitor } from "./support/browser.js";
import { startPortal } from "./support/portal.js";
import { tour } from "./support/tour.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../screenshots", import.meta.url));
const LOOKS = [
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 360, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
];

const [portal, browser] = await Promise.all([startPortal({ CHECKOUTS_PER_HOUR: "200" }), launch()]);
try {
  for (const language of ["en", "es"]) {
    const page = await visitor(browser);
    for (const { width, colorScheme } of LOOKS) {
      await mkdir(path.join(folder, `${width}-${colorScheme}-${language}`), { recursive: true });
    }
    await tour(portal, page, language, async (name) => {
      for (const { width, colorScheme } of LOOKS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: path.join(folder, `${width}-${colorScheme}-${language}`, `${name}.png`), fullPage: true });
      }
      await page.setViewportSize({ width: 1280, height: 900 });
    });
    await page.context().close();
  }
} finally {
  await browser.close();
  await portal.stop();
}
