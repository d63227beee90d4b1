package dev.perennial.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Event;
import dev.perennial.StreamListener;
import dev.perennial.cli.CommandRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests run concurrently, since a demo mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class DemoCommandTest {

  @Test
  void delaysThatItSetsAreSaidWithTheirReason() {
    CommandRun run = CommandRun.of("demo", "--events=50", "--faults=1", "--seed=1");

    assertTrue(
        run.outLines()
            .contains(
                "Delays set for the demo: reconnects wait 10 to 200 ms instead of the default 0.1"
                    + " to 30 s, so that many faults fit into seconds."),
        run::toString);
    assertEquals(0, run.exitCode());
  }

  private static final String[] SMALL = {"--seed=3", "--events=300", "--faults=3"};

  @Test
  void everyEventArrivesOnceThroughAllFaults() {
    CommandRun run = CommandRun.of("demo", "--seed=42", "--events=2000", "--faults=30");

    assertEquals(2_000, counted(run, "published"), run::toString);
    assertEquals(2_000, counted(run, "delivered"), run::toString);
    assertEquals(0, counted(run, "lost"), run::toString);
    assertEquals(0, counted(run, "duplicated"), run::toString);
    assertEquals(0, counted(run, "out of order"), run::toString);
    assertEquals(0, counted(run, "damaged"), run::toString);
    assertEquals(30, counted(run, "faults injected"), run::toString);
    assertTrue(counted(run, "reconnects") >= 10, run::toString);
    assertTrue(counted(run, "suppressed") > 0, run::toString);
    assertTrue(run.out().endsWith("Every event arrived once and in order.\n"), run::toString);
    assertTrue(run.out().contains("\nheap "), run::toString);
    assertTrue(run.out().contains("\nwall time "), run::toString);
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndjson", "ws"})
  void everyEventArrivesOnceOverOtherTransports(String transport) {
    CommandRun run =
        CommandRun.of(
            "demo", "--transport", transport, "--seed=42", "--events=2000", "--faults=30");

    assertEquals(2_000, counted(run, "delivered"), run::toString);
    assertEquals(30, counted(run, "faults injected"), run::toString);
    assertTrue(counted(run, "reconnects") >= 10, run::toString);
    assertTrue(counted(run, "suppressed") > 0, run::toString);
    assertTrue(run.out().endsWith("Every event arrived once and in order.\n"), run::toString);
    assertEquals(0, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource({"sse,server-sent events", "ndjson,NDJSON", "ws,WebSocket"})
  void transportIsPrinted(String transport, String words) {
    CommandRun run =
        CommandRun.of("demo", "--transport", transport, "--events=100", "--faults=0", "--seed=1");

    assertEquals(
        "100 events and 0 faults over " + words + ", seed 1 (--seed 1 makes the same faults again)",
        run.outLines().get(0));
    assertEquals(100, counted(run, "delivered"), run::toString);
    assertEquals(0, run.exitCode());
  }

  @Test
  void unknownTransportIsRejected() {
    CommandRun run = CommandRun.of("demo", "--transport", "grpc");

    assertEquals(
        List.of(
            "perennial demo: --transport must be sse, ndjson or ws but was \"grpc\"",
            "Try 'perennial demo --help'."),
        run.errLines());
    assertEquals(2, run.exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sse", "ndjson", "ws"})
  void responsesToReconnectsAreShownFirst(String transport) {
    CommandRun run =
        CommandRun.of("demo", "--transport", transport, "--seed=1", "--events=10", "--faults=1");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains("status 401: asked for a fresh credential once"), run::toString);
    assertTrue(run.out().contains("status 429 with Retry-After 1 s: waited 1."), run::toString);
    assertTrue(run.out().contains("redirect 307 to /moved: followed"), run::toString);
    assertTrue(
        run.out().contains("gap reported after event 6, continued live with event 12"),
        run::toString);
  }

  @Test
  void eachFaultIsPrintedWithItsConsequences() {
    CommandRun run = CommandRun.of("demo", "--seed=42", "--events=2000", "--faults=10");

    long reported = run.outLines().stream().filter(line -> line.contains(" at event ")).count();
    assertEquals(FaultPlan.of(42, 2_000, 10).faults().size(), reported, run::toString);
    assertTrue(run.out().contains("resumed, 32 duplicates suppressed"), run::toString);
    assertTrue(run.out().contains("duplicates suppressed"), run::toString);
    assertFalse(run.out().contains("\u001b"), run::toString);
    assertFalse(run.out().contains("\r"), run::toString);
  }

  @Test
  void statusLineIsRedrawnOnATerminal() {
    CommandRun run = CommandRun.onTerminal(Map.of()).run(withDemo(SMALL));

    assertTrue(run.out().contains("\r\u001b[K\u001b[2m"), run::toString);
    assertTrue(run.out().contains(" of 300 events, "), run::toString);
    assertEquals(0, run.exitCode());
  }

  @Test
  void withoutFaultsThereIsNoReconnect() {
    CommandRun run = CommandRun.of("demo", "--events=50000", "--faults=0");

    assertEquals(50_000, counted(run, "delivered"), run::toString);
    assertEquals(0, counted(run, "faults injected"), run::toString);
    assertEquals(0, counted(run, "reconnects"), run::toString);
    assertEquals(0, run.exitCode());
  }

  @ParameterizedTest
  @CsvSource({"1,sse", "2,sse", "3,sse", "4,ndjson", "5,ndjson", "6,ws", "7,ws", "8,ws"})
  void asManyFaultsAsEventsLoseNothing(long seed, String transport) {
    CommandRun run =
        CommandRun.of(
            "demo", "--seed=" + seed, "--transport=" + transport, "--events=8", "--faults=8");

    assertEquals(8, counted(run, "delivered"), run::toString);
    assertEquals(8, counted(run, "faults injected"), run::toString);
    assertEquals(0, run.exitCode(), run::toString);
  }

  @Test
  void lostEventIsDetected() {
    CommandRun run = runWith(dropping("150"));

    assertEquals(299, counted(run, "delivered"), run::toString);
    assertEquals(1, counted(run, "lost"), run::toString);
    assertTrue(
        run.out().endsWith("Not every event arrived once and in order: 1 lost.\n"), run::toString);
    assertEquals(1, run.exitCode());
  }

  @Test
  void lostLastEventIsDetected() {
    CommandRun run = runWith(dropping("300"));

    assertEquals(1, counted(run, "lost"), run::toString);
    assertEquals(1, run.exitCode());
  }

  @Test
  void duplicatedEventIsDetected() {
    UnaryOperator<StreamListener<String>> doubling =
        consumer ->
            event -> {
              consumer.onEvent(event);
              if ("150".equals(event.id())) {
                consumer.onEvent(event);
              }
            };
    CommandRun run = runWith(doubling);

    assertEquals(301, counted(run, "delivered"), run::toString);
    assertEquals(1, counted(run, "duplicated"), run::toString);
    assertTrue(
        run.out().endsWith("Not every event arrived once and in order: 1 duplicated.\n"),
        run::toString);
    assertEquals(1, run.exitCode());
  }

  @Test
  void damagedEventIsDetected() {
    UnaryOperator<StreamListener<String>> damaging =
        consumer ->
            event ->
                consumer.onEvent("150".equals(event.id()) ? Event.of("150", "tick", "{}") : event);
    CommandRun run = runWith(damaging);

    assertEquals(1, counted(run, "damaged"), run::toString);
    assertEquals(1, counted(run, "lost"), run::toString);
    assertEquals(1, run.exitCode());
  }

  @Test
  void throwingConsumerEndsTheDemoWithTheSummary() {
    UnaryOperator<StreamListener<String>> throwing =
        consumer ->
            event -> {
              if ("150".equals(event.id())) {
                throw new IllegalStateException("no more");
              }
              consumer.onEvent(event);
            };
    CommandRun run = runWith(throwing);

    assertEquals(149, counted(run, "delivered"), run::toString);
    assertTrue(run.out().contains("\nThe subscription failed: "), run::toString);
    assertTrue(run.out().contains("no more"), run::toString);
    assertEquals(1, run.exitCode());
  }

  @Test
  void interruptPrintsTheSummarySoFar() throws Exception {
    CommandRun run = CommandRun.prepared();
    CompletableFuture<CommandRun> running =
        CompletableFuture.supplyAsync(
            () -> run.run("demo", "--seed=5", "--events=1000000", "--faults=2000"));
    run.awaitOut("suppressed");
    run.interrupt();
    running.get(5, TimeUnit.SECONDS);

    assertTrue(counted(run, "delivered") > 0, run::toString);
    assertEquals(0, counted(run, "lost"), run::toString);
    assertEquals(
        counted(run, "published"),
        counted(run, "delivered") + counted(run, "in flight"),
        run::toString);
    assertTrue(run.out().contains("\nInterrupted; "), run::toString);
    assertEquals(130, run.exitCode());
  }

  @Test
  void printedSeedMakesTheSameFaults() {
    CommandRun first = CommandRun.of("demo", "--events=300", "--faults=5");
    Matcher seed = Pattern.compile("seed (\\d+) ").matcher(first.out());
    assertTrue(seed.find(), first::toString);
    CommandRun second =
        CommandRun.of("demo", "--events=300", "--faults=5", "--seed=" + seed.group(1));

    assertEquals(line(first, "faults injected"), line(second, "faults injected"));
  }

  @Test
  void moreFaultsThanEventsAreRejected() {
    CommandRun run = CommandRun.of("demo", "--events=5", "--faults=6");

    assertEquals(
        List.of(
            "perennial demo: --faults must not be more than --events but was 6 with --events 5",
            "Try 'perennial demo --help'."),
        run.errLines());
    assertEquals(2, run.exitCode());
  }

  @Test
  void invalidNumbersAreRejectedWithTheRule() {
    assertEquals(
        "perennial demo: --events must be a whole number from 1 to 100,000,000 but was \"0\"",
        CommandRun.of("demo", "--events=0").errLines().get(0));
    assertEquals(
        "perennial demo: --faults must be a whole number from 0 to 1,000,000 but was \"-1\"",
        CommandRun.of("demo", "--faults=-1").errLines().get(0));
    assertEquals(
        "perennial demo: --seed must be a 64-bit integer but was \"x\"",
        CommandRun.of("demo", "--seed=x").errLines().get(0));
  }

  private static UnaryOperator<StreamListener<String>> dropping(String id) {
    return consumer ->
        event -> {
          if (!id.equals(event.id())) {
            consumer.onEvent(event);
          }
        };
  }

  /** Runs a small demo with a defect between the subscription and the consumer. */
  private static CommandRun runWith(UnaryOperator<StreamListener<String>> defect) {
    return CommandRun.prepared()
        .runCommand(
            (terminal, interruptHandler) -> new DemoCommand(terminal, interruptHandler, defect),
            withDemo(SMALL));
  }

  private static String[] withDemo(String... options) {
    String[] args = new String[options.length + 1];
    args[0] = "demo";
    System.arraycopy(options, 0, args, 1, options.length);
    return args;
  }

  private static long counted(CommandRun run, String name) {
    Matcher count = Pattern.compile("[0-9][0-9,]*").matcher(line(run, name));
    assertTrue(count.find(), run::toString);
    return Long.parseLong(count.group().replace(",", ""));
  }

  private static String line(CommandRun run, String name) {
    return run.outLines().stream()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No line " + name + " in\n" + run));
  }
}
