// The page of a local run. The server sends the state every second and new lines of the logs.
import { h, render } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import htm from 'htm';

const html = htm.bind(h);
const token = new URLSearchParams(location.search).get('token') ?? '';
const MOST_LINES = 10_000;
const LINE_HEIGHT = 18;

async function act(action, what) {
  const answer = await fetch(`action?token=${token}`, {
    method: 'POST',
    body: JSON.stringify({ action, ...what }),
  });
  return answer.ok ? '' : answer.text();
}

/** The state, the lines, the traces, and whether the run answers. */
function useRun() {
  const [state, setState] = useState();
  const [lines, setLines] = useState([]);
  const [traces, setTraces] = useState([]);
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    const events = new EventSource(`events?token=${token}`);
    events.addEventListener('state', ({ data }) => {
      setConnected(true);
      setState(JSON.parse(data));
    });
    events.addEventListener('traces', ({ data }) => setTraces(JSON.parse(data)));
    events.addEventListener('logs', ({ data }) => setLines((old) => [...old, ...JSON.parse(data)].slice(-MOST_LINES)));
    events.addEventListener('error', () => setConnected(false));
    return () => events.close();
  }, []);
  return { state, lines, traces, isConnected };
}

function Page() {
  const { state, lines, traces, isConnected } = useRun();
  const [text, setText] = useState('');
  const [message, setMessage] = useState('');
  if (!state) return html`<main><p>Connecting…</p></main>`;
  const press = async (...what) => setMessage(await act(...what));
  const waiting = state.parts.filter(({ wanted, replicas }) => ready(replicas) < wanted);
  const summary =
    waiting.length > 0 ? `waiting for ${waiting.map(({ name }) => name).join(', ')}` : 'everything is ready';
  return html`
    <header>
      <h1>Callsign</h1>
      <span role="status" class=${!isConnected ? 'bad' : waiting.length > 0 ? 'wait' : 'good'}>
        ${isConnected ? summary : 'the run has ended'}
      </span>
      ${message && html`<span role="alert" class="bad">${message}</span>`}
    </header>
    <main>
      <${Diagram} state=${state} />
      <${Parts} state=${state} press=${press} />
      <${Calls} calls=${state.calls} faults=${state.faults} press=${press} />
      <${Traces} traces=${traces} showLogs=${setText} />
      <${Logs} lines=${lines} parts=${state.parts} text=${text} setText=${setText} />
    </main>
  `;
}

function ready(replicas) {
  return replicas.filter((replica) => replica.state === 'ready').length;
}

/** The diagram of the charts. Calls of the last seconds are thick, and parts that wait are red. */
function Diagram({ state }) {
  const place = useRef();
  const [svg, setSvg] = useState('');
  useEffect(() => {
    void fetch(`diagram.svg?token=${token}`)
      .then((answer) => answer.text())
      .then((text) => setSvg(text.slice(text.indexOf('<svg'))));
  }, []);
  useEffect(() => {
    const busy = new Set(state.calls.filter(({ perSecond }) => perSecond > 0).map(({ from, to }) => `${from} ${to}`));
    const waits = new Set(
      state.parts.filter(({ wanted, replicas }) => ready(replicas) < wanted).map(({ name }) => name),
    );
    for (const edge of place.current.querySelectorAll('g.edge')) {
      const [from, to] = edge.querySelector('title').textContent.split('->').map(lastName);
      edge.classList.toggle('busy', busy.has(`${from} ${to}`) || busy.has(`${to} ${from}`));
    }
    for (const node of place.current.querySelectorAll('g.node'))
      node.classList.toggle('waits', waits.has(lastName(node.querySelector('title').textContent)));
  }, [state, svg]);
  return html`
    <section aria-labelledby="diagram">
      <h2 id="diagram">Calls of the charts</h2>
      <div
        class="diagram"
        ref=${place}
        role="img"
        aria-label="The parts and their calls"
        dangerouslySetInnerHTML=${{ __html: svg }}
      ></div>
    </section>
  `;
}

function lastName(id) {
  return id.split('/').at(-1);
}

