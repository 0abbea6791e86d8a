import type { Problem } from '../../problems/problem';
import { show } from '../../basics/text';

/** Why the cluster does not answer, from the errors that kubectl prints or that its proxy returns. */
export function connectionProblem(errors: string, context: string | undefined): Problem {
  if (/kubectl: (?:command )?not found|kubectl: No such file/.test(errors)) return kubectlMissing();
  const text = lastLine(errors);
  const known = CAUSES.find(({ pattern }) => pattern.test(errors));
  const where = context === undefined ? {} : { path: `context ${context}` };
  if (!known)
    return {
      code: 'cluster-unreachable',
      ...where,
      message: 'kubectl cannot connect to the cluster.',
      got: text || 'no message of kubectl',
      fix: 'Make this command work first: kubectl version.',
    };
  const { code, message, fix, pattern } = known;
  const got =
    errors
      .split('\n')
      .findLast((line) => pattern.test(line))
      ?.trim() ?? text;
  return { code, ...where, message, got, fix: fix(context) };
}

export function kubectlMissing(): Problem {
  return {
    code: 'kubectl-missing',
    message: 'kubectl cannot be run. Callsign uses it to connect to clusters.',
    fix: 'Install it: kubernetes.io/docs/tasks/tools.',
  };
}

/** No kubeconfig: kubectl then asks localhost:8080, and its error names only this address. */
export function noKubeconfig(variable = ''): Problem {
  return {
    code: 'kubeconfig-missing',
    message: 'kubectl has no cluster: no kubeconfig sets a current context.',
    expected: 'a kubeconfig in KUBECONFIG or ~/.kube/config',
    got: `KUBECONFIG=${variable}`,
    fix: 'Create a cluster with kind create cluster, or select one: kubectl config use-context NAME.',
  };
}

interface Cause {
  readonly pattern: RegExp;
  readonly code: Problem['code'];
  readonly message: string;
  readonly fix: (context: string | undefined) => string;
}

const CAUSES: readonly Cause[] = [
  {
    pattern: /context .* does not exist|no context exists/,
    code: 'context-unknown',
    message: 'The kubeconfig has no such context.',
    fix: () => 'List the contexts: kubectl config get-contexts.',
  },
  {
    pattern: /x509:|certificate signed by|tls: /,
    code: 'cluster-unreachable',
    message: 'The certificate of the API server is not trusted.',
    fix: () => 'Correct certificate-authority-data in the kubeconfig, or fetch the kubeconfig of the cluster again.',
  },
  {
    pattern: /getting credentials|executable .* (?:not found|failed)/,
    code: 'credential-refused',
    message: 'The program that the kubeconfig names for the login failed.',
    fix: () => 'Run the program by hand, and log in again.',
  },
  {
    pattern: /error loading config file|invalid configuration|couldn't get version\/kind|yaml: /,
    code: 'kubeconfig-missing',
    message: 'kubectl cannot read the kubeconfig.',
    fix: () => 'Correct the file: kubectl config view shows the error.',
  },
  {
    pattern: /connection refused|no such host|i\/o timeout|network is unreachable|no route to host|EOF/,
    code: 'cluster-unreachable',
    message: 'The API server does not answer.',
    fix: (context) =>
      `Start the cluster, or select another one with --context. Check the address: kubectl config view --minify${context === undefined ? '' : ` --context ${context}`}.`,
  },
];

/** The API server does not accept the credential. */
export function credentialProblem(context: string | undefined): Problem {
  return {
    code: 'credential-refused',
    ...(context !== undefined && { path: `context ${context}` }),
    message: 'The API server does not accept the credential of the kubeconfig. It may have expired.',
    got: '401 Unauthorized',
    fix: 'Log in again, or fetch the kubeconfig of the cluster again.',
  };
}

/** The environment is for another cluster. */
export function contextProblem(environment: string, expected: string, got: string | undefined): Problem {
  return {
    code: 'context-refused',
    message: `The environment ${environment} is for the context ${expected}, and the current context is another one.`,
    expected,
    got: got === undefined ? 'no current context' : show(got),
    fix: `Run: kubectl config use-context ${expected}. Or name the context that you mean: --context ${expected}.`,
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
