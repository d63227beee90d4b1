package dev.perennial.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.perennial.Decoder;
import dev.perennial.EventStream;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A transport of one's own: lines over TCP. The client says {@code FROM <id>} or {@code FROM start}
 * once; each line that comes is an id, a space and text, and an empty one is a sign of life.
 */
// region transport
final class LineTransport implements Transport {
  private final InetSocketAddress address;

  LineTransport(InetSocketAddress address) {
    this.address = address;
  }

  EventStream<String> stream() {
    return EventStream.of(this, Decoder.text());
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return new Lines(attempt);
  }

  @Override
  public String endpoint() {
    return "lines://" + address.getHostString() + ":" + address.getPort();
  }

  private final class Lines implements StreamConnection {
    private final Attempt attempt;
    private final Socket socket = new Socket(); // Not connected: close() has a target already.

    private volatile long bytes;
    private volatile long lastByteNanos;

    /** Null until open. */
    private @Nullable BufferedReader in;

    Lines(Attempt attempt) {
      this.attempt = attempt;
      this.lastByteNanos = attempt.timekeeper().nanoTime();
    }

    @Override
    public void open() throws IOException {
      socket.connect(address, millis(attempt.timeout().toNanos()));
      String cursor = attempt.cursor();
      String from = "FROM " + (cursor == null ? "start" : cursor) + "\n";
      socket.getOutputStream().write(from.getBytes(UTF_8));
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      lastByteNanos = attempt.timekeeper().nanoTime();
    }

    @Override
    public @Nullable Frame read(Deadlines limits) throws IOException {
      socket.setSoTimeout(millis(limits.noByteNanos()));
      String line = in == null ? null : in.readLine();
      if (line == null) {
        return null;
      }
      bytes = bytes + line.getBytes(UTF_8).length + 1;
      lastByteNanos = attempt.timekeeper().nanoTime();
      if (line.isEmpty()) {
        return Frame.heartbeat();
      }
      String[] parts = line.split(" ", 2);
      if (parts.length < 2) {
        throw new IOException("Expected an id and text but was one word");
      }
      return Frame.event(parts[0], "message", parts[1].getBytes(UTF_8));
    }

    @Override
    public long bytesRead() {
      return bytes;
    }

    @Override
    public long lastByteNanos() {
      return lastByteNanos;
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone, which is what was wanted.
      }
    }

    private static int millis(long nanos) {
      long millis = Duration.ofNanos(nanos).toMillis();
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, millis));
    }
  }
}
// endregion
