package dev.perennial.testkit.conformance;

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

/**
 * A client in another process, which speaks the control protocol of a {@link ConformanceServer}.
 *
 * <pre>{@code
 * try (ConformanceServer server = ConformanceServer.start();
 *     RemoteClient client = server.client("my client", Set.of(Protocol.SSE), Set.of())) {
 *   Process process = new ProcessBuilder("my-client", client.url().toString()).start();
 *   Report report = Conformance.of(client).run();
 * }
 * }</pre>
 *
 * <p>To follow a stream is to wait, 30 s at most, until the process has asked what to do next. All
 * methods may be called from any thread.
 *
 * @since 0.1.0
 */
public final class RemoteClient implements ClientUnderTest {
  private static final int MOST_KEPT = 256;

  // Final.
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
  private final Map<Integer, RemoteStream> streams = new LinkedHashMap<>();
  private int started;
  private int calls; // That are being answered.
  private long heardNanos = System.nanoTime();
  private @Nullable String end; // Null while there may be more to do.

  /**
   * @param url what the process is to be told
   * @param patience how long a stream waits until it is fetched
   * @param onClosed what to do when it is closed
   */
  RemoteClient(
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

  /** What a client is to do. */
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

  /** The URL of the session, which the process asks what to do next. */
  public URI url() {
    return url;
  }

  /** Whether the process has asked for anything within a time. */
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
          why != null ? why : "The client did not ask for it within " + Words.of(patience));
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
      // What the client still waits for is then to be had from this one.
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

  /** Takes a stream back that nobody fetched; returns why nobody will, null when that is open. */
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

  /** A scenario was judged: its streams can say so. */
  void judged(Result result) {
    all().stream()
        .filter(stream -> stream.scenario().equals(result.key()))
        .forEach(stream -> stream.judged(result));
  }

  /** There is nothing more to do. */
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

  /** Tells the process that there is nothing more to do. It is not ended. Idempotent. */
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

  /** Counts a call that begins. */
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

  /** Waits for what to do next; null when there is nothing yet, or nothing more. */
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

  /** Why there is nothing more to do; null while there may be. */
  @Nullable String end() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The client has closed a stream. Waits for the verdict; null when there is none yet, or other
   * streams of the scenario have to be closed first.
   */
  @Nullable Result stopped(RemoteStream stream, Duration limit) throws InterruptedException {
    boolean isLast =
        all().stream()
            .filter(one -> one != stream && one.scenario().equals(stream.scenario()))
            .allMatch(RemoteStream::isStopped);
    return stream.stopped(isLast ? limit : Duration.ZERO);
  }

  /** A stream by its number; null when it is unknown, or long over. */
  @Nullable RemoteStream stream(int number) {
    lock.lock();
    try {
      return streams.get(number);
    } finally {
      lock.unlock();
    }
  }
}
