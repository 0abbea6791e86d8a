'use strict';
// N microservices with Callsign, and their manifests written to a folder: node callsign.js N SHAPE FOLDER
const { App, Chart } = require('cdk8s');
const { Image, Microservice, check, renderFile, synthesize, writeFiles } = require('../../../dist');
const { callsOf } = require('./shapes');

const [n, shape, folder] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const app = new App();
const chart = new Chart(app, 'bench', { namespace: 'bench' });
const services = Array.from(
  { length: n },
  (_, i) => new Microservice(chart, `s${i}`, { image: Image.of('bench/service:1') }),
);
for (const [from, to] of callsOf(n, shape)) services[from].calls(services[to]);

const files = synthesize(app);
const problems = check(files.flatMap(({ manifests }) => manifests));
if (problems.length > 0) throw new Error(problems[0].message);
writeFiles(folder, new Map(files.map((file) => [file.name, renderFile(file)])));
