// The rival of bars P1 and P2: Vendure, what a user would pick instead, on the same kind of database as ours (SQLite, WAL,
// synchronous=FULL) with its own defaults otherwise. Its first run makes the tables and a small shop: a country, two tax
// rates, one shipping and one payment method, 50 variants that are never out of stock. No worker process runs beside it.
//   node server.js PORT DATABASE
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { bootstrap, DefaultJobQueuePlugin, DefaultLogger, InMemorySessionCacheStrategy, LogLevel, dummyPaymentHandler, mergeConfig,
  defaultConfig } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const [port, database] = process.argv.slice(2);
const VARIANTS = 50;
const fresh = !fs.existsSync(database);

const config = mergeConfig(defaultConfig, {
  apiOptions: { port: Number(port), hostname: '127.0.0.1', shopApiPath: 'shop-api', adminApiPath: 'admin-api' },
  authOptions: {
    tokenMethod: 'bearer',
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    sessionCacheStrategy: new InMemorySessionCacheStrategy(),
  },
  dbConnectionOptions: {
    type: 'better-sqlite3',
    database,
    synchronize: fresh,
    logging: false,
    prepareDatabase: (db) => {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
    },
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [DefaultJobQueuePlugin.init({})],
  logger: new DefaultLogger({ level: LogLevel.Error }),
});

const initialData = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  countries: [{ name: 'Poland', code: 'PL', zone: 'Europe' }],
  taxRates: [{ name: 'Standard Tax', percentage: 23 }, { name: 'Reduced Tax', percentage: 8 }],
  shippingMethods: [{ name: 'Courier', price: 500 }],
  paymentMethods: [{
    name: 'Card',
    handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] },
  }],
  collections: [],
};

function productsFile() {
  const file = path.join(path.dirname(database), 'products.csv');
  const header = 'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,' +
    'variantAssets,variantFacets';
  const rows = Array.from({ length: VARIANTS }, (_, i) => `Part ${i},part-${i},A part,,,,,part-${i},1.20,standard,1000000,false,,`);
  fs.writeFileSync(file, [header, ...rows].join('\n') + '\n');
  return file;
}

(fresh ? populate(() => bootstrap(config), initialData, productsFile()) : bootstrap(config))
  .then(() => console.log('ready'))
  .catch((error) => { console.error(error); process.exit(1); });
