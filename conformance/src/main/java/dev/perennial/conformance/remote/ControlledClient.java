package dev.perennial.conformance.remote;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.ClientReport;
import dev.perennial.conformance.Instructions;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.RemoteClient;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.scenario.Format;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A client in another process, driven by the control protocol. Any thread may call it. */
final class ControlledClient implements RemoteClient {
  private static final int MOST_KEPT = 256;

  private final String name;
  private final Set<Protocol> protocols;
  private final Set<Capability> capabilities;
  private final URI url;
  private final Duration patience;
  private final Runnable onClosed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Deque<Command> commands = new ArrayDeque<>();

  // Guarded by lock.
  private final Map<Integer, RemoteStream> streams = new LinkedHashMap<>();

  // Guarded by lock.
  private int started;

  // Guarded by lock.
  private int calls; // That wait for an answer.

  // Guarded by lock.
  private long heardNanos = System.nanoTime();

  // Guarded by lock.
  private @Nullable String end; // Null while there may be more to do.

  /**
   * Creates a client whose process has not sent a request yet.
   *
   * @param url the URL of the session, for the process
   * @param patience how long a stream waits until the process fetches it
   * @param onClosed called when the client is closed
   */
  ControlledClient(
      String name,
      Set<Protocol> protocols,
      Set<Capability> capabilities,
      URI url,
      Duration patience,
      Runnable onClosed) {
    this.name = name;
    this.protocols = EnumSet.copyOf(protocols);
    this.capabilities = EnumSet.noneOf(Capability.class);
    this.capabilities.addAll(capabilities);
    this.url = url;
    this.patience = patience;
    this.onClosed = onClosed;
  }

  /** Commands a client to start or to stop a stream. */
  record Command(boolean isStop, RemoteStream stream) {}

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Protocol> protocols() {
    return EnumSet.copyOf(protocols);
  }

  @Override
  public Set<Capability> capabilities() {
    Set<Capability> copy = EnumSet.noneOf(Capability.class);
    copy.addAll(capabilities);
    return copy;
  }

  @Override
  public URI url() {
    return url;
  }

  /** Returns whether the process has sent a request within a time, or waits for an answer. */
  boolean isHeard(Duration within) {
    lock.lock();
    try {
      return calls > 0 || System.nanoTime() - heardNanos < within.toNanos();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Following follow(Instructions instructions, ClientReport report)
      throws IOException, InterruptedException {
    RemoteStream stream = started(instructions, report);
    if (!stream.awaitTaken(patience)) {
      String why = dropped(stream);
      throw new IOException(
          why != null
              ? why
              : "The client did not fetch the stream within " + Format.duration(patience));
    }
    return stream;
  }

  private RemoteStream started(Instructions instructions, ClientReport report) throws IOException {
    lock.lock();
    try {
      if (end != null) {
        throw new IOException(end);
      }
      RemoteStream stream = new RemoteStream(++started, instructions, report, this::stop);
      // A wait for the verdict on an earlier stream ends: this one continues the scenario.
      streams.values().stream()
          .filter(one -> one.scenario().equals(stream.scenario()) && one.isStopAsked())
          .forEach(RemoteStream::over);
      streams.put(stream.number(), stream);
      if (streams.size() > MOST_KEPT) {
        streams.remove(streams.keySet().iterator().next());
      }
      commands.add(new Command(false, stream));
      changed.signalAll();
      return stream;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes a stream that was not fetched, and returns why the session is over; null if it is not.
   */
  private @Nullable String dropped(RemoteStream stream) {
    lock.lock();
    try {
      commands.removeIf(command -> command.stream() == stream);
      streams.remove(stream.number());
      return end;
    } finally {
      lock.unlock();
    }
  }

  private void stop(RemoteStream stream) {
    lock.lock();
    try {
      commands.addFirst(new Command(true, stream));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Passes the verdict of a scenario on to its streams. */
  void judged(Result result) {
    all().stream()
        .filter(stream -> stream.scenario().equals(result.key()))
        .forEach(stream -> stream.judged(result));
  }

  /** Ends the session: the process gets no further commands. */
  void end(String why) {
    lock.lock();
    try {
      if (end == null) {
        end = why;
      }
      commands.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    all().forEach(RemoteStream::over);
  }

  @Override
  public void close() {
    end("The client was closed");
    onClosed.run();
  }

  private List<RemoteStream> all() {
    lock.lock();
    try {
      return List.copyOf(streams.values());
    } finally {
      lock.unlock();
    }
  }

  // ---- The process's side ----

  /** Counts a request that begins. */
  void callBegins() {
    lock.lock();
    try {
      calls++;
    } finally {
      lock.unlock();
    }
  }

  void callEnds() {
    lock.lock();
    try {
      calls--;
      heardNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next command; null when there is none yet, or the session is over. */
  @Nullable Command next(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (commands.isEmpty() && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      Command command = commands.poll();
      if (command != null) {
        command.stream().taken();
      }
      return command;
    } finally {
      lock.unlock();
    }
  }

  /** Returns why the session is over; null while it is not. */
  @Nullable String end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes that the process has closed a stream, and waits for the verdict; null when there is none
   * yet, or when other streams of the scenario are still open.
   */
  @Nullable Result stopped(RemoteStream stream, Duration limit) throws InterruptedException {
    boolean isLast =
        all().stream()
            .filter(one -> one != stream && one.scenario().equals(stream.scenario()))
            .allMatch(RemoteStream::isStopped);
    return stream.stopped(isLast ? limit : Duration.ZERO);
  }

  /** Returns a stream by its number; null when it is unknown, or was over long ago. */
  @Nullable RemoteStream stream(int number) {
    lock.lock();
    try {
      return streams.get(number);
    } finally {
      lock.unlock();
    }
  }
}
