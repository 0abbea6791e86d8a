import { CODES, type Code } from '../problems/codes';
import { RULES } from './rules/registry';
import type { Rule } from './rules/rule';

/** What a code means, why it matters and how it is fixed. */
export interface Explanation {
  readonly code: Code;
  /** The rule, in a sentence that is true where it is kept. */
  readonly rule: string;
  readonly profile: 'wiring' | 'hardened';
  readonly why: string;
  readonly fix: string;
}

/** What is found while files are read, before there is anything for a rule to look at, or after all rules have. */
const OTHERS: readonly Pick<Rule, 'code' | 'why' | 'fix' | 'profile'>[] = [
  {
    code: 'yaml-invalid',
    why: 'A file that cannot be read is checked by nobody, and applied by nobody.',
    fix: 'Fix the YAML where the problem points; a template of Helm is checked as what it becomes.',
  },
  {
    code: 'waiver-invalid',
    why: 'Whoever comes later cannot tell whether it still holds.',
    fix: 'Name the rule by its code, and write the reason as the value.',
  },
  {
    code: 'waiver-unused',
    why: 'It would hide the next mistake of that kind, which nobody has looked at.',
    fix: 'Take it out.',
  },
];

/** Everything that a check can tell, in the order of the page. */
export const EXPLANATIONS: readonly Explanation[] = [...OTHERS, ...RULES].map(({ code, why, fix, profile }) => ({
  code,
  rule: CODES[code],
  why,
  fix,
  profile: profile ?? 'wiring',
}));

/** An explanation as a person reads it in a terminal. */
export function explanationText({ code, rule, profile, why, fix }: Explanation): string {
  return `${code} (${profile})\n\n  ${rule}\n\n  why: ${why}\n  fix: ${fix}\n  waive: annotate the object with waive.callsign.dev/${code}: the reason\n`;
}

const LEFT_OUT = `## Left out
What other checkers ask, and this one does not, because it does harm where it is followed:

- A limit of cpu: it slows a program down while the node is idle.
- \`imagePullPolicy: Always\`: a fixed tag or a digest is the same image every time, and a registry that is away stops nobody.
- Users above 10000: a user of its own without any rights is what counts; its number does not.
- \`ttlSecondsAfterFinished\` on a Job: the next apply makes it again, and it runs a second time.
- Three copies or more of everything: how many is for whoever runs it to say.
- \`restartPolicy\`, DNS options, owner labels: conventions of one house.
`;

/** The page of all rules: docs/rules.md is this. */
export function rulesPage(): string {
  const part = (title: string, profile: Explanation['profile'], about: string) =>
    `## ${title}\n${about}\n\n${EXPLANATIONS.filter((one) => one.profile === profile)
      .map(({ code, rule, why, fix }) => `### ${code}\n${rule}\n\n*Why:* ${why}\n\n*Fix:* ${fix}\n`)
      .join('\n')}`;
  return `<!-- Written by npm run rules. Change src/check, not this page. -->
# What callsign check tells
\`callsign check --explain CODE\` tells what stands here about one code.

Who knows better for one object says so on it, with the reason; a waiver without one, or that waives nothing, is a problem itself:

\`\`\`yaml
metadata:
  annotations:
    waive.callsign.dev/image-unpinned: The image is built on the same machine, and never pulled.
\`\`\`

${part('Wiring', 'wiring', 'On for every manifest: what an API server refuses, and what does not find each other.')}
${part('Hardened', 'hardened', 'On with `--profile hardened`, and for charts: what Pod Security *restricted*, the guide of NSA and CISA, and the other checkers ask of a workload.')}
${LEFT_OUT}`;
}
