'use strict';
/**
 * Gatehouse as it is built, with one more feature module: GET /bench/open and GET /bench/guarded, which answer the same.
 * Plain JavaScript, so the decorators are applied by hand. Everything is loaded from the repository's own build and
 * packages; nothing of it is changed or switched off.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');

const DIST = join(__dirname, '../../dist/src');
const requireApp = createRequire(join(DIST, 'main.js'));

requireApp('reflect-metadata');
const { Controller, Get, Module } = requireApp('@nestjs/common');

startApplication(benchFeature()).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});

/** The only lines that know how Gatehouse is put together. */
async function startApplication(feature) {
  const { loadSettings } = requireApp('./config/load-settings');
  const { createApp } = requireApp('./bootstrap');
  const settings = loadSettings(process.env);
  const app = await createApp(settings, { features: [feature] });
  await app.listen(settings.listen.port, settings.listen.host);
}

function benchFeature() {
  const { Public } = requireApp('./auth/public.decorator');

  class BenchController {
    open() {
      return { msg: 'This is a protected route' };
    }

    guarded() {
      return { msg: 'This is a protected route' };
    }
  }
  decorateMethod(BenchController, 'open', Public(), Get('open'));
  decorateMethod(BenchController, 'guarded', Get('guarded'));
  Reflect.decorate([Controller('bench')], BenchController);

  class BenchModule {}
  Reflect.decorate([Module({ controllers: [BenchController] })], BenchModule);
  return BenchModule;
}

function decorateMethod(target, name, ...decorators) {
  Reflect.decorate(decorators, target.prototype, name, Object.getOwnPropertyDescriptor(target.prototype, name));
}
