import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../check/baseline';
import { EXPLANATIONS } from '../../check/explain';
import { CODES } from '../../problems/codes';
import type { Problem } from '../../problems/problem';
import { VERSION } from '../version';
import { countsByCode, type Report } from './report';

const HINTS: ReadonlySet<string> = new Set(
  EXPLANATIONS.filter(({ group }) => group === 'hint').map(({ code }) => code),
);

/** A report in SARIF 2.1.0, for programs that collect the results of tools. */
export function sarifReport({ problems, hints }: Report): string {
  const all = [...problems, ...hints];
  const prints = fingerprints(all);
  const codes = [...countsByCode(all).keys()];
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'callsign', version: VERSION, rules: codes.map(ruleOf) } },
          columnKind: 'utf16CodeUnits',
          results: all.map((problem, i) => ({ ...resultOf(problem, codes), partialFingerprints: prints[i] })),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}

function ruleOf(code: string): object {
  const explanation = EXPLANATIONS.find((one) => one.code === code);
  return {
    id: code,
    shortDescription: { text: CODES[code as keyof typeof CODES] },
    ...(explanation && {
      fullDescription: { text: explanation.why },
      help: { text: explanation.fix, markdown: `${explanation.why}\n\n**Fix:** ${explanation.fix}` },
    }),
    defaultConfiguration: { level: levelOf(code) },
  };
}

/** A hint is a note. */
function levelOf(code: string): 'error' | 'note' {
  return HINTS.has(code) ? 'note' : 'error';
}

/** What identifies each problem in later runs. The lines do not matter; equal problems are counted. */
function fingerprints(problems: readonly Problem[]): object[] {
  const seen = new Map<string, number>();
  return problems.map((problem) => {
    const print = createHash('sha256').update(fingerprintOf(problem)).digest('hex').slice(0, 32);
    const n = (seen.get(print) ?? 0) + 1;
    seen.set(print, n);
    return { 'callsign/v1': `${print}:${n}` };
  });
}

function resultOf(
  { code, message, expected, got, fix, place, object, field, path }: Problem,
  codes: readonly string[],
): object {
  const region = place && { startLine: place.line, ...(place.column !== undefined && { startColumn: place.column }) };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levelOf(code),
    message: {
      text: [message, expected && `Expected: ${expected}.`, got && `Got: ${got}.`, fix].filter(Boolean).join(' '),
    },
    locations: [
      {
        ...(place && { physicalLocation: { artifactLocation: { uri: encodeURI(place.file) }, region } }),
        ...((object ?? path) !== undefined && {
          logicalLocations: [{ fullyQualifiedName: [path, object, field].filter(Boolean).join(' · ') }],
        }),
      },
    ],
  };
}
