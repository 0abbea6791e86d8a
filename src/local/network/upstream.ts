/** The ready replicas of one port of a part. New requests go to each in turn. */
export class Upstream {
  #ports: readonly number[] = [];
  #next = 0;

  constructor(
    /** The name by which callers know it. */
    readonly name: string,
  ) {}

  set ports(ports: readonly number[]) {
    this.#ports = ports;
  }

  get ports(): readonly number[] {
    return this.#ports;
  }

  /** The port of a replica, except those that were tried. Undefined if none is left. */
  pick(tried: ReadonlySet<number> = new Set()): number | undefined {
    const left = this.#ports.filter((port) => !tried.has(port));
    return left[this.#next++ % left.length];
  }
}
