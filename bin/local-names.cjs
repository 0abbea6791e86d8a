'use strict';
// A Node.js program of a local run loads this first. It makes the names of the charts work, as cluster DNS does:
// http://comments reaches the replicas of comments. And its servers listen on the loopback interface only.
const net = require('node:net');

/** The port on this machine, by host and port of the call. The port `*` is for every other port. */
const names = JSON.parse(process.env.CALLSIGN_LOCAL_NAMES || '{}');
delete process.env.CALLSIGN_LOCAL_NAMES;
const LOOPBACK = '127.0.0.1';

const { Socket, Server } = net;
const original = {
  connect: Reflect.get(Socket.prototype, 'connect'),
  listen: Reflect.get(Server.prototype, 'listen'),
};
Socket.prototype.connect = function (...args) {
  // Node.js passes its own arguments as one list.
  const list = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = list;
  if (first !== null && typeof first === 'object') {
    const port = portOf(first.host, first.port);
    if (port !== undefined) list[0] = { ...first, host: LOOPBACK, port, lookup: undefined };
  } else if (typeof second === 'string') {
    const port = portOf(second, first);
    if (port !== undefined) {
      list[0] = port;
      list[1] = LOOPBACK;
    }
  }
  return original.connect.apply(this, args);
};

function portOf(host, port) {
  if (typeof host !== 'string') return undefined;
  const known = names[host.toLowerCase().replace(/\.$/, '')];
  return known && (known[port] ?? known['*']);
}

Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (first !== null && typeof first === 'object' && first.path === undefined && first.port !== undefined) {
    args[0] = { ...first, host: onLoopback(first.host) };
  } else if (/^\d+$/.test(String(first))) {
    if (typeof second === 'string') args[1] = onLoopback(second);
    else args.splice(1, 0, LOOPBACK);
  }
  return original.listen.apply(this, args);
};

/** All interfaces become the loopback interface. */
function onLoopback(host) {
  return host === undefined || host === '0.0.0.0' || host === '::' ? LOOPBACK : host;
}
