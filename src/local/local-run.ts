import { Server as HttpServer } from 'node:http';
import { availableParallelism } from 'node:os';
import type { Database } from '../constructs/database/database';
import { svg } from '../links/diagrams';
import type { Caller, Endpoint } from '../links/endpoint';
import type { Graph } from '../links/graph';
import { count } from '../basics/text';
import { CallLog } from './call-log';
import { openCalls, type Calls, type Closable } from './calls';
import { Dashboard, type Actions, type Press } from './dashboard/dashboard';
import type { Fault } from './faults/fault';
import type { FaultPlan } from './faults/fault-plan';
import type { KillTarget } from './faults/kill-plan';
import { LogBuffer } from './dashboard/log-buffer';
import { findBinaries, type Binaries } from './database/binaries';
import { LocalPostgres } from './database/postgres';
import { removeContainers } from './docker/docker';
import type { LocalFolder } from './storage/folder';
import type { LocalApp } from './model/local-app';
import type { LocalPod, NotStarted, Part } from './model/part';
import { LocalGateway } from './network/gateway';
import type { NamedPort } from './network/host-name';
import { HttpProxy } from './network/http-proxy';
import { freePort, listen, LOOPBACK, type Reach } from './network/ports';
import { Upstream } from './network/upstream';
import { refusalOf } from './refusal';
import { replicaStarts, type RunParts } from './replica-starts';
import { PartRunner } from './run/part-runner';
import { CallsignError } from '../problems/problem';
import { CronClock } from './run/cron-clock';
import type { Replica } from './run/replica';
import { SourceWatch } from './run/source-watch';
import { TaskRunner } from './run/task-runner';
import { Turns } from './run/turns';
import { StartOrder } from './start-order';
import { otlpReceiver } from './traces/otlp-receiver';
import { TraceStore } from './traces/trace-store';
import { Tracer } from './traces/tracer';
import { LocalSecrets } from './storage/secrets';

export interface LocalRunOptions {
  readonly folder: LocalFolder;
  /** The folder of the project. */
  readonly project: string;
  /** The port of the gateway. If it is taken, the next free one is used. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How containers reach this machine. Undefined if nothing runs in containers. */
  readonly docker: Reach | undefined;
  /** What goes wrong on purpose. */
  readonly faults: FaultPlan;
  /** The calls of the charts, for the diagram. */
  readonly graph: Graph;
  readonly onLine: (from: string, line: string) => void;
  readonly onEvent: (text: string) => void;
}

/** Where a browser finds the run. */
export interface Addresses {
  readonly gateway: readonly string[];
  /** The first gateway, for programs: many of them resolve no names such as `shop.localhost`. */
  readonly direct?: string;
  readonly dashboard: string;
}

/** A part as it runs at this moment. */
export interface RunningPart {
  readonly name: string;
  /** How many replicas there should be. */
  readonly wanted: number;
  readonly replicas: readonly Pick<Replica, 'name' | 'state'>[];
  /** How often a replica ended by itself. */
  readonly crashes: number;
}

const LOG_LINES = 10_000;
const MOST_REPLICAS = 20;
/** The faults that the dashboard offers. */
const FAULTS: Readonly<Record<string, Omit<Fault, 'from' | 'to'> | undefined>> = {
  none: undefined,
  'delay 1 s': { share: 1, delay: 1_000 },
  'half: 503': { share: 0.5, error: 503 },
  'half: cut': { share: 0.5, cut: true },
};
/** How many ports after the wanted one are tried. */
const PORTS_TRIED = 20;

/** The application of the charts as processes of this machine. */
export class LocalRun {
  readonly #proxy = new HttpProxy();
  readonly #log = new CallLog();
  readonly #upstreams = new Map<Endpoint, Map<number, Upstream>>();
  readonly #runners: PartRunner[] = [];
  readonly #tasks: TaskRunner[] = [];
  readonly #sources = new Map<PartRunner | TaskRunner, SourceWatch>();
  readonly #order = new StartOrder((caller) => this.#isDone(caller));
  /** The parts that wait for a task. */
  readonly #held = new Set<PartRunner>();
  #clock: CronClock | undefined;
  readonly #databases: LocalPostgres[] = [];
  readonly #servers: Closable[] = [];
  readonly #secrets: LocalSecrets;
  readonly #turns = new Turns(Math.max(2, availableParallelism()));
  readonly #logs = new LogBuffer(LOG_LINES);
  readonly #traces = new TraceStore();
  readonly #tracer = new Tracer(this.#traces);
  #spansPort = 0;
  #databasesStarted = Promise.resolve();
  readonly dashboard: Dashboard;
  #whenReady: (() => void) | undefined;

