// Runs in a pod. Publishes comments to the bus at a steady rate, and prints one line for each event with the answer 202.
// Each post has one writer, which sends an event again until it is accepted, so the order of events is known.
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
    // After half a minute more than planned, the bus is not slow but down.
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
    console.log(JSON.stringify({ post, n, id, at: Date.now() }));
    // A larger delay, such as while the database is down, is not made up for: the rate stays steady.
    if (Date.now() - due > 2 * pauseMs) due = Date.now();
  }
}

void Promise.all(posts.map(write)).then(() =>
  console.log(JSON.stringify({ done: true, seconds: (Date.now() - start) / 1_000, ...tally })),
);
