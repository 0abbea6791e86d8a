// Checks manifests and comments on a pull request. It runs on the Node.js of the runner and needs no packages.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';

const env = (name, fallback = '') => process.env[name] || fallback;
const paths = env('CALLSIGN_PATHS', 'k8s-out').split(/\s+/).filter(Boolean);
const base = env('CALLSIGN_BASE');
const pullRequest = env('CALLSIGN_PULL_REQUEST');
// Several uses in one pull request have a comment each.
const MARK = `<!-- callsign review: ${paths.join(' ').replaceAll('--', '- -')} -->`;

function fail(message) {
  console.log(`::error::${message.trim().replaceAll('%', '%25').replaceAll('\n', '%0A')}`);
  process.exit(2);
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (error) fail(`${command} does not run: ${error.message}`);
  return { status, stdout, stderr };
}

/** Runs the version of the project if it installs one. */
function callsign(...args) {
  if (process.env.CALLSIGN_PROGRAM) return run(process.execPath, [process.env.CALLSIGN_PROGRAM, ...args]);
  const local = 'node_modules/callsign-k8s/bin/callsign.js';
  if (existsSync(local)) return run(process.execPath, [local, ...args]);
  return run('npx', ['--yes', '--package', `callsign-k8s@${env('CALLSIGN_VERSION', 'latest')}`, 'callsign', ...args]);
}

function checked() {
  const baseline = env('CALLSIGN_BASELINE');
  const { status, stdout, stderr } = callsign(
    'check',
    ...paths,
    `--profile=${env('CALLSIGN_PROFILE', 'wiring')}`,
    ...(baseline ? [`--baseline=${baseline}`] : []),
    '--format=github',
  );
  process.stdout.write(stdout);
  if (status !== 0 && status !== 1) fail(stderr);
  return status === 0;
}

/** What the pull request opens and closes, in Markdown. */
function compared() {
  // The checkout of a pull request contains only its merge commit.
  if (run('git', ['cat-file', '-e', `${base}^{commit}`]).status !== 0) {
    const { status, stderr } = run('git', ['fetch', '--no-tags', '--depth=1', 'origin', base]);
    if (status !== 0) fail(`git cannot fetch the base of the pull request: ${stderr}`);
  }
  const { status, stdout, stderr } = callsign('graph', `--diff=${base}`, ...paths, '--format=markdown');
  if (!stdout.startsWith('### ')) fail(stderr || stdout);
  return { isDifferent: status === 1, text: stdout };
}

async function api(method, path, body) {
  const response = await fetch(
    `${env('GITHUB_API_URL', 'https://api.github.com')}/repos/${env('GITHUB_REPOSITORY')}${path}`,
    {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${env('GITHUB_TOKEN')}`,
        'content-type': 'application/json',
        'x-github-api-version': '2022-11-28',
      },
      body: body && JSON.stringify(body),
    },
  );
  if (!response.ok) throw new Error(`GitHub answers ${response.status} to ${method} ${path}`);
  return response.json();
}

async function ownComment() {
  for (let page = 1; ; page++) {
    const comments = await api('GET', `/issues/${pullRequest}/comments?per_page=100&page=${page}`);
    const found = comments.find(({ body }) => body?.startsWith(MARK));
    if (found || comments.length < 100) return found;
  }
}

/** Writes the comment, or updates it. A pull request without a difference gets no comment. */
async function comment({ isDifferent, text }) {
  const body = `${MARK}\n${text}`;
  const existing = await ownComment();
  if (existing && existing.body !== body) await api('PATCH', `/issues/comments/${existing.id}`, { body });
  else if (!existing && isDifferent) await api('POST', `/issues/${pullRequest}/comments`, { body });
}

const isSound = checked();
if (base && pullRequest) {
  const result = compared();
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, result.text);
  try {
    await comment(result);
  } catch (error) {
    // The token of a pull request from a fork can only read.
    console.log(`::warning::The comment was not written: ${error.message}`);
    console.log(result.text);
  }
}
process.exitCode = isSound ? 0 : 1;
