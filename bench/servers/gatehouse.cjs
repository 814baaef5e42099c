'use strict';
/**
 * Gatehouse as it is built, with one more feature module: GET /bench/open and GET /bench/guarded, which answer the same.
 * Plain JavaScript, so the decorators are applied by hand. Everything is loaded from the build in BENCH_ROOT and
 * its packages; nothing of it is changed or switched off, but for one thing where BENCH_PASSWORD says so: that one password is right
 * for everybody, and no hash is computed. All the rest of a sign-in stays.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');

const DIST = join(process.env.BENCH_ROOT, 'dist/src');
const requireApp = createRequire(join(DIST, 'main.js'));

requireApp('reflect-metadata');
const { Controller, Get, Module } = requireApp('@nestjs/common');

startApplication(benchFeature()).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});

/** The only lines that know how Gatehouse is put together: what its own main.js does, with a feature more. */
async function startApplication(feature) {
  if (process.env.BENCH_PASSWORD) replaceHash(process.env.BENCH_PASSWORD);
  const { createApp, listen } = requireApp('./bootstrap');
  const { settingsFromEnvironment } = requireApp('./config/environment');
  const { sizeThreadPool } = requireApp('./config/thread-pool');
  const { stopOnSignals } = requireApp('./lifecycle');
  sizeThreadPool();
  const app = await createApp(settingsFromEnvironment(), { features: [feature] });
  stopOnSignals(app);
  await listen(app);
}

function replaceHash(right) {
  const { PasswordHasher } = requireApp('./crypto/password-hash');
  PasswordHasher.prototype.verify = async (_stored, password) => ({ valid: password === right, needsRehash: false });
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
