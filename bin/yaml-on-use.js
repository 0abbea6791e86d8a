'use strict';
const Module = require('node:module');

/**
 * cdk8s loads the package `yaml`, which has 72 modules, but uses it only in functions that most commands never call. It gets
 * a placeholder that loads the package at its first use. All others get the package itself.
 */
module.exports = function loadYamlOnUse(program) {
  const path = pathOfYaml(program);
  if (path === undefined) return;
  let loaded;
  const yaml = () => {
    if (!loaded) {
      delete require.cache[path];
      loaded = require(path);
    }
    return loaded;
  };
  const placeholder = new Module(path);
  placeholder.filename = path;
  placeholder.loaded = true;
  placeholder.exports = new Proxy(
    {},
    {
      get(_, name) {
        if (name !== '__esModule') return yaml()[name];
        // The code of cdk8s asks for this when it loads the package. `true` means that it takes the object as it is.
        if (require.cache[path] === placeholder) delete require.cache[path];
        return true;
      },
      ownKeys: () => Reflect.ownKeys(yaml()),
      getOwnPropertyDescriptor: (_, name) => ({
        ...Reflect.getOwnPropertyDescriptor(yaml(), name),
        configurable: true,
      }),
    },
  );
  require.cache[path] = placeholder;
};

/** The package that the cdk8s of a program uses. */
function pathOfYaml(program) {
  try {
    return Module.createRequire(Module.createRequire(program).resolve('cdk8s')).resolve('yaml');
  } catch {
    return undefined;
  }
}
