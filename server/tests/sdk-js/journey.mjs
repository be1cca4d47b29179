// Does what apps do with the SDK, step by step, and ends with an error at the first mismatch.
// Usage: UNDERPIN_SDK=<folder with node_modules> node journey.mjs BASE EMAIL PASSWORD
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [base, email, password] = process.argv.slice(2);
const folder = process.env.UNDERPIN_SDK ?? process.cwd();
const require = createRequire(pathToFileURL(join(folder, 'package.json')));
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const sdk = await load('pocketbase');
const PocketBase = sdk.default.default ?? sdk.default;
const ClientResponseError = sdk.ClientResponseError ?? sdk.default.ClientResponseError;
const { EventSource } = await load('eventsource');
globalThis.EventSource ??= EventSource;

const pb = new PocketBase(base);
pb.autoCancellation(false);
const guest = new PocketBase(base);
guest.autoCancellation(false);
const suffix = Math.random().toString(36).slice(2, 8);
const name = `journey_${suffix}`;
const account = { email: `${name}@example.com`, password: '12345678' };
const step = (what, seen = true) => console.log(JSON.stringify({ step: what, seen }));

async function refused(promise, status) {
  const error = await promise.then(() => null, (reason) => reason);
  assert.ok(error instanceof ClientResponseError, String(error));
  assert.equal(error.status, status, JSON.stringify(error.response));
  return error.response;
}

function inbox() {
  const waiting = [];
  const arrived = [];
  return {
    put: (event) => (waiting.shift() ?? ((late) => arrived.push(late)))(event),
    next: () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise((resolve, reject) => {
            const limit = setTimeout(() => reject(new Error('no event came')), 15_000);
            waiting.push((event) => {
              clearTimeout(limit);
              resolve(event);
            });
          }),
  };
}

const health = await pb.health.check();
assert.equal(health.code, 200);
step('health');

await refused(pb.collection('_superusers').authWithPassword(email, `${password}x`), 400);
const signedIn = await pb.collection('_superusers').authWithPassword(email, password);
assert.equal(signedIn.record.email, email);
assert.ok(pb.authStore.isValid && pb.authStore.isSuperuser);
step('sign in', signedIn.record.collectionName);

const rules = ['listRule', 'viewRule', 'createRule', 'updateRule', 'deleteRule'];
const collection = await pb.collections.create({
  name,
  type: 'base',
  ...Object.fromEntries(rules.map((rule) => [rule, ''])),
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'rank', type: 'number' },
    { name: 'tags', type: 'select', values: ['a', 'b', 'c'], maxSelect: 2 },
    { name: 'day', type: 'date' },
    { name: 'extra', type: 'json' },
    { name: 'scan', type: 'file' },
    { name: 'created', type: 'autodate', onCreate: true },
    { name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
  ],
  indexes: [`CREATE INDEX idx_${name} ON ${name} (rank)`],
});
assert.equal(collection.name, name);
assert.equal((await pb.collections.getOne(name)).id, collection.id);
assert.ok((await pb.collections.getFullList()).some((other) => other.id === collection.id));
step('create a collection', collection.fields.length);

const records = guest.collection(name);
const subject = inbox();
await records.subscribe('*', subject.put);
step('subscribe');

const made = await records.create({
  title: "it's",
  rank: 1,
  tags: ['a'],
  day: new Date(Date.UTC(2024, 4, 1)),
  extra: { nested: [1, 'two'] },
});
assert.equal(made.day, '2024-05-01 00:00:00.000Z');
assert.deepEqual(made.extra, { nested: [1, 'two'] });
const created = await subject.next();
assert.equal(created.action, 'create');
assert.deepEqual(created.record, made);
step('create and see it', created.action);

const missing = await refused(records.create({ rank: 'x' }), 400);
assert.equal(missing.data.title.code, 'validation_required');
step('a refused value', missing.data.title.code);

for (let rank = 2; rank <= 5; rank += 1) {
  await records.create({ title: `t${rank}`, rank });
  assert.equal((await subject.next()).action, 'create');
}
const filter = guest.filter('rank >= {:low} && title != {:title}', { low: 1, title: "it's" });
const page = await records.getList(1, 2, { filter, sort: '-rank' });
assert.deepEqual(page.items.map((item) => item.rank), [5, 4]);
assert.deepEqual([page.page, page.perPage, page.totalItems, page.totalPages], [1, 2, 4, 2]);
const dated = await records.getList(1, 9, {
  filter: guest.filter('day = {:day}', { day: new Date(Date.UTC(2024, 4, 1)) }),
});
assert.deepEqual(dated.items.map((item) => item.id), [made.id]);
const first = await records.getFirstListItem(guest.filter('title = {:t}', { t: "it's" }));
assert.equal(first.id, made.id);
await refused(records.getFirstListItem('rank > 100'), 404);
const all = await records.getFullList({ batch: 2, sort: 'rank', fields: 'rank' });
assert.deepEqual(all, [1, 2, 3, 4, 5].map((rank) => ({ rank })));
step('list', all.length);

