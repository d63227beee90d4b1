package dev.perennial.cli.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.CursorStore;
import dev.perennial.cli.CommandRun;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints, gaps, framings and compression. */
class TailMeaningTest {
  private static final List<String> NDJSON = List.of("Content-Type: application/json");

  @TempDir private Path folder;

  // ---- Kubernetes, as the help has it ----

  @Test
  void kubernetesWatchResumesAtTheBookmarkAndEndsAtAnInBand410() throws Exception {
    try (LoopbackServer server = LoopbackServer.start(TailMeaningTest::answerWatch)) {
      CommandRun run = CommandRun.of(kubernetes(server));

      assertEquals(List.of("\"a\"", "\"b\""), names(run), run::toString);
      assertFalse(run.out().contains("BOOKMARK"), run::toString);
      assertEquals(
          Arrays.asList(null, null, "20", "30"), // The first one finds out the transport.
          server.requests().stream()
              .map(request -> request.queryParameter("resourceVersion"))
              .toList());
      assertTrue(run.err().contains("\ngap: "), run::toString);
      assertTrue(run.err().contains("too old resource version"), run::toString);
      assertEquals(1, run.exitCode());
    }
  }

  @Test
  void kubernetesWatchKeepsTheBookmarkInTheCursorFile() throws Exception {
    Path file = folder.resolve("pods.cursor");
    try (LoopbackServer server = LoopbackServer.start(TailMeaningTest::answerWatch)) {
      CommandRun first = CommandRun.of(kubernetes(server, "--cursor-file=" + file, "--timeout=20"));

      assertEquals(1, first.exitCode(), first::toString);
      assertEquals("30", CursorStore.file(file).load());
      assertTrue(first.err().contains("(delete " + file), first::toString);
    }
  }

  /** A pod and a bookmark, then the next pod, then a version that is too old. */
  private static void answerWatch(Exchange exchange) throws IOException {
    String version = exchange.request().queryParameter("resourceVersion");
    String lines;
    if (version == null) {
      lines = change("ADDED", "a", 10) + change("BOOKMARK", null, 20);
    } else if (version.equals("20")) {
      lines = change("MODIFIED", "b", 30);
    } else {
      lines =
          "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"status\":\"Failure\","
              + "\"message\":\"too old resource version\",\"reason\":\"Expired\",\"code\":410}}\n";
    }
    exchange.answer(200, NDJSON, lines);
  }

  private static String change(String type, String name, int version) {
    String named = name == null ? "" : "\"name\":\"" + name + "\",";
    return "{\"type\":\""
        + type
        + "\",\"object\":{\"kind\":\"Pod\",\"metadata\":{"
        + named
        + "\"resourceVersion\":\""
        + version
        + "\"}}}\n";
  }

  private static String[] kubernetes(LoopbackServer server, String... more) {
    List<String> args = new ArrayList<>(List.of("tail", "--first-delay=1", "--data=json"));
    args.addAll(List.of(more));
    args.addAll(
        List.of(
            "--cursor",
            "/object/metadata/resourceVersion",
            "--cursor-parameter",
            "resourceVersion",
            "--checkpoint",
            "/type=BOOKMARK",
            "--gap",
            "/object/code=410",
            server.uri("/api/v1/pods?watch=1&allowWatchBookmarks=true").toString()));
    return args.toArray(new String[0]);
  }

  private static List<String> names(CommandRun run) {
    return run.outLines().stream()
        .map(line -> line.replaceAll(".*\"name\":(\"[^\"]*\").*", "$1"))
        .toList();
  }

  // ---- Each option ----

  @Test
  void checkpointsMoveTheCursorAndAreNotPrinted() throws Exception {
    String first = "{\"id\":1}\n{\"id\":2,\"k\":\"mark\"}\n{\"id\":3,\"k\":\"now\"}\n";
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              boolean isFirst = exchange.request().queryParameter("since") == null;
              exchange.answer(200, NDJSON, isFirst ? first : "{\"id\":4}\n");
            })) {
      CommandRun run =
          tail(server, "--first-delay=1", "--checkpoint=/k=mark", "--checkpoint=/k=now", "-n2");

      assertEquals(
          List.of(
              "{\"id\":\"1\",\"type\":\"message\",\"data\":{\"id\":1}}",
              "{\"id\":\"4\",\"type\":\"message\",\"data\":{\"id\":4}}"),
          run.outLines(),
          run::toString);
      assertNull(server.requests().get(0).queryParameter("since"));
      assertEquals("3", server.requests().get(1).queryParameter("since"));
    }
  }

  @Test
  void gapEndsTheCommandWithTheServersWords() throws Exception {
    try (LoopbackServer server = answering("{\"id\":1}\n{\"error\":\"lost\",\"code\":9}\n")) {
      CommandRun run = tail(server, "--gap=/code=9");

      assertEquals(1, run.outLines().size(), run::toString);
      assertTrue(run.err().contains("lost"), run::toString);
      assertEquals(1, run.exitCode());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "lines | {\"id\":1}~{\"id\":2}~",
        "concatenated | {\"id\":1}{\"id\":2}",
        "array | [{\"id\":1},~{\"id\":2}]",
        "json-seq | ^{\"id\":1}~^{\"id\":2}~",
        "length | 8~{\"id\":1}8~{\"id\":2}",
        "netstrings | 8:{\"id\":1},8:{\"id\":2},",
        "length4 | ...8{\"id\":1}...8{\"id\":2}",
      })
  void framingDividesTheResponse(String framing, String body) throws Exception {
    String sent =
        body.replace('~', '\n').replace('^', '\u001e').replace("...8", "\u0000\u0000\u0000\u0008");
    try (LoopbackServer server = answering(sent)) {
      CommandRun run = tail(server, "--framing=" + framing, "-n2");

      assertEquals(
          List.of(
              "{\"id\":\"1\",\"type\":\"message\",\"data\":{\"id\":1}}",
              "{\"id\":\"2\",\"type\":\"message\",\"data\":{\"id\":2}}"),
          run.outLines(),
          run::toString);
      assertEquals(0, run.exitCode());
    }
  }

  @ParameterizedTest
  @CsvSource({"--gzip", "--compressed"})
  void compressedResponseIsAskedForAndRead(String option) throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write("{\"id\":1}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    try (LoopbackServer server =
        LoopbackServer.start(
            exchange -> {
              exchange.write(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                      + "Content-Length: "
                      + compressed.size()
                      + "\r\n\r\n");
              exchange.write(compressed.toByteArray());
            })) {
      CommandRun run = tail(server, option, "-n1");

      assertEquals(1, run.outLines().size(), run::toString);
      assertEquals("gzip", server.requests().get(0).header("Accept-Encoding"));
    }
  }

  private static LoopbackServer answering(String body) throws IOException {
    return LoopbackServer.start(exchange -> exchange.answer(200, NDJSON, body));
  }

  private static CommandRun tail(LoopbackServer server, String... options) {
    List<String> args = new ArrayList<>(List.of("tail", "--transport=ndjson", "--data=json"));
    args.addAll(List.of(options));
    args.add(server.uri("/").toString());
    return CommandRun.of(args.toArray(new String[0]));
  }
}
