import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../src/check/registry';
import { CODES } from '../../src/k8s/codes';

const src = join(__dirname, '../../src');
const rules = readdirSync(join(src, 'check/rules')).map((name) => name.replace(/\.ts$/, ''));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && name !== join('k8s', 'codes.ts'));

test('every rule stands in the registry, in a file of the name of its code', () => {
  expect(RULES.map(({ code }) => code).toSorted()).toEqual(rules.toSorted());
  expect(rules.length).toBeGreaterThan(10);
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
