package dev.perennial.tests.torture;

import dev.perennial.StreamException.Reason;
import dev.perennial.spi.Attempt;
import dev.perennial.spi.Deadlines;
import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Transport;
import dev.perennial.spi.TransportException;
import dev.perennial.testkit.VirtualTime;
import dev.perennial.tests.torture.ServerLog.Position;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link ServerLog} in virtual time, over connections that fail as {@link Chance} says.
 */
final class FaultyTransport implements Transport {
  /** What an event carries for resuming. */
  enum Resume {
    IDS,
    CHECKPOINTS,
    NOTHING
  }

  /** The type of an event that cannot be decoded. */
  static final String MALFORMED = "malformed";

  private static final long HEARTBEAT_NANOS = 15_000_000_000L;
  private static final int EVENTS_PER_CHECKPOINT = 4;

  private final VirtualTime time;
  private final ServerLog log;
  private final Chance chance;
  private final Trace trace;
  private final Resume resume;
  private final boolean startsLive;
  private final List<Connection> connections = new ArrayList<>();
  private final Deque<Long> attempts = new ArrayDeque<>();
  private @Nullable Position lastSent;

  FaultyTransport(
      VirtualTime time,
      ServerLog log,
      Chance chance,
      Trace trace,
      Resume resume,
      boolean startsLive) {
    this.time = time;
    this.log = log;
    this.chance = chance;
    this.trace = trace;
    this.resume = resume;
    this.startsLive = startsLive;
  }

  /** Returns the last event that was sent; null before the first. */
  @Nullable Position lastSent() {
    return lastSent;
  }

  int connections() {
    return connections.size();
  }

  void requireAllClosed() {
    for (Connection connection : connections) {
      trace.require(connection.isClosed, "connection " + connection.number + " is still open");
    }
  }

  @Override
  public StreamConnection newConnection(Attempt attempt) {
    long now = time.elapsed().toNanos();
    attempts.add(now);
    while (attempts.element() < now - 1_000_000_000L) {
      attempts.remove();
    }
    trace.require(attempts.size() <= 20, attempts.size(), "attempts within a second");
    long open = connections.stream().filter(earlier -> !earlier.isClosed).count();
    trace.require(open == 0, "an attempt while a connection is open");
    Connection connection = new Connection(attempt.connection(), attempt.cursor());
    connections.removeIf(earlier -> earlier.isClosed);
    connections.add(connection);
    return connection;
  }

  private final class Connection implements StreamConnection {
    private final long number;
    private final @Nullable String cursor;
    private final Deque<Frame> pending = new ArrayDeque<>();
    private int epoch;
    private int next; // The number of the next event.
    private int sinceCheckpoint;
    private long lagNanos;
    private long bytes;
    private long lastByteNanos = time.nanoTime();
    private long waitingSinceNanos = lastByteNanos;
    private boolean isSilent;
    private boolean isClosed;

    Connection(long number, @Nullable String cursor) {
      this.number = number;
      this.cursor = cursor;
    }

    @Override
    public void open() throws IOException {
      trace.step("attempt, connection " + number + ", cursor " + cursor);
      if (chance.of(Fault.CONNECT_HANGS, 100)) {
        time.passUntil(this::isGivenUp);
      } else if (chance.of(Fault.SLOW_OPEN, 20)) {
        time.pass(Duration.ofMillis(chance.below(8_000)), this::isGivenUp);
      }
      throwIfGivenUp();
      if (chance.of(Fault.CONNECTION_REFUSED, 10)) {
        throw new ConnectException("Connection refused");
      }
      if (chance.of(Fault.STATUS_503, 20)) {
        Duration retryAfter =
            chance.of(Fault.RETRY_AFTER, 2) ? Duration.ofSeconds(chance.below(40)) : null;
        throw new TransportException(Reason.HTTP_STATUS, 503, "The answer was 503", retryAfter);
      }
      begin();
      lastByteNanos = time.nanoTime();
      waitingSinceNanos = lastByteNanos;
    }

