// Runs in a container of a test pod, with `node -e`. Prints what a program there can do.
'use strict';
const { chownSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { lookup } = require('node:dns/promises');

/** What the action comes to: `done`, or the code of its error. */
function tried(action) {
  try {
    action();
    return 'done';
  } catch ({ code }) {
    return code;
  }
}

async function main() {
  const url = process.env.SEVERAL_URL;
  writeFileSync('/tmp/own', '');
  const status = readFileSync('/proc/self/status', 'utf8');
  const facts = {
    user: process.getuid(),
    capabilities: Number.parseInt(/^CapEff:\s+(\w+)/m.exec(status)[1], 16),
    writeRoot: tried(() => writeFileSync('/written', '')),
    changeOwner: tried(() => chownSync('/tmp/own', 1234, 1234)),
  };
  if (url) {
    facts.addresses = (await lookup(new URL(url).hostname, { all: true })).map(({ address }) => address);
    facts.answer = await (await fetch(url)).json();
    facts.neighbor = await (await fetch('http://localhost:9000')).json();
    facts.imageFile = existsSync('/image/usr/lib/postgresql');
    facts.writeImage = tried(() => writeFileSync('/image/written', ''));
  }
  console.log(JSON.stringify(facts));
}

void main();
