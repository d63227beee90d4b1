package dev.perennial.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoggedEvent;
import dev.perennial.testkit.internal.ByteBuilder;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes events as a chunked HTTP response. */
public final class ChunkedEventWriter implements EventWriter {

  private static final byte[] LAST = "0\r\n\r\n".getBytes(ISO_8859_1);

  /** Space for the size line, which is written last: eight digits, CR, LF. */
  private static final int HEAD_BYTES = 10;

  private final Exchange exchange;
  private final EventFormat format;
  private final @Nullable Duration heartbeat; // null when there are none
  private final ByteBuilder chunk = new ByteBuilder(HEAD_BYTES, FULL_BYTES * 3 / 2);

  public ChunkedEventWriter(Exchange exchange, EventFormat format, @Nullable Duration heartbeat) {
    this.exchange = exchange;
    this.format = format;
    this.heartbeat = heartbeat;
  }

  @Override
  public int status() {
    return 200;
  }

  @Override
  public void open(Runnable onLeft) throws IOException {
    exchange.watchPeer(onLeft);
    exchange.write(
        HttpAnswer.statusLine(status())
            + ("Content-Type: " + format.contentType() + "\r\n")
            + "Cache-Control: no-store\r\n"
            + "Transfer-Encoding: chunked\r\n"
            + "Connection: close\r\n"
            + "\r\n");
    format.addStart(chunk);
    flush();
  }

  @Override
  public Duration patience() {
    return heartbeat == null ? IDLE_WAIT : heartbeat;
  }

  @Override
  public void add(LoggedEvent event) throws IOException {
    format.addEvent(chunk, event);
    if (chunk.size() >= FULL_BYTES) {
      flush();
    }
  }

  @Override
  public void onQuiet() throws IOException {
    if (heartbeat != null) {
      format.addHeartbeat(chunk);
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    int size = chunk.size();
    if (size == 0) {
      return; // An empty chunk would end the body.
    }
    chunk.add('\r');
    chunk.add('\n');
    chunk.prepend('\n');
    chunk.prepend('\r');
    for (int rest = size; rest > 0; rest >>>= 4) {
      chunk.prepend(Character.forDigit(rest & 0xf, 16));
    }
    chunk.writeTo(exchange.output());
  }

  @Override
  public void end(End of) throws IOException {
    if (of != End.OF_CLIENT) {
      exchange.write(LAST);
    }
  }
}
