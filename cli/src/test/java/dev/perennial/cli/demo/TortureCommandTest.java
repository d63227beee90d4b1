package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("It counts the threads and sockets of the process.")
class TortureCommandTest {

  @ParameterizedTest
  @ValueSource(strings = {"sse", "ndjson", "ws"})
  void nothingIsLostOrRepeatedAndNothingIsLeft(String transport) {
    CommandRun run =
        CommandRun.of(
            "torture", "--transport=" + transport, "--seed=1", "--events=10000", "--faults=100");

    assertPassed(run, 10_000, 100);
  }

  @ParameterizedTest
  @Tag("slow")
  @Timeout(300)
  @ValueSource(strings = {"sse", "ndjson", "ws"})
  void twoThousandFaultsLoseNothing(String transport) {
    CommandRun run =
        CommandRun.of(
            "torture", "--transport=" + transport, "--seed=2", "--events=200000", "--faults=2000");

    assertPassed(run, 200_000, 2_000);
  }

  private static void assertPassed(CommandRun run, long events, long faults) {
    assertEquals(events, counted(run, "events"), run::toString);
    assertEquals(0, counted(run, "lost"), run::toString);
    assertEquals(0, counted(run, "duplicated"), run::toString);
    assertEquals(0, counted(run, "out of order"), run::toString);
    assertEquals(0, counted(run, "damaged"), run::toString);
    assertTrue(counted(run, "faults") > faults / 2, run::toString);
    assertTrue(counted(run, "connections") > faults / 10, run::toString);
    assertTrue(counted(run, "suppressed") > 0, run::toString);
    assertTrue(
        run.out().endsWith("Nothing was lost or repeated, and nothing is left behind.\n"),
        run::toString);
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
  }

  @Test
  void interruptPrintsTheSummarySoFar() throws Exception {
    CommandRun run = CommandRun.onTerminal(Map.of());
    CompletableFuture<CommandRun> running =
        CompletableFuture.supplyAsync(
            () -> run.run("torture", "--seed=3", "--events=10000000", "--faults=100000"));
    run.awaitOut(" of 10,000,000 events, ");
    run.interrupt();
    running.get(20, TimeUnit.SECONDS);

    assertEquals(0, counted(run, "lost"), run::toString);
    assertTrue(run.out().contains("Interrupted; until then nothing was lost"), run::toString);
    assertEquals(130, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--transport=grpc|--transport must be sse, ndjson or ws but was \"grpc\"",
        "--events=0|--events must be a whole number from 1 to 1,000,000,000 but was \"0\"",
        "--faults=-1|--faults must be a whole number from 0 to 1,000,000 but was \"-1\"",
        "--seed=x|--seed must be a 64-bit integer but was \"x\""
      })
  void invalidOptionIsRejectedWithTheRule(String option, String words) {
    CommandRun run = CommandRun.of("torture", option);

    assertEquals(
        List.of("perennial torture: " + words, "Try 'perennial torture --help'."), run.errLines());
    assertEquals(2, run.exitCode());
  }

  private static long counted(CommandRun run, String name) {
    Pattern row = Pattern.compile("^(?:\\u001b\\[\\d+m)?" + name + " +([0-9][0-9,]*)");
    for (String line : run.outLines()) {
      Matcher matcher = row.matcher(line);
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1).replace(",", ""));
      }
    }
    throw new AssertionError("No line " + name + " in\n" + run);
  }
}
