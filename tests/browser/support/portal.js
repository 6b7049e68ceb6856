// The program under test: `quittance demo` on free ports, with data of its own that is thrown away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const program = process.env.QUITTANCE_BIN ?? path.join(here, "../../../target/debug/quittance");
const START_MS = 60_000;

/** Starts a portal; `env` holds settings that differ from their defaults. */
export async function startPortal(env = {}) {
  if (!existsSync(program)) {
    throw new Error(`There is no ${program}: build with "cargo build", or name the program in QUITTANCE_BIN.`);
  }
  const dir = await mkdtemp(path.join(tmpdir(), "quittance-browser-"));
  const readyFile = path.join(dir, "ready.json");
  const dataDir = path.join(dir, "data");
  const child = spawn(
    program,
    ["demo", "--listen", "127.0.0.1:0", "--data-dir", dataDir, "--ready-file", readyFile],
    { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const portal = new Portal(child, dir);
  try {
    await portal.becomeReady(readyFile);
  } catch (error) {
    await portal.stop();
    throw error;
  }
  return portal;
}

class Portal {
  #child;
  #dir;
  #log = "";
  #ready;

  constructor(child, dir) {
    this.#child = child;
    this.#dir = dir;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => (this.#log = (this.#log + chunk).slice(-20_000)));
    }
    // A test run that is broken off must not leave a server behind.
    process.once("exit", () => child.kill("SIGTERM"));
  }

  async becomeReady(file) {
    const deadline = Date.now() + START_MS;
    while (!existsSync(file)) {
      if (this.#child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`quittance demo did not start:\n${this.#log}`);
      }
      await new Promise((wake) => setTimeout(wake, 50));
    }
    this.#ready = JSON.parse(await readFile(file, "utf8"));
  }

  /** Where the portal answers, without a slash at the end. */
  get url() {
    return this.#ready.portal;
  }

  /** Where the practice checkout answers. */
  get sandbox() {
    return this.#ready.sandbox;
  }

  /** The personal link of that name: `{ name, url, postal_code }`. */
  link(name) {
    const link = this.#ready.links.find((each) => each.name === name);
    if (!link) throw new Error(`the demo has no link "${name}"`);
    return link;
  }

  /** Somebody of the demo's staff: `{ role, email, password, secret }`. */
  staff(role) {
    return this.#ready.staff.find((person) => person.role === role);
  }

  /** Uses one of the sandbox's switches. */
  async control(method, what, body) {
    const answer = await fetch(`${this.sandbox}/_sandbox/${what}`, {
      method,
      headers: method === "GET" ? {} : { "content-type": "application/json" },
      body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${what}: ${JSON.stringify(json)}`);
    return json;
  }

  /** Lets the bank debit of the checkout at `checkoutUrl` arrive, or fail, now, and its webhooks with it. */
  async settle(checkoutUrl) {
    await this.control("POST", `sessions/${new URL(checkoutUrl).pathname.split("/").pop()}/settle`);
    await this.control("POST", "deliver_all");
  }

  /** Something that goes wrong between the portal and Stripe; `clearFaults` ends it. */
  async fault(method, path, action) {
    await this.control("POST", "faults", { on: { request: { method, path } }, action });
  }

  async clearFaults() {
    await this.control("DELETE", "faults");
  }

  /** What `quittance doctor` finds; it also misses settings that only `serve` needs. */
  async doctor() {
    const child = spawn(program, ["doctor"], { env: { ...process.env, DATABASE_URL: this.#ready.database_url } });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    await once(child, "close");
    return output;
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const gone = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await gone;
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}
