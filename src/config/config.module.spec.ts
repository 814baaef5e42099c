import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ConfigModule } from './config.module';
import { loadSettings } from './load-settings';
import { SETTINGS, type Settings } from './settings';

@Injectable()
class Consumer {
  constructor(@Inject(SETTINGS) readonly settings: Settings) {}
}

@Module({ providers: [Consumer] })
class ConsumerModule {}

describe('the configuration module', () => {
  it('gives every module the settings without being imported by it', async () => {
    const settings = loadSettings({});
    const app = await Test.createTestingModule({ imports: [ConfigModule.forRoot(settings), ConsumerModule] }).compile();
    expect(app.get(Consumer, { strict: false }).settings).toBe(settings);
    await app.close();
  });
});
