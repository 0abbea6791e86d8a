#!/usr/bin/env node
'use strict';
// A checkout runs its TypeScript as it stands, so that a changed chart shows at once; an installed package brings it compiled.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const path = require('node:path');

// Most of a small synthesis is compiling what is loaded: Node.js 22.1 and newer keep that in the folder for temporary files,
// or where NODE_COMPILE_CACHE says; NODE_DISABLE_COMPILE_CACHE=1 turns it off. Where it cannot write, nothing is kept.
enableCompileCache?.();

const source = path.join(__dirname, '..', 'src', 'cli', 'main.ts');
const compiled = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
if (existsSync(source)) require('tsx/cjs');
const { main } = require(existsSync(source) ? source : compiled);

// Whoever reads us may have seen enough: callsign check | head.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  environment: process.env,
  terminal: process.stdout.isTTY && !process.env.NO_COLOR,
}).then((code) => {
  process.exitCode = code;
});
