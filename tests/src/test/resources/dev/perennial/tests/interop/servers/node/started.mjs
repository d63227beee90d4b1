// What both servers do: name their port, and end with the process that started them.

export function started(server) {
  console.log(`port ${server.address().port}`);
  process.stdin.on('end', () => process.exit(0)).resume();
}
