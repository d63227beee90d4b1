package dev.perennial.tests.tck;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import java.io.IOException;

/** A stream of so many events, without a network. */
record CountingTransport(long events) implements Transport {

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    return new Counting();
  }

  private final class Counting implements StreamConnection {
    private long next = 1;
    private volatile boolean isClosed;

    @Override
    public void open() {
      // There is nothing to connect to.
    }

    @Override
    public Frame read(Deadlines limits) throws IOException {
      if (isClosed) {
        throw new IOException("closed");
      }
      if (next > events) {
        return Frame.end();
      }
      String id = String.valueOf(next++);
      return new Numbered(Frame.event(id, "message", id.getBytes(US_ASCII)), next > events);
    }

    @Override
    public long bytesRead() {
      return next;
    }

    @Override
    public long lastByteNanos() {
      return next;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  /** An event that knows whether it is the last one. */
  private record Numbered(Frame event, boolean isLast) implements Frame {
    @Override
    public Kind kind() {
      return Kind.EVENT;
    }

    @Override
    public String id() {
      return event.id();
    }

    @Override
    public String type() {
      return event.type();
    }

    @Override
    public boolean isBinary() {
      return false;
    }

    @Override
    public byte[] array() {
      return event.array();
    }

    @Override
    public int offset() {
      return event.offset();
    }

    @Override
    public int length() {
      return event.length();
    }

    @Override
    public String text() {
      return event.text();
    }
  }
}
