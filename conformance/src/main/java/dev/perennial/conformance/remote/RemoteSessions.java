package dev.perennial.conformance.remote;

import dev.perennial.conformance.Capability;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Report;
import dev.perennial.conformance.scenario.Format;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The clients of a server, and the sessions of those that began one. */
public final class RemoteSessions {
  private static final int MOST = 100;

  /** How long the report of a session is kept after the client's last request. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final Duration idleLimit;
  private final Consumer<? super Report> onReport;
  private final Consumer<? super Report> onLeft;
  private final Random random = new Random();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private final Map<String, ControlledClient> clients = new LinkedHashMap<>();

  // Guarded by lock.
  private final Map<String, RemoteSession> sessions = new LinkedHashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param onReport receives the report of each session that finishes
   * @param onLeft receives the results so far of each session that ends early
   */
  public RemoteSessions(
      Duration idleLimit, Consumer<? super Report> onReport, Consumer<? super Report> onLeft) {
    this.idleLimit = idleLimit;
    this.onReport = onReport;
    this.onLeft = onLeft;
  }

  /**
   * Adds a client whose scenarios are run from Java.
   *
   * @param url returns the URL of an id
   */
  public ControlledClient client(
      String name,
      Set<Protocol> protocols,
      Set<Capability> capabilities,
      Function<? super String, URI> url) {
    lock.lock();
    try {
      String id = freeId();
      ControlledClient client =
          new ControlledClient(
              name, protocols, capabilities, url.apply(id), idleLimit, () -> forget(id));
      clients.put(id, client);
      return client;
    } finally {
      lock.unlock();
    }
  }

  RemoteSession begin(SessionRequest request, Function<? super String, URI> url)
      throws RefusedException {
    RemoteSession session;
    lock.lock();
    try {
      makeRoom();
      String id = freeId();
      ControlledClient client =
          new ControlledClient(
              request.name(),
              request.protocols(),
              request.capabilities(),
              url.apply(id),
              idleLimit,
              () -> {});
      session = new RemoteSession(id, request, client, onReport, onLeft);
      clients.put(id, client);
      sessions.put(id, session);
    } finally {
      lock.unlock();
    }
    session.start();
    return session;
  }

  // Guarded by lock.
  private String freeId() {
    String id;
    do {
      id = String.format("%08x", random.nextInt());
    } while (clients.containsKey(id));
    return id;
  }

  /** Forgets the oldest session that is over, when the limit is reached. */
  // Guarded by lock.
  private void makeRoom() throws RefusedException {
    if (sessions.size() < MOST) {
      return;
    }
    String oldest =
        sessions.values().stream()
            .filter(session -> session.state() != RemoteSession.State.RUNNING)
            .map(RemoteSession::id)
            .findFirst()
            .orElseThrow(
                () -> new RefusedException(503, "There are already " + MOST + " running sessions"));
    forget(oldest);
  }

  ControlledClient requireClient(String id) throws RefusedException {
    lock.lock();
    try {
      ControlledClient client = clients.get(id);
      if (client == null) {
        throw new RefusedException(404, "session must be one of this server but was " + id);
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the session with an id; null when its client is run from Java. */
  @Nullable RemoteSession session(String id) {
    lock.lock();
    try {
      return sessions.get(id);
    } finally {
      lock.unlock();
    }
  }

  void forget(String id) {
    lock.lock();
    try {
      clients.remove(id);
      sessions.remove(id);
    } finally {
      lock.unlock();
    }
  }

  /** Ends sessions without requests, and forgets those that ended long ago. */
  public void sweep() {
    for (RemoteSession session : all()) {
      boolean isRunning = session.state() == RemoteSession.State.RUNNING;
      if (isRunning && !session.client().isHeard(idleLimit)) {
        session.leave("The client sent no request for " + Format.duration(idleLimit));
      } else if (!isRunning && !session.client().isHeard(KEPT)) {
        forget(session.id());
      }
    }
  }

  /** Ends all sessions and clients. */
  public void close(String why) {
    List<ControlledClient> ending;
    lock.lock();
    try {
      ending = List.copyOf(clients.values());
    } finally {
      lock.unlock();
    }
    all().forEach(session -> session.leave(why));
    ending.forEach(client -> client.end(why));
    try {
      for (RemoteSession session : all()) {
        session.join(Duration.ofSeconds(2));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<RemoteSession> all() {
    lock.lock();
    try {
      return new ArrayList<>(sessions.values());
    } finally {
      lock.unlock();
    }
  }
}
