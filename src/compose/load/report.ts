import { leavesOf, type ComposeNode, type NodePosition } from './node';

/** Whether the chart has the same setting, a similar one, or none. */
export type KeyStatus = 'converted' | 'approximated' | 'refused';

/** What is recorded about a key. A `lost` key is refused, but the program runs without it. */
export type KeyVerdict = KeyStatus | 'lost';

/** What one key of the input becomes. */
export interface ReportEntry {
  readonly status: KeyStatus;
  readonly file: string;
  readonly line: number;
  /** The key, such as `services.web.ports[0]`. */
  readonly path: string;
  /** The reason, or what the key becomes. Undefined if the chart has the same setting. */
  readonly why?: string;
  /** The key is refused, but the program runs without it. */
  readonly runs?: true;
}

/** Whether the program may need what the key says, and the chart does not have it. */
export function isMissing({ status, runs }: ReportEntry): boolean {
  return status === 'refused' && !runs;
}

const SEVERITY: Record<KeyVerdict, number> = { converted: 0, approximated: 1, lost: 2, refused: 3 };

interface KeyRecord {
  readonly verdict: KeyVerdict;
  readonly why?: string | undefined;
}

/** Records what each key of each file becomes. At the end, a key without a record is refused. */
export class ImportReport {
  readonly #records = new Map<NodePosition, KeyRecord | undefined>();

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

  /** The chart lacks the setting, and the program runs without it. */
  lost(node: ComposeNode | undefined, why: string): void {
    this.#record(node, 'lost', why);
  }

  /** The chart lacks the setting, and the program may need it. */
  refused(node: ComposeNode | undefined, why: string): void {
    this.#record(node, 'refused', why);
  }

  /** A later node overrides this one. */
  replaced(node: ComposeNode, { position: { place } }: ComposeNode): void {
    this.#record(node, 'converted', `${place.file}:${place.line} overrides it.`);
  }

  /** Records all keys below the node that have no record yet. */
  rest(node: ComposeNode | undefined, verdict: KeyVerdict, why?: string): void {
    for (const { position } of node ? leavesOf(node) : [])
      if (this.#records.has(position) && !this.#records.get(position)) this.#records.set(position, { verdict, why });
  }

  /** Every key once, in the order of the input. */
  entries(): ReportEntry[] {
    return [...this.#records].map(([{ place, path }, record = UNHANDLED]) => ({
      status: record.verdict === 'lost' ? 'refused' : record.verdict,
      ...(record.why && { why: record.why }),
      ...(record.verdict === 'lost' && { runs: true }),
      file: place.file,
      line: place.line,
      path,
    }));
  }

  /** A key can have several records, one for each service that it applies to. The most severe one counts. */
  #record(node: ComposeNode | undefined, verdict: KeyVerdict, why: string | undefined): void {
    for (const { position } of node ? leavesOf(node) : []) {
      // Nodes that the import itself wrote out are in no file.
      if (!this.#records.has(position)) continue;
      const before = this.#records.get(position);
      if (
        before &&
        (SEVERITY[before.verdict] > SEVERITY[verdict] || (before.verdict === verdict && before.why !== undefined))
      )
        continue;
      this.#records.set(position, { verdict, ...(why && { why }) });
    }
  }
}

const UNHANDLED: KeyRecord = { verdict: 'refused', why: 'The import does not handle this key.' };