/** A table that scrolls on a narrow screen. Each column has a title and a class. */
function Table({ label, class: name = '', columns, children }) {
  return html`
    <div class=${`scroll ${name}`} tabindex="0" role="group" aria-label=${label}>
      <table>
        <thead>
          <tr>
            ${Object.entries(columns).map(([title, kind]) => html`<th key=${title} class=${kind}>${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${children}
        </tbody>
      </table>
    </div>
  `;
}

function Parts({ state, press }) {
  return html`
    <section aria-labelledby="parts">
      <h2 id="parts">Parts</h2>
      <${Table} label="Table of the parts" columns=${{ Part: '', Replicas: '', Crashes: 'number', Actions: '' }}>
        ${state.parts.map((part) => html`<${Part} key=${part.name} part=${part} press=${press} />`)}
      <//>
      ${state.notStarted.map(({ name, why }) => html`<p class="soft" key=${name}>${name} is not started: ${why}.</p>`)}
    </section>
  `;
}

const MARKS = {
  ready: ['●', 'good'],
  starting: ['◌', 'wait'],
  unready: ['○', 'bad'],
  stopping: ['◍', 'soft'],
  ended: ['×', 'bad'],
};

function Part({ part: { name, wanted, replicas, crashes }, press }) {
  return html`
    <tr>
      <td>${name}</td>
      <td>
        <span class=${ready(replicas) < wanted ? 'wait' : 'good'}>${ready(replicas)}/${wanted}</span>${' '}
        ${replicas.map(
          (replica) =>
            html`<span
              key=${replica.name}
              class=${MARKS[replica.state][1]}
              title=${`${replica.name}: ${replica.state}`}
            >
              ${MARKS[replica.state][0]}
            </span>`,
        )}
      </td>
      <td class="number">${crashes}</td>
      <td>
        <button onClick=${() => press('restart', { part: name })} aria-label=${`restart ${name}`}>restart</button>${' '}
        <button
          onClick=${() => press('scale', { part: name, number: wanted - 1 })}
          disabled=${wanted === 0}
          aria-label=${`one replica of ${name} less`}
        >
          −</button
        >${' '}
        <button
          onClick=${() => press('scale', { part: name, number: wanted + 1 })}
          aria-label=${`one replica of ${name} more`}
        >
          +</button
        >${' '}
        <button
          onClick=${() => press('kill', { part: name, number: 1 })}
          disabled=${replicas.length === 0}
          aria-label=${`kill one of ${name}`}
        >
          kill one
        </button>
      </td>
    </tr>
  `;
}

function Calls({ calls, faults, press }) {
  const sorted = calls.toSorted(
    (a, b) => Number(a.isDeclared) - Number(b.isDeclared) || b.perSecond - a.perSecond || b.total - a.total,
  );
  return html`
    <section class="wide" aria-labelledby="calls">
      <h2 id="calls">Observed calls</h2>
      <${Table}
        label="Table of the calls"
        columns=${{ From: '', To: '', Charts: '', 'Per second': 'number', 'p50 ms': 'number', 'p99 ms': 'number', '5xx': 'number', Total: 'number', Fault: '' }}
      >
        ${sorted.map(
          ({ from, to, isDeclared, perSecond, p50, p99, failed, total, fault }) => html`
            <tr key=${`${from} ${to} ${isDeclared}`}>
              <td>${from}</td>
              <td>${to}</td>
              <td class=${isDeclared ? (total > 0 ? 'good' : 'soft') : 'bad'}>
                ${isDeclared ? (total > 0 ? 'declared' : 'declared, never made') : 'not declared, refused'}
              </td>
              <td class="number">${perSecond.toFixed(1)}</td>
              <td class="number">${p50 === undefined ? '' : p50.toFixed(1)}</td>
              <td class="number">${p99 === undefined ? '' : p99.toFixed(1)}</td>
              <td class=${failed > 0 ? 'number bad' : 'number'}>${failed}</td>
              <td class="number">${total}</td>
              <td>
                ${
                  isDeclared &&
                  html`<select
                    aria-label=${`fault of ${from} to ${to}`}
                    onChange=${(event) => press('fault', { from, to, fault: event.currentTarget.value })}
                  >
                    ${faults.map((name) => html`<option key=${name} selected=${name === 'none' && !fault}>${name}</option>`)}
                  </select>`
                }
              </td>
            </tr>
          `,
        )}
      <//>
    </section>
  `;
}

/** The last traces: all calls because of one request, also those that an event caused later. */
function Traces({ traces, showLogs }) {
  const [filter, setFilter] = useState('');
  const [hasSingle, setSingle] = useState(false);
  const [open, setOpen] = useState('');
  const shown = traces.filter(
    ({ id, name, part, parts, requestId = '' }) =>
      (hasSingle || parts > 1 || id === open) && `${part} ${name} ${requestId} ${id}`.includes(filter),
  );
  return html`
    <section class="wide" aria-labelledby="traces">
      <h2 id="traces">Traces</h2>
      <div class="filters">
        <label>
          Text of a trace${' '}
          <input value=${filter} onInput=${(event) => setFilter(event.currentTarget.value)} />
        </label>
        <label>
          <input type="checkbox" checked=${hasSingle} onChange=${(event) => setSingle(event.currentTarget.checked)} />
          ${' '}also those of one part
        </label>
        <span class="soft">${shown.length} of ${traces.length} traces</span>
      </div>
      <${Table}
        label="Table of the traces"
        class="traces"
        columns=${{ Request: '', To: '', Time: '', Spans: 'number', Parts: 'number', ms: 'number' }}
      >
        ${shown.map(
          (trace) => html`
            <tr key=${trace.id}>
              <td>
                <button
                  aria-expanded=${trace.id === open}
                  class=${trace.hasFailed ? 'bad' : ''}
                  onClick=${() => setOpen(trace.id === open ? '' : trace.id)}
                >
                  ${trace.hasFailed ? '✗ ' : ''}${trace.name}
                </button>
              </td>
              <td>${trace.part}</td>
              <td>${new Date(trace.start).toLocaleTimeString()}</td>
              <td class="number">${trace.spans}</td>
              <td class="number">${trace.parts}</td>
              <td class="number">${trace.ms.toFixed(1)}</td>
            </tr>
            ${trace.id === open && html`<${Trace} key=${`${trace.id} spans`} trace=${trace} showLogs=${showLogs} />`}
          `,
        )}
      <//>
    </section>
  `;
}

/** The spans of a trace as bars on one line of time. */
function Trace({ trace, showLogs }) {
  const [spans, setSpans] = useState(/** @type {any[]} */ ([]));
  useEffect(() => {
    void fetch(`trace?token=${token}&id=${trace.id}`)
      .then((answer) => answer.json())
      .then(setSpans);
  }, [trace.id, trace.spans, trace.ms]);
  const percent = (ms) => (trace.ms > 0 ? Math.min(100, Math.max(0, (ms / trace.ms) * 100)) : 0);
  return html`
    <tr>
      <td colspan="6">
        ${
          trace.requestId &&
          html`<button onClick=${() => showLogs(trace.requestId)}>
            show the lines of the request ${trace.requestId}
          </button>`
        }
        <ul class="spans" aria-label="Spans">
          ${spans.map(
            ({ id, depth, from, part, name, start, end, status, hasFailed }) => html`
              <li key=${id}>
                <span class=${hasFailed ? 'what bad' : 'what'} style=${`padding-left: ${depth}rem`}>
                  ${from ? `${from} → ${part}` : part} <span class="soft">${name}</span>
                </span>
                <span class="status ${hasFailed ? 'bad' : 'soft'}">
                  ${status === 0 ? 'no answer' : (status ?? '')}
                </span>
                <span class="time">
                  <span
                    class=${hasFailed ? 'bar failed' : 'bar'}
                    style=${`margin-left: ${percent(start - trace.start)}%; width: ${percent((end ?? start) - start)}%`}
                  ></span>
                </span>
                <span class="number">${end === undefined ? 'runs' : `${(end - start).toFixed(1)} ms`}</span>
              </li>
            `,
          )}
        </ul>
      </td>
    </tr>
  `;
}

/** Only the visible lines are in the page, so ten thousand cost no more than fifty. */
function Logs({ lines, parts, text, setText }) {
  const [part, setPart] = useState('');
  const box = useRef();
  const [top, setTop] = useState(0);
  const follows = useRef(true);
  const shown = useMemo(
    () =>
      lines.filter(
        ({ from, line }) => (part === '' || from.replace(/-\d+$/, '') === part) && `${from} ${line}`.includes(text),
      ),
    [lines, part, text],
  );
  // Before any event of the browser: a scroll event between the new lines and this would look like a person's.
  useLayoutEffect(() => {
    if (follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown]);
  const onScroll = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
    follows.current = scrollTop + clientHeight > scrollHeight - LINE_HEIGHT;
    setTop(scrollTop);
  };
  const first = Math.max(0, Math.floor(top / LINE_HEIGHT) - 10);
  const visible = shown.slice(first, first + 60);
  return html`
    <section class="wide" aria-labelledby="logs">
      <h2 id="logs">Logs</h2>
      <div class="filters">
        <label>
          Part${' '}
          <select value=${part} onChange=${(event) => setPart(event.currentTarget.value)}>
            <option value="">all</option>
            ${parts.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>
        </label>
        <label>
          Text or request id${' '}
          <input value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
        </label>
        <span class="soft">${shown.length} of ${lines.length} lines</span>
      </div>
      <div class="logs" ref=${box} onScroll=${onScroll} tabindex="0" role="group" aria-label="Lines of the logs">
        <div style=${`position: relative; height: ${shown.length * LINE_HEIGHT}px`}>
          ${visible.map(
            ({ number, from, line }, i) => html`
              <div class="line" key=${number} style=${`top: ${(first + i) * LINE_HEIGHT}px`}>
                <span class="soft">${from}</span> ${line}
              </div>
            `,
          )}
        </div>
      </div>
    </section>
  `;
}

render(html`<${Page} />`, document.body);
