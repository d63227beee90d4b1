package dev.perennial.examples;

import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches of pods as an API server answers them: one JSON object per line, in chunks. A version
 * that has expired is reported by the status or in the stream; without a version the watch starts
 * with the current state.
 */
final class FakeKubernetes implements AutoCloseable {
  static final int FIRST_VERSION = 100;
  private static final String EXPIRED =
      "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"too"
          + " old resource version: 1 (100)\",\"reason\":\"Expired\",\"code\":410}";

  /** The first one has the version {@link #FIRST_VERSION}, and so on. */
  private final ServedLines changes = new ServedLines();

  private final boolean reportsExpiryInStream;
  private final LoopbackServer server;
  private final Outage outage = new Outage();
  private volatile int oldest = FIRST_VERSION;

  private FakeKubernetes(boolean reportsExpiryInStream) throws IOException {
    this.reportsExpiryInStream = reportsExpiryInStream;
    this.server = LoopbackServer.start(this::answer);
  }

  static FakeKubernetes start(boolean reportsExpiryInStream) throws IOException {
    return new FakeKubernetes(reportsExpiryInStream);
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    outage.awaitEnd();
    if (!"Bearer t0ken".equals(exchange.request().header("Authorization"))) {
      exchange.answer(401, List.of("Content-Type: application/json"), "{\"code\":401}");
      return;
    }
    String version = exchange.request().queryParameter("resourceVersion");
    boolean isExpired = version != null && Integer.parseInt(version) < oldest - 1;
    if (!isExpired) {
      int next = version == null ? 0 : Integer.parseInt(version) + 1 - FIRST_VERSION;
      changes.serve(exchange, "application/json", next, "");
    } else if (reportsExpiryInStream) {
      exchange.answer(
          200,
          List.of("Content-Type: application/json"),
          "{\"type\":\"ERROR\",\"object\":" + EXPIRED + "}\n");
    } else {
      exchange.answer(410, List.of("Content-Type: application/json"), EXPIRED);
    }
  }

  /** Adds a change of a pod, and returns its version. */
  String change(String type, String pod) {
    return add(type, "\"namespace\":\"default\",\"name\":\"" + pod + "\",");
  }

  /** Adds a bookmark: a version without a change. */
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

  /** Returns the current version, as a list reports it. */
  String version() {
    return Integer.toString(FIRST_VERSION + changes.all().size() - 1);
  }

  /** Drops the changes so far, as compaction does. */
  void compact() {
    oldest = FIRST_VERSION + changes.all().size();
  }

  /** Times out all watches. */
  void timeOut() {
    changes.endAll();
  }

  void cutAll() {
    changes.cutAll();
  }

  /** Cuts all watches, and serves no other while {@code meanwhile} runs. */
  void cutWhile(Runnable meanwhile) {
    outage.cutWhile(this::cutAll, meanwhile);
  }

  /**
   * Returns the versions after which watches asked to resume, {@code none} for those that did not.
   */
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
