package dev.perennial;

import dev.perennial.spi.Frame;
import dev.perennial.spi.StreamConnection;
import dev.perennial.spi.Timekeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection under the consumer's demand, until it ends. A pump lives as long as its
 * connection, so nothing of an older one can be mistaken for its own.
 */
final class Pump<T> {
  private final StreamConnection source;
  private final long connection;
  private final Engine<T> engine;
  private final EngineSignals controls;
  private final Timekeeper time;
  private final ReadLimits silence;
  private final @Nullable StallLimit stall; // Null takes a stream without events for a quiet one.

  /** Odd while a read is under way. Counted with ordered writes: wakes are rare, events are not. */
  private final AtomicLong reads = new AtomicLong();

  /** The judgement to come on the read that a wake found waiting; null while there is none. */
  private final AtomicReference<@Nullable Check> check = new AtomicReference<>();

  private volatile boolean hasEnded;

  // Touched by the engine's thread alone.
  private final long openedNanos;
  private long lastByteNanos;
  private long silenceNanos; // What the frame that was read last has ended.
  private long bytesTold;
  private boolean hasProgress;
  private long progressNanos;

  private record Check(long read, Timekeeper.Timer timer) {}

  Pump(StreamConnection source, long connection, Engine<T> engine, @Nullable StallLimit stall) {
    this.source = source;
    this.connection = connection;
    this.engine = engine;
    this.stall = stall;
    this.controls = engine.controls();
    this.time = engine.timekeeper();
    this.silence = engine.silence();
    this.openedNanos = time.nanoTime();
    this.lastByteNanos = openedNanos;
    this.progressNanos = openedNanos;
  }

  /** Returns how the connection ended; null when another thread wants the engine to look up. */
  @Nullable ConnectionEnd run() throws InterruptedException, CallbackException {
    ConnectionEnd ending = untilItEnds();
    tellBytes(); // What came behind the last frame, too.
    if (ending != null && ending.reason == StreamException.Reason.STALE) {
      silence.wasReached();
    }
    long openNanos = time.nanoTime() - openedNanos;
    engine.wasOpen(hasProgress, openNanos, progressNanos - openedNanos);
    return ending == null ? null : ending.after(hasProgress, openNanos);
  }

  private @Nullable ConnectionEnd untilItEnds() throws InterruptedException, CallbackException {
    while (true) {
      if (!engine.hasCredit() && !engine.awaitCredit()) {
        return controls.killed();
      }
      Frame frame;
      reads.lazySet(reads.get() + 1);
      try {
        frame = stall == null ? source.read(silence.deadlines()) : read(stall);
      } catch (IOException e) {
        return stall != null && stall.isReached() && !controls.isDisturbed()
            ? stall.ending(engine.endpoint())
            : engine.attempts().broken(e, false);
      } finally {
        reads.lazySet(reads.get() + 1);
      }
      if (controls.isDisturbed()) {
        return controls.killed();
      }
      if (frame == null) {
        return ConnectionEnd.orderly("The connection was ended by " + engine.endpoint());
      }
      long last = source.lastByteNanos();
      silenceNanos = 0;
      if (last != lastByteNanos) {
        bytesCame(last);
      }
      ConnectionEnd ending = handle(frame);
      if (ending != null) {
        return ending;
      }
    }
  }

  private @Nullable Frame read(StallLimit limit) throws IOException {
    long began = time.nanoTime();
    try {
      return source.read(limit.within(silence.deadlines()));
    } finally {
      limit.passed(time.nanoTime() - began);
    }
  }

  private void bytesCame(long now) throws CallbackException {
    silenceNanos = now - later(lastByteNanos, source.waitingSinceNanos());
    lastByteNanos = now;
    tellBytes();
  }

  private void tellBytes() throws CallbackException {
    if (engine.telling().observer == null) {
      return;
    }
    long all = source.bytesRead();
    if (all > bytesTold) {
      engine.telling().bytes(all - bytesTold);
      bytesTold = all;
    }
  }

  /** Null to go on. */
  private @Nullable ConnectionEnd handle(Frame frame)
      throws InterruptedException, CallbackException {
    Duration retry = frame.retryDelay();
    if (retry != null) {
      engine.serverBase(retry);
    }
    return switch (frame.kind()) {
      case EVENT -> event(frame);
      case HEARTBEAT -> heartbeat(frame);
      case CURSOR -> checkpoint(frame);
      case CONTROL -> null; // It was for the transport.
      case GAP -> engine.gaps().inBand(frame.text());
      case END -> ConnectionEnd.completed();
    };
  }

  private @Nullable ConnectionEnd heartbeat(Frame frame) throws CallbackException {
    silence.heartbeatAfter(silenceNanos);
    engine.telling().heartbeat(frame);
    return null;
  }

  private @Nullable ConnectionEnd checkpoint(Frame frame) throws CallbackException {
    engine.intake().checkpoint(frame);
    return null;
  }

  private @Nullable ConnectionEnd event(Frame frame)
      throws InterruptedException, CallbackException {
    if (stall != null) {
      stall.eventCame();
    }
    boolean isLast = frame.isLast();
    ConnectionEnd ending;
    try {
      ending = take(frame);
    } catch (MalformedEventException e) {
      ending = engine.intake().skip(e);
    }
    return ending == null && isLast ? ConnectionEnd.completed() : ending;
  }

  private @Nullable ConnectionEnd take(Frame frame)
      throws InterruptedException, CallbackException, MalformedEventException {
    engine.intake().requireSound(frame);
    SequenceChecker<T> sequences = engine.sequences();
    if (engine.intake().isReplay(frame, connection)) {
      if (sequences != null) {
        sequences.replayed(frame, connection);
      }
      return null;
    }
    if (sequences != null) {
      SequenceChecker.Judgement judgement = sequences.judge(frame, connection);
      if (judgement == null || judgement.isCovered() || judgement.ending() != null) {
        return judgement == null ? null : judgement.ending();
      }
    }
    engine.intake().take(frame, connection);
    hasProgress = true;
    progressNanos = lastByteNanos;
    engine.handedOver(lastByteNanos); // Only now: what was malformed uses up no demand.
    return null;
  }

  // ---- Any thread ----

  /**
   * Ends the connection when it has been silent for too long by a clock that counts deep sleep, and
   * a read still waits in vain {@code graceNanos} after the wake.
   */
  void checkSilence(long graceNanos) {
    long reading = reads.get();
    Check pending = check.get();
    boolean isPending = pending != null && pending.read == reading;
    if (reading % 2 == 0 || isPending || !isSilent()) {
      return;
    }
    Timekeeper.Timer timer =
        time.schedule(
            () -> {
              if (reads.get() == reading && isSilent()) {
                controls.kill(connection, engine.attempts().stale(null));
              }
            },
            graceNanos);
    closeTimer(check.getAndSet(new Check(reading, timer)));
    if (hasEnded) {
      timer.close();
    }
  }

  /** The connection has ended: nothing is left to judge. */
  void forgetCheck() {
    hasEnded = true; // Before the look: who schedules a check reads this afterwards.
    closeTimer(check.get());
  }

  private static void closeTimer(@Nullable Check pending) {
    if (pending != null) {
      pending.timer.close();
    }
  }

  private boolean isSilent() {
    long since = later(source.lastByteNanos(), source.waitingSinceNanos());
    return time.nanoTime() - since > silence.deadlines().noByteNanos();
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
