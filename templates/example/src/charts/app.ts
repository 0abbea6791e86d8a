import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, Gateway, Image, Microservice, Namespace } from 'callsign-k8s';

/** Two microservices: the greeter calls the clock. */
class Application extends Chart {
  /** The parts that an environment can override. */
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'example-app' });
    new Namespace(this, 'example-app');

    const clock = new Microservice(this, 'clock', { image: Image.service('clock'), replicas: 2 });
    const greeter = new Microservice(this, 'greeter', { image: Image.service('greeter'), replicas: 2 });
    // The greeter gets the address of the clock in the variable CLOCK_URL. Calls that are not declared are denied.
    greeter.calls(clock);

    const gateway = new Gateway(this, 'gateway', {
      host: 'example-app.localhost',
      // Your ingress controller. Only its pods can reach the greeter from outside.
      controller: 'traefik',
      routes: { '/': greeter },
    });
    this.parts = { clock, greeter, gateway };
  }
}

export default defineApp<Application['parts']>(
  (app) => {
    new Application(app, 'example-app');
  },
  {
    // npx callsign synth --env prod. An unknown part or option does not compile.
    prod: {
      greeter: { replicas: 3 },
      // A Gateway of the Gateway API, of Envoy Gateway. cert-manager creates its certificate.
      gateway: {
        host: 'example-app.example.com',
        listen: { className: 'eg', issuer: 'letsencrypt' },
        controller: 'envoy-gateway',
      },
    },
  },
);
