import { basename, relative } from 'node:path';
import { isPlainPath } from '../../../constructs/shared/value-problems';
import { withoutEndSlashes } from '../../load/end-slashes';
import type { TextFile } from '../../load/files';
import type { ComposeNode } from '../../load/node';
import type { PlannedValue } from '../../plan/plan';
import type { ImportContext } from '../context';
import { isCallable, type Member } from '../member';
import { addPortCall } from '../network/further-ports';
import { mentionsIn } from '../network/hosts';
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
    this.#addCalls(text, name, node);
    if (!isSecretFile(path, text)) {
      this.files[target] = { file: name, ...(executable && { executable }) };
      return;
    }
    const reference = this.context.secrets.keyForFile(`${this.member.id}-files`, basename(path), name);
    this.files[target] = reference;
    this.context.report.approximated(
      node,
      `${name} contains secrets, so the chart does not contain it. Put the file into the Secret ${reference.secret}.`,
    );
  }

  /** Adds a call to each service that the file names. Reports where a name or a port is not that of the chart. */
  #addCalls(text: string, name: string, node: ComposeNode): void {
    for (const [i, line] of text.split('\n').entries()) {
      for (const { host, port } of mentionsIn(line)) {
        const other = this.context.memberAt(host, this.member);
        if (!other || !isCallable(other)) continue;
        if (other === this.member) {
          // The file stays as it is, so the pod knows all names in it.
          this.member.ownNames.add(host.toLowerCase());
          continue;
        }
        this.member.calls.add(other);
        addPortCall(this.member, other, port);
        if (host === other.id || other.aliases.has(host.toLowerCase())) continue;
        this.context.report.approximated(node, `${name}:${i + 1} contains ${host}. Write ${other.id} there.`);
      }
    }
  }
}
