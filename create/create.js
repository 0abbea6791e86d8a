#!/usr/bin/env node
// `npm create callsign-k8s FOLDER` is the same as `callsign init FOLDER`.
'use strict';
const path = require('node:path');

process.argv.splice(2, 0, 'init');
require(path.join(path.dirname(require.resolve('callsign-k8s/package.json')), 'bin', 'callsign.js'));
