import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { body, composeFolder, service } from './import';

const folder = composeFolder();
const statusOf = (report: readonly { path: string; status: string; why?: string }[], key: string) =>
  report.find(({ path }) => path.startsWith(`services.web.${key}`));

test('numbers, dates and texts are those that Compose passes on', async () => {
  const { chart, problems } = await folder.import(
    service(`environment:
  A: 0x1F
  B: 017
  C: 12345678901234567890
  D: 1_000
  E: 1e3
  F: "1e3"
  G: yes
  H: True
  I: 2001-12-14
  J: ~
  K: a$-b 5$ ^c$
  L: ""
  M: +5
command: [serve, 0x1F, 017, "017", 12345678901234567890]`),
    [],
    { J: 'from the shell' },
  );
  expect(problems).toEqual([]);
  expect(body(chart)).toContain(`env: {
    A: 31,
    B: 15,
    C: '12345678901234567890',
    D: 1000,
    E: 1000,
    F: '1e3',
    G: 'yes',
    H: true,
    I: '2001-12-14 00:00:00 +0000 UTC',
    J: 'from the shell',
    K: 'a$-b 5$ ^c$',
    L: '',
    M: 5,
  },`);
  expect(body(chart)).toContain("args: ['serve', '31', '15', '017', '12345678901234567890']");
});

test.each([
  ['command: []', 'command', 'refused', 'An empty command removes'],
  ['command: ""', 'command', 'refused', 'An empty command removes'],
  ['command:', 'command', 'converted', 'The command of the image runs.'],
  ['entrypoint: []', 'entrypoint', 'refused', 'An empty entrypoint removes'],
  ['entrypoint: ""', 'entrypoint', 'refused', 'An empty entrypoint removes'],
  ['entrypoint:', 'entrypoint', 'converted', 'The command of the image runs.'],
])('%s alone', async (keys, key, status, why) => {
  const { report, chart } = await folder.import(service(keys));
  expect(statusOf(report, key)).toMatchObject({ status, why: expect.stringContaining(why) });
  expect(body(chart)).not.toMatch(/command|args/);
});

test('an empty entrypoint with a command is the whole command', async () => {
  for (const empty of ['[]', '""']) {
    const { report, chart } = await folder.import(service(`entrypoint: ${empty}\ncommand: [serve, --port, "80"]`));
    expect(body(chart)).toContain("command: ['serve', '--port', '80']");
    expect(body(chart)).not.toContain('args');
    expect(report.filter(({ status }) => status !== 'converted')).toEqual([]);
  }
});

test('an entrypoint with an empty command runs without the command of the image', async () => {
  const { report, chart } = await folder.import(service('entrypoint: [serve]\ncommand: []'));
  expect(body(chart)).toContain("command: ['serve']");
  expect(report.filter(({ status }) => status !== 'converted')).toEqual([]);
});

test('a script stays executable, and other files do not become executable', async () => {
  folder.put('start.sh', '#!/bin/sh\nexec serve\n');
  folder.put('words.txt', 'words\n');
  chmodSync(join(folder.path, 'start.sh'), 0o755);
  const { chart, problems } = await folder.import(
    service(
      'volumes: ["./start.sh:/start.sh:ro", "./words.txt:/words.txt:ro"]\nconfigs: [run]',
      'configs:\n  run: { file: start.sh }\n',
    ),
  );
  expect(problems).toEqual([]);
  expect(body(chart)).toMatch(/'\/start\.sh': \{ file: '\S+start\.sh', executable: true \}/);
  expect(body(chart)).toMatch(/'\/words\.txt': \{ file: '\S+words\.txt' \}/);
  // Compose mounts the file of a config with its own mode.
  expect(body(chart)).toMatch(/'\/run': \{ file: '\S+start\.sh', executable: true \}/);
});
