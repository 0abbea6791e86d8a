import { databaseVariables, serviceVariables } from '../common/config.ts';

export const schema = {
  ...serviceVariables,
  ...databaseVariables,
};
