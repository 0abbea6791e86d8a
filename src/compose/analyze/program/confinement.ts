import { capabilitiesOf } from '../../../k8s/exceptions';
import { CAPABILITIES } from '../../../k8s/pod-security';
import { isTrue, itemsOf, nodeAt, textOf } from '../../load/node';
import { AS_IN_DOCKER, UNKNOWN_IMAGE } from '../../load/images/needs';
import type { ImageNeeds } from '../../load/images/facts';
import type { PlannedOptions } from '../../plan/plan';
import type { ImportContext } from '../context';
import type { Member } from '../member';

/** The user of a program, and its exceptions from the hardened defaults. */
export interface Confinement {
  /** The option `user`; undefined for the default or for the user of the image. */
  readonly user?: number;
  /** The option `exceptions`. */
  readonly exceptions: readonly PlannedOptions[];
  readonly isFileSystemWritable: boolean;
}

/** The capabilities that an image needs which starts as root. */
const OF_ROOT: ReadonlySet<string> = new Set(capabilitiesOf({ runAs: 'as-in-docker', reason: '' }));
const DEFAULT_USER = 1000;

/** Decides how narrow the pods of a service can be: from its keys, its variables and its image. */
export function confinementOf(context: ImportContext, member: Member): Confinement {
  const given = nodeAt(member.node, 'user');
  const needs = needsOf(member);
  const user = userOf(member);
  const isReadOnly = isTrue(nodeAt(member.node, 'read_only'));
  const runAs = user === undefined ? (isRoot(textOf(given)) ? 'root' : needs.runAs && 'as-in-docker') : undefined;
  const why = runAs === 'root' ? 'The Compose file starts it as root.' : needs.runAs!;
  const writable = isReadOnly ? undefined : runAs === 'root' ? AS_IN_DOCKER.rootFilesystem : needs.rootFilesystem;
  const exceptions: PlannedOptions[] = [
    ...(runAs ? [{ runAs, reason: why }] : []),
    ...(writable ? [{ rootFilesystem: 'writable', reason: writable }] : []),
    ...furtherCapabilities(member, needs, runAs).map(([capability, reason]) => ({ capability, reason })),
  ];
  reportUser(context, member, user);
  return {
    ...((user ?? DEFAULT_USER) !== DEFAULT_USER && { user }),
    exceptions,
    isFileSystemWritable: writable !== undefined,
  };
}

/** What the image needs. The variables PUID and PGID show that it starts as root and becomes that user. */
function needsOf({ env, known, node }: Member): ImageNeeds {
  if (env.has('PUID') || env.has('PGID')) return AS_IN_DOCKER;
  if (known) return known.needs ?? {};
  return nodeAt(node, 'build') ? {} : UNKNOWN_IMAGE;
}

/** The user that the file or the image names as a number. */
function userOf({ node, known, env }: Member): number | undefined {
  const [id = ''] = (textOf(nodeAt(node, 'user')) ?? '').split(':');
  if (/^\d+$/.test(id) && Number(id) > 0) return Number(id);
  if (isRoot(id) || known?.needs?.runAs || env.has('PUID') || env.has('PGID')) return undefined;
  return known?.user;
}

function isRoot(user: string | undefined): boolean {
  return /^(0|root)(:|$)/.test(user ?? '');
}

/** Each further capability with its reason. Every program can listen on ports below 1024 without one. */
function furtherCapabilities({ node }: Member, needs: ImageNeeds, runAs: string | undefined): [string, string][] {
  const asRoot = runAs === 'root' ? [...OF_ROOT] : [];
  const byFile = itemsOf(nodeAt(node, 'cap_add'))
    .map((item) => capabilityName(textOf(item) ?? ''))
    .filter((name) => CAPABILITIES.has(name) && name !== 'NET_BIND_SERVICE' && !(runAs && OF_ROOT.has(name)));
  const all = new Map<string, string>([
    ...asRoot.map((name) => [name, 'As root, Docker gives it this capability.'] as const),
    ...byFile.map((name) => [name, 'The Compose file adds it.'] as const),
    ...(needs.capabilities ?? []).map(
      (name) => [name, 'The file of the program has this capability, and does not start without it.'] as const,
    ),
  ]);
  return [...all];
}

/** `CAP_NET_ADMIN` and `net_admin` are the capability `NET_ADMIN`. */
export function capabilityName(text: string): string {
  return text.toUpperCase().replace(/^CAP_/, '');
}

function reportUser({ report }: ImportContext, { node }: Member, user: number | undefined): void {
  const given = nodeAt(node, 'user');
  const [id, group] = (textOf(given) ?? '').split(':');
  if (isRoot(id))
    report.approximated(given, 'The namespace allows it. A program that does not need it runs as a user.');
  else if (user !== undefined && String(user) === id) {
    if (group === undefined || group === id) report.converted(given);
    else report.approximated(given, `Its group is ${id}, too.`);
  } else report.refused(given, 'Write the number of the user. The Dockerfile of the image has it.');
}
