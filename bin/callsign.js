#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const path = require('node:path');
const loadYamlOnUse = require('./yaml-on-use');

// Compiling the modules takes most of the time of a small synthesis. Node.js 22.1 and newer can cache the result, in the
// folder for temporary files or in NODE_COMPILE_CACHE. NODE_DISABLE_COMPILE_CACHE=1 turns the cache off.
enableCompileCache?.();

const file = program(installedInProject() ?? path.join(__dirname, '..'));
loadYamlOnUse(file);
const { main } = require(file);

/** The package of the project in the current folder: its charts use that copy of the constructs. */
function installedInProject() {
  try {
    return path.dirname(createRequire(path.resolve('package.json')).resolve('callsign-k8s/package.json'));
  } catch {
    return undefined;
  }
}

/** A checkout runs its TypeScript directly, if its dependencies are installed. An installed package contains a bundle. */
function program(folder) {
  const source = path.join(folder, 'src', 'cli', 'main.ts');
  if (!existsSync(source)) return path.join(folder, 'dist', 'cli.js');
  try {
    createRequire(source)('tsx/cjs');
    return source;
  } catch (error) {
    const bundle = path.join(__dirname, '..', 'dist', 'cli.js');
    if (existsSync(bundle)) return bundle;
    throw error;
  }
}

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
