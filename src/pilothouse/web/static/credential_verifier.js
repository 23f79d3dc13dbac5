// Checks the credential in this page: RFC 8785, SHA-256, Ed25519. No network, no other file.
"use strict";
(() => {
  const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const list = document.getElementById("checks");

  const say = (tone, words) => {
    const line = document.createElement("li");
    line.dataset.tone = tone;
    line.textContent = words;
    list.append(line);
  };

  // JSON.stringify writes numbers and texts as RFC 8785 asks; only the order of names is missing.
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  };

  const hash = async (value) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(value))));

  const decode = (text) => {
    if (!text.startsWith("z")) throw new Error("not base58btc");
    let number = 0n;
    for (const letter of text.slice(1)) {
      const value = ALPHABET.indexOf(letter);
      if (value < 0) throw new Error("not base58btc");
      number = number * 58n + BigInt(value);
    }
    const bytes = [];
    for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
    for (const letter of text.slice(1)) {
      if (letter !== "1") break;
      bytes.unshift(0);
    }
    return new Uint8Array(bytes);
  };

  const keyOf = (method) => {
    const did = method.split("#")[0];
    const bytes = decode(did.replace("did:key:", ""));
    if (!did.startsWith("did:key:") || bytes.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 1) {
      throw new Error("the key is no Ed25519 did:key");
    }
    return bytes.slice(2);
  };

  const isSigned = async (signed) => {
    const { proof, ...plain } = signed;
    const { proofValue, ...options } = proof;
    if (proof.cryptosuite !== "eddsa-jcs-2022" || proof.proofPurpose !== "assertionMethod") {
      throw new Error("the proof is of another kind");
    }
    const message = new Uint8Array(64);
    message.set(await hash(options), 0);
    message.set(await hash(plain), 32);
    const usages = ["verify"];
    const raw = keyOf(proof.verificationMethod);
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, usages);
    return crypto.subtle.verify({ name: "Ed25519" }, key, decode(proofValue), message);
  };

  const idOf = (thing) => (thing && typeof thing === "object" ? thing.id : thing);

  const check = async (signed, what) => {
    const fits = await isSigned(signed);
    say(
      fits ? "good" : "bad",
      fits
        ? `${what}: the signature fits, nothing was changed.`
        : `${what}: the signature does not fit. Something was changed.`,
    );
    const owner = signed.proof.verificationMethod.split("#")[0];
    if (owner !== idOf(signed.issuer)) say("bad", `${what}: signed with another key than the issuer's.`);
    const from = new Date(signed.validFrom);
    if (!(from.getTime() <= Date.now() + 300000)) say("bad", `${what}: not valid yet.`);
    else say("good", `${what}: valid since ${from.toISOString().slice(0, 10)}.`);
  };

  const run = async () => {
    list.replaceChildren();
    const signed = JSON.parse(document.getElementById("credential").textContent);
    await check(signed, "This document");
    const inside = signed.credentialSubject.verifiableCredential || [];
    const parts = [...inside, ...(signed.endorsement || [])];
    for (const part of parts) await check(part, part.name || part.id);
    if (!parts.length && idOf(signed.issuer) === signed.credentialSubject.id) {
      say("info", "Issuer and holder are the same key: it is self-issued.");
    }
    say(
      "info",
      signed.credentialStatus
        ? "Revocation was not asked: this page opens no connection."
        : "It names no list of revocations.",
    );
  };

  run().catch((error) => {
    if (["NotSupportedError", "TypeError", "ReferenceError"].includes(error.name)) {
      list.replaceChildren();
      say("info", "This browser cannot check Ed25519 here. Open the file in a newer one, or check by hand.");
    } else {
      say("bad", `The check could not be done: ${error.message}.`);
    }
  });
})();
