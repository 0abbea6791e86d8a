import { hostsOf } from './hosts';
import type { ResolvedGateway } from './resolve';

/** A host with a certificate. */
export interface SecureHost {
  /** Undefined means every host name. */
  readonly host: string | undefined;
  /** The Secret of its certificate. */
  readonly secret: string;
}

/** The hosts with a certificate: of a Secret that exists, or that an issuer creates. */
export function secureHosts(name: string, options: ResolvedGateway): SecureHost[] {
  const { form } = options;
  const issued = form.kind === 'HTTPRoute' && form.listen?.issuer ? `${name}-tls` : undefined;
  const common = options.tlsSecret ?? issued;
  const hosts = hostsOf(options);
  if (hosts.length === 0) return common === undefined ? [] : [{ host: undefined, secret: common }];
  return hosts.flatMap(([host, { tlsSecret: secret = common }]) => (secret === undefined ? [] : [{ host, secret }]));
}
