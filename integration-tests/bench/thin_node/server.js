// The rival of bar P3: an order desk as one Fastify process over better-sqlite3, one transaction per request, with the
// same tables and durability (WAL, synchronous=FULL): orders, lines, history, outbox, idempotency, list rows and counts.
// It checks less than Millwright does: no token, no guards beyond the table of moves, no hash chain, no quote.
//   node server.js PORT DATABASE
'use strict';
const { randomUUID } = require('node:crypto');
const Database = require('better-sqlite3');
const fastify = require('fastify')();

const [port, file] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  CREATE TABLE IF NOT EXISTS prices (sku TEXT PRIMARY KEY, unit_minor INTEGER NOT NULL, tax_percent INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, number INTEGER NOT NULL, customer TEXT NOT NULL, state TEXT NOT NULL,
    version INTEGER NOT NULL, net_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer, created, id);
  CREATE INDEX IF NOT EXISTS orders_by_state ON orders (customer, state, created, id);
  CREATE TABLE IF NOT EXISTS lines (order_id TEXT NOT NULL, number INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    net_minor INTEGER NOT NULL, PRIMARY KEY (order_id, number)) STRICT;
  CREATE TABLE IF NOT EXISTS history (order_id TEXT NOT NULL, sequence INTEGER NOT NULL, from_state TEXT NOT NULL,
    to_state TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (order_id, sequence)) STRICT;
  CREATE TABLE IF NOT EXISTS outbox (position INTEGER PRIMARY KEY, order_id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS idempotency (request_id TEXT PRIMARY KEY, answer TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS counts (customer TEXT NOT NULL, state TEXT NOT NULL, orders INTEGER NOT NULL, PRIMARY KEY (customer, state)) STRICT;
  CREATE TABLE IF NOT EXISTS numbers (one INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
  INSERT OR IGNORE INTO numbers VALUES (1, 0);
  INSERT OR IGNORE INTO prices VALUES ('insert-m3', 120, 23);
`);

const sql = (text) => db.prepare(text);
const find = {
  price: sql('SELECT unit_minor, tax_percent FROM prices WHERE sku = ?'),
  order: sql('SELECT * FROM orders WHERE id = ?'),
  lines: sql('SELECT * FROM lines WHERE order_id = ? ORDER BY number'),
  history: sql('SELECT * FROM history WHERE order_id = ? ORDER BY sequence'),
  answer: sql('SELECT answer FROM idempotency WHERE request_id = ?'),
};
const put = {
  number: sql('UPDATE numbers SET last = last + 1 WHERE one = 1 RETURNING last'),
  order: sql('INSERT INTO orders VALUES (?, ?, ?, ?, 1, ?, ?, ?)'),
  line: sql('INSERT INTO lines VALUES (?, ?, ?, ?, ?)'),
  state: sql('UPDATE orders SET state = ?, version = version + 1 WHERE id = ? AND version = ?'),
  history: sql('INSERT INTO history VALUES (?, ?, ?, ?, ?)'),
  event: sql('INSERT INTO outbox (order_id, type, body) VALUES (?, ?, ?)'),
  answer: sql('INSERT INTO idempotency VALUES (?, ?)'),
  count: sql('INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET orders = orders + excluded.orders'),
};
const MOVES = {
  Placed: ['Free for manufacturing'],
  'Free for manufacturing': ['Manufacturing'],
  Manufacturing: ['Post-production'],
};

const refuse = (code, message) => Object.assign(new Error(message), { statusCode: code });

function once(requestId, work) {
  const earlier = find.answer.get(requestId);
  if (earlier) return JSON.parse(earlier.answer);
  const answer = work();
  put.answer.run(requestId, JSON.stringify(answer));
  return answer;
}

const create = db.transaction((body) => once(body.requestId, () => {
  const id = randomUUID();
  const now = Date.now();
  let net = 0;
  let tax = 0;
  const lines = body.lines.map((line, i) => {
    const price = find.price.get(line.sku);
    if (!price) throw refuse(400, `unknown sku ${line.sku}`);
    if (!Number.isInteger(line.quantity) || line.quantity < 1) throw refuse(400, 'quantity must be a positive whole number');
    const minor = price.unit_minor * line.quantity;
    net += minor;
    tax += Math.round((minor * price.tax_percent) / 100);
    return { number: i + 1, sku: line.sku, quantity: line.quantity, net: minor };
  });
  const number = put.number.get().last;
  put.order.run(id, number, body.customer, 'Placed', net, tax, now);
  for (const line of lines) put.line.run(id, line.number, line.sku, line.quantity, line.net);
  put.history.run(id, 1, '', 'Placed', now);
  put.count.run(body.customer, 'Placed', 1);
  const order = { id, number, state: 'Placed', version: 1, net, tax, lines };
  put.event.run(id, 'order.created', JSON.stringify(order));
  return order;
}));

const move = db.transaction((id, body) => once(body.requestId, () => {
  const order = find.order.get(id);
  if (!order) throw refuse(404, 'no such order');
  if (!(MOVES[order.state] || []).includes(body.to)) throw refuse(409, `${order.state} has no move to ${body.to}`);
  if (put.state.run(body.to, id, order.version).changes !== 1) throw refuse(409, 'somebody else changed the order');
  put.history.run(id, order.version + 1, order.state, body.to, Date.now());
  put.count.run(order.customer, order.state, -1);
  put.count.run(order.customer, body.to, 1);
  const answer = { id, number: order.number, state: body.to, version: order.version + 1, net: order.net_minor, tax: order.tax_minor };
  put.event.run(id, 'order.state_changed', JSON.stringify(answer));
  return answer;
}));

fastify.post('/orders', (request) => create.immediate(request.body));
fastify.post('/orders/:id/transition', (request) => move.immediate(request.params.id, request.body));
fastify.get('/orders/:id', (request) => {
  const order = find.order.get(request.params.id);
  if (!order) throw refuse(404, 'no such order');
  return { ...order, lines: find.lines.all(order.id), history: find.history.all(order.id) };
});
fastify.listen({ port: Number(port), host: '127.0.0.1' }).then(() => console.log('ready'));
