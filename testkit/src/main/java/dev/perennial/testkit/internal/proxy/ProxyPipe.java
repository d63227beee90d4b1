package dev.perennial.testkit.internal.proxy;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.Direction;
import dev.perennial.testkit.internal.RealTime;
import dev.perennial.testkit.internal.Sockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of one direction of a proxied connection: reads them, holds them back, delays
 * them, and forwards them in the pieces that bandwidth, slices and the cut allow.
 */
final class ProxyPipe {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long NOTHING_TO_DO = Long.MAX_VALUE;

  /** How long a read may take to notice a change of hold or latency. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The connection that a pipe belongs to. All methods may be called by any thread. */
  interface Connection {
    boolean isClosed();

    /** Returns whether the bytes of a direction vanish. */
    boolean isBlackHole(Direction direction);

    /** Returns whether nothing more is forwarded in a direction. */
    boolean isEnded(Direction direction);

    /** Cuts the connection; half-closing ends the given direction only. */
    void cut(Cut how, Direction direction);
  }

  private final Connection connection;
  private final Direction direction;
  private final Socket source;
  private final Socket destination;
  private final TrafficControl valve;
  private final AtomicLong tally;
  private final @Nullable CutPlan plan; // null when this direction is not cut
  private final BooleanSupplier closed;
  private final ReentrantLock reading = new ReentrantLock(); // held while the source is read
  private final DelayLine line = new DelayLine();
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  // Confined to the pipe's thread.
  private long forwarded;
  private boolean discarding; // once bytes were dropped, none that follow are forwarded
  private long freeNanos = RealTime.nanoTime(); // when the bandwidth allows more bytes

  ProxyPipe(
      Connection connection,
      Direction direction,
      Socket source,
      Socket destination,
      TrafficControl valve,
      AtomicLong tally,
      @Nullable CutPlan plan) {
    this.connection = connection;
    this.direction = direction;
    this.source = source;
    this.destination = destination;
    this.valve = valve;
    this.tally = tally;
    this.plan = plan != null && plan.direction() == direction ? plan : null;
    this.closed = connection::isClosed;
  }

  /**
   * Moves bytes until the source ends in the orderly way or the connection is closed.
   *
   * @throws IOException if either side has reset its connection
   */
  void run() throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER_BYTES];
    InputStream input = source.getInputStream();
    while (!connection.isClosed()) {
      int count = read(input, buffer);
      if (count < 0) {
        drain();
        return;
      }
      if (count > 0) {
        take(buffer, count);
      }
      release();
      forwardDue();
    }
  }

  /**
   * Reads the bytes that arrive before delayed bytes are due, if any. The read's timeout is the
   * wait for the first delayed bytes, so that arriving bytes get their time on arrival.
   */
  private int read(InputStream input, byte[] buffer) throws IOException, InterruptedException {
    long wait = NOTHING_TO_DO;
    if (!line.isEmpty() || held.size() > 0) {
      TrafficShaping shape = valve.shape(direction);
      wait = Math.min(LOOK_NANOS, nanosUntilDue(shape));
      if (line.isFull()) {
        valve.pause(direction, shape, wait, closed);
        return 0;
      }
    }
    if (wait == 0) {
      return 0;
    }
    reading.lock();
    try {
      if (connection.isClosed()) {
        return 0;
      }
      source.setSoTimeout(wait == NOTHING_TO_DO ? 0 : millisUp(wait));
      return input.read(buffer);
    } catch (SocketTimeoutException e) {
      return 0;
    } finally {
      reading.unlock();
    }
  }

  /** Discards bytes that arrived for a closed connection, so that its end is orderly. */
  void discardArrived() {
    // If the pipe holds the lock, it is reading and leaves nothing unread.
    if (reading.tryLock()) {
      try {
        Sockets.discardArrived(source);
      } finally {
        reading.unlock();
      }
    }
  }

  private static int millisUp(long nanos) {
    return (int) ((nanos + 999_999) / 1_000_000);
  }

  /** Returns how long the first delayed bytes still wait, if there are any. */
  private long nanosUntilDue(TrafficShaping shape) {
    return line.isEmpty()
        ? NOTHING_TO_DO
        : line.nanosUntilDue(shape.latencyNanos(), RealTime.nanoTime());
  }

  private void take(byte[] buffer, int count) throws IOException, InterruptedException {
    if (held.size() > 0 || valve.shape(direction).holdBytes() > 0) {
      held.write(buffer, 0, count);
    } else {
      delay(buffer, count);
    }
  }

  /** Releases the held bytes when there are enough. */
  private void release() throws IOException, InterruptedException {
    if (held.size() > 0 && held.size() >= valve.shape(direction).holdBytes()) {
      releaseAll();
    }
  }

  private void releaseAll() throws IOException, InterruptedException {
    byte[] bytes = held.toByteArray();
    held.reset();
    delay(bytes, bytes.length);
  }

  private void delay(byte[] bytes, int count) throws IOException, InterruptedException {
    if (line.isEmpty() && valve.shape(direction).latencyNanos() == 0) {
      forward(bytes, count);
    } else {
      line.add(Arrays.copyOf(bytes, count), RealTime.nanoTime());
    }
  }

  private void forwardDue() throws IOException, InterruptedException {
    while (nanosUntilDue(valve.shape(direction)) == 0) {
      byte[] bytes = line.takeFirst();
      forward(bytes, bytes.length);
    }
  }

  /** Forwards the remaining bytes, and waits until the end of the source is due, too. */
  private void drain() throws IOException, InterruptedException {
    releaseAll();
    line.add(new byte[0], RealTime.nanoTime());
    while (!line.isEmpty() && !connection.isClosed()) {
      TrafficShaping shape = valve.shape(direction);
      valve.pause(direction, shape, nanosUntilDue(shape), closed);
      forwardDue();
    }
    valve.awaitThawed(closed);
  }

  private void forward(byte[] bytes, int length) throws IOException, InterruptedException {
    int offset = 0;
    while (offset < length && !discarding) {
      valve.awaitThawed(closed);
      if (connection.isBlackHole(direction)) {
        discarding = true;
        return;
      }
      TrafficShaping shape = valve.shape(direction);
      int piece = shape.piece(length - offset);
      if (plan != null) {
        piece = (int) Math.min(piece, plan.afterBytes() - forwarded);
      }
      write(bytes, offset, piece);
      offset += piece;
      if (plan != null && forwarded >= plan.afterBytes()) {
        discarding = true;
        connection.cut(plan.cut(), direction);
        return;
      }
      pace(shape, piece);
    }
  }

  private void write(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return;
    }
    // Counted before the receiver can see them.
    tally.addAndGet(count);
    try {
      destination.getOutputStream().write(bytes, offset, count);
    } catch (IOException e) {
      // A direction that was half-closed drops what its source still sends.
      if (!connection.isEnded(direction)) {
        throw e;
      }
      discarding = true;
      return;
    }
    forwarded += count;
  }

  private void pace(TrafficShaping shape, int count) throws InterruptedException {
    long pause = shape.sliceBytes() > 0 ? shape.slicePauseNanos() : 0;
    if (shape.bytesPerSecond() > 0) {
      long now = RealTime.nanoTime();
      freeNanos = now + Math.max(0, freeNanos - now) + shape.transferNanos(count);
      pause = Math.max(pause, freeNanos - now);
    }
    valve.pause(direction, shape, pause, closed);
  }
}
