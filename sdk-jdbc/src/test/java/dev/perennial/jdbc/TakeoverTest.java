package dev.perennial.jdbc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes and one cursor: one is active, the other waits, and takes over from a killed one.
 */
class TakeoverTest {
  @TempDir private Path folder;

  private record Child(Process process, BufferedReader out) {
    String line() throws IOException {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("The process ended by itself");
      }
      return line;
    }

    boolean hasOutput() throws IOException {
      return out.ready();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    }
  }

  @Test
  @Timeout(180)
  void theSecondProcessTakesOverFromOneThatIsKilledAndGoesOnAtItsCursor() throws Exception {
    Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    String url =
        "jdbc:h2:tcp://localhost:" + server.getPort() + "/" + folder.resolve("db").toAbsolutePath();
    Child first = child(url);
    Child second = null;
    try {
      assertEquals("waiting", first.line());
      assertEquals("active 1 null", first.line());
      second = child(url);
      assertEquals("waiting", second.line());
      String saved = first.line();
      while (Long.parseLong(saved.substring("saved ".length())) < 100) {
        saved = first.line();
      }
      assertFalse(second.hasOutput(), "both are active");

      first.kill();
      long killed = System.nanoTime();
      while (first.hasOutput()) {
        saved = first.line();
      }
      String active = second.line();
      Duration took = Duration.ofNanos(System.nanoTime() - killed);

      System.out.println("Taken over after " + took.toMillis() + " ms: " + active);
      assertTrue(active.startsWith("active 2 "), active);
      long at = Long.parseLong(active.substring("active 2 ".length()));
      long said = Long.parseLong(saved.substring("saved ".length()));
      assertTrue(at == said || at == said + 1, active + " after " + saved);
    } finally {
      first.kill();
      if (second != null) {
        second.kill();
      }
      server.stop();
    }
  }

  @Test
  void aTakeoverTakesAboutALeaseAndSoLessThanTenSeconds() {
    Duration look = JdbcCursorStore.DEFAULT_LEASE.dividedBy(10);

    assertTrue(
        JdbcCursorStore.DEFAULT_LEASE.plus(look).compareTo(Duration.ofSeconds(6)) < 0,
        () -> "It takes " + JdbcCursorStore.DEFAULT_LEASE.plus(look));
  }

  private static Child child(String url) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Contender.class.getName(),
                    url))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new Child(
        process, new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII)));
  }
}
