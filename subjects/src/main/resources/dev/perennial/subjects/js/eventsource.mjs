// Starts an EventSource, the browser's own or another of the same interface, for the runner.

// An EventSource hands over those types alone that it was asked for; the rules send these.
const TYPES = ['message', 'add'];

/**
 * @param open makes an EventSource of the instructions
 * @param describe says of an error event why the stream has ended; undefined when it has completed
 */
export function following(open, describe = () => 'closed') {
  return (instructions, report) => {
    const source = open(instructions);
    let count = 0;
    source.addEventListener('open', () => report.opened());
    for (const type of TYPES) {
      source.addEventListener(type, (event) => {
        count += 1;
        report.event(event.lastEventId, event.type, event.data);
        if (count === instructions.consumerClosesAt) {
          source.close();
        } else if (count === instructions.consumerFailsAt) {
          throw new Error(`The consumer fails at event ${count}, on purpose`);
        }
      });
    }
    source.addEventListener('error', (event) => {
      if (source.readyState !== source.CLOSED) {
        return; // It reconnects by itself.
      }
      const reason = describe(event);
      if (reason === undefined) {
        report.completed();
      } else {
        report.failed(reason);
      }
    });
    return () => source.close();
  };
}
