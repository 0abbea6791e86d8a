import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(__dirname, '../../src');

/** A sentence of a verb and a general noun, such as `Remove the setting.` It names neither an option nor a value. */
const VAGUE =
  /['"`](?:Add|Change|Choose|Complete|Correct|Fix|Mend|Remove|Rename|Set|Shorten|Use|Write)(?: (?:a|an|all|another|both|it|of|one|shorter|the|them|these|this|two|valid|whole))+(?: [a-z]+)?\.['"`]/g;

/** In these, the noun is the name: the annotation of a waiver, and the quotes of a value. */
const CLEAR = new Set(["'Remove the waiver.'", "'Remove the quotes.'"]);

const vagueIn = (text: string) =>
  [...text.matchAll(VAGUE)].map(([match]) => match).filter((match) => !CLEAR.has(match));

test.each([
  ["fix: 'Remove the setting.'", 1],
  ["fix: 'Set the image.'", 1],
  ["fix: 'Write one of them.'", 1],
  ["fix: 'Remove procMount.'", 0],
  ["fix: 'Write type: ClusterIP, and add an Ingress for the Service.'", 0],
])('%s', (text, number) => {
  expect(vagueIn(text)).toHaveLength(number);
});

test('every fix names the option or the value', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  const vague = files.flatMap((file) =>
    vagueIn(readFileSync(join(SRC, file), 'utf8')).map((match) => `${file}: ${match}`),
  );
  expect(vague).toEqual([]);
});
