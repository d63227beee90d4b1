package dev.perennial.subjects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.conformance.ClientUnderTest;
import dev.perennial.conformance.Conformance;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Result;
import dev.perennial.conformance.TraceFile;
import dev.perennial.conformance.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TraceFilePlaybackTest {
  @TempDir private Path folder;

  /** Covers replays, an end, an answer, a redirect, a refused token, pauses and a wait. */
  private static final Set<String> TRIED =
      Set.of("resume-02", "http-after-01", "origin-01", "origin-08", "origin-14", "ws-01");

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void playedBackItHasTheSameVerdict(Protocol protocol) throws Exception {
    try (ClientUnderTest client = new PerennialClient()) {
      List<Result> results = results(client, protocol, TRIED);

      assertTrue(results.size() >= 5, results::toString);
      for (Result result : results) {
        assertEquals(Verdict.PASSED, result.verdict(), result::toString);
        Result again = TraceFile.read(written(result)).play(client);
        assertEquals(Verdict.PASSED, again.verdict(), again::toString);
        assertEquals(result.key(), again.key());
      }
    }
  }

  @Test
  void whatFailedFailsAgainAndASoundClientPasses() throws Exception {
    try (ClientUnderTest broken = new OkHttpSseClient();
        ClientUnderTest sound = new PerennialClient()) {
      Result result = results(broken, Protocol.SSE, Set.of("sse-15")).get(0);
      TraceFile trace = TraceFile.read(written(result));

      assertEquals(Verdict.FAILED, trace.verdict());
      assertEquals(result.problems(), trace.play(broken).problems());
      assertEquals(Verdict.PASSED, trace.play(sound).verdict());
    }
  }

  @Test
  void bytesAreAsTheyWereWhateverTheNextClientAsksFor() throws Exception {
    try (ClientUnderTest client = new PerennialClient();
        ClientUnderTest forgetful = new ForgetfulClient()) {
      Result result = results(client, Protocol.SSE, Set.of("resume-02")).get(0);
      Path first = written(result);
      Path second = folder.resolve("again.json");

      // Without a cursor, the rule's server would send the log from its beginning.
      TraceFile trace = TraceFile.read(first);
      TraceFile.write(trace.play(forgetful), trace.speed(), second);

      assertEquals(sent(first), sent(second));
    }
  }

  private static List<Result> results(ClientUnderTest client, Protocol protocol, Set<String> ids)
      throws InterruptedException {
    return Conformance.of(client)
        .over(protocol)
        .rules(rule -> ids.contains(rule.id()))
        .run()
        .results();
  }

  private Path written(Result result) throws Exception {
    Path file = folder.resolve(result.key().replace('/', '-') + ".json");
    TraceFile.write(result, 20, file);
    return file;
  }

  private static List<String> sent(Path file) throws Exception {
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    List<String> sent = root.at("/connections").findValuesAsText("bytes");
    assertTrue(sent.size() >= 8, sent::toString);
    return sent;
  }
}
