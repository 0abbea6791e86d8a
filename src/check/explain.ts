import { CODES, type Code } from '../problems/codes';
import { RULES } from './rules/registry';
import type { Rule } from './rules/rule';

/** The meaning of a code, the reason for the rule, and the fix. */
export interface Explanation {
  readonly code: Code;
  /** The rule, as a sentence that is true for correct manifests. */
  readonly rule: string;
  readonly profile: 'wiring' | 'hardened';
  readonly why: string;
  readonly fix: string;
}

/** Problems that no rule reports: those of reading files and those of waivers. */
const OTHERS: readonly Pick<Rule, 'code' | 'why' | 'fix' | 'profile'>[] = [
  {
    code: 'yaml-invalid',
    why: 'A file that cannot be read can be neither checked nor applied.',
    fix: 'Fix the YAML at the reported place. Render a Helm template before the check.',
  },
  {
    code: 'waiver-invalid',
    why: 'Without a valid rule and a reason, later readers cannot decide whether the waiver is still needed.',
    fix: 'Use the code of the rule as the key and the reason as the value.',
  },
  {
    code: 'waiver-unused',
    why: 'An unused waiver can hide a future mistake.',
    fix: 'Remove the waiver.',
  },
];

/** Every problem that a check can report, in the order of the page. */
export const EXPLANATIONS: readonly Explanation[] = [...OTHERS, ...RULES].map(({ code, why, fix, profile }) => ({
  code,
  rule: CODES[code],
  why,
  fix,
  profile: profile ?? 'wiring',
}));

/** An explanation as text for a terminal. */
export function explanationText({ code, rule, profile, why, fix }: Explanation): string {
  return `${code} (${profile})\n\n  ${rule}\n\n  why: ${why}\n  fix: ${fix}\n  waive: annotate the object with waive.callsign.dev/${code}: REASON\n`;
}

const LEFT_OUT = `## Checks that are not included
Other tools recommend these settings. Callsign has no rules for them:

- A CPU limit: it slows down a program even if the node is idle.
- \`imagePullPolicy: Always\`: a fixed tag or a digest always names the same image, and pods start even if the registry is unavailable.
- A user ID above 10000: any user without privileges is sufficient.
- \`ttlSecondsAfterFinished\` on a Job: the next apply creates the deleted Job again, so it runs a second time.
- At least three replicas of everything: the right number depends on the application.
- \`restartPolicy\`, DNS options and owner labels: they are conventions of single organizations.
`;

/** The text of docs/rules.md. */
export function rulesPage(): string {
  const part = (title: string, profile: Explanation['profile'], about: string) =>
    `## ${title}\n${about}\n\n${EXPLANATIONS.filter((one) => one.profile === profile)
      .map(({ code, rule, why, fix }) => `### ${code}\n${rule}\n\n*Why:* ${why}\n\n*Fix:* ${fix}\n`)
      .join('\n')}`;
  return `<!-- Written by npm run rules. Change src/check, not this page. -->
# Rules of callsign check
\`callsign check --explain CODE\` prints the description of one code.

To suppress a rule for one object, annotate the object with the code and the reason. A waiver without a reason, or without an effect, is also a problem:

\`\`\`yaml
metadata:
  annotations:
    waive.callsign.dev/image-unpinned: The image is built on the same machine and never pulled.
\`\`\`

${part('Wiring', 'wiring', 'These rules apply to all manifests. They find objects that the API server rejects, and references that lead nowhere.')}
${part('Hardened', 'hardened', 'These rules apply to charts, and to other manifests with `--profile hardened`. They follow the Pod Security level *restricted*, the hardening guide of the NSA and CISA, and common practice.')}
${LEFT_OUT}`;
}