  private readonly options: LocalRunOptions;

  constructor(
    private readonly app: LocalApp,
    options: LocalRunOptions,
  ) {
    this.options = {
      ...options,
      onLine: (from, line) => {
        this.#logs.add(from, line);
        options.onLine(from, line);
      },
      onEvent: (text) => {
        this.#logs.add('', text);
        options.onEvent(text);
      },
    };
    this.#secrets = new LocalSecrets(options.folder.file('secrets.json'));
    this.dashboard = new Dashboard({
      logs: this.#logs,
      traces: this.#traces,
      state: () => this.#state(),
      diagram: () => svg(options.graph),
      actions: this.#actions(),
    });
  }

  /** What of the charts does not run here. */
  get notStarted(): readonly NotStarted[] {
    return this.app.notStarted;
  }

  /** The parts that run here. */
  get parts(): RunningPart[] {
    return this.#runners.map(({ part: { name }, wanted, replicas, ends }) => ({
      name,
      wanted,
      replicas: replicas.toSorted((a, b) => a.number - b.number).map((one) => ({ name: one.name, state: one.state })),
      crashes: ends,
    }));
  }

  /** What the dashboard shows. */
  #state(): object {
    return {
      parts: this.parts,
      notStarted: this.notStarted,
      faults: Object.keys(FAULTS),
      calls: this.#log.figures().map((call) => ({ ...call, fault: this.options.faults.of(call.from, call.to) })),
    };
  }

  #actions(): Actions {
    const onPart =
      (act: (runner: PartRunner, number: number) => string | undefined) =>
      ({ part, number = 0 }: Press) => {
        const runner = this.#runners.find((one) => one.part.name === part);
        return runner ? act(runner, number) : `There is no part ${JSON.stringify(part)}.`;
      };
    return {
      restart: onPart((runner) => void runner.roll()),
      kill: onPart((runner, number) => {
        runner.replicas.find((one) => one.number === number)?.process.kill();
        return undefined;
      }),
      scale: onPart((runner, number) => {
        if (!Number.isInteger(number) || number < 0 || number > MOST_REPLICAS)
          return `Expected 0 to ${MOST_REPLICAS} replicas.`;
        runner.scale(number);
        return undefined;
      }),
      fault: ({ from = '', to = '', fault = '' }) => {
        if (!Object.hasOwn(FAULTS, fault)) return `Expected ${Object.keys(FAULTS).join(', ')}.`;
        this.options.faults.set(from, to, FAULTS[fault]);
        this.options.onEvent(`${from} → ${to}: ${fault === 'none' ? 'no fault any more' : `fault: ${fault}`}`);
        return undefined;
      },
    };
  }

  /** The parts that do not have all their replicas ready. */
  get notReady(): string[] {
    return this.#runners
      .filter(({ wanted, replicas }) => replicas.filter(({ state }) => state === 'ready').length < wanted)
      .map(({ part }) => part.name);
  }

  /** The wanted replicas of a part, or of all parts for `*`. */
  killTargets(name: string): KillTarget[] {
    return this.#runners
      .filter(({ part }) => name === '*' || part.name === name)
      .flatMap(({ part, wanted, replicas }) =>
        Array.from({ length: wanted }, (_, i) => {
          const replica = replicas.find(({ number, state }) => number === i + 1 && state === 'ready');
          return {
            name: `${part.name}-${i + 1}`,
            isReady: replica !== undefined,
            async kill() {
              replica?.process.kill();
              await replica?.process.ended;
            },
          };
        }),
      );
  }

  /** The calls that were refused, and those that never happened. */
  get calls(): CallLog {
    return this.#log;
  }

  /** Starts everything. Ends when the gateway listens, so that the address is known as soon as possible. */
  async start(): Promise<Addresses> {
    const { parts, tasks } = this.app;
    this.#databasesStarted = this.#startDatabases();
    // The error is for ready(), which comes later.
    this.#databasesStarted.catch(() => undefined);
    const receiver = otlpReceiver((span) => this.#traces.put(span));
    this.#servers.push(receiver);
    this.#spansPort = await listen(receiver, 0);
    const endpoints = [...new Set([...parts, ...this.app.databases].map(({ endpoint }) => endpoint))];
    const pods: readonly LocalPod[] = [...parts, ...tasks];
    const inContainers = new Set(pods.filter(({ program }) => 'image' in program).map(({ caller }) => caller));
    const calls = new Map(
      await Promise.all(
        [...new Set(pods.map(({ caller }) => caller))].map(async (caller) => {
          const opened = await openCalls(
            caller,
            {
              proxy: this.#proxy,
              log: this.#log,
              faults: this.options.faults,
              tracer: this.#tracer,
              endpoints,
              upstreamOf: (target, port) => this.#upstream(target, port),
              refuse: (from, called) => this.#refuse(from, called),
            },
            inContainers.has(caller) ? this.options.docker : undefined,
          );
          this.#servers.push(...opened.servers);
          return [caller, opened] as const;
        }),
      ),
    );
    const { folder, environment, docker } = this.options;
    // Deleted with the folder of the local run: new passwords need new volumes.
    const containers = `callsign-${this.#secrets.value('docker', 'id').slice(0, 8).toLowerCase()}`;
    if (docker) await removeContainers(containers, environment);
    const shared = {
      app: this.app,
      secrets: this.#secrets,
      spansPort: this.#spansPort,
      folder,
      environment,
      docker,
      containers,
    };
    for (const part of parts) {
      const runner = this.#runnerOf(part, calls.get(part.endpoint)!, shared);
      this.#runners.push(runner);
      if (part.source) this.#sources.set(runner, new SourceWatch(part.source));
    }
    for (const task of tasks) {
      const runner = new TaskRunner(task, replicaStarts(task, calls.get(task.caller)!, shared), {
        onLine: this.options.onLine,
        onEvent: this.options.onEvent,
        onChange: () => this.#order.look(),
      });
      this.#tasks.push(runner);
      if (task.source) this.#sources.set(runner, new SourceWatch(task.source));
    }
    this.#startInOrder();
    for (const runner of this.#tasks) if (!runner.task.times) void this.#runTask(runner);
    this.#clock = new CronClock(
      this.#tasks.filter(({ task }) => task.times),
      this.options.onEvent,
    );
    this.#clock.start();
    return this.#openGateway();
  }

  /** The first replica of each part before the second ones, and first what the gateway routes to. */
  #startInOrder(): void {
    const paths = new Map(
      this.app.gateways.flatMap(({ caller }) => caller.calls.map(({ to, as }) => [to, as.length] as const)),
    );
    const rank = ({ part }: PartRunner) => paths.get(part.endpoint) ?? Infinity;
    const runners = this.#runners.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    const most = Math.max(0, ...runners.map(({ part }) => part.replicas));
    for (let number = 1; number <= most; number++)
      for (const runner of runners) if (number <= runner.part.replicas) void this.#startReplica(runner, number);
  }

  /** A part that starts after a task waits for it. */
  async #startReplica(runner: PartRunner, number: number): Promise<void> {
    const { name, caller } = runner.part;
    if (caller.startsAfter.length > 0) {
      if (!this.#held.has(runner))
        this.options.onEvent(`${name} waits for ${caller.startsAfter.map((other) => other.name).join(', ')}`);
      this.#held.add(runner);
      await this.#order.turnOf(caller);
      this.#held.delete(runner);
    }
    runner.start(number);
  }

  /** A task starts when its databases run, and everything before it is done. */
  async #runTask(runner: TaskRunner): Promise<void> {
    try {
      await this.#databasesStarted;
    } catch {
      // ready() reports it.
      return;
    }
    await this.#order.turnOf(runner.task.caller);
    await runner.run();
  }

  /** Whether a task succeeded, or a part has a ready replica. What does not run here holds nothing up. */
  #isDone(caller: Caller): boolean {
    const tasks = this.#tasks.filter(({ task }) => task.caller === caller);
    const parts = this.#runners.filter(({ part }) => part.caller === caller);
    return (
      tasks.every(({ state }) => state === 'succeeded') &&
      parts.every(({ replicas }) => replicas.some(({ state }) => state === 'ready'))
    );
  }

  /** Replaces the replicas whose source changed since the last call. */
  followSources(): void {
    for (const [runner, sources] of this.#sources) {
      if (!sources.hasChanged()) continue;
      if (runner instanceof TaskRunner) {
        if (runner.task.times) continue;
        this.options.onEvent(`${runner.task.name}: the source changed. It runs again.`);
        void runner.end().then(() => this.#runTask(runner));
        continue;
      }
      this.options.onEvent(`${runner.part.name}: the source changed. Its replicas are replaced one after the other.`);
      void runner.roll();
    }
  }

  /** Takes over the numbers of replicas of changed charts. Returns the other changes, which need a new start. */
  update({ parts }: LocalApp): string[] {
    const now = new Map(parts.map((part) => [idOf(part), part]));
    const before = new Set(this.#runners.map(({ part }) => idOf(part)));
    const changed: string[] = [];
    for (const runner of this.#runners) {
      const part = now.get(idOf(runner.part));
      if (!part || definitionOf(part) !== definitionOf(runner.part)) changed.push(runner.part.name);
      else if (part.replicas !== runner.wanted && !this.#held.has(runner)) {
        this.options.onEvent(`${part.name}: ${count(part.replicas, 'replica')} instead of ${runner.wanted}`);
        runner.scale(part.replicas);
      }
    }
    return [...changed, ...parts.filter((part) => !before.has(idOf(part))).map(({ name }) => name)];
  }

  /** Resolves when every part has a ready replica. Throws if a database does not start. */
  async ready(): Promise<void> {
    await this.#databasesStarted;
    await new Promise<void>((resolve) => {
      this.#whenReady = () => {
        if (this.#runners.every(({ replicas }) => replicas.some(({ state }) => state === 'ready'))) resolve();
      };
      this.#whenReady();
    });
  }

  /** Ends the programs, then the databases. */
  async stop(): Promise<void> {
    for (const server of this.#servers) server.close();
    this.dashboard.close();
    this.#clock?.stop();
    await Promise.all(this.#tasks.map((runner) => runner.stop()));
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await Promise.all(this.#databases.map((database) => database.stop()));
    // A browser keeps its connections open.
    for (const server of this.#servers) if (server instanceof HttpServer) server.closeAllConnections();
    this.#proxy.close();
  }

  kill(): void {
    for (const one of [...this.#runners, ...this.#tasks, ...this.#databases]) one.kill();
  }

  #runnerOf(part: Part, calls: Calls, shared: RunParts): PartRunner {
    const { options } = this;
    return new PartRunner(
      part,
      replicaStarts(part, calls, shared),
      {
        onLine: options.onLine,
        onCrash: (replica, code, seconds) =>
          options.onEvent(`${replica} ended with code ${code}. It starts again in ${seconds} s.`),
        onRefused: (replica) =>
          options.onEvent(`${replica} did not become ready with the new source. The old replicas continue.`),
        onChange: ({ part: { endpoint } }, { name, state }) => {
          this.#route(endpoint);
          if (state === 'ready') options.onEvent(`${name} is ready`);
          if (state === 'unready') options.onEvent(`${name} is not ready any more`);
          this.#order.look();
          this.#whenReady?.();
        },
      },
      this.#turns,
    );
  }

  /** New requests go to the replicas that are ready now. */
  #route(endpoint: Endpoint): void {
    const runners = this.#runners.filter(({ part }) => part.endpoint === endpoint && part.isServed);
    // A database has no runner.
    if (runners.length === 0) return;
    const ready = runners.flatMap(({ replicas }) => replicas.filter(({ state }) => state === 'ready'));
    for (const [port, upstream] of this.#upstreamsOf(endpoint))
      upstream.ports = ready.flatMap((replica) => replica.ports.get(port) ?? []);
  }

  async #startDatabases(): Promise<void> {
    const { databases } = this.app;
    if (databases.length === 0) return;
    // Making a database needs a whole core. Without a turn, it would delay the first page.
    const endTurn = await this.#turns.take();
    try {
      const binaries = await findBinaries(this.options.project);
      await Promise.all(databases.map((database) => this.#startDatabase(database, binaries)));
    } finally {
      endTurn();
    }
  }

  async #startDatabase(database: Database, binaries: Binaries): Promise<void> {
    const { folder, onLine } = this.options;
    const { name, namespace, endpoint } = database;
    const address = addressOf(database);
    const owner = address.loginOf(name);
    const port = await freePort();
    const postgres = new LocalPostgres(
      {
        name,
        port,
        databaseName: owner.databaseName,
        password: this.#secrets.value(owner.secret, 'password'),
        rootPassword: this.#secrets.value(owner.secret, 'root-password'),
        roles: database.roles,
        passwordOf: ({ secret }) => this.#secrets.value(secret, 'password'),
        initialSql: this.app.contents.get(`ConfigMap ${namespace ?? ''}/${name}`)?.['initial.sql'],
        args: this.app.databaseArgs.get(database) ?? [],
        folder: folder.folder('data'),
        onLine: (line) => onLine(name, line),
      },
      binaries,
    );
    this.#databases.push(postgres);
    await postgres.start();
    this.#upstream(endpoint, address.port).ports = [port];
  }

  async #openGateway(): Promise<Addresses> {
    for (const { name, caller } of this.app.gateways)
      for (const { to } of caller.calls) this.#log.declare(name, to.name);
    const upstreamOf = (target: Endpoint) => {
      const [port] = target.options.routes?.ports ?? [];
      return typeof port === 'number' ? this.#upstream(target, port) : undefined;
    };
    const gateway = new LocalGateway(this.app.gateways, this.#proxy, upstreamOf, {
      onCall: (...ends) => this.#log.made(...ends),
      onAnswer: (...ends) => this.#log.answered(...ends),
      trace: (...call) => this.#tracer.begin(...call),
      effect: (...ends) => this.options.faults.next(...ends),
      ownPages: (incoming, response) => this.dashboard.handle(incoming, response),
    });
    this.#servers.push(gateway.server);
    const wanted = this.options.port;
    for (let port = wanted; ; port++) {
      try {
        const opened = await listen(gateway.server, port);
        return {
          gateway: gateway.names.map((name) => `http://${name}:${opened}`),
          ...(this.app.gateways.length > 0 && { direct: `http://${LOOPBACK}:${opened}` }),
          dashboard: `http://localhost:${opened}${this.dashboard.path}`,
        };
      } catch (error) {
        const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
        if (!isTaken || port - wanted >= PORTS_TRIED) throw portProblem(wanted, (error as Error).message);
      }
    }
  }

  #refuse(caller: Caller, called: NamedPort): string {
    const pod = [...this.app.parts, ...this.app.tasks].find((one) => one.caller === caller);
    const { to, text } = refusalOf(caller, called, pod?.place);
    if (this.#log.refused(caller.name, to)) this.options.onEvent(text);
    return text;
  }

  #upstream(endpoint: Endpoint, port: number): Upstream {
    const upstreams = this.#upstreamsOf(endpoint);
    const known = upstreams.get(port);
    if (known) return known;
    const upstream = new Upstream(endpoint.name);
    upstreams.set(port, upstream);
    this.#route(endpoint);
    return upstream;
  }

  #upstreamsOf(endpoint: Endpoint): Map<number, Upstream> {
    const known = this.#upstreams.get(endpoint) ?? new Map<number, Upstream>();
    this.#upstreams.set(endpoint, known);
    return known;
  }
}

function portProblem(port: number, message: string): CallsignError {
  return new CallsignError([
    {
      code: 'start-failed',
      message: `The gateway cannot listen on the port ${port}: ${message}`,
      fix: 'Use another port: --port 9000.',
    },
  ]);
}

function idOf({ namespace, name }: Part): string {
  return `${namespace ?? ''}/${name}`;
}

/** Everything that the processes of a part depend on, except their number. */
function definitionOf({ program, container, volumes, grace, endpoint }: Part): string {
  // The name of the image follows the source, which is watched on its own.
  const calls = endpoint.calls.map(({ to, as }) => [to.name, as]);
  return JSON.stringify([program, { ...container, image: undefined }, volumes, grace, calls]);
}

function addressOf({ endpoint: { options } }: Database) {
  const { address } = options;
  if (address?.protocol !== 'database') throw new Error(`${options.name} has no address`);
  return address;
}
