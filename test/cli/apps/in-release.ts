import { App, Chart } from 'cdk8s';
import { Image, Microservice, Namespace } from '../../../src/index';

/** An app with a canary of the cart. */
const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop' });
new Namespace(shop, 'shop');
new Microservice(shop, 'cart', {
  image: Image.of('shop/cart:1'),
  replicas: 3,
  strategy: { canary: { image: Image.of('shop/cart:2'), weight: 25 } },
});
export default app;
