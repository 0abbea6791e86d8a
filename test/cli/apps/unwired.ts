import { App, Chart } from 'cdk8s';
import { Image, Microservice } from '../../../src/index';

/** An app whose constructs have no problems, but whose manifests name a missing Service. */
const app = new App();
const shop = new Chart(app, 'shop');
new Microservice(shop, 'cart', { image: Image.of('shop/cart:1') });
new Microservice(shop, 'web', { image: Image.of('shop/web:1'), env: { CART: 'http://card' } });
export default app;
