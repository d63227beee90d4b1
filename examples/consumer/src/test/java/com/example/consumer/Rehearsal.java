package com.example.consumer;

import dev.perennial.testkit.Cut;
import dev.perennial.testkit.FakeEventLog;
import dev.perennial.testkit.FakeNdjsonServer;
import dev.perennial.testkit.FakeSseServer;
import dev.perennial.testkit.FakeStreamServer;
import dev.perennial.testkit.FakeWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@link Follow} in a process of its own, with servers of the testkit on this machine, and
 * resets the connection in the middle. Exits with 1 if Follow does not recover.
 */
public final class Rehearsal {
  private static final int TICKS = 6;
  private static final int CUT_AFTER = 3;

  private Rehearsal() {}

  /** Arguments: the command that starts {@link Follow}. */
  public static void main(String[] command) throws Exception {
    boolean survived = true;
    for (String transport : List.of("sse", "ndjson", "ws")) {
      survived &= survives(transport, List.of(command));
    }
    System.exit(survived ? 0 : 1);
  }

  private static boolean survives(String transport, List<String> command) throws Exception {
    FakeEventLog log = FakeEventLog.create();
    append(log, 1, CUT_AFTER);
    try (FakeStreamServer server = serverOf(transport, log)) {
      List<String> line = new ArrayList<>(command);
      line.addAll(List.of(transport, server.uri("/ticks").toString()));
      Process follow =
          new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES).execute(follow::destroyForcibly);
      String last = "";
      try (BufferedReader out = follow.inputReader()) {
        for (String said = out.readLine(); said != null; said = out.readLine()) {
          System.out.println(said);
          last = said;
          if (said.endsWith("tick " + CUT_AFTER)) {
            server.cutAll(Cut.RST);
            append(log, CUT_AFTER + 1, TICKS);
            log.end();
          }
        }
        boolean whole = last.endsWith(TICKS + " ticks, all of them once");
        return follow.waitFor() == 0 && whole && resumed(server);
      } finally {
        follow.destroy();
      }
    }
  }

  private static void append(FakeEventLog log, int first, int last) {
    for (int i = first; i <= last; i++) {
      log.append("tick " + i);
    }
  }

  private static FakeStreamServer serverOf(String transport, FakeEventLog log) throws IOException {
    return switch (transport) {
      case "sse" -> FakeSseServer.start(log);
      case "ndjson" -> FakeNdjsonServer.start(log);
      default -> FakeWebSocketServer.start(log);
    };
  }

  /** Returns whether the second request resumed after the last tick before the cut. */
  private static boolean resumed(FakeStreamServer server) throws InterruptedException {
    server.takeRequest(Duration.ofSeconds(1));
    String cursor = server.takeRequest(Duration.ofSeconds(1)).cursor();
    if (String.valueOf(CUT_AFTER).equals(cursor)) {
      return true;
    }
    System.out.println("Expected a resume after " + CUT_AFTER + " but was " + cursor);
    return false;
  }
}
