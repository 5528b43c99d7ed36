// Echoes messages of many sizes through the tunnel: echo.mjs WS-PACKAGE ws://... text|binary
import { createRequire } from 'node:module';

const [pkg, url, kind] = process.argv.slice(2);
const WebSocket = createRequire(import.meta.url)(pkg);
const sizes = [1, 125, 126, 127, 4096, 65535, 65536, 100000, 1 << 20];
const ws = new WebSocket(url, { perMessageDeflate: true });
const fail = (why) => { console.error(why); process.exit(1); };
setTimeout(() => fail('no end in sight'), 30000).unref();

let sent, got;
const next = () => {
  const size = sizes.shift();
  if (size === undefined) return ws.close(1000);
  sent = Buffer.alloc(size, '0123456789abcdef');
  got = [];
  ws.send(kind === 'binary' ? sent : sent.toString());
};
ws.on('open', next);
ws.on('error', fail);
ws.on('message', (data, isBinary) => {
  if (isBinary !== (kind === 'binary')) fail('wrong type of message');
  got.push(data);
  const all = Buffer.concat(got);
  if (all.length < sent.length) return;
  if (!all.equals(sent)) fail(`size ${sent.length}: other bytes came back`);
  next();
});
ws.on('close', (code) => (code === 1000 && sizes.length === 0 ? console.log('ok') : fail(`closed with ${code}`)));
