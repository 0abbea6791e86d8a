import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';
import { casesIn } from './cases';

const BROKEN = casesIn('broken');

function problemsOf(text: string): string[] {
  const { manifests, problems } = readManifests(text, 'case.yaml');
  return [...problems, ...check(manifests)].map(({ code, place }) => `${place!.line} ${code}`).toSorted();
}

test('there are enough files, and each has marks', () => {
  expect(BROKEN.length).toBeGreaterThanOrEqual(80);
  for (const { name, text, marks } of BROKEN) {
    expect({ name, marks: marks.length > 0, verdict: /^# (refused|accepted) by an API server\n/.test(text) }).toEqual({
      name,
      marks: true,
      verdict: true,
    });
  }
});

test.each(BROKEN.map(({ name, ...rest }) => [name, rest] as const))(
  '%s has exactly the marked problems',
  (_, { text, marks }) => {
    expect(problemsOf(text)).toEqual([...marks].toSorted());
  },
);

test.each(casesIn('good').map(({ name, text }) => [name, text] as const))('%s has no problems', (_, text) => {
  expect(problemsOf(text)).toEqual([]);
});
