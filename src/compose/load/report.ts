import { leavesOf, type ComposeNode, type NodePosition } from './node';

/** Whether the chart has the same setting, a similar one, or none. */
export type KeyStatus = 'converted' | 'approximated' | 'refused';

/** What one key of the input becomes. */
export interface ReportEntry {
  readonly status: KeyStatus;
  readonly file: string;
  readonly line: number;
  /** The key, such as `services.web.ports[0]`. */
  readonly path: string;
  /** The reason, or what the key becomes. Undefined if the chart has the same setting. */
  readonly why?: string;
}

const SEVERITY: Record<KeyStatus, number> = { converted: 0, approximated: 1, refused: 2 };

/** Records what each key of each file becomes. At the end, a key without a record is refused. */
export class ImportReport {
  readonly #records = new Map<NodePosition, { status: KeyStatus; why?: string } | undefined>();

  /** Adds all keys below a node. */
  add(node: ComposeNode): void {
    for (const { position } of leavesOf(node)) this.#records.set(position, undefined);
  }

  /** The chart has the same setting. */
  converted(node: ComposeNode | undefined, why?: string): void {
    this.#record(node, 'converted', why);
  }

  /** The chart has a similar setting. */
  approximated(node: ComposeNode | undefined, why: string): void {
    this.#record(node, 'approximated', why);
  }

  /** The chart lacks the setting. */
  refused(node: ComposeNode | undefined, why: string): void {
    this.#record(node, 'refused', why);
  }

  /** A later node overrides this one. */
  replaced(node: ComposeNode, { position: { place } }: ComposeNode): void {
    this.#record(node, 'converted', `${place.file}:${place.line} overrides it.`);
  }

  /** Records all keys below the node that have no record yet. */
  rest(node: ComposeNode | undefined, status: KeyStatus, why?: string): void {
    for (const { position } of node ? leavesOf(node) : [])
      if (this.#records.has(position) && !this.#records.get(position)) this.#records.set(position, { status, why });
  }

  /** Every key once, in the order of the input. */
  entries(): ReportEntry[] {
    return [...this.#records].map(([{ place, path }, record]) => ({
      ...(record ?? { status: 'refused', why: 'The import does not handle this key.' }),
      file: place.file,
      line: place.line,
      path,
    }));
  }

  /** A key can have several records, one for each service that it applies to. The most severe one counts. */
  #record(node: ComposeNode | undefined, status: KeyStatus, why: string | undefined): void {
    for (const { position } of node ? leavesOf(node) : []) {
      // Nodes that the import itself wrote out are in no file.
      if (!this.#records.has(position)) continue;
      const before = this.#records.get(position);
      if (
        before &&
        (SEVERITY[before.status] > SEVERITY[status] || (before.status === status && before.why !== undefined))
      )
        continue;
      this.#records.set(position, { status, ...(why && { why }) });
    }
  }
}
