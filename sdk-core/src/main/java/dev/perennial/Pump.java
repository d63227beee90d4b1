package dev.perennial;

import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection under the consumer's demand, until it ends. A pump lives as long as its
 * connection, so nothing of an older one can be mistaken for its own.
 */
final class Pump<T> {
  private final StreamConnection source;
  private final long connection;
  private final Engine<T> engine;
  private final Controls controls;
  private final Timekeeper time;
  private final SilenceLimit silence;

  /** Odd while a read is under way. Counted with ordered writes: wakes are rare, events are not. */
  private final AtomicLong reads = new AtomicLong();

  // Touched by the engine's thread alone.
  private final long openedNanos;
  private long lastByteNanos;
  private long pausedUntilNanos;
  private long silenceNanos;
  private long bytesTold;
  private boolean hasProgress;
  private long progressNanos;

  Pump(StreamConnection source, long connection, Engine<T> engine) {
    this.source = source;
    this.connection = connection;
    this.engine = engine;
    this.controls = engine.controls();
    this.time = engine.timekeeper();
    this.silence = engine.silence();
    this.openedNanos = time.nanoTime();
    this.lastByteNanos = openedNanos;
    this.pausedUntilNanos = openedNanos;
    this.progressNanos = openedNanos;
  }

  /** Returns how the connection ended; null when another thread wants the engine to look up. */
  @Nullable Ending run() throws InterruptedException, ConsumerFailure {
    Ending ending = untilItEnds();
    engine.wasOpen(hasProgress, time.nanoTime() - openedNanos, progressNanos - openedNanos);
    return ending == null ? null : ending.after(hasProgress);
  }

  private @Nullable Ending untilItEnds() throws InterruptedException, ConsumerFailure {
    while (true) {
      if (!engine.hasCredit() && !awaitCredit()) {
        return controls.killed();
      }
      Frame frame;
      reads.lazySet(reads.get() + 1);
      try {
        frame = source.read(silence.deadlines());
      } catch (IOException e) {
        return engine.broken(e, false);
      } finally {
        reads.lazySet(reads.get() + 1);
      }
      if (controls.isDisturbed()) {
        return controls.killed();
      }
      if (frame == null) {
        return Ending.orderly("The connection was ended by " + engine.endpoint());
      }
      long last = source.lastByteNanos();
      if (last != lastByteNanos) {
        bytesCame(last);
      }
      Ending ending = handle(frame);
      if (ending != null) {
        return ending;
      }
    }
  }

  private boolean awaitCredit() throws InterruptedException {
    boolean hasCredit = engine.awaitCredit();
    pausedUntilNanos = time.nanoTime();
    return hasCredit;
  }

  private void bytesCame(long now) throws ConsumerFailure {
    boolean wasPaused = pausedUntilNanos - lastByteNanos > 0;
    silenceNanos = now - (wasPaused ? pausedUntilNanos : lastByteNanos);
    lastByteNanos = now;
    if (engine.telling().observer != null) {
      long all = source.bytesRead();
      engine.telling().bytes(all - bytesTold);
      bytesTold = all;
    }
  }

  /** Null to go on. */
  private @Nullable Ending handle(Frame frame) throws ConsumerFailure {
    Duration retry = frame.retryDelay();
    if (retry != null) {
      engine.serverBase(retry);
    }
    return switch (frame.kind()) {
      case EVENT -> event(frame);
      case HEARTBEAT -> heartbeat(frame);
      case CURSOR -> checkpoint(frame);
      case CONTROL -> null; // It was for the transport.
      case GAP -> Ending.failed(StreamException.Reason.GAP, frame.text(), null);
      case END -> Ending.completed();
    };
  }

  private @Nullable Ending heartbeat(Frame frame) throws ConsumerFailure {
    silence.heartbeatAfter(silenceNanos);
    engine.telling().heartbeat(frame);
    return null;
  }

  private @Nullable Ending checkpoint(Frame frame) throws ConsumerFailure {
    engine.intake().checkpoint(frame);
    return null;
  }

  private @Nullable Ending event(Frame frame) throws ConsumerFailure {
    if (engine.intake().isReplay(frame, connection)) {
      return null;
    }
    Ending malformed = engine.intake().take(frame, connection);
    if (malformed != null) {
      return malformed; // Nothing was handed over: no progress, and no demand is spent.
    }
    hasProgress = true;
    progressNanos = lastByteNanos;
    engine.spendCredit();
    return null;
  }

  /**
   * Ends the connection when it has been silent for too long by a clock that counts deep sleep, and
   * a read has been waiting in vain since {@code graceNanos} after the wake. By any thread.
   */
  void checkSilence(long graceNanos) {
    long reading = reads.get();
    if (reading % 2 == 0 || !isSilent()) {
      return;
    }
    time.schedule(
        () -> {
          if (reads.get() == reading && isSilent()) {
            controls.kill(connection, engine.stale(null));
          }
        },
        graceNanos);
  }

  private boolean isSilent() {
    return time.nanoTime() - source.lastByteNanos() > silence.deadlines().noByteNanos();
  }
}
