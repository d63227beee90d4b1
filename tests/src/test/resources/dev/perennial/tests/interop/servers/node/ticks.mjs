// Sends numbers up to the one that the query names, and does what it is told: see Ticks in WebSocketServersTest.
import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';
import { started } from './started.mjs';

const big = readFileSync('big.txt', 'utf8');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: { threshold: 0 },
  handleProtocols: offered => (offered.has('ticks.v1') ? 'ticks.v1' : false),
});

server.on('connection', (socket, request) => {
  const query = new URL(request.url, 'http://localhost').searchParams;
  const last = Number(query.get('last'));
  for (let i = Number(query.get('after') ?? 0) + 1; i <= last; i++) {
    socket.send(`{"id":"${i}"}`);
  }
  socket.on('pong', () => socket.send('ponged'));
  socket.on('message', (data, isBinary) => {
    const text = data.toString();
    if (text === 'close') socket.close();
    else if (text === 'ping') socket.ping();
    else if (text === 'big') socket.send(big);
    else socket.send(data, { binary: isBinary });
  });
  socket.on('error', () => {}); // Such as a reset, which is a test's.
});
server.on('listening', () => started(server));
