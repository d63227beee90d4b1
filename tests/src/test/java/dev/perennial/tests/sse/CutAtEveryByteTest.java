package dev.perennial.tests.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perennial.RetryPolicy;
import dev.perennial.sse.Sse;
import dev.perennial.testkit.Cut;
import dev.perennial.testkit.EventRecorder;
import dev.perennial.testkit.Exchange;
import dev.perennial.testkit.LoopbackServer;
import dev.perennial.testkit.ReceivedRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A body is cut at every byte, in three ways: nothing partial is delivered, the next request asks
 * for the position, and in the end every event was delivered once.
 */
@Timeout(180)
class CutAtEveryByteTest {

  /** Each line end and each length of UTF-8 character is in it. */
  private static final List<String> BLOCKS =
      List.of(
          "id: a1\ndata: first\n\n",
          ": a comment\nid: b2\r\nevent: tick\r\ndata: zwei é\r\n\r\n",
          "id: c3\rdata: three\rdata: € lines\r\r",
          "retry: 1x\nid: {\"d\":4}\ndata: 𝄞\n\n",
          "id: e5\ndata\n\n");

  private static final List<String> IDS = List.of("a1", "b2", "c3", "{\"d\":4}", "e5");
  private static final List<String> DATA = List.of("first", "zwei é", "three\n€ lines", "𝄞", "");

  private final OkHttpClient client = new OkHttpClient();

  /** How the connection ends. */
  enum How {
    FIN,
    RST,
    SHORT_CHUNK
  }

  @ParameterizedTest
  @EnumSource
  void everyEventIsDeliveredOnceWhereverTheBodyIsCut(How how) throws Exception {
    byte[] body = String.join("", BLOCKS).getBytes(UTF_8);

    for (int cut = 0; cut <= body.length; cut++) {
      assertResumes(body, cut, how);
    }
  }

  private void assertResumes(byte[] body, int cut, How how) throws Exception {
    String where = how + " after " + cut + " bytes";
    EventRecorder<String> recorder =
        EventRecorder.<String>requesting(Long.MAX_VALUE).waitingAtMost(ofSeconds(20));

    try (LoopbackServer server =
        LoopbackServer.start(exchange -> answer(exchange, body, cut, how))) {
      Sse.builder(server.uri("/").toString()).client(client).stream()
          .withRetry(RetryPolicy.fixed(ofMillis(1)).withFloor(ofMillis(1)))
          .subscribe(recorder.subscriber());
      for (String data : DATA) {
        assertEquals(data, recorder.takeEvent().data(), where);
      }
      recorder.assertCompleted();

      List<String> asked =
          server.requests().stream().map(CutAtEveryByteTest::cursor).collect(Collectors.toList());
      List<String> expected = new ArrayList<>();
      expected.add("none");
      expected.add(
          completedBefore(body, cut) == 0 ? "none" : IDS.get(completedBefore(body, cut) - 1));
      expected.add(IDS.get(IDS.size() - 1));
      assertEquals(expected, asked, where);
    }
  }

  /** First the cut body, then what follows the cursor, then the end of the stream. */
  private static void answer(Exchange exchange, byte[] body, int cut, How how) throws IOException {
    @Nullable String cursor = exchange.request().header("Last-Event-ID");
    boolean isFirst = exchange.request().connection() == 1;
    if (isFirst) {
      exchange.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
      exchange.write("Transfer-Encoding: chunked\r\n\r\n");
      int announced = how == How.SHORT_CHUNK ? body.length + 1 : cut;
      ByteArrayOutputStream chunk = new ByteArrayOutputStream();
      if (announced > 0) {
        chunk.writeBytes((Integer.toHexString(announced) + "\r\n").getBytes(UTF_8));
        chunk.write(body, 0, cut);
      }
      exchange.write(chunk.toByteArray());
      exchange.cut(how == How.RST ? Cut.RST : Cut.FIN);
      return;
    }
    int next = cursor == null ? 0 : IDS.indexOf(cursor) + 1;
    if (next == IDS.size() && exchange.request().connection() > 2) {
      exchange.answer(204, List.of(), "");
      return;
    }
    String rest = String.join("", BLOCKS.subList(next, BLOCKS.size()));
    exchange.answer(200, List.of("Content-Type: text/event-stream"), rest);
  }

  private static String cursor(ReceivedRequest request) {
    String cursor = request.header("Last-Event-ID");
    return cursor == null ? "none" : cursor;
  }

  /** How many blocks have their last byte among the first {@code cut}; CRLF counts with its CR. */
  private static int completedBefore(byte[] body, int cut) {
    int end = 0;
    int completed = 0;
    for (String block : BLOCKS) {
      end += block.getBytes(UTF_8).length;
      int needed = block.endsWith("\r\n") ? end - 1 : end;
      completed += needed <= cut ? 1 : 0;
    }
    return completed;
  }
}
