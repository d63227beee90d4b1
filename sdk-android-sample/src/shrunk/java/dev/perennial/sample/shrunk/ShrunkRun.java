package dev.perennial.sample.shrunk;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs the shrunk {@link ShrunkClient} in a JVM of its own against the testkit's servers, cuts each
 * stream once, and fails unless every event arrived, once and in order. Arguments: java, the shrunk
 * jar, an empty directory.
 */
public final class ShrunkRun {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String QUOTE =
      "{\"sym\":\"EUR\",\"side\":\"BUY\",\"levels\":[{\"price\":99,\"size\":5}],\"new\":1}";
  private static final String EXPECTED =
      """
      sse EUR BUY 5@99
      sse  SELL
      sse over
      ndjson 42
      ndjson 43
      ndjson over
      websocket 42
      websocket 43
      websocket over
      """;

  private ShrunkRun() {}

  public static void main(String[] args) throws Exception {
    FakeEventLog sseLog = FakeEventLog.create();
    FakeEventLog ndjsonLog = FakeEventLog.create();
    FakeEventLog webSocketLog = FakeEventLog.create();
    try (FakeSseServer sse = FakeSseServer.start(sseLog);
        FakeNdjsonServer ndjson = FakeNdjsonServer.start(ndjsonLog);
        FakeWebSocketServer webSocket = FakeWebSocketServer.start(webSocketLog)) {
      Path directory = Path.of(args[2]);
      Path output = directory.resolve("output.txt");
      Path log = directory.resolve("log.txt"); // What the library writes about the cuts.
      Process client =
          new ProcessBuilder(
                  args[0],
                  "-cp",
                  args[1],
                  "dev.perennial.sample.shrunk.ShrunkClient",
                  sse.uri("/quotes").toString(),
                  ndjson.uri("/quotes").toString(),
                  webSocket.uri("/quotes").toString(),
                  directory.toString())
              .redirectOutput(output.toFile())
              .redirectError(log.toFile())
              .start();
      try {
        serve(client, sse, sseLog, () -> Files.exists(directory.resolve("sse")), QUOTE, "{}");
        serve(
            client, ndjson, ndjsonLog, () -> Files.exists(directory.resolve("ndjson")), "41", "42");
        serve(
            client,
            webSocket,
            webSocketLog,
            () -> Files.exists(directory.resolve("websocket")) && !webSocket.received().isEmpty(),
            "41",
            "42");
        check(client, output, log, webSocket);
      } finally {
        client.destroyForcibly();
      }
    }
  }

  /** Cuts the stream once the first event was processed, and ends it after the second. */
  private static void serve(
      Process client,
      FakeStreamServer server,
      FakeEventLog log,
      BooleanSupplier isProcessed,
      String first,
      String second)
      throws InterruptedException {
    log.append(first);
    if (!await(client, isProcessed)) {
      return; // Its output says why.
    }
    server.cutAll(Cut.RST);
    log.append(second);
    log.end();
  }

  private static void check(Process client, Path output, Path log, FakeWebSocketServer webSocket)
      throws IOException, InterruptedException {
    boolean isOver = client.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    String text = Files.readString(output, StandardCharsets.UTF_8);
    if (!isOver || client.exitValue() != 0 || !text.equals(EXPECTED)) {
      String end = isOver ? "exit code " + client.exitValue() : "no end within " + LIMIT;
      String errors = Files.readString(log, StandardCharsets.UTF_8);
      fail("Expected exit code 0 and\n" + EXPECTED + "but was " + end + " and\n" + text + errors);
    }
    List<String> sent = webSocket.received().stream().map(message -> message.text()).toList();
    if (sent.isEmpty() || !sent.get(0).equals("seen 42")) {
      fail("Expected the message \"seen 42\" first but was " + sent);
    }
  }

  private static void fail(String what) {
    System.err.println("The shrunk program does not behave like the whole one. " + what);
    System.exit(1);
  }

  /** Returns false if the client ended first, or the time is up. */
  private static boolean await(Process client, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || client.waitFor(20, TimeUnit.MILLISECONDS)) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }
}
