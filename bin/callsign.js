#!/usr/bin/env node
'use strict';
// A checkout runs its TypeScript directly. An installed package contains compiled JavaScript.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const path = require('node:path');

// Compiling the modules takes most of the time of a small synthesis. Node.js 22.1 and newer can cache the result, in the
// folder for temporary files or in NODE_COMPILE_CACHE. NODE_DISABLE_COMPILE_CACHE=1 turns the cache off.
enableCompileCache?.();

const source = path.join(__dirname, '..', 'src', 'cli', 'main.ts');
const compiled = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
if (existsSync(source)) require('tsx/cjs');
const { main } = require(existsSync(source) ? source : compiled);

// The reader of a pipe may close it early: callsign check | head.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  environment: process.env,
  terminal: process.stdout.isTTY && !process.env.NO_COLOR,
  size:
    process.stdout.isTTY && process.env.TERM !== 'dumb'
      ? () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 })
      : undefined,
}).then((code) => {
  process.exitCode = code;
});
