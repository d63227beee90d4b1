package dev.perennial.cli.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RunCommandTest {

  /** Fails at once, since okhttp-sse keeps an id that contains NUL. */
  private static final String[] FAILING = {
    "conformance", "--subject", "okhttp-sse", "--rule", "sse-15,sse-10", "--seed", "7"
  };

  @Test
  void passedSubjectExitsWithZero() {
    CommandRun run = CommandRun.of("conformance", "--rule", "sse-1?", "--area", "framing");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(
        run.outLines().get(0).matches("perennial over .*: 10 scenarios, seed .*"), run.out());
    assertTrue(
        run.out().matches("(?s).*\n  Framing +10 +- +- +-\n  All +10 +- +- +-\n.*"), run.out());
    assertTrue(run.out().contains("perennial passes all rules that apply to it ("), run.out());
    assertEquals("", run.err());
  }

  @Test
  void failureExitsWithOneAndIsDescribed() {
    CommandRun run = CommandRun.of(FAILING);

    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(
        run.out().contains("okhttp-sse over sse: 2 scenarios, seed 7, speed 20\n"), run.out());
    assertTrue(run.out().matches("(?s).*\n  Framing +1 +1 +- +-\n.*"), run.out());
    assertTrue(
        run.out()
            .contains(
                "Failures:\n"
                    + "  sse-15/sse  An id with NUL is ignored.\n"
                    + "      Expected the events to carry the ids [1, 1]. But they carried"),
        run.out());
    assertTrue(
        run.out()
            .contains(
                "    perennial conformance --subject okhttp-sse --rule sse-15 --transport sse"
                    + " --report <folder>\n"),
        run.out());
    assertTrue(run.out().contains("okhttp-sse fails 1 rule ("), run.out());
  }

  @Test
  void reportsAreWrittenAndTheTraceCanBeReplayed(@TempDir Path folder) throws Exception {
    Path reports = folder.resolve("new/reports");

    CommandRun run = CommandRun.of(with("--report", reports.toString()));

    Path trace = reports.resolve("traces/sse-15-sse.json");
    for (String file : List.of("report.html", "junit.xml", "report.json")) {
      assertTrue(Files.size(reports.resolve(file)) > 0, file);
    }
    assertFalse(Files.exists(reports.resolve("traces/sse-10-sse.json")));
    assertTrue(
        run.out().contains(" conformance replay " + trace + " --subject okhttp-sse"), run.out());

    CommandRun again =
        CommandRun.of("conformance", "replay", trace.toString(), "--subject=okhttp-sse");
    CommandRun sound = CommandRun.of("conformance", "replay", trace.toString());
    assertEquals(1, again.exitCode(), again::toString);
    assertTrue(
        again.out().contains("\nokhttp-sse: failed\n  Expected the events to carry"), again.out());
    assertEquals(0, sound.exitCode(), sound::toString);
    assertTrue(sound.out().endsWith("\nperennial: passed\n"), sound.out());
  }

  @Test
  void tableContainsTheCommandThatWroteIt(@TempDir Path folder) throws Exception {
    Path table = folder.resolve("table.md");

    CommandRun run = CommandRun.of(with("--table", table.toString()));

    assertTrue(run.out().endsWith("Table: " + table + "\n"), run.out());
    String written = Files.readString(table);
    assertTrue(written.contains("./perennial conformance "), written);
    assertTrue(written.contains("| sse-15 |"), written);
  }

  @Test
  void classCanBeASubject() {
    CommandRun run =
        CommandRun.of("conformance", "--subject", IdleClient.class.getName(), "--rule", "sse-13");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().matches("(?s).*\n  All +- +- +- +1\n.*"), run.out());
  }

  @Test
  void allSubjectsThatSupportTheRuleAreTested() {
    CommandRun run = CommandRun.of("conformance", "--subject", "all", "--rule", "ws-01");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains("chromium: skipped"), run.out());
    assertTrue(
        run.out().matches("(?s).*\nAll clients .*\n  jdk-websocket +1 +- +- +-\n.*"), run.out());
  }

  @Test
  void progressIsRedrawnOnATerminal() {
    CommandRun run = CommandRun.onTerminal(Map.of()).run("conformance", "--rule", "sse-03");

    assertTrue(run.out().contains("\r\u001b[K\u001b[2mperennial: 1 of 1, 0 failed, "), run.out());
  }

  @Test
  void interruptEndsTheRunAndReportsTheResultsSoFar(@TempDir Path folder) throws Exception {
    CommandRun run = CommandRun.prepared();
    String[] args = {
      "conformance",
      "--subject",
      "okhttp-sse",
      "--rule",
      "sse-1*",
      "--at-once",
      "1",
      "--speed",
      "1",
      "--report",
      folder.toString()
    };
    CompletableFuture<CommandRun> ended =
        CompletableFuture.supplyAsync(() -> run.run(args), task -> new Thread(task).start());

    run.awaitOutLines(1);
    run.interrupt();

    assertEquals(130, ended.get(20, TimeUnit.SECONDS).exitCode(), run::toString);
    assertTrue(run.out().contains("\n  All "), run.out());
    assertTrue(
        run.out().endsWith("Interrupted: the remaining scenarios were not run.\n"), run.out());
    assertTrue(Files.exists(folder.resolve("report.html")));
  }

  @Test
  void reportFolderThatIsAFileIsRejected(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    CommandRun run = CommandRun.of(with("--report", file.toString()));

    assertEquals(3, run.exitCode(), run::toString);
    assertEquals(
        List.of("perennial conformance run: " + file + " exists and is not a folder"),
        run.errLines());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--subject okhttp | --subject must be all, perennial, okhttp-sse, okhttp-eventsource,"
            + " jdk-websocket, okhttp-websocket, chromium, node-eventsource or the full name of a"
            + " class but was \"okhttp\"",
        "--subject a.B | --subject must be a class on the class path but was \"a.B\"; --class-path"
            + " adds jars and folders to it",
        "--subject java.lang.String | --subject must be a class that implements"
            + " dev.perennial.testkit.conformance.ClientUnderTest but was \"java.lang.String\"",
        "--class-path none.jar | --class-path must name existing jars and folders but was"
            + " \"none.jar\"",
        "--transport grpc | --transport must be sse, ndjson or websocket but was \"grpc\"",
        "--subject okhttp-sse --transport ws | --transport must be one that okhttp-sse supports"
            + " (sse) but was \"websocket\"",
        "--rule nose-* | --rule must be the id of a rule, or a pattern such as 'sse-*' that matches"
            + " one but was \"nose-*\"; 'perennial conformance list' lists all ",
        "--subject okhttp-sse --rule ws-01 | --rule and --area must select a rule over sse for"
            + " okhttp-sse but they select ws-01 over websocket",
        "--area nowhere | --area must be one of framing, answers,",
        "--area resume --rule sse-01 | --rule sse-01 and --area resume have no rule in common",
        "--speed 0 | --speed must be a number above 0 and up to 1,000 but was \"0\"",
        "--at-once 0 | --at-once must be a whole number from 1 to 1,000 but was \"0\"",
        "--seed x | --seed must be a 64-bit integer but was \"x\"",
      })
  void invalidOptionsAreRejectedWithTheRule(String options, String words) {
    CommandRun run = CommandRun.of(("conformance " + options).split(" ", -1));

    assertEquals(2, run.exitCode(), run::toString);
    assertTrue(
        run.errLines().get(0).startsWith("perennial conformance run: " + words), run::toString);
    assertEquals("", run.out());
  }

  @Test
  void unknownSubcommandSuggestsASimilarOne() {
    CommandRun run = CommandRun.of("conformance", "lst");

    assertEquals(
        List.of(
            "perennial conformance: Unknown command: 'lst'",
            "Did you mean list?",
            "Try 'perennial conformance --help'."),
        run.errLines());
    assertEquals(2, run.exitCode());
  }

  @Test
  void listPrintsRulesAndScenarios() {
    CommandRun all = CommandRun.of("conformance", "list");
    CommandRun one = CommandRun.of("conformance", "list", "--words", "--rule", "sse-15");

    assertEquals(0, all.exitCode());
    assertTrue(all.out().contains("\nGaps\n"), all.out());
    assertTrue(all.outLines().stream().allMatch(line -> line.length() <= 100), all.out());
    assertTrue(
        one.outLines()
            .get(1)
            .matches("  sse-15 +required +sse +An id with NUL is ignored\\. \\[.*"),
        one.out());
    assertTrue(
        one.out().contains("      over sse:\n        Request 1: the server opens"), one.out());
    assertTrue(one.out().endsWith("\n1 rule\n"), one.out());
  }

  @Test
  void fileThatIsNotATraceIsRejected(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x.json"), "{}");

    CommandRun none = CommandRun.of("conformance", "replay", folder.resolve("no").toString());
    CommandRun other = CommandRun.of("conformance", "replay", file.toString());

    assertEquals(3, none.exitCode());
    assertEquals(
        List.of("perennial conformance replay: " + folder.resolve("no") + " does not exist"),
        none.errLines());
    assertEquals(3, other.exitCode());
    assertTrue(
        other.err().contains(" is not a trace: format must be perennial-trace/1"), other.err());
  }

  private static String[] with(String... options) {
    String[] all = new String[FAILING.length + options.length];
    System.arraycopy(FAILING, 0, all, 0, FAILING.length);
    System.arraycopy(options, 0, all, FAILING.length, options.length);
    return all;
  }
}
