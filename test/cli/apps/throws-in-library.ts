import { ApiObject, App, Chart } from 'cdk8s';

const chart = new Chart(new App(), 'shop');
for (const kind of ['A', 'B']) new ApiObject(chart, 'same', { apiVersion: 'v1', kind });
