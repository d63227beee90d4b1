package dev.perennial.examples;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches of pods as an API server answers them: JSON a line in chunks, a version that is no longer
 * there told by the status or in the stream, and the state of now without a version.
 */
final class FakeKubernetes implements AutoCloseable {
  static final int FIRST_VERSION = 100;
  private static final String EXPIRED =
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"too"
          + " old resource version: 1 (100)\",\"reason\":\"Expired\",\"code\":410}";

  /** The first has the version {@link #FIRST_VERSION}, and so on. */
  private final ServedLines changes = new ServedLines();

  private final boolean tellsExpiryInStream;
  private final LoopbackServer server;
  private final ReentrantLock isUp = new ReentrantLock();
  private volatile int oldest = FIRST_VERSION;

  private FakeKubernetes(boolean tellsExpiryInStream) throws IOException {
    this.tellsExpiryInStream = tellsExpiryInStream;
    this.server = LoopbackServer.start(this::answer);
  }

  static FakeKubernetes start(boolean tellsExpiryInStream) throws IOException {
    return new FakeKubernetes(tellsExpiryInStream);
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    isUp.lockInterruptibly(); // Until whoever holds it lets requests in.
    isUp.unlock();
    if (!"Bearer t0ken".equals(exchange.request().header("Authorization"))) {
      exchange.answer(401, List.of("Content-Type: application/json"), "{\"code\":401}");
      return;
    }
    String version = exchange.request().queryParameter("resourceVersion");
    boolean isExpired = version != null && Integer.parseInt(version) < oldest - 1;
    if (!isExpired) {
      int next = version == null ? 0 : Integer.parseInt(version) + 1 - FIRST_VERSION;
      changes.serve(exchange, "application/json", next, "");
    } else if (tellsExpiryInStream) {
      exchange.answer(
          200,
          List.of("Content-Type: application/json"),
          "{\"type\":\"ERROR\",\"object\":" + EXPIRED + "}\n");
    } else {
      exchange.answer(410, List.of("Content-Type: application/json"), EXPIRED);
    }
  }

  /** Something happens to a pod; the version that this has. */
  String change(String type, String pod) {
    return add(type, "\"namespace\":\"default\",\"name\":\"" + pod + "\",");
  }

  /** Says how far it is, which is no change. */
  String bookmark() {
    return add("BOOKMARK", "\"creationTimestamp\":null,");
  }

  private String add(String type, String metadata) {
    String version = Integer.toString(FIRST_VERSION + changes.all().size());
    changes.add(
        "{\"type\":\""
            + type
            + "\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{"
            + metadata
            + "\"resourceVersion\":\""
            + version
            + "\"}}}");
    return version;
  }

  /** The version of now, as a list says it. */
  String version() {
    return Integer.toString(FIRST_VERSION + changes.all().size() - 1);
  }

  /** Forgets what happened so far, as compaction does. */
  void compact() {
    oldest = FIRST_VERSION + changes.all().size();
  }

  /** All watches have lasted for as long as they may. */
  void timeOut() {
    changes.endAll();
  }

  void cutAll() {
    changes.cutAll();
  }

  /** Cuts all watches, and lets none in until something has happened. */
  void cutWhile(Runnable happening) {
    isUp.lock();
    try {
      cutAll();
      happening.run();
    } finally {
      isUp.unlock();
    }
  }

  /** The versions that watches have asked to go on after, {@code none} for those that did not. */
  List<String> asked() {
    return server.requests().stream()
        .map(request -> orNone(request.queryParameter("resourceVersion")))
        .toList();
  }

  private static String orNone(@Nullable String version) {
    return version == null ? "none" : version;
  }

  LoopbackServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
