import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HARDENED_RULES, RULES } from '../../src/check/rules/registry';
import { SCHEMA_RULES } from '../../src/check/rules/schema';
import { CODES } from '../../src/problems/codes';

const src = join(__dirname, '../../src');
const rules = readdirSync(join(src, 'check/rules/wiring')).map((name) => name.replace(/\.ts$/, ''));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && name !== join('problems', 'codes.ts'),
);

test('every rule stands in the registry once, in a file of the name of its code, with those of the schema, or with the hardened ones', () => {
  const others = [...SCHEMA_RULES, ...HARDENED_RULES].map(({ code }) => code);
  expect(RULES.map(({ code }) => code).toSorted()).toEqual([...rules, ...others].toSorted());
  expect(HARDENED_RULES.every(({ profile }) => profile === 'hardened')).toBe(true);
  expect(rules.length).toBeGreaterThan(10);
});

test('every rule tells why it matters and how it is fixed', () => {
  for (const { why, fix } of RULES)
    expect([why, fix]).toEqual([expect.stringMatching(/^[A-Z].{20,}\.$/), expect.stringMatching(/^[A-Z].{10,}\.$/)]);
});

test.each(rules)('%s has a test', (rule) => {
  expect(existsSync(join(__dirname, 'rules', `${rule}.test.ts`))).toBe(true);
});

test('every code is used', () => {
  const text = sources.map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
  expect(Object.keys(CODES).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

test('every code has a sentence that names the rule', () => {
  for (const sentence of Object.values(CODES)) expect(sentence).toMatch(/^[A-Z].*\.$/);
});
