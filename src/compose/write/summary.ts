import { isMissing, type ReportEntry } from '../load/report';
import type { PlannedPart } from '../plan/plan';

/** A key of a Compose file. */
type KeyPlace = Pick<ReportEntry, 'file' | 'line' | 'path'>;

/** One reason, and all keys that it is true for. */
export interface KeyGroup {
  readonly message: string;
  readonly places: readonly KeyPlace[];
}

/** Why a decision matters, the most urgent one first: the program does not start, it asks for rights, or neither. */
export type DecisionRank = 'start' | 'security' | 'other';

/** What a person has to decide. Some decisions belong to no key. */
export interface Decision extends KeyGroup {
  readonly rank: DecisionRank;
}

/** Keys that ask for rights that pods do not have. */
const RIGHTS =
  /(^|\.)(cap_add|cgroup|credential_spec|device_cgroup_rules|devices|group_add|ipc|pid|privileged|security_opt|use_api_socket|user)(\[|\.|$)/;
/** Names below these keys are not keys of Compose. */
const OWN_NAMES = /\.(args|environment|labels)(\[|\.|$)/;

/** The decisions, the most urgent ones first. Equal reasons are one decision. */
export function decisionsOf(
  report: readonly ReportEntry[],
  warnings: readonly string[],
  secrets: readonly { readonly name: string }[],
  parts: readonly PlannedPart[] = [],
): Decision[] {
  const missing = report.filter(isMissing);
  const names = secrets.map(({ name }) => name).join(', ');
  return [
    ...groupsOf(missing.filter((entry) => !asksForRights(entry))).map((group) => ({
      ...group,
      rank: 'start' as const,
    })),
    ...(names === ''
      ? []
      : [{ rank: 'start' as const, message: `Create these Secrets before the first start: ${names}.`, places: [] }]),
    ...groupsOf(missing.filter(asksForRights)).map((group) => ({ ...group, rank: 'security' as const })),
    ...exceptionLines(parts).map((message) => ({ rank: 'security' as const, message, places: [] })),
    ...warnings.map((message) => ({ rank: 'other' as const, message, places: [] })),
  ];
}

/** The settings that the chart lacks, and that no program needs to run. */
export function lostSettings(report: readonly ReportEntry[]): KeyGroup[] {
  return groupsOf(report.filter(({ runs }) => runs));
}

/** The parts with exceptions from the hardened defaults, one line for each set of reasons. */
function exceptionLines(parts: readonly PlannedPart[]): string[] {
  const names = new Map<string, string[]>();
  for (const { id, options } of parts) {
    const exceptions = (options.exceptions ?? []) as readonly { readonly reason: string }[];
    const reasons = [...new Set(exceptions.map(({ reason }) => reason))].join(' ');
    if (reasons !== '') names.set(reasons, [...(names.get(reasons) ?? []), id]);
  }
  return [...names].map(
    ([reasons, ids]) =>
      `Exceptions from the hardened defaults of ${ids.join(', ')}: ${reasons} Remove those that the program does not need.`,
  );
}

function asksForRights({ path }: ReportEntry): boolean {
  return RIGHTS.test(path) && !OWN_NAMES.test(path);
}

function groupsOf(entries: readonly ReportEntry[]): KeyGroup[] {
  const groups = new Map<string, KeyPlace[]>();
  for (const { why = '', file, line, path } of entries)
    groups.set(why, [...(groups.get(why) ?? []), { file, line, path }]);
  return [...groups].map(([message, places]) => ({ message, places }));
}
