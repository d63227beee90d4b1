package dev.perennial.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All commands on a terminal of 50 columns, without colours, and on a dumb one. */
class NarrowTerminalTest {
  private static final String ESCAPE = "\u001b";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "tail --help",
        "demo --help",
        "torture --help",
        "conformance --help",
        "conformance run --help",
        "conformance list --help",
        "conformance replay --help",
        "conformance serve --help",
        "conformance list --words",
        "demo --events 200 --faults 3 --seed 1",
        "tail --nonsense x",
        "tail http://127.0.0.1:1/ --timeout 1"
      })
  void linesFitIntoFiftyColumns(String command) {
    CommandRun run =
        CommandRun.onTerminal(Map.of("COLUMNS", "50", "NO_COLOR", "1")).run(command.split(" "));

    List<String> lines = new java.util.ArrayList<>(run.outLines());
    lines.addAll(run.errLines());
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      String shown = line.substring(line.lastIndexOf('\r') + 1).replace(ESCAPE + "[K", "");
      boolean isOneWord = !shown.strip().contains(" ");
      assertTrue(shown.length() <= 50 || isOneWord, () -> shown.length() + " columns: " + shown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "tail --help",
        "conformance list",
        "demo --events 200 --faults 3 --seed 1",
        "tail http://127.0.0.1:1/"
      })
  void dumbTerminalGetsNoEscapeSequence(String command) {
    CommandRun run = CommandRun.onTerminal(Map.of("TERM", "dumb")).run(command.split(" "));

    assertFalse((run.out() + run.err()).contains(ESCAPE), run::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "tail --help",
        "conformance list",
        "demo --events 200 --faults 3 --seed 1",
        "tail http://127.0.0.1:1/"
      })
  void noColorTurnsColoursOff(String command) {
    CommandRun run = CommandRun.onTerminal(Map.of("NO_COLOR", "1")).run(command.split(" "));

    String text = (run.out() + run.err()).replace(ESCAPE + "[K", ""); // Clears a line.
    assertFalse(text.contains(ESCAPE), run::toString);
    assertEquals(text, text.replace(ESCAPE, ""));
  }
}
