import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PACKAGE_FOLDER } from '../../basics/package-folder';
import { answer } from '../network/http-proxy';
import type { TraceStore } from '../traces/trace-store';
import { Guard } from './guard';
import type { LogBuffer } from './log-buffer';

/** A pressed button. */
export interface Press {
  readonly action?: string;
  readonly part?: string;
  readonly number?: number;
  /** The call that a fault is for. */
  readonly from?: string;
  readonly to?: string;
  readonly fault?: string;
}

/** What the buttons do. Each returns a problem as text, or nothing. */
export type Actions = Readonly<Record<string, (press: Press) => string | undefined>>;

export interface DashboardOptions {
  readonly logs: LogBuffer;
  readonly traces: TraceStore;
  /** The state that the page shows. */
  readonly state: () => object;
  /** The diagram of the charts, as SVG. */
  readonly diagram: () => Promise<string>;
  readonly actions: Actions;
}

const ROOT = '/_callsign';
const STATE_MS = 1_000;
const LOGS_MS = 200;
/** The traces in the list of the page. */
const LISTED_TRACES = 100;
const LONGEST_BODY = 10_000;

const own = createRequire(__filename);
const PAGE = join(PACKAGE_FOLDER, 'dashboard');
/** `preact/hooks` imports `preact`, so the page has an import map. */
const FILES: Readonly<Record<string, readonly [type: string, path: () => string]>> = {
  '/': ['text/html', () => join(PAGE, 'index.html')],
  '/app.js': ['text/javascript', () => join(PAGE, 'app.js')],
  '/style.css': ['text/css', () => join(PAGE, 'style.css')],
  '/preact.js': ['text/javascript', () => own.resolve('preact')],
  '/hooks.js': ['text/javascript', () => own.resolve('preact/hooks')],
  '/htm.js': ['text/javascript', () => join(dirname(own.resolve('htm')), 'htm.module.js')],
};
const SAFE_HEADERS = {
  'content-security-policy': `default-src 'none'; script-src 'self' 'sha256-${hashOfImportMap()}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The page that shows a local run, and its buttons. */
export class Dashboard {
  readonly #guard = new Guard();
  readonly #open = new Set<() => void>();

  constructor(private readonly options: DashboardOptions) {}

  /** The path with which the user opens it. */
  get path(): string {
    return `${ROOT}/?token=${this.#guard.token}`;
  }

  /** Answers a request for the dashboard. Returns whether it is one. */
  handle(incoming: IncomingMessage, response: ServerResponse): boolean {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    if (pathname !== ROOT && !pathname.startsWith(`${ROOT}/`)) return false;
    const path = pathname.slice(ROOT.length) || '/';
    if (!this.#guard.isLocal(incoming) || !this.#guard.isSameOrigin(incoming)) {
      answer(response, 403, 'The dashboard can be opened only on this machine, by its own address.');
    } else if (Object.hasOwn(FILES, path) && path !== '/') {
      send(response, path);
    } else if (!this.#guard.knows(searchParams.get('token'))) {
      answer(response, 403, 'Open the address of the dashboard that callsign start printed.');
    } else if (path === '/') {
      send(response, path);
    } else if (path === '/events') {
      this.#events(incoming, response);
    } else if (path === '/diagram.svg') {
      void this.options.diagram().then((text) => {
        response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'image/svg+xml' }).end(text);
      });
    } else if (path === '/trace') {
      const spans = this.options.traces.spansOf(searchParams.get('id') ?? '');
      response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(spans));
    } else if (path === '/action' && incoming.method === 'POST') {
      void this.#act(incoming, response);
    } else {
      answer(response, 404, 'There is no such page.');
    }
    return true;
  }

  /** Ends the streams of all open pages. */
  close(): void {
    for (const end of this.#open) end();
  }

  /** Server-sent events: the state and new traces every second, and new lines of the logs. */
  #events(incoming: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'text/event-stream' });
    const write = (event: string, data: object) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    // A page that connects again continues where it was.
    let last = Number(incoming.headers['last-event-id'] ?? 0) || 0;
    const writeLogs = () => {
      const entries = this.options.logs.after(last);
      if (entries.length === 0) return;
      last = entries.at(-1)!.number;
      response.write(`id: ${last}\n`);
      write('logs', entries);
    };
    let version = -1;
    const writeState = () => {
      write('state', this.options.state());
      const { traces } = this.options;
      if (traces.version === version) return;
      version = traces.version;
      write('traces', traces.summaries(LISTED_TRACES));
    };
    writeState();
    writeLogs();
    const timers = [setInterval(writeState, STATE_MS), setInterval(writeLogs, LOGS_MS)];
    const end = () => {
      for (const timer of timers) clearInterval(timer);
      this.#open.delete(end);
      response.end();
    };
    this.#open.add(end);
    response.once('close', end);
  }

  async #act(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of incoming) {
      text += String(chunk);
      if (text.length > LONGEST_BODY) return answer(response, 413, 'The request is too long.');
    }
    const press = parsed(text);
    const { action = '' } = press;
    const act = Object.hasOwn(this.options.actions, action) ? this.options.actions[action] : undefined;
    const problem = act ? act(press) : `There is no action ${JSON.stringify(action)}.`;
    if (problem !== undefined) answer(response, 400, problem);
    else response.writeHead(204, SAFE_HEADERS).end();
  }
}

/** The page may run its import map, and no other script in its text. */
function hashOfImportMap(): string {
  const [, map = ''] =
    /<script type="importmap">([^]*?)<\/script>/.exec(readFileSync(join(PAGE, 'index.html'), 'utf8')) ?? [];
  return createHash('sha256').update(map).digest('base64');
}

function parsed(text: string): Press {
  try {
    return (JSON.parse(text) ?? {}) as Press;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, path: string): void {
  const [type, file] = FILES[path]!;
  response.writeHead(200, { ...SAFE_HEADERS, 'content-type': `${type}; charset=utf-8` });
  createReadStream(file()).pipe(response);
}
