'use strict';
const { readFileSync } = require('node:fs');
const { parseAllDocuments } = require('yaml');

// The minimum work of every program that reads manifests: parse them and get their values.
const text = readFileSync(process.argv[2], 'utf8');
const start = process.hrtime.bigint();
const objects = parseAllDocuments(text).map((document) => document.toJS());
const ms = Number(process.hrtime.bigint() - start) / 1e6;
console.log(JSON.stringify({ ms, megabytes: process.resourceUsage().maxRSS / 1024, objects: objects.length }));
