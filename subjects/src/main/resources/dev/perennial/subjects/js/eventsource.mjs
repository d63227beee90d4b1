// Starts an EventSource for the runner: the browser's own, or another one with the same interface.

// An EventSource delivers only the types that have a listener; the rules send these.
const TYPES = ['message', 'add'];

/**
 * @param open creates an EventSource from the instructions
 * @param describe returns why an error event ended the stream; undefined if the stream completed
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
