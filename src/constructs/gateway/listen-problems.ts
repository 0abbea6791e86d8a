import { show } from '../../basics/text';
import { row, type ProblemRow } from '../../problems/problem';
import { enumValue, portProblems } from '../shared/value-problems';
import { secureHosts } from './certificates';
import { hostsOf } from './hosts';
import type { ResolvedGateway, ResolvedListen } from './resolve';

const MOST_SECURE = 63;

/** The problems of the Gateway that a gateway writes, except those of names. */
export function* listenProblems(options: ResolvedGateway, listen: ResolvedListen): Generator<ProblemRow> {
  const { http, https, redirect, issuer } = listen;
  yield* portProblems('listen.http', http);
  yield* portProblems('listen.https', https);
  if (http === https)
    yield row('port-invalid', {
      message: 'Plain HTTP and TLS have the same port.',
      field: 'listen.https',
      expected: 'another port than listen.http',
      got: show(https),
      fix: 'Remove listen.https to use 443, or write another port for it.',
    });
  if (typeof redirect !== 'boolean')
    yield row('construct-invalid', {
      message: 'This is neither true nor false.',
      field: 'listen.redirect',
      expected: 'true or false',
      got: show(redirect),
      fix: 'Write redirect: false, or remove it.',
    });
  const secure = secureHosts('', options).length;
  if (secure > MOST_SECURE)
    yield row('host-invalid', {
      message: 'A Gateway has at most 64 listeners: one for plain HTTP, and one for each host with a certificate.',
      field: 'hosts',
      expected: `at most ${MOST_SECURE} hosts with a certificate`,
      got: show(secure),
      fix: 'Move some hosts to another gateway, or use a name such as *.example.com for all names in a domain.',
    });
  if (!issuer) return;
  yield* enumValue('listen.issuer.kind', issuer.kind, ['ClusterIssuer', 'Issuer'], 'construct-invalid');
  if (hostsOf(options).length === 0)
    yield row('host-invalid', {
      message: 'A certificate is for host names, and the gateway has none.',
      field: 'listen.issuer',
      expected: 'a host',
      got: 'every host name',
      fix: "Add the host, such as host: 'shop.example.com', or remove the issuer.",
    });
}
