import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCallsign } from './start/callsign';
import { Compose } from './start/compose';
import { memory } from './start/memory';
import { BenchProject } from './start/project';
import type { Running } from './start/running';
import { median } from './median';

// Compares callsign start with `docker compose up` of the same images on this machine. The images must be there:
// `npm run images`, and traefik:v3.6 and postgres:17. The tools run in turn, so that a slow moment of the machine affects
// both. A fresh start has no data. `docker compose up` does not build the images, and watches the sources.
const RUNS = Number(process.env.RUNS ?? 3);
/** Until all replicas have started. */
const SETTLE_MS = 15_000;
const LONGEST_MS = 120_000;

interface Tool {
  readonly name: string;
  readonly start: () => Running;
  /** Deletes the data. */
  readonly reset: () => void;
}

/** Asks through the gateway, until the status is the expected one. Returns the seconds since the beginning. */
async function secondsUntil(status: number, path: string, port: number, began: number): Promise<number> {
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        signal: AbortSignal.timeout(5_000),
      });
      await answer.arrayBuffer();
      if (answer.status === status) return (performance.now() - began) / 1_000;
    } catch {
      // It does not listen yet.
    }
    if (performance.now() - began > LONGEST_MS) throw new Error(`${path} has not got the status ${status}.`);
    await sleep(20);
  }
}

const PLAIN = '  return { workers: [relay, idempotency], database };';
const CHANGED = `  app.get('/posts/changed', async () => ({ changed: true }));\n${PLAIN}`;

/** Saves a changed source of posts. Returns the seconds until the first new answer. */
async function secondsToNewAnswer(source: string, port: number): Promise<number> {
  const text = readFileSync(source, 'utf8');
  const path = '/api/posts/changed';
  await secondsUntil(400, path, port, performance.now());
  const began = performance.now();
  writeFileSync(source, text.replace(PLAIN, CHANGED));
  try {
    return await secondsUntil(200, path, port, began);
  } finally {
    writeFileSync(source, text);
    await sleep(SETTLE_MS);
    await secondsUntil(400, path, port, performance.now());
  }
}

const MEASURED = [
  'fresh: the page, s',
  'fresh: the posts from the database, s',
  'with data: the page, s',
  'with data: the posts from the database, s',
  'from save to the new answer, s',
  'memory of the programs and the database, MiB',
  'memory with the gateway and the tool, MiB',
] as const;

/** One fresh start, and one with the data of it. */
async function measure(tool: Tool, source: string): Promise<number[]> {
  tool.reset();
  const figures: number[] = [];
  for (const isFresh of [true, false]) {
    const began = performance.now();
    const running = tool.start();
    try {
      figures.push(await secondsUntil(200, '/', running.port, began));
      figures.push(await secondsUntil(200, '/api/query', running.port, began));
      await sleep(SETTLE_MS);
      if (isFresh) continue;
      figures.push(await secondsToNewAnswer(source, running.port));
      figures.push(memory(running.programs()), memory(running.all()));
    } finally {
      await running.stop();
    }
  }
  return figures;
}

async function main(): Promise<void> {
  const project = new BenchProject();
  try {
    const compose = new Compose(project);
    const tools: Tool[] = [
      { name: 'callsign start', start: () => startCallsign(project), reset: () => project.resetData() },
      { name: 'docker compose up', start: () => compose.start(), reset: () => compose.reset() },
    ];
    const rounds = new Map(tools.map((tool) => [tool, [] as number[][]]));
    for (let i = 0; i < RUNS; i++)
      for (const tool of tools)
        rounds.get(tool)!.push(await measure(tool, join(project.folder, 'services/posts/app.ts')));
    compose.reset();
    console.log(`Node ${process.version}, medians of ${RUNS} rounds`);
    console.log(`| measured | ${tools.map(({ name }) => name).join(' | ')} | ratio |`);
    console.log('|---|---:|---:|---:|');
    for (const [i, what] of MEASURED.entries()) {
      const [ours, theirs] = tools.map((tool) => median(rounds.get(tool)!.map((round) => round[i]!))) as [
        number,
        number,
      ];
      const digits = what.endsWith(', s') ? 1 : 0;
      console.log(`| ${what} | ${ours.toFixed(digits)} | ${theirs.toFixed(digits)} | ${(ours / theirs).toFixed(2)} |`);
    }
  } finally {
    project.remove();
  }
}

void main();
