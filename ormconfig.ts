import { DataSource } from 'typeorm';
import { settingsFromEnvironment } from './src/config/environment';
import { writerOptions } from './src/database/data-source-options';

/** The data source of the TypeORM command line (`npm run typeorm -- …`); the application opens its own from the same options. */
export default new DataSource(writerOptions(settingsFromEnvironment().database));
