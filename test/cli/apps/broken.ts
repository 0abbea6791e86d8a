import { App, Chart } from 'cdk8s';
import { Image, Microservice } from '../../../src/index';

/** An app with three problems in two constructs. */
const app = new App();
const shop = new Chart(app, 'shop');
new Microservice(shop, 'cart', { image: Image.of('shop/cart'), replicas: -1 });
new Microservice(shop, 'Web', { image: Image.of('shop/web:1') });
export default app;
