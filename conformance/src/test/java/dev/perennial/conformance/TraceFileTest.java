package dev.perennial.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.Decoder;
import dev.perennial.conformance.scenario.ScenarioResult;
import dev.perennial.sse.Sse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {
  private static final String EMPTY =
      "{'format':'perennial-trace/1','rule':'sse-03','transport':'sse','speed':20,"
          + "'verdict':'passed','connections':[%s]}";

  @TempDir private Path folder;

  @Test
  void whatWasWrittenIsReadAndPlayed() throws Exception {
    ClientUnderTest client = client();
    Result result = result(client, "sse-03");
    Path file = folder.resolve("trace.json");

    TraceFile.write(result, 50, file);
    TraceFile trace = TraceFile.read(file);

    assertEquals("sse-03", trace.rule().id());
    assertEquals(Protocol.SSE, trace.protocol());
    assertEquals(50, trace.speed());
    assertEquals(Verdict.PASSED, trace.verdict());
    assertNull(trace.unplayable());
    assertEquals(Verdict.PASSED, trace.play(client).verdict());
  }

  @Test
  void writeOfWhichTheBeginningWasKeptIsNotPlayed() throws Exception {
    TraceFile trace =
        read(
            EMPTY.formatted(
                "{'number':1,'steps':[{'do':'send','words':'x','bytes':'eA==','cutFrom':99}]}"));

    String reason =
        "A trace of sse-03/sse cannot be played back: of a write of 99 bytes to connection 1 only"
            + " the beginning was kept.";
    assertEquals(reason, trace.unplayable());
    assertEquals(
        reason, assertThrows(IllegalStateException.class, () -> trace.play(client())).getMessage());
  }

  @Test
  void largeWriteIsKeptInPart() throws Exception {
    Path file = folder.resolve("large.json");

    TraceFile.write(result(client(), "limit-04"), 50, file);

    String unplayable = TraceFile.read(file).unplayable();
    assertTrue(unplayable != null && unplayable.contains("only the beginning was kept"));
  }

  @Test
  void ruleThatWasNotRunIsRefused() {
    Result result =
        ScenarioResult.notApplicable(
            Rules.all().get(0), Protocol.SSE, "It does not claim anything.");

    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> TraceFile.write(result, 20, folder.resolve("trace.json")));

    assertEquals(
        "result must be of a rule that was run but was sse-01/sse, not applicable",
        refused.getMessage());
  }

  @Test
  void clientOfAnotherTransportIsRefused() throws Exception {
    TraceFile trace =
        read(EMPTY.formatted("").replace("'sse'", "'ndjson'").replace("sse-03", "resume-02"));

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> trace.play(client()));

    assertEquals("client must speak ndjson but sound speaks [sse]", refused.getMessage());
  }

  @Test
  void clientThatLacksWhatTheRuleNeedsIsNotPlayedTo() throws Exception {
    TraceFile trace = read(EMPTY.formatted("").replace("sse-03", "resume-02"));

    Result result = trace.play(client().withoutCapabilities(Capability.RESUMES));

    assertEquals(Verdict.NOT_APPLICABLE, result.verdict());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "nonsense | it is not JSON",
        "{} | format must be perennial-trace/1 but was \"\"",
        "{'format':'perennial-trace/1'} | speed is missing",
        "{'format':'perennial-trace/1','speed':0} | speed must be above 0",
        "{'format':'perennial-trace/1','speed':1,'rule':'x-1'} | there is no rule \"x-1\"",
      })
  void whatIsNoTraceIsRefused(String text, String reason) {
    IOException refused = assertThrows(IOException.class, () -> read(text));

    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
    assertTrue(refused.getMessage().contains("trace.json is not a trace"), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{'do':'jump'} | do must be a step of a trace but was \"jump\"",
        "{'do':'send'} | bytes is missing",
        "{'do':'send','bytes':7} | bytes must be in base64 but was 7",
        "{'do':'cut','how':'x'} | how must be fin, rst or half-close but was \"x\"",
        "{'do':'await','words':'waits for rain'} | The rule has changed: it no longer waits for",
      })
  void stepThatIsNoneIsRefused(String step, String reason) {
    IOException refused =
        assertThrows(
            IOException.class, () -> read(EMPTY.formatted("{'number':1,'steps':[" + step + "]}")));

    assertTrue(refused.getMessage().contains(reason), refused::getMessage);
  }

  private TraceFile read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("trace.json"), text.replace('\'', '"'));
    return TraceFile.read(file);
  }

  private static TransportUnderTest client() {
    return TransportUnderTest.of(
            "sound",
            Set.of(Protocol.SSE),
            instructions -> Sse.builder(instructions.url().toString()).stream(Decoder.text()))
        .withCapabilities(Capability.values());
  }

  private static Result result(ClientUnderTest client, String rule) throws InterruptedException {
    return Conformance.of(client)
        .rules(one -> one.id().equals(rule))
        .speed(50)
        .run()
        .results()
        .get(0);
  }
}
