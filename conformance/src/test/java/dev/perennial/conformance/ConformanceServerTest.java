package dev.perennial.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.conformance.ControlClient.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConformanceServerTest {
  private static final String SSE_01 =
      "{'name':'mine','transports':['sse'],'rules':['sse-01'],'seed':7}".replace('\'', '"');

  private final BlockingQueue<Report> reports = new ArrayBlockingQueue<>(10);
  private final BlockingQueue<Report> left = new ArrayBlockingQueue<>(10);
  private ConformanceServer server;
  private ControlClient client;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void start(Duration idleLimit) throws IOException {
    server =
        ConformanceServer.builder()
            .idleLimit(idleLimit)
            .onReport(reports::add)
            .onLeft(left::add)
            .start();
    client = new ControlClient(server.url());
  }

  @Test
  void clientThatSeesWhatWasSentPasses() throws Exception {
    String session = client.begin(SSE_01);
    Answer follow = client.next(session);
    ControlClient.firstLines(follow.text("url"), 2);

    observe(
        session, "[{'kind':'opened'},{'kind':'event','data':'one'},{'kind':'event','data':'two'}]");
    Answer stop = client.next(session);
    Answer verdict = client.post(session + "/streams/1/stopped", "");

    assertEquals("follow", follow.text("do"));
    assertEquals("sse-01/sse", follow.text("scenario"));
    assertEquals("One byte order mark at the very start is dropped.", follow.text("sentence"));
    assertEquals(10, follow.body().path("instructions").path("baseDelay").intValue());
    assertTrue(follow.body().path("instructions").path("staleAfter").isNull());
    assertEquals(
        "{\"do\":\"stop\",\"stream\":1,\"scenario\":\"sse-01/sse\"}", stop.body().toString());
    assertEquals("{\"verdict\":\"passed\",\"problems\":[]}", verdict.body().toString());
    assertEquals(204, client.next(session).status());
    Report report = taken();
    assertEquals("[sse-01/sse passed]", report.results().toString());
    assertEquals(7, report.seed());
  }

  @Test
  void clientThatSeesSomethingElseFails() throws Exception {
    String session = client.begin(SSE_01);
    ControlClient.firstLines(client.next(session).text("url"), 2);

    observe(session, "[{'kind':'event','data':'two'},{'kind':'event','data':'two'}]");
    client.next(session);
    Answer verdict = client.post(session + "/streams/1/stopped", "");

    String problem = "Expected the events [one, two]. But they were [two, two].";
    assertEquals("failed", verdict.text("verdict"));
    assertEquals(problem, verdict.body().path("problems").path(0).asText());
    Answer report = client.call("GET", session + "/report", "");
    assertEquals("mine", report.text("name"));
    assertEquals(1, report.body().path("failed").intValue());
    assertEquals(problem, report.body().path("results").path(0).path("problems").path(0).asText());
  }

  @Test
  void observationsAreAnsweredWithWhetherToStop() throws Exception {
    String session = client.begin(SSE_01);
    ControlClient.firstLines(client.next(session).text("url"), 2);

    Answer before = observe(session, "[]");
    observe(session, "[{'kind':'event','data':'one'},{'kind':'event','data':'two'}]");
    client.next(session);
    Answer after = observe(session, "[]");

    assertEquals("{\"stop\":false}", before.body().toString());
    assertEquals("{\"stop\":true}", after.body().toString());
  }

  @Test
  void clientThatDoesNotSayThatItHasStoppedFails() throws Exception {
    String session = client.begin(SSE_01);
    ControlClient.firstLines(client.next(session).text("url"), 2);

    observe(session, "[{'kind':'event','data':'one'},{'kind':'event','data':'two'}]");

    assertEquals("stop", client.next(session).text("do"));
    Result result = taken().results().get(0);
    assertEquals(Verdict.FAILED, result.verdict());
    assertTrue(result.problems().get(0).contains("did not say within 5 s"), result::toString);
  }

  @Test
  void sessionOfClientThatGoesAwayEnds() throws Exception {
    server.close();
    start(Duration.ofMillis(400));
    String session = client.begin(SSE_01.replace("sse-01", "sse-*"));
    client.next(session);

    Report report = taken(left);

    assertTrue(report.results().stream().allMatch(r -> r.verdict() != Verdict.PASSED));
    Answer next = client.next(session);
    assertEquals(410, next.status());
    assertEquals("The session is over: The client sent no request for 400 ms", next.text("error"));
    assertEquals("left", client.call("GET", session + "/report", "").text("state"));
  }

  @Test
  void deletedSessionEndsAndIsForgotten() throws Exception {
    String session = client.begin(SSE_01);
    client.next(session);

    assertEquals(204, client.call("DELETE", session, "").status());

    assertEquals(0, taken(left).results().size());
    assertEquals(404, client.post(session + "/next", "").status());
  }

  @Test
  void closeEndsSessions() throws Exception {
    client.next(client.begin(SSE_01));

    server.close();

    assertEquals(0, taken(left).results().size());
  }

  @Test
  void rulesThatDoNotApplyAreReported() throws Exception {
    String session = client.begin(SSE_01.replace("sse-01", "sse-13"));

    assertEquals(204, client.next(session).status());

    assertEquals(1, taken().results(Verdict.NOT_APPLICABLE).size());
    assertEquals(
        1, client.call("GET", session + "/report", "").body().path("notApplicable").intValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing | the body must be JSON but was nothing
          [] | the body must be a JSON object but was []
          {'name':' '} | name must be a string that is not blank but was " "
          {'name':'x'} | transports must be a list of at least one but was absent
          {'name':'x','transports':'sse'} | transports must be a list of strings but was "sse"
          {'name':'x','transports':['tcp']} | transports: transport must be one of sse, ndjson, \
          websocket but was tcp
          {'name':'x','transports':['sse'],'rules':['no-*']} | rules must be ids of rules, where * \
          stands for anything, but was no-*, which matches none
          {'name':'x','transports':['sse'],'speed':0} | speed must be a number above 0 and up to \
          1000 but was 0
          {'name':'x','transports':['sse'],'atOnce':65} | atOnce must be a whole number from 1 to \
          64 but was 65
          {'name':'x','transports':['sse'],'seed':'a'} | seed must be a whole number but was "a"
          {'name':'x','transports':['sse'],'capabilities':['waits-for-consumer']} | capabilities \
          must be ones that can be tested over HTTP but was waits-for-consumer: the kit cannot block \
          a consumer in another process
          {'rule':[]} | a field of a session must be one of [name, transports, capabilities, rules, \
          seed, speed, atOnce] but was rule
          """,
      quoteCharacter = '`')
  void wrongSessionIsRefusedInWords(String json, String error) throws Exception {
    Answer answer = client.post("/sessions", json.replace('\'', '"'));

    assertEquals(400, answer.status());
    assertEquals(error, answer.text("error"));
  }

  @Test
  void wrongObservationIsRefusedAndNothingIsNoted() throws Exception {
    String session = client.begin(SSE_01);
    client.next(session);

    Answer answer = observe(session, "[{'kind':'event','data':'one'},{'kind':'event'}]");

    assertEquals(400, answer.status());
    assertEquals(
        "data must be a string in an observation of its kind but was {\"kind\":\"event\"}",
        answer.text("error"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /sessions, 405",
    "GET, /else, 404",
    "POST, /sessions/nobody/next, 404",
    "POST, /sessions/{id}/streams/9/stopped, 404",
    "POST, /sessions/{id}/streams/x/stopped, 404",
    "POST, /sessions/{id}/else, 404",
    "GET, /sessions/{id}/next, 405"
  })
  void wrongPathIsRefused(String method, String path, int status) throws Exception {
    String session = client.begin(SSE_01);

    Answer answer = client.call(method, path.replace("/sessions/{id}", session), "");

    assertEquals(status, answer.status());
    assertTrue(answer.text("error").length() > 10, answer::toString);
  }

  @Test
  void pagesOfOtherOriginsMayAsk() throws Exception {
    assertEquals(204, client.call("OPTIONS", "/sessions", "").status());
    assertEquals("perennial-conformance/1", client.call("GET", "/", "").text("protocol"));
  }

  @Test
  void clientCanBeRunFromHere() throws Exception {
    try (RemoteClient remote = server.client("mine", Set.of(Protocol.SSE), Set.of())) {
      Thread process = new Thread(() -> playOne(remote.url().getPath()));
      process.start();

      Report report =
          Conformance.of(remote).rules(rule -> rule.id().equals("sse-01")).atOnce(1).run();

      assertEquals("[sse-01/sse passed]", report.results().toString());
      process.join();
    }
  }

  @Test
  void clientThatIsRunFromHereMustShowOverHttp() {
    assertThrows(
        IllegalArgumentException.class,
        () -> server.client("x", Set.of(Protocol.SSE), Set.of(Capability.WAITS_FOR_CONSUMER)));
    assertThrows(IllegalArgumentException.class, () -> server.client("x", Set.of(), Set.of()));
  }

  private void playOne(String session) {
    try {
      ControlClient.firstLines(client.next(session).text("url"), 2);
      observe(session, "[{'kind':'event','data':'one'},{'kind':'event','data':'two'}]");
      client.next(session);
      client.post(session + "/streams/1/stopped", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer observe(String session, String observations) throws IOException {
    return client.post(session + "/streams/1/observations", observations.replace('\'', '"'));
  }

  private Report taken() throws InterruptedException {
    return taken(reports);
  }

  private static Report taken(BlockingQueue<Report> reports) throws InterruptedException {
    return Objects.requireNonNull(reports.poll(20, TimeUnit.SECONDS), "a report within 20 s");
  }
}