    private void begin() throws TransportException {
      epoch = log.epoch();
      lagNanos = chance.of(Fault.LAGGING_REPLICA, 5) ? chance.below(5_000) * 1_000_000L : 0;
      if (cursor == null) {
        next = startsLive ? log.last().number() + 1 : log.first().number();
        return;
      }
      Position after = Position.parse(cursor);
      boolean isKnown =
          after.epoch() == epoch
              && after.number() >= log.first().number() - 1
              && !chance.of(Fault.GONE, 60);
      if (isKnown) {
        int tooMuch = chance.of(Fault.REPLAYS_TOO_MUCH, 2) ? chance.below(10) : 0;
        next = Math.max(log.first().number(), after.number() + 1 - tooMuch);
        next = Math.min(next, after.number() + 1);
      } else if (chance.of(Fault.GAP_IN_BAND, 2)) {
        next = startsLive ? log.last().number() + 1 : log.first().number();
        pending.add(Frame.gap("The log begins at " + log.first()));
      } else {
        throw new TransportException(Reason.GAP, 410, "The answer was 410", null);
      }
    }

    @Override
    public @Nullable Frame read(Deadlines limits) throws IOException {
      throwIfGivenUp();
      waitingSinceNanos = time.nanoTime();
      if (!pending.isEmpty()) {
        return bring(pending.remove());
      }
      if (epoch != log.epoch() || chance.of(Fault.CUT, 60)) {
        throw new SocketException("Connection reset");
      }
      if (chance.of(Fault.ORDERLY_END, 150)) {
        trace.step("the server ends connection", number);
        return null;
      }
      if (chance.of(Fault.RETRY_FIELD, 300)) {
        return bring(new RetryFrame(Duration.ofMillis(chance.below(5_000))));
      }
      if (chance.of(Fault.IN_BAND_ERROR, 300)) {
        return bring(Frame.error("overloaded"));
      }
      isSilent |= chance.of(Fault.SILENCE, 400);
      long untilEvent = isSilent ? Long.MAX_VALUE : untilNext();
      long untilHeartbeat =
          isSilent || !chance.isOn(Fault.HEARTBEAT) ? Long.MAX_VALUE : HEARTBEAT_NANOS;
      await(Math.min(untilEvent, untilHeartbeat), limits);
      if (untilEvent > untilHeartbeat) {
        return bring(Frame.heartbeat());
      }
      if (epoch != log.epoch()) {
        throw new SocketException("Connection reset");
      }
      return bring(nextEvent());
    }

    private long untilNext() {
      long nanos = log.nanosUntil(next);
      return nanos == Long.MAX_VALUE || nanos == 0 ? nanos : nanos + lagNanos;
    }

    private Frame nextEvent() {
      Position position = new Position(epoch, next++);
      lastSent = position;
      sinceCheckpoint++;
      boolean isCheckpointDue =
          resume == Resume.CHECKPOINTS
              ? sinceCheckpoint >= EVENTS_PER_CHECKPOINT
              : resume == Resume.IDS && chance.of(Fault.CHECKPOINT, 20);
      if (isCheckpointDue) {
        sinceCheckpoint = 0;
        pending.add(Frame.cursor(position.toString()));
      }
      String id = resume == Resume.IDS ? position.toString() : null;
      return Frame.event(
          id,
          chance.isMalformed(position) ? MALFORMED : "message",
          position.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Frame bring(Frame frame) {
      trace.step("connection", number, "brings", frame);
      lastByteNanos = time.nanoTime();
      bytes += frame.length() + 1;
      return frame;
    }

    private void await(long nanos, Deadlines limits) throws IOException {
      long limit = limits.noByteNanos();
      BooleanSupplier isOver = () -> isGivenUp() || epoch != log.epoch();
      boolean isCut = nanos > 0 && time.pass(Duration.ofNanos(Math.min(nanos, limit)), isOver);
      throwIfGivenUp();
      if (isCut) {
        throw new SocketException("Connection reset");
      }
      if (nanos >= limit) {
        throw new SocketTimeoutException("No byte for " + Duration.ofNanos(limit));
      }
    }

    private boolean isGivenUp() {
      return isClosed || Thread.currentThread().isInterrupted();
    }

    private void throwIfGivenUp() throws IOException {
      if (isClosed) {
        throw new SocketException("Socket closed");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
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
    public long waitingSinceNanos() {
      return waitingSinceNanos;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
