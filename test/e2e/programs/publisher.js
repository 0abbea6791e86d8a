// Runs in a pod: publishes comments to the bus at a steady rate and writes down, one line each, what the bus answered 202.
// Each post has one writer that goes on only when an event was taken, so their order is known; an event that was not
// taken is sent again as it is.
'use strict';
const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');

const { BUS_URL, POSTS, RATE, SECONDS } = process.env;
const posts = POSTS.split(',');
const pauseMs = (posts.length * 1_000) / Number(RATE);
const start = Date.now();
const end = start + Number(SECONDS) * 1_000;
const tally = { accepted: 0, attempts: 0, failures: {} };

function fail(what) {
  tally.failures[what] = (tally.failures[what] ?? 0) + 1;
}

async function publish(event) {
  const body = JSON.stringify(event);
  for (let failures = 0; ; failures++) {
    tally.attempts++;
    try {
      const answer = await fetch(`${BUS_URL}/events`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/cloudevents+json' },
        signal: AbortSignal.timeout(5_000),
      });
      await answer.text();
      if (answer.status === 202) return true;
      fail(String(answer.status));
    } catch (error) {
      fail(error.cause?.code ?? error.name);
    }
    // Half a minute more than asked for: then the bus is not slow but gone.
    if (Date.now() > end + 30_000) return false;
    await sleep(Math.min(2_000, 100 * 2 ** failures));
  }
}

async function write(post, index) {
  await sleep((pauseMs * index) / posts.length);
  for (let n = 1, due = Date.now(); Date.now() < end; n++, due += pauseMs) {
    await sleep(Math.max(0, due - Date.now()));
    const id = randomUUID();
    const time = new Date().toISOString();
    const data = { id, postId: post, content: `number ${n}` };
    const event = {
      specversion: '1.0',
      id,
      source: '/e2e',
      type: 'CommentCreated',
      subject: post,
      time,
      datacontenttype: 'application/json',
      data,
    };
    if (!(await publish(event))) return;
    tally.accepted++;
    console.log(JSON.stringify({ post, n, id }));
    // Behind by more than this, as while the database was away, nothing is made up for: the rate stays steady.
    if (Date.now() - due > 2 * pauseMs) due = Date.now();
  }
}

void Promise.all(posts.map(write)).then(() =>
  console.log(JSON.stringify({ done: true, seconds: (Date.now() - start) / 1_000, ...tally })),
);
