import { databaseVariables, serviceUrl, serviceVariables, subscriberVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
  ...subscriberVariables,
  EVENT_BUS_URL: serviceUrl(),
};
