'use strict';
const { readFileSync } = require('node:fs');
const { check, readManifests } = require('../../../dist');

const text = readFileSync(process.argv[2], 'utf8');
const start = process.hrtime.bigint();
const { manifests, problems } = readManifests(text, 'all.yaml');
const found = [...problems, ...check(manifests, process.env.PROFILE)];
const ms = Number(process.hrtime.bigint() - start) / 1e6;
console.log(
  JSON.stringify({
    ms,
    megabytes: process.resourceUsage().maxRSS / 1024,
    objects: manifests.length,
    problems: found.length,
  }),
);
