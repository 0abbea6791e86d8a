import { setTimeout as sleep } from 'node:timers/promises';
import { count } from '../basics/text';
import { KubectlError, type Kubectl } from './kubectl';
import { change, logsOf, podsOf, type LivePod } from './pods';
import type { LiveSource } from './services';
import type { Changes, SourceFile } from './sources';

/** The interval between two checks of the files. */
const LOOK_MS = 250;
/** Changes count as complete after this time without a further change. */
const QUIET_MS = 100;
/** The interval between two requests for the pods. */
const PODS_MS = 2_000;

/** Where a follower reports. */
export interface FollowOutput {
  /** A line of a program in a pod. */
  log(from: string, line: string): void;
  /** Something that happened. */
  say(event: string): void;
}

/** Copies each change of a microservice's source into its running pods, and prints their logs, until it is stopped. */
export class Follower {
  readonly #pods = new Map<string, { pod: LivePod; stopLogs: () => void }>();
  #asked = 0;
  #missing = '';

  constructor(
    private readonly kubectl: Kubectl,
    private readonly source: LiveSource,
    private readonly output: FollowOutput,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#findPods();
        const changes = await settled(this.source, signal);
        if (changes.changed.length + changes.removed.length > 0) await this.#copy(changes);
        await sleep(LOOK_MS, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      for (const { stopLogs } of this.#pods.values()) stopLogs();
    }
  }

  /** Copies all local files into new pods, which start with the files of their image. */
  async #findPods(): Promise<void> {
    if (Date.now() - this.#asked < PODS_MS) return;
    this.#asked = Date.now();
    const { name } = this.source.service;
    const { live, other } = await podsOf(this.kubectl, this.source.service);
    for (const [uid, { stopLogs }] of this.#pods) {
      if (live.some((pod) => pod.uid === uid)) continue;
      stopLogs();
      this.#pods.delete(uid);
    }
    for (const pod of live.filter(({ uid }) => !this.#pods.has(uid))) {
      const { files } = this.source.sources;
      if (!(await this.#try(pod, { changed: files, removed: [] }))) continue;
      this.#pods.set(pod.uid, {
        pod,
        stopLogs: logsOf(this.kubectl, pod, (line) => this.output.log(shortName(pod), line)),
      });
      this.output.say(`${name}: ${pod.name} runs the local source (${count(files.length, 'file')})`);
    }
    const missing =
      live.length > 0
        ? ''
        : other.length > 0
          ? `${name}: ${other.join(', ')} is not live`
          : `${name}: no pod is running`;
    if (missing !== '' && missing !== this.#missing) this.output.say(missing);
    this.#missing = missing;
  }

  async #copy(changes: Changes): Promise<void> {
    const start = Date.now();
    const all = [...changes.changed, ...changes.removed];
    for (const { file } of all.filter(({ target }) => target === undefined)) {
      this.output.say(`${file} needs a new image: run callsign images, then callsign synth, and apply the manifests`);
    }
    const copied = all.filter(({ target }) => target !== undefined);
    if (copied.length === 0) return;
    const done = await Promise.all([...this.#pods.values()].map(({ pod }) => this.#try(pod, changes)));
    const pods = done.filter(Boolean).length;
    if (pods > 0)
      this.output.say(
        `${namesOf(copied)} → ${this.source.service.name} (${count(pods, 'pod')}, ${((Date.now() - start) / 1000).toFixed(1)} s)`,
      );
  }

  /** Whether the pod received the changes. After an error the pod is dropped. If it still runs, it is found again and gets all files. */
  async #try(pod: LivePod, { changed, removed }: Changes): Promise<boolean> {
    try {
      await change(this.kubectl, pod, changed, removed);
      return true;
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      this.output.say(`${pod.name}: copying failed: ${error.message}`);
      this.#pods.get(pod.uid)?.stopLogs();
      this.#pods.delete(pod.uid);
      return false;
    }
  }
}

/** Collects changes until the files are quiet. An editor or git writes many files one after the other. */
async function settled({ sources }: LiveSource, signal: AbortSignal): Promise<Changes> {
  const changed = new Map<string, SourceFile>();
  const removed = new Map<string, SourceFile>();
  for (;;) {
    const now = sources.changes();
    for (const file of now.changed) if (changed.set(file.file, file)) removed.delete(file.file);
    for (const file of now.removed) if (removed.set(file.file, file)) changed.delete(file.file);
    if (now.changed.length + now.removed.length === 0)
      return { changed: [...changed.values()], removed: [...removed.values()] };
    await sleep(QUIET_MS, undefined, { signal });
  }
}

function namesOf(files: readonly SourceFile[]): string {
  const names = files.slice(0, 3).map(({ file }) => file);
  return [...names, ...(files.length > 3 ? [`${files.length - 3} more`] : [])].join(', ');
}

/** `comments-abcde` for `comments-7d9f8-abcde`: the pods of one ReplicaSet share the middle part. */
function shortName({ name, service }: LivePod): string {
  return `${service.name}-${name.split('-').at(-1)}`;
}
