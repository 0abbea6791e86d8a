import { show } from '../../basics/text';
import { row, type ProblemRow } from '../../problems/problem';
import { rangeProblems } from '../outside/address-ranges';
import type { ResolvedGateway } from './resolve';

/** The problems of who may connect to the microservices of a gateway, except those of names. */
export function* accessProblems(options: ResolvedGateway): Generator<ProblemRow> {
  const { controllerNamespace, controllerCidrs, className, form } = options;
  if (controllerCidrs !== undefined && !Array.isArray(controllerCidrs))
    yield row('construct-invalid', {
      message: 'This is not a list of address ranges.',
      field: 'controllerCidrs',
      expected: 'a list of ranges',
      got: show(controllerCidrs),
      fix: "Write, for instance, controllerCidrs: ['10.0.0.0/16'].",
    });
  else if (controllerCidrs)
    for (const [code, what] of rangeProblems(controllerCidrs)) yield row(code, { ...what, field: 'controllerCidrs' });
  if (controllerNamespace !== undefined && controllerCidrs !== undefined)
    yield row('construct-invalid', {
      message: 'The options controllerNamespace and controllerCidrs exclude each other.',
      field: 'controllerCidrs',
      expected: 'a namespace in the cluster, or address ranges outside it',
      fix: 'Remove controllerCidrs if the controller runs in the cluster, or else controllerNamespace.',
    });
  if (form.proxies === undefined && controllerNamespace === undefined && controllerCidrs === undefined)
    yield row('construct-invalid', {
      message: 'It is not known where the controller of this class runs, so no policy can admit its requests.',
      field: 'controllerNamespace',
      expected: 'the namespace of the pods of the controller, or controllerCidrs if it runs outside the cluster',
      got: `className: ${show(className)}`,
      fix: 'Set controllerNamespace. `kubectl get pods --all-namespaces` shows the pods of the controller.',
    });
}
