/** The levels of the Pod Security Standards, the strictest first. */
const LEVELS = ['restricted', 'baseline', 'privileged'] as const;

export type PodSecurityLevel = (typeof LEVELS)[number];

/** The capabilities that the level baseline allows a container to add. */
const BASELINE = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

/** All other capabilities of Linux. Only the level privileged allows them. */
const OTHERS = [
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'BLOCK_SUSPEND',
  'BPF',
  'CHECKPOINT_RESTORE',
  'DAC_READ_SEARCH',
  'IPC_LOCK',
  'IPC_OWNER',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'NET_ADMIN',
  'NET_BROADCAST',
  'NET_RAW',
  'PERFMON',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'WAKE_ALARM',
] as const;

/** A capability of Linux, without the prefix `CAP_`. */
export type Capability = (typeof BASELINE)[number] | (typeof OTHERS)[number];

export const BASELINE_CAPABILITIES: ReadonlySet<unknown> = new Set(BASELINE);
export const CAPABILITIES: ReadonlySet<unknown> = new Set([...BASELINE, ...OTHERS]);

/** The strictest level that allows a container to add the capability. */
export function levelOfCapability(name: Capability): PodSecurityLevel {
  if (name === 'NET_BIND_SERVICE') return 'restricted';
  return BASELINE_CAPABILITIES.has(name) ? 'baseline' : 'privileged';
}

/** The level that allows the most. */
export function widestLevel(levels: readonly PodSecurityLevel[]): PodSecurityLevel {
  return LEVELS.findLast((level) => levels.includes(level)) ?? 'restricted';
}

/** Whether a namespace of one level admits pods that need the other. */
export function admits(level: PodSecurityLevel, needed: PodSecurityLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(needed);
}
