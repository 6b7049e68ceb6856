// Staff in the browser: signing in with password and code, and a walk through the staff area.

import { createHmac } from "node:crypto";
import { press } from "./browser.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_MS = 30_000;
/** The last step that was used of each secret: a code works once. */
const used = new Map();

function bytes(base32) {
  const bits = [...base32].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** A code (RFC 6238) that has not been used; the portal takes those of one step around now. */
export async function code({ secret }) {
  const now = () => Math.floor(Date.now() / STEP_MS);
  const step = Math.max((used.get(secret) ?? 0) + 1, now() - 1);
  while (step > now() + 1) await new Promise((wake) => setTimeout(wake, 250));
  used.set(secret, step);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", bytes(secret)).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Gives the password and stops where the code is asked for. */
export async function givePassword(page, portal, person) {
  await page.goto(`${portal.url}/admin/sign-in`);
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(person.password);
  await press(page, page.locator("main form button[type=submit]").first());
}

/** Signs somebody of that role in. */
export async function signInStaff(page, portal, role) {
  const person = portal.staff(role);
  await givePassword(page, portal, person);
  await page.locator("#code").fill(await code(person));
  await press(page, page.locator("main form button[type=submit]").first());
  return person;
}
