import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXPLANATIONS } from '../../src/check/explain';
import { HARDENED_RULES, HINT_RULES, RULES } from '../../src/check/rules/registry';
import { SCHEMA_RULES } from '../../src/check/rules/schema';
import { CODES } from '../../src/problems/codes';

const src = join(__dirname, '../../src');
const rulesIn = (folder: string) =>
  readdirSync(join(src, 'check/rules', folder)).map((name) => name.replace(/\.ts$/, ''));
const wiring = rulesIn('wiring');
const hardened = rulesIn('hardened');
const hints = rulesIn('hints');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && name !== join('problems', 'codes.ts'),
);

test('every rule is in the registry once, in a file with the name of its code or in the schema', () => {
  const expected = [...SCHEMA_RULES.map(({ code }) => code), ...wiring, ...hardened];
  expect(RULES.map(({ code }) => code).toSorted()).toEqual(expected.toSorted());
  expect(HARDENED_RULES.map(({ code }) => code).toSorted()).toEqual(hardened.toSorted());
  expect(RULES.filter(({ profile }) => profile === 'hardened')).toEqual(HARDENED_RULES);
  expect(HINT_RULES.map(({ code, profile }) => [code, profile])).toEqual(hints.map((code) => [code, 'hint']));
  expect(wiring.length).toBeGreaterThan(10);
  expect(hardened.length).toBeGreaterThan(10);
});

test.each([
  ['wiring', wiring],
  ['hardened', hardened],
  ['hints', hints],
])('each file in %s has the name of the code of its rule', (folder, names) => {
  for (const name of names) {
    const text = readFileSync(join(src, 'check/rules', folder, `${name}.ts`), 'utf8');
    expect(text.match(/export const \w+: (?:Pod)?Rule = [^']*'([a-z-]+)'/)?.[1]).toBe(name);
  }
});

test('every rule has a reason and a fix', () => {
  for (const { why, fix } of [...RULES, ...HINT_RULES])
    expect([why, fix]).toEqual([expect.stringMatching(/^[A-Z].{20,}\.$/), expect.stringMatching(/^[A-Z].{10,}\.$/)]);
});

test.each([...wiring, ...hints])('%s has a test', (rule) => {
  expect(existsSync(join(__dirname, 'rules', `${rule}.test.ts`))).toBe(true);
});

test('every code is used', () => {
  const text = sources.map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
  expect(Object.keys(CODES).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

test('every code has one explanation, with a reason and a fix', () => {
  expect(EXPLANATIONS.map(({ code }) => code).toSorted()).toEqual(Object.keys(CODES).toSorted());
  for (const { why, fix } of EXPLANATIONS)
    expect([why, fix]).toEqual([expect.stringMatching(/^\S.{10,}\.$/), expect.stringMatching(/^\S.{10,}\.$/)]);
});

test('every code of a chart has an example, except for the lock file', () => {
  const without = EXPLANATIONS.filter(({ group, broken }) => group === 'charts' && broken === undefined);
  expect(without.map(({ code }) => code)).toEqual(['image-lock-invalid']);
});

test('every code has a sentence that states the rule', () => {
  for (const sentence of Object.values(CODES)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
