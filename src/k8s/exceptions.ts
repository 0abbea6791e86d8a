import { isReason } from '../basics/reason';
import { ANNOTATIONS } from './keys';
import type { KubeObject } from './objects';
import { CAPABILITIES, levelOfCapability, widestLevel, type Capability, type PodSecurityLevel } from './pod-security';

/** One thing that a container may do although the hardened defaults forbid it. */
export type SecurityException = RunAsException | RootFilesystemException | CapabilityException;

/** The values of `runAs`. */
export const RUN_AS = ['image', 'root', 'as-in-docker'] as const;

type RunAs = (typeof RUN_AS)[number];

/** What images need that start as root, prepare their folders, and then become another user. */
const AS_IN_DOCKER: readonly Capability[] = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'];

interface Reasoned {
  /** Why the image needs it. `check` and the diagram show the reason. */
  readonly reason: string;
}

/** The container runs as another user than that of the microservice. */
export interface RunAsException extends Reasoned {
  /**
   * `'image'` is the user of the image. The image must name a number other than 0. `'root'` is the user 0, and the
   * namespace needs the Pod Security level `baseline`. `'as-in-docker'` is the user of the image too, and it may be root
   * or a name. Root has the capabilities to change the owner of files and to become another user. The namespace needs
   * `baseline`.
   */
  readonly runAs: RunAs;
  readonly rootFilesystem?: never;
  readonly capability?: never;
}

/** The program can write to every folder that its user may write to. */
export interface RootFilesystemException extends Reasoned {
  /** Changes of the root file system are lost when the container ends. */
  readonly rootFilesystem: 'writable';
  readonly runAs?: never;
  readonly capability?: never;
}

/** The container has one capability. */
export interface CapabilityException extends Reasoned {
  /**
   * The capability. A program that does not run as root gets it only if its file in the image has it too. The namespace
   * needs the Pod Security level that allows it.
   */
  readonly capability: Capability;
  readonly runAs?: never;
  readonly rootFilesystem?: never;
}

/** An exception and the name of its container. */
export type ContainerException = SecurityException & { readonly container: string };

/** For each kind of exception, whether a value is valid. */
const VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  runAs: (value) => RUN_AS.some((known) => known === value),
  rootFilesystem: (value) => value === 'writable',
  capability: (value) => CAPABILITIES.has(value),
};

/** Whether a value says one thing that exists, and the reason for it. */
function isException(value: unknown): value is SecurityException {
  const given = Object(value) as Record<string, unknown>;
  const [kind, another] = Object.keys(VALUES).filter((name) => given[name] !== undefined);
  return kind !== undefined && another === undefined && VALUES[kind]!(given[kind]) && isReason(given.reason);
}

/** The valid exceptions of a value that can be anything. */
export function validExceptions(given: unknown): SecurityException[] {
  return Array.isArray(given) ? given.filter(isException) : [];
}

/** The annotation of a workload with these exceptions. */
export function exceptionsAnnotation(exceptions: readonly ContainerException[]): Record<string, string> {
  return exceptions.length > 0 ? { [ANNOTATIONS.exceptions]: JSON.stringify(exceptions) } : {};
}

/** The items in the annotation of a workload, valid or not. Undefined if the annotation is not a list. */
export function writtenExceptions({ metadata }: KubeObject): readonly unknown[] | undefined {
  const text = metadata.annotations?.[ANNOTATIONS.exceptions];
  if (text === undefined) return [];
  try {
    const items: unknown = JSON.parse(text);
    return Array.isArray(items) ? items : undefined;
  } catch {
    return undefined;
  }
}

/** The valid exceptions of a workload. */
export function exceptionsOf(object: KubeObject): ContainerException[] {
  return (writtenExceptions(object) ?? []).filter(isContainerException);
}

export function isContainerException(value: unknown): value is ContainerException {
  return isException(value) && typeof (value as Partial<ContainerException>).container === 'string';
}

/** The capabilities that an exception gives its container. */
export function capabilitiesOf({ runAs, capability }: SecurityException): readonly Capability[] {
  if (capability !== undefined) return [capability];
  return runAs === 'as-in-docker' ? AS_IN_DOCKER : [];
}

/** Whether the container may run as root. */
export function mayBeRoot({ runAs }: SecurityException): boolean {
  return runAs === 'root' || runAs === 'as-in-docker';
}

/** Whether the container runs as the user of its image, so neither it nor its pod sets a user. */
export function hasUserOfImage({ runAs }: SecurityException): boolean {
  return runAs === 'image' || runAs === 'as-in-docker';
}

const RUN_AS_TEXT: Readonly<Record<RunAs, string>> = {
  image: 'runs as the user of its image',
  root: 'runs as root',
  'as-in-docker': 'runs as the user of its image, which may be root',
};

/** What the container does, as the end of a sentence. */
export function exceptionText({ runAs, capability }: SecurityException): string {
  if (runAs !== undefined) return RUN_AS_TEXT[runAs];
  return capability === undefined ? 'can write to its root file system' : `has the capability ${capability}`;
}

/** The strictest Pod Security level that admits pods with these exceptions. */
export function levelOfExceptions(exceptions: readonly SecurityException[]): PodSecurityLevel {
  return widestLevel(
    exceptions.flatMap((exception) => [
      // Not all versions of Kubernetes make an exception for pods with a user namespace.
      mayBeRoot(exception) ? 'baseline' : 'restricted',
      ...capabilitiesOf(exception).map(levelOfCapability),
    ]),
  );
}
