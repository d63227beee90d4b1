package dev.perennial.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void versionIsThatOfTheBuild() {
    CommandRun run = CommandRun.of("--version");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().matches("(?s)perennial \\d+\\.\\d+\\.\\d+\\S*\nJava .*"), run::toString);
  }

  @Test
  void commandsPrintTheSameVersion() {
    assertEquals(CommandRun.of("--version").out(), CommandRun.of("tail", "--version").out());
  }

  @Test
  void helpListsTheCommands() {
    CommandRun run = CommandRun.of("--help");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains("\n  demo "), run::toString);
    assertTrue(run.out().contains("\n  tail "), run::toString);
    assertEquals("", run.err());
  }

  @Test
  void missingCommandIsAUsageErrorThatPrintsTheHelp() {
    CommandRun run = CommandRun.of();

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("\nCommands:\n"), run::toString);
    assertEquals("", run.out());
  }

  @Test
  void unknownCommandSuggestsASimilarOne() {
    CommandRun run = CommandRun.of("tial", "http://127.0.0.1:1/");

    assertEquals(
        List.of(
            "perennial: Unknown command: 'tial'", "Did you mean tail?", "Try 'perennial --help'."),
        run.errLines());
    assertEquals(2, run.exitCode());
  }

  @Test
  void unknownOptionSuggestsASimilarOne() {
    CommandRun run = CommandRun.of("tail", "--jsn", "http://127.0.0.1:1/");

    assertEquals(
        List.of(
            "perennial tail: Unknown option: '--jsn'",
            "Did you mean --json?",
            "Try 'perennial tail --help'."),
        run.errLines());
    assertEquals(2, run.exitCode());
  }

  @Test
  void secondUrlIsRejected() {
    CommandRun run = CommandRun.of("tail", "http://127.0.0.1:1/", "http://127.0.0.1:2/");

    assertEquals(
        "perennial tail: Unexpected argument: 'http://127.0.0.1:2/'", run.errLines().get(0));
    assertEquals(2, run.exitCode());
  }
}
