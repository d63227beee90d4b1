package dev.perennial.testkit.internal.wire;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.LoggedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a log's events to one client. */
public final class LogStream {

  private static final int MOST_EVENTS = 512;
  private static final Duration FOR_EVER = Duration.ofDays(365);

  private final Exchange exchange;
  private final EventWriter wire;
  private final Source source;

  // Written by any thread.
  private volatile FakeEventLog.@Nullable Reader reader; // null until the source gave it
  private volatile boolean stopped;
  private volatile boolean ending;

  public LogStream(Exchange exchange, EventWriter wire, Source source) {
    this.exchange = exchange;
    this.wire = wire;
    this.source = source;
  }

  /** Cuts the connection, from any thread. */
  public void cut(Cut how) {
    exchange.cut(how);
    stop();
  }

  /** Ends the stream in order, from any thread. */
  public void end() {
    ending = true;
    stop();
  }

  private void stop() {
    stopped = true;
    FakeEventLog.Reader open = reader;
    if (open != null) {
      open.close();
    }
  }

  /** Writes until the log ends, the client closes or the connection is ended or cut. */
  public void run() throws IOException, InterruptedException {
    try {
      write();
    } catch (IOException e) {
      // After a half-close the client still has to close.
      if (!exchange.isCut()) {
        throw e;
      }
    }
    if (exchange.isCut()) {
      exchange.awaitPeerClose(FOR_EVER);
    }
  }

  private void write() throws IOException, InterruptedException {
    wire.open(this::stop);
    FakeEventLog.Reader events = source.open();
    if (events == null) {
      return;
    }
    reader = events;
    if (stopped) {
      events.close();
    }
    List<LoggedEvent> batch = new ArrayList<>(MOST_EVENTS);
    while (true) {
      batch.clear();
      switch (events.read(batch, MOST_EVENTS, wire.patience())) {
        case EVENTS -> write(batch);
        case NOTHING_YET -> wire.onQuiet();
        case ENDED -> {
          wire.end(EventWriter.End.OF_LOG);
          return;
        }
        // The client was too slow. It learns that its cursor is gone when it resumes.
        case GONE -> {
          wire.end(EventWriter.End.OF_CONNECTION);
          return;
        }
        case CLOSED -> {
          wire.end(ending ? EventWriter.End.OF_CONNECTION : EventWriter.End.OF_CLIENT);
          return;
        }
      }
    }
  }

  private void write(List<LoggedEvent> batch) throws IOException {
    for (LoggedEvent event : batch) {
      wire.add(event);
    }
    wire.flush();
  }

  /** Opens the reader of the events, once the stream is open. */
  @FunctionalInterface
  public interface Source {
    /** Returns the reader of the events, or null when the stream was ended instead. */
    FakeEventLog.@Nullable Reader open() throws IOException, InterruptedException;
  }
}
