import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Problem } from '../../src/problems/problem';
import { synthWatch } from '../../src/cli/watch/synth-watch';
import { app, callsign, temporaryFolder } from './run';

// docs/editors.md shows a problem matcher for Visual Studio Code. It is applied here to the real output.
const page = readFileSync(join(__dirname, '../../docs/editors.md'), 'utf8');
const [, snippet = ''] = /^```json\n(\{\n {2}"version".*?)^```$/ms.exec(page) ?? [];

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly code?: number;
  readonly message?: number;
}

interface Matcher {
  readonly owner: string;
  readonly pattern: Pattern[];
  readonly background?: { readonly beginsPattern: string; readonly endsPattern: string };
}

const { tasks } = JSON.parse(snippet) as {
  tasks: { command: string; problemMatcher: Matcher }[];
};
const { owner, pattern: patterns } = tasks[0]!.problemMatcher;

/** What Visual Studio Code lists: a problem for each run of lines that match the patterns, one pattern a line. */
function listed(output: string): Record<string, string | number>[] {
  // It reads the lines of a terminal without their colors.
  const lines = stripVTControlCharacters(output).split('\n');
  return lines.flatMap((_, start) => {
    const problem: Record<string, string | number> = {};
    for (const [i, { regexp, ...groups }] of patterns.entries()) {
      const match = new RegExp(regexp).exec(lines[start + i] ?? '');
      if (!match) return [];
      for (const [key, group] of Object.entries(groups)) {
        const text = match[group];
        if (text !== undefined) problem[key] = ['line', 'column'].includes(key) ? Number(text) : text;
      }
    }
    return [problem];
  });
}

/** The same from the JSON of the command. */
function expected(json: string): Record<string, string | number>[] {
  return (JSON.parse(json) as { problems: Problem[] }).problems
    .filter(({ place }) => place)
    .map(({ code, message, place }) => ({ ...place!, code, message: message.split('\n')[0]! }));
}

const byPlace = (problems: readonly Record<string, string | number>[]) =>
  problems.map((problem) => JSON.stringify(problem, Object.keys(problem).toSorted())).toSorted();

const folder = temporaryFolder();

test('the task checks the charts and owns its problems', () => {
  expect([tasks[0]!.command, owner]).toEqual(['npx callsign check', 'callsign']);
});

test.each([
  ['problems of constructs', ['check', '--app', app('broken.ts')], 3],
  ['problems of manifests', ['check', '--app', app('unwired.ts')], 1],
  ['an error in a chart', ['check', '--app', app('throws.ts')], 1],
  ['problems of synth', ['synth', '--app', app('broken.ts')], 3],
  ['an error in a chart of synth', ['synth', '--app', app('throws.ts')], 1],
])('the matcher reads %s', async (_, argv, atLeast) => {
  for (const terminal of [false, true]) {
    const { code, out } = await callsign(argv, { terminal });
    expect(code).toBe(1);
    const problems = listed(out);
    expect(byPlace(problems)).toEqual(byPlace(expected((await callsign([...argv, '--json'])).out)));
    expect(problems.length).toBeGreaterThanOrEqual(atLeast);
  }
});

test('the matcher reads the problems of several files', async () => {
  const files = readBroken().map(([name, text]) => folder.put(name, text));
  const { out } = await callsign(['check', ...files, '--profile', 'hardened'], { terminal: true });
  const { out: json } = await callsign(['check', ...files, '--profile', 'hardened', '--json']);
  const problems = listed(out);
  expect(byPlace(problems)).toEqual(byPlace(expected(json)));
  expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(files));
  expect(problems.every(({ column }) => typeof column === 'number')).toBe(true);
});

/** Manifests with problems: a path with a blank and a colon, an invalid document, and an image without a tag. */
function readBroken(): [string, string][] {
  const pod = (image: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers: [{ name: web, image: ${image} }]\n`;
  return [
    ['a b.yaml', pod('shop/web')],
    ['sub/c:d.yaml', pod('shop/web')],
    ['e.yaml', 'a: [\n'],
  ];
}

test('the matcher finds nothing in a report without problems', async () => {
  expect(listed((await callsign(['check', '--app', app('shop.ts'), '--profile', 'wiring'])).out)).toEqual([]);
  expect(listed('3 problems: 3 image-unpinned\na.ts:3:1  [name]\n')).toEqual([]);
});

test('the task that watches reads the first and the last line of each report', async () => {
  const [check, watch] = tasks.map(({ problemMatcher }) => problemMatcher);
  const { background, ...matcher } = watch!;
  expect([tasks[1]!.command, matcher]).toEqual(['npx callsign synth --watch', check]);
  const reports: string[] = [];
  const stop = new AbortController();
  const io = {
    environment: {},
    terminal: true,
    error: () => undefined,
    out: (text: string) => void reports.push(text),
  };
  const files = { folders: [folder.path], out: join(folder.path, 'out') };
  const watching = synthWatch(() => Promise.reject(new Error('It failed.')), files, io, stop);
  while (reports.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  expect(await watching).toBe(0);
  const lines = reports.join('').trimEnd().split('\n');
  expect(lines.map((line) => new RegExp(background!.beginsPattern).test(line))).toEqual([true, false, false]);
  expect(lines.map((line) => new RegExp(background!.endsPattern).test(line))).toEqual([false, false, true]);
});