const one = await records.getOne(made.id);
assert.deepEqual(one, made);
await refused(records.getOne('zzzzzzzzzzzzzzz'), 404);
step('get one');

const changed = await records.update(made.id, { 'rank+': 10, 'tags+': 'b' });
assert.deepEqual([changed.rank, changed.tags], [11, ['a', 'b']]);
const updated = await subject.next();
assert.deepEqual([updated.action, updated.record.rank], ['update', 11]);
step('update and see it', updated.action);

const scan = new File([new Blob(['hello world'])], 'scan me.txt', { type: 'text/plain' });
const withFile = await records.update(made.id, { scan });
assert.match(withFile.scan, /^scan_me_\w{10}\.txt$/);
await subject.next();
const url = guest.files.getURL(withFile, withFile.scan);
const download = await fetch(url);
assert.equal(await download.text(), 'hello world');
const part = await fetch(url, { headers: { range: 'bytes=0-4' } });
assert.deepEqual([part.status, await part.text()], [206, 'hello']);
const form = new FormData();
form.append('title', 'from a form');
form.append('scan', scan);
const fromForm = await records.create(form);
assert.equal(fromForm.title, 'from a form');
await subject.next();
const cleared = await records.update(fromForm.id, { scan: null });
assert.equal(cleared.scan, '');
await subject.next();
step('upload and download', withFile.scan.replace(/_\w{10}\./, '_*.'));

await records.delete(made.id);
const deleted = await subject.next();
assert.deepEqual([deleted.action, deleted.record.id], ['delete', made.id]);
await refused(records.getOne(made.id), 404);
await records.unsubscribe();
step('delete and see it', deleted.action);

const doomed = await records.create({ title: 'doomed' });
const filled = (batch) => {
  const posts = batch.collection(name);
  posts.create({ id: 'batch0000000001', title: 'in a batch', rank: 1, scan: [scan] });
  posts.update('batch0000000001', { 'rank+': 2 }, { fields: 'rank' });
  posts.upsert({ id: 'batch0000000001', title: 'upserted' });
  posts.upsert({ id: 'batch0000000002', title: 'made' }, { headers: { 'X-Custom': '1' } });
  posts.delete(doomed.id);
  return batch;
};
await refused(filled(guest.createBatch()).send(), 403);
assert.equal((await pb.settings.getAll()).batch.enabled, false);
const settings = await pb.settings.update({ batch: { enabled: true } });
assert.deepEqual([settings.batch.enabled, settings.batch.maxRequests], [true, 50]);
const failing = filled(guest.createBatch());
failing.collection(name).create({ rank: 1 });
const { requests } = (await refused(failing.send(), 400)).data;
assert.equal(requests[5].response.data.title.code, 'validation_required');
await refused(records.getOne('batch0000000001'), 404);
const done = await filled(guest.createBatch()).send();
assert.deepEqual(done.map((answer) => answer.status), [200, 200, 200, 200, 204]);
assert.deepEqual(done[1].body, { rank: 3 });
assert.deepEqual([done[2].body.title, done[2].body.rank], ['upserted', 3]);
const batched = await fetch(guest.files.getURL(done[0].body, done[0].body.scan));
assert.equal(await batched.text(), 'hello world');
await refused(records.getOne(doomed.id), 404);
step('a batch', done.length);

const users = guest.collection('users');
await pb.collection('users').create({ ...account, passwordConfirm: account.password });
const session = await users.authWithPassword(account.email, account.password);
assert.equal(guest.authStore.record.id, session.record.id);
const refreshed = await users.authRefresh();
assert.equal(refreshed.record.email, account.email);
assert.deepEqual((await users.listAuthMethods()).password, {
  enabled: true,
  identityFields: ['email'],
});
assert.ok((await guest.files.getToken()).split('.').length === 3);
await refused(guest.collections.getFullList(), 403);
step('an account', session.record.collectionName);

await pb.collection('users').delete(session.record.id);
await pb.collections.update(name, { name: `${name}_renamed` });
assert.equal((await pb.collection(`${name}_renamed`).getFullList()).length, 7);
await pb.collections.delete(`${name}_renamed`);
await refused(pb.collections.getOne(name), 404);
step('done');
