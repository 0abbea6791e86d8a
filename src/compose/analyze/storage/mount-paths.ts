import { basename, relative } from 'node:path';
import { isHost } from '../../../k8s/names';
import { isPlainPath } from '../../../constructs/shared/value-problems';
import { withoutEndSlashes } from '../../load/end-slashes';
import type { TextFile } from '../../load/files';
import type { ComposeNode } from '../../load/node';
import type { PlannedValue } from '../../plan/plan';
import type { ImportContext } from '../context';
import { isCallable, type Member } from '../member';
import { addPortCall } from '../network/further-ports';
import { replaceHostsInLine } from '../network/hosts';
import { isSecretFile } from '../secrets/detect';

/** The paths in the container of one microservice, and what is mounted there. */
export class MountPaths {
  readonly files: Record<string, PlannedValue> = {};
  readonly volumes: Record<string, PlannedValue> = {};
  readonly writable: string[] = [];
  readonly #taken = new Set<string>();

  constructor(
    private readonly context: ImportContext,
    private readonly member: Member,
  ) {}

  /** Reserves a path. Returns undefined if it is invalid or taken. */
  reserve(node: ComposeNode, given: string): string | undefined {
    const path = withoutEndSlashes(given);
    if (!isPlainPath(path) || path === '/') this.context.report.refused(node, 'Nothing can be mounted at this path.');
    else if (this.#taken.has(path)) this.context.report.refused(node, 'Something else is mounted at this path.');
    else {
      this.#taken.add(path);
      return path;
    }
    return undefined;
  }

  /** Mounts a file of the project. A file with secrets comes from a Secret. */
  addFile({ target, path, text, executable }: TextFile, node: ComposeNode): void {
    const name = relative('', path);
    if (!isSecretFile(path, text)) {
      const renamed = this.#withNames(text, name, node, executable ? 'The chart cannot contain a program' : undefined);
      this.files[target] = renamed === text ? { file: name, ...(executable && { executable }) } : renamed;
      return;
    }
    this.#withNames(text, name, node, 'The chart cannot contain secrets');
    const reference = this.context.secrets.keyForFile(`${this.member.id}-files`, basename(path), name);
    this.files[target] = reference;
    this.context.report.approximated(
      node,
      `${name} contains secrets, so the chart does not contain it. Put the file into the Secret ${reference.secret}.`,
    );
    if (executable)
      this.context.report.refused(
        node,
        `${name} is a program with secrets, and a file of a Secret is not executable. Let it read them from variables.`,
      );
  }

  /** Mounts a text of the Compose file. */
  addText(target: string, text: string, name: string, node: ComposeNode): void {
    this.files[target] = this.#withNames(text, name, node);
  }

  /**
   * Adds a call to each service that a text names. Returns the text with the names that the services have in the chart,
   * unless `obstacle` is the reason why the chart cannot contain the text.
   */
  #withNames(text: string, where: string, node: ComposeNode, obstacle = tooLong(text)): string {
    const names = new Map<string, string>();
    const upstreams = new Set([...text.matchAll(/^\s*upstream\s+([\w.-]+)/gm)].map(([, name]) => name));
    const lines = text.split('\n').map((line, i) =>
      replaceHostsInLine(line, ({ host, port }) => {
        const other = this.context.memberAt(host, this.member);
        // nginx knows the name of an upstream by itself.
        if (!other || !isCallable(other) || (port === undefined && upstreams.has(host))) return undefined;
        if (other !== this.member) {
          this.member.calls.add(other);
          addPortCall(this.member, other, port);
        }
        if (this.#finds(host, other)) return undefined;
        names.set(host, other.id);
        if (obstacle !== undefined)
          this.context.report.refused(
            node,
            `${where}:${i + 1} names the host ${host}, which is ${other.id} in the chart. ${obstacle}, so write ${other.id} there.`,
          );
        return { host: other.id, ...(port !== undefined && { port }) };
      }),
    );
    if (names.size === 0 || obstacle !== undefined) return text;
    const changes = [...names].map(([from, to]) => `${to} instead of ${from}`).join(', ');
    this.context.report.approximated(node, `The chart contains the text of ${where}, with the host ${changes}.`);
    return lines.join('\n');
  }

  /** Whether the program finds a service under this name. Its own names are names of its pod. */
  #finds(host: string, other: Member): boolean {
    const name = host.toLowerCase();
    if (other !== this.member) return host === other.id || other.aliases.has(name);
    const isValid = isHost(name);
    this.member.ownNames.add(isValid ? name : other.id);
    return isValid;
  }
}

/** The longest text that the chart contains, so that a person can still read the chart. */
const LONGEST_TEXT = 16 * 1024;

function tooLong(text: string): string | undefined {
  return text.length > LONGEST_TEXT ? 'The file is too long for the chart' : undefined;
}
