// Signs in with a passkey, or makes one: asks the browser, and sends what it answers by the form of the page. Without scripts, or
// in a browser without passkeys, the form stays hidden and password and code lead in.
"use strict";

(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !navigator.credentials) return;

  const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const put = (name, value) => (form.elements.namedItem(name).value = value);
  const { passkey, challenge, site, holder, person, company, known } = form.dataset;
  const problem = document.getElementById("passkey-problem");

  async function create() {
    const made = await navigator.credentials.create({
      publicKey: {
        rp: { id: site, name: company },
        user: { id: decode(holder), name: person, displayName: person },
        challenge: decode(challenge),
        pubKeyCredParams: form.dataset.algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
        excludeCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: decode(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
      },
    });
    const answer = made.response;
    put("credential", encode(made.rawId));
    put("client_data", encode(answer.clientDataJSON));
    put("authenticator_data", encode(answer.getAuthenticatorData()));
    put("public_key", encode(answer.getPublicKey()));
    put("algorithm", answer.getPublicKeyAlgorithm());
  }

  async function get() {
    const signed = await navigator.credentials.get({
      publicKey: { rpId: site, challenge: decode(challenge), userVerification: "required" },
    });
    const answer = signed.response;
    put("credential", encode(signed.rawId));
    put("client_data", encode(answer.clientDataJSON));
    put("authenticator_data", encode(answer.authenticatorData));
    put("signature", encode(answer.signature));
    put("holder", encode(answer.userHandle ?? new ArrayBuffer(0)));
  }

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      await (passkey === "create" ? create() : get());
      form.submit();
    } catch {
      // Whoever broke it off knows; who could not go on reads what to do.
      problem.hidden = false;
      problem.focus();
    }
  });
})();
